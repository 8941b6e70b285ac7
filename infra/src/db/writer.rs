use std::sync::Arc;

use qun_domain::access::{Actor, Power};
use qun_domain::command::{Command, Failure, Outcome, Place};
use qun_domain::fault::Fault;
use qun_domain::id::ProposalId;
use qun_domain::scope::Scope;
use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::{Instrument, Span, info_span, warn};

use super::bulk::PLAN_AFRESH;
use super::once::{self, Found};
use super::session::Session;
use super::{Db, Dialect, KeyReused, OrgScope, OrgTx, RequestKey, fault};
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
    /// writes audit and outbox rows, commits. A refusal or fault leaves no trace. Of an actor who
    /// may only propose it, the command is kept for who may approve it.
    ///
    /// # Errors
    /// What the command ends with; [`Failure::Forbidden`] when the actor lacks its capability;
    /// [`Failure::Proposed`] when it was kept.
    pub async fn execute<C>(&self, scope: &OrgScope, command: C) -> Outcome<C::Out, C::Refusal>
    where
        C: Command<OrgTx>,
    {
        let mut asks = power(scope, &command)?;
        let mut tries = Tries::default();
        async {
            loop {
                let asked = asks;
                match self.attempt(scope, command.clone(), &mut asks).await {
                    Err(Failure::Forbidden(_)) if asks < asked && command.to_propose().is_some() => {}
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
        let mut asks = match power(scope, &command) {
            Ok(asks) => asks,
            Err(forbidden) => return Ok(Err(forbidden)),
        };
        let mut tries = Tries::default();
        async {
            loop {
                let asked = asks;
                match self.attempt_once(scope, key, command.clone(), &mut asks).await {
                    Err(Failure::Forbidden(_)) if asks < asked && command.to_propose().is_some() => {}
                    Err(Failure::Fault(fault)) if tries.may_go_on(&fault) => {}
                    Err(failure) => return Ok(Err(failure)),
                    Ok(once) => return once.map(Ok),
                }
            }
        }
        .instrument(span::<C>(scope))
        .await
    }

    async fn attempt<C>(&self, scope: &OrgScope, command: C, asks: &mut Power) -> Outcome<C::Out, C::Refusal>
    where
        C: Command<OrgTx>,
    {
        let mut tx = self.begin::<C>(scope).await?;
        if *asks == Power::Proposes {
            let proposal = propose(&mut tx, command).await?;
            tx.commit(false).await?;
            return Err(Failure::Proposed(proposal));
        }
        let out = steps(&mut tx, command, asks).await?;
        tx.commit(false).await?;
        Ok(out)
    }

    async fn attempt_once<C>(
        &self,
        scope: &OrgScope,
        key: &RequestKey,
        command: C,
        asks: &mut Power,
    ) -> Outcome<Result<C::Out, KeyReused>, C::Refusal>
    where
        C: Command<OrgTx>,
        C::Out: Serialize + DeserializeOwned + Sync,
    {
        let mut tx = self.begin::<C>(scope).await?;
        match once::take(&tx, C::NAME, key).await? {
            Found::New => {}
            Found::Done(out) => return Ok(Ok(out)),
            Found::Proposed(proposal) => return Err(Failure::Proposed(proposal)),
            Found::Reused => return Ok(Err(KeyReused)),
        }
        if *asks == Power::Proposes {
            let proposal = propose(&mut tx, command).await?;
            once::settle_proposed(&tx, C::NAME, key, proposal).await?;
            tx.commit(true).await?;
            return Err(Failure::Proposed(proposal));
        }
        let out = steps(&mut tx, command, asks).await?;
        once::settle(&tx, C::NAME, key, &out).await?;
        tx.commit(true).await?;
        Ok(Ok(out))
    }

    async fn begin<C: Command<OrgTx>>(&self, scope: &OrgScope) -> Result<OrgTx, Fault> {
        let org = scope.org();
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let conn = self.db.write.begin_with_options(options).await.map_err(fault("beginning"))?;
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
            verb: C::NAME,
            capability: C::CAPABILITY,
            admits: Power::May,
            is_above: false,
            admitted: None,
            target: None,
            detail: None,
            told: Vec::new(),
            changes_power: false,
            bell: Arc::clone(&self.db.bell),
            powers: Arc::clone(&self.db.powers),
        })
    }
}

/// What the command is worth to who asks for it: for one whose place is found by its steps, the
/// most anywhere.
fn power<C: Command<OrgTx>>(scope: &OrgScope, command: &C) -> Result<Power, Failure<C::Refusal>> {
    let actor = scope.actor();
    let power = match command.place() {
        Place::At(at) => actor.power(C::CAPABILITY, at),
        Place::Sought => actor.best_power(C::CAPABILITY),
    };
    // A machine has no rank, and nobody above it.
    let may_propose = matches!(actor, Actor::Account { .. });
    match power {
        Power::May => Ok(Power::May),
        Power::Proposes if may_propose => Ok(Power::Proposes),
        Power::Proposes | Power::None => Err(Failure::Forbidden(C::CAPABILITY)),
    }
}

/// Runs the steps. Where they find that the actor may only propose them, the next try does.
async fn steps<C: Command<OrgTx>>(
    tx: &mut OrgTx,
    command: C,
    asks: &mut Power,
) -> Outcome<C::Out, C::Refusal> {
    let place = command.place();
    let outcome = command.run(tx).await;
    if tx.is_above && matches!(outcome, Err(Failure::Forbidden(_))) {
        *asks = Power::Proposes;
    }
    let out = outcome?;
    tx.was_admitted(place)?;
    Ok(out)
}

/// Keeps the command for who may approve it. Its steps are rehearsed and undone: what would be
/// refused is refused now, and whoever decides sees what would change.
async fn propose<C: Command<OrgTx>>(tx: &mut OrgTx, command: C) -> Outcome<ProposalId, C::Refusal> {
    let (place, kept) = (command.place(), command.to_propose());
    let kept = kept.ok_or(Failure::Forbidden(C::CAPABILITY))?;
    tx.admits = Power::Proposes;
    tx.mark("SAVEPOINT rehearsal").await?;
    command.run(tx).await?;
    tx.was_admitted(place)?;
    tx.mark("ROLLBACK TO SAVEPOINT rehearsal").await?;
    let at = match place {
        Place::At(at) => at,
        Place::Sought => tx.admitted.unwrap_or(Scope::Organization),
    };
    Ok(tx.keep(at, &kept).await?)
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
