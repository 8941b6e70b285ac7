use qun_domain::access::Capability;
use qun_domain::command::{Command, Failure, Outcome};
use qun_domain::fault::Fault;
use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tracing::{Instrument, info_span, warn};

use super::bulk::PLAN_AFRESH;
use super::session::Session;
use super::{Db, Dialect, OrgScope, OrgTx, fault, is_lost};
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
        if !scope.actor().may(C::CAPABILITY) {
            return Err(Failure::Forbidden(C::CAPABILITY));
        }
        let span = info_span!("command", name = C::NAME, org.id = %scope.org());
        async {
            let mut tried = 1;
            loop {
                match self.attempt(scope, command.clone(), C::NAME, C::CAPABILITY).await {
                    Err(Failure::Fault(fault)) if fault.is_retryable() && tried < TRIES => {
                        warn!(tried, fault = fault.chain(), "the transaction is run again");
                        tried += 1;
                    }
                    outcome => return outcome,
                }
            }
        }
        .instrument(span)
        .await
    }

    async fn attempt<C>(
        &self,
        scope: &OrgScope,
        command: C,
        verb: &'static str,
        capability: Capability,
    ) -> Outcome<C::Out, C::Refusal>
    where
        C: Command<OrgTx>,
    {
        let mut tx = self.begin(scope).await?;
        let out = command.run(&mut tx).await?;
        tx.close(verb, capability.code()).await?;
        tx.session.conn.commit().await.map_err(fault("committing"))?;
        Ok(out)
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
        })
    }
}
