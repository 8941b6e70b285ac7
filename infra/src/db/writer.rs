use std::sync::Arc;

use qun_domain::command::{Command, Failure, Outcome};
use qun_domain::fault::Fault;
use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::{Instrument, Span, info_span, warn};

use super::bulk::PLAN_AFRESH;
use super::once::{self, Found};
use super::session::Session;
use super::{Db, Dialect, KeyReused, OrgScope, OrgTx, RequestKey, fault, is_lost};
use crate::clock::Clock;
use crate::ids::Ids;

/// How often a transaction is tried before a retryable fault is given up.
const TRIES: u32 = 3;

/// Runs commands: one transaction each, committed here and nowhere else.
#[derive(Clone, Debug)]
pub struct Writer {
    db: Db,
    clock: Clock,
    ids: Ids,
}

impl Writer {
    /// A writer over `db`.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids }
    }

    /// The clock that stamps what is written.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The database that is written to.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Runs `command` for `scope`: checks the capability, begins, runs the steps,
    /// writes audit and outbox rows, commits. A refusal or fault leaves no trace.
    ///
    /// # Errors
    /// What the command ends with; [`Failure::Forbidden`] when the actor lacks its capability.
    pub async fn execute<C>(&self, scope: &OrgScope, command: C) -> Outcome<C::Out, C::Refusal>
    where
        C: Command<OrgTx>,
    {
        may::<C>(scope)?;
        let mut tries = Tries::default();
        async {
            loop {
                match self.attempt(scope, command.clone()).await {
                    Err(Failure::Fault(fault)) if tries.may_go_on(&fault) => {}
                    outcome => return outcome,
                }
            }
        }
        .instrument(span::<C>(scope))
        .await
    }

    /// As [`Writer::execute`], once for each key: asked again with the same key and the same
    /// body, it does nothing and gives the first outcome.
    ///
    /// # Errors
    /// As [`Writer::execute`]; [`KeyReused`] when the key came with another body before.
    pub async fn execute_once<C>(
        &self,
        scope: &OrgScope,
        key: &RequestKey,
        command: C,
    ) -> Result<Outcome<C::Out, C::Refusal>, KeyReused>
    where
        C: Command<OrgTx>,
        C::Out: Serialize + DeserializeOwned + Sync,
    {
        if let Err(forbidden) = may::<C>(scope) {
            return Ok(Err(forbidden));
        }
        let mut tries = Tries::default();
        async {
            loop {
                match self.attempt_once(scope, key, command.clone()).await {
                    Err(Failure::Fault(fault)) if tries.may_go_on(&fault) => {}
                    Err(failure) => return Ok(Err(failure)),
                    Ok(once) => return once.map(Ok),
                }
            }
        }
        .instrument(span::<C>(scope))
        .await
    }

    async fn attempt<C>(&self, scope: &OrgScope, command: C) -> Outcome<C::Out, C::Refusal>
    where
        C: Command<OrgTx>,
    {
        let mut tx = self.begin(scope).await?;
        let out = command.run(&mut tx).await?;
        tx.commit(C::NAME, C::CAPABILITY).await?;
        Ok(out)
    }

    async fn attempt_once<C>(
        &self,
        scope: &OrgScope,
        key: &RequestKey,
        command: C,
    ) -> Outcome<Result<C::Out, KeyReused>, C::Refusal>
    where
        C: Command<OrgTx>,
        C::Out: Serialize + DeserializeOwned + Sync,
    {
        let mut tx = self.begin(scope).await?;
        match once::take(&tx, C::NAME, key).await? {
            Found::New => {}
            Found::Done(out) => return Ok(Ok(out)),
            Found::Reused => return Ok(Err(KeyReused)),
        }
        let out = command.run(&mut tx).await?;
        once::settle(&tx, C::NAME, key, &out).await?;
        tx.commit(C::NAME, C::CAPABILITY).await?;
        Ok(Ok(out))
    }

    async fn begin(&self, scope: &OrgScope) -> Result<OrgTx, Fault> {
        let org = scope.org();
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let conn = self.db.write.begin_with_options(options).await.map_err(|error| {
            // Nothing has been done yet: another connection may do better.
            let again = is_lost(&error);
            let fault = fault("beginning")(error);
            if again { fault.retryable() } else { fault }
        })?;
        if self.db.dialect == Dialect::Postgres {
            conn.execute_unprepared(&format!("SET LOCAL qun.org_id = '{org}'; {PLAN_AFRESH}"))
                .await
                .map_err(fault("naming the tenant"))?;
        }
        Ok(OrgTx {
            session: Session { conn, dialect: self.db.dialect, org },
            scope: scope.clone(),
            ids: self.ids.clone(),
            now: self.clock.now(),
            target: None,
            detail: None,
            told: Vec::new(),
            bell: Arc::clone(&self.db.bell),
        })
    }
}

fn may<C: Command<OrgTx>>(scope: &OrgScope) -> Result<(), Failure<C::Refusal>> {
    if scope.actor().may(C::CAPABILITY) { Ok(()) } else { Err(Failure::Forbidden(C::CAPABILITY)) }
}

fn span<C: Command<OrgTx>>(scope: &OrgScope) -> Span {
    info_span!("command", name = C::NAME, org.id = %scope.org())
}

/// How often one command was tried.
#[derive(Default)]
struct Tries(u32);

impl Tries {
    /// Whether another try may end better, and is still allowed.
    fn may_go_on(&mut self, fault: &Fault) -> bool {
        self.0 += 1;
        let again = fault.is_retryable() && self.0 < TRIES;
        if again {
            warn!(tried = self.0, fault = fault.chain(), "the transaction is run again");
        }
        again
    }
}
