use std::ops::Deref;
use std::sync::Arc;

use qun_domain::access::{AuditPort, Capability, Power};
use qun_domain::command::{NotAdmitted, Place};
use qun_domain::event::DomainEvent;
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use qun_domain::scope::Scope;
use qun_domain::time::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;
use tokio::sync::Notify;

use super::session::Session;
use super::{Column, OrgScope, Powers, commit_fault, fault, json};
use crate::audit::{NewRow, insert};
use crate::ids::Ids;

/// The writing door of one organization: an open transaction inside
/// [`super::Writer::execute`]. Contexts implement their ports on it.
pub struct OrgTx {
    pub(super) session: Session,
    pub(super) scope: OrgScope,
    pub(super) ids: Ids,
    pub(super) now: Timestamp,
    /// What the audit row will name: of the command, or of the one that it carries out.
    pub(super) verb: &'static str,
    pub(super) capability: Capability,
    /// What suffices to be admitted: `Proposes` in a rehearsal.
    pub(super) admits: Power,
    /// Whether the actor was not admitted, and may propose.
    pub(super) is_above: bool,
    /// Where the actor was admitted first.
    pub(super) admitted: Option<Scope>,
    pub(super) target: Option<String>,
    pub(super) detail: Option<Json>,
    pub(super) told: Vec<Told>,
    /// Whether somebody may do more or less from now on.
    pub(super) changes_power: bool,
    pub(super) bell: Arc<Notify>,
    pub(super) powers: Arc<Powers>,
}

pub(super) struct Told {
    name: &'static str,
    aggregate: String,
    payload: String,
}

impl Deref for OrgTx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl OrgTx {
    /// The instant of this transaction: one for all that it writes.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whose data is written.
    pub fn scope(&self) -> &OrgScope {
        &self.scope
    }

    /// A new id.
    pub(crate) fn new_id<Id: From<uuid::Uuid>>(&self) -> Id {
        self.ids.make()
    }

    /// Somebody may do more or less from the commit on: what processes remember of it is asked
    /// anew.
    pub(crate) fn changes_power(&mut self) {
        self.changes_power = true;
    }

    /// The audit row will name this act, in the place of the command that carries it out.
    pub(crate) fn acts_as(&mut self, verb: &'static str, capability: Capability) {
        (self.verb, self.capability) = (verb, capability);
    }

    /// What the audit row will name: verb and capability.
    pub(crate) fn act(&self) -> (&'static str, Capability) {
        (self.verb, self.capability)
    }

    /// What the audit row would tell so far, taken away: target and detail.
    pub(crate) fn take_audit(&mut self) -> (Option<String>, Option<Json>) {
        (self.target.take(), self.detail.take())
    }

    /// All that steps did which were undone, but for what they wrote: what they would have told.
    pub(crate) fn take_told(&mut self) -> (Option<String>, Option<Json>) {
        self.told.clear();
        self.changes_power = false;
        self.take_audit()
    }

    /// Runs a statement that bounds a part of the transaction.
    pub(super) async fn mark(&self, sql: &str) -> Result<(), Fault> {
        self.session.conn.execute_unprepared(sql).await.map_err(fault("marking a place"))?;
        Ok(())
    }

    /// Holds steps to their promise: whose place was sought, have asked there.
    pub(crate) fn was_admitted(&self, place: Place) -> Result<(), Fault> {
        if place == Place::Sought && self.admitted.is_none() {
            return Err(Fault::new(format!("{} never asked where it may be done", self.verb)));
        }
        Ok(())
    }

    /// Writes the audit row and the outbox rows, and commits. Who tells others is woken then: a
    /// wake-up that is lost costs time, and no event. Whoever `knows_again` what was done may try
    /// again when the connection is lost meanwhile.
    pub(super) async fn commit(mut self, knows_again: bool) -> Result<(), Fault> {
        let has_told = !self.told.is_empty();
        self.close().await?;
        self.session.conn.commit().await.map_err(commit_fault("committing", knows_again))?;
        if self.changes_power {
            self.powers.change();
        }
        if has_told {
            self.bell.notify_one();
        }
        Ok(())
    }

    async fn close(&mut self) -> Result<(), Fault> {
        let row = NewRow {
            id: self.ids.make(),
            at: self.now,
            actor: self.scope.actor(),
            verb: self.verb,
            capability: self.capability,
            target: self.target.take(),
            detail: self.detail.as_ref().map(json).transpose()?,
            request_id: self.scope.request_id(),
        };
        for (sql, params) in insert(self.session.dialect, row) {
            self.session.run(&sql, params).await?;
        }
        let told = std::mem::take(&mut self.told);
        self.session
            .insert_many(
                "outbox",
                vec![
                    ("id", Column::Id(told.iter().map(|_| self.ids.make()).collect())),
                    ("at", Column::Time(told.iter().map(|_| self.now.millis()).collect())),
                    ("name", Column::Text(told.iter().map(|event| event.name.to_owned()).collect())),
                    ("aggregate", Column::Text(told.iter().map(|event| event.aggregate.clone()).collect())),
                    ("payload", Column::Text(told.into_iter().map(|event| event.payload).collect())),
                ],
                "",
            )
            .await?;
        Ok(())
    }
}

impl AuditPort for OrgTx {
    fn audit(&mut self, target: String, detail: Json) {
        self.target = Some(target);
        self.detail = Some(detail);
    }

    fn admit(&mut self, capability: Capability, at: Scope) -> Result<(), NotAdmitted> {
        let power = self.scope.actor().power(capability, at);
        if power < self.admits {
            self.is_above |= power == Power::Proposes;
            return Err(NotAdmitted(capability));
        }
        self.admitted.get_or_insert(at);
        Ok(())
    }

    fn acting(&self) -> Option<AccountId> {
        self.scope.actor().account_id()
    }

    fn emit(&mut self, event: &impl DomainEvent) -> Result<(), Fault> {
        self.told.push(Told { name: event.name(), aggregate: event.aggregate(), payload: json(event)? });
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}
