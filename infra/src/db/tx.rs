use std::ops::Deref;
use std::sync::Arc;

use qun_domain::access::{AuditPort, Capability};
use qun_domain::event::DomainEvent;
use qun_domain::fault::Fault;
use qun_domain::time::Timestamp;
use serde_json::Value as Json;
use tokio::sync::Notify;

use super::session::Session;
use super::{Column, OrgScope, fault, json};
use crate::ids::Ids;

/// The writing door of one organization: an open transaction inside
/// [`super::Writer::execute`]. Contexts implement their ports on it.
pub struct OrgTx {
    pub(super) session: Session,
    pub(super) scope: OrgScope,
    pub(super) ids: Ids,
    pub(super) now: Timestamp,
    pub(super) target: Option<String>,
    pub(super) detail: Option<Json>,
    pub(super) told: Vec<Told>,
    pub(super) bell: Arc<Notify>,
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

    /// Writes the audit row and the outbox rows, and commits. Who tells others is woken then: a
    /// wake-up that is lost costs time, and no event.
    pub(super) async fn commit(mut self, verb: &'static str, capability: Capability) -> Result<(), Fault> {
        let has_told = !self.told.is_empty();
        self.close(verb, capability.code()).await?;
        self.session.conn.commit().await.map_err(fault("committing"))?;
        if has_told {
            self.bell.notify_one();
        }
        Ok(())
    }

    async fn close(&mut self, verb: &'static str, capability: &'static str) -> Result<(), Fault> {
        let detail = self.detail.as_ref().map(json).transpose()?;
        self.session
            .insert_many(
                "audit_log",
                vec![
                    ("id", Column::Id(vec![self.ids.make()])),
                    ("at", Column::Time(vec![self.now.millis()])),
                    ("actor", Column::Text(vec![self.scope.actor().to_string()])),
                    ("verb", Column::Text(vec![verb.to_owned()])),
                    ("capability", Column::Text(vec![capability.to_owned()])),
                    ("target", Column::OptText(vec![self.target.take()])),
                    ("detail", Column::OptText(vec![detail])),
                    ("request_id", Column::OptText(vec![self.scope.request_id().map(str::to_owned)])),
                ],
                "",
            )
            .await?;
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

    fn emit(&mut self, event: &impl DomainEvent) -> Result<(), Fault> {
        self.told.push(Told { name: event.name(), aggregate: event.aggregate(), payload: json(event)? });
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}
