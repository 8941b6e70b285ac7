//! An account belongs to several organizations: what is done to it stands in the audit log of
//! each.

use qun_domain::access::{Actor, Capability};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId};
use serde_json::Value as Json;

use super::audit::{Note, note};
use super::operator::account_scope;
use super::{Access, accounts};
use crate::db::{OrgScope, SystemTx};

/// By whom something is done to an account.
#[derive(Clone, Copy, Debug)]
pub(super) enum By<'a> {
    /// By itself, in the course of the request of this id.
    Itself(Option<&'a str>),
    /// By the operator of the installation.
    Operator,
}

impl By<'_> {
    /// Who acts in an organization, as far as its audit log tells.
    pub(super) fn scope(self, org: OrgId, account: AccountId) -> OrgScope {
        match self {
            Self::Itself(request_id) => account_scope(org, account, request_id),
            Self::Operator => OrgScope::new(org, Actor::Operator),
        }
    }
}

impl Access {
    /// Tells every organization of an account what was done to it, in the transaction of `door`.
    pub(super) async fn note_everywhere(
        &self,
        door: &SystemTx,
        account: AccountId,
        by: By<'_>,
        verb: &'static str,
        detail: Json,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        for org in accounts::organizations(door, account).await? {
            let scope = by.scope(org, account);
            let entry = Note {
                verb,
                capability: Capability::Read,
                target: format!("account:{account}"),
                detail: detail.clone(),
            };
            note(door, &self.ids, now, &scope, entry).await?;
        }
        Ok(())
    }
}
