use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use qun_domain::audit::Head;
use qun_domain::id::{AccountId, ApiKeyId, ProposalId};
use qun_domain::time::Timestamp;
use qun_infra::audit::{AuditRow, Seal};
use serde_json::Value;

use crate::graphql::access::ProposalObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::{Node, NodeId, find};
use crate::graphql::page::connection;
use crate::graphql::scalars::{DateTime, Json};
use crate::graphql::team::TeamMemberObject;

connection!(
    AuditConnection,
    AuditEdge,
    AuditEntryObject,
    "A page of the audit log.",
    "An entry of the audit log and its place in the list."
);

/// What kind of actor did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum AuditActorKind {
    /// Somebody who logged in.
    Account,
    /// A machine with a key of its own.
    ApiKey,
    /// Whoever runs this installation, at the command line.
    Operator,
    /// Scheduled work.
    Job,
}

/// A value that a mutation changed.
#[derive(Clone, SimpleObject)]
struct AuditChange {
    /// Its name; of a policy, its path in the document, such as `tiering.newDays`.
    field: String,
    /// What it was; null where there was nothing.
    before: Option<Json>,
    /// What it is since; null where there is nothing any more.
    after: Option<Json>,
}

/// What ties an entry of the audit log to all entries before it. docs/audit.md says what is hashed.
#[derive(Clone, SimpleObject)]
struct AuditSeal {
    /// The place of the entry in the chain of the organization: 1 for the first, without gaps.
    sequence: i64,
    /// SHA-256 of the entry, 64 hexadecimal digits.
    entry_hash: String,
    /// SHA-256 of `entryHash`, `sequence`, `sealedAt` and the hash of the seal before, 64
    /// hexadecimal digits.
    hash: String,
    /// When it was sealed.
    sealed_at: DateTime,
}

impl From<Seal> for AuditSeal {
    fn from(seal: Seal) -> Self {
        let (entry_hash, hash) = (seal.entry_hash.to_string(), seal.hash.to_string());
        Self { sequence: seal.sequence, entry_hash, hash, sealed_at: DateTime(seal.sealed_at) }
    }
}

/// The last seal of the audit log: it vouches for every entry up to it. Who notes `head` elsewhere
/// finds out later whether the log was cut off or made anew before it.
#[derive(Clone, SimpleObject)]
pub(in crate::graphql) struct AuditHead {
    /// The place of the seal: how many entries are sealed.
    sequence: i64,
    /// The hash of the seal, 64 hexadecimal digits.
    hash: String,
    /// When it was made.
    sealed_at: DateTime,
    /// `SEQUENCE:HASH`, as `qun audit verify --head` takes it.
    head: String,
}

impl From<(Head, Timestamp)> for AuditHead {
    fn from((head, sealed_at): (Head, Timestamp)) -> Self {
        Self {
            sequence: head.sequence,
            hash: head.hash.to_string(),
            sealed_at: DateTime(sealed_at),
            head: head.to_string(),
        }
    }
}

/// A mutation that took place.
#[derive(Clone)]
pub(in crate::graphql) struct AuditEntryObject(Arc<AuditRow>);

impl AuditEntryObject {
    pub(super) fn new(row: AuditRow) -> Self {
        Self(Arc::new(row))
    }

    pub(super) fn row(&self) -> &AuditRow {
        &self.0
    }
}

/// A mutation that took place.
#[Object(name = "AuditEntry")]
impl AuditEntryObject {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::AuditEntry(self.0.id).id()
    }

    /// When it took place.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who did it: `account:…`, `api-key:…`, `operator` or `job`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// What kind of actor that is; null for one that this version does not know.
    async fn actor_kind(&self) -> Option<AuditActorKind> {
        Some(match self.0.actor.split_once(':').map_or(self.0.actor.as_str(), |(kind, _)| kind) {
            "account" => AuditActorKind::Account,
            "api-key" => AuditActorKind::ApiKey,
            "operator" => AuditActorKind::Operator,
            "job" => AuditActorKind::Job,
            _ => return None,
        })
    }

    /// The global id of the account or of the key that did it; null for the operator and for jobs.
    async fn actor_id(&self) -> Option<ID> {
        let (kind, id) = self.0.actor.split_once(':')?;
        match kind {
            "account" => Some(NodeId::Account(id.parse().ok()?).id()),
            "api-key" => Some(NodeId::ApiKey(id.parse::<ApiKeyId>().ok()?).id()),
            _ => None,
        }
    }

    /// The member of the team that did it, also one that has left; null where it was none.
    async fn actor_member(&self, ctx: &Context<'_>) -> Result<Option<TeamMemberObject>, Problem> {
        let account = self.0.actor.strip_prefix("account:").and_then(|id| id.parse::<AccountId>().ok());
        match account {
            Some(account) => Asked::of(ctx)?.team_member(account).await,
            None => Ok(None),
        }
    }

    /// The proposal that was carried out: who proposed it, and who approved. Null for what was done
    /// without one.
    async fn proposal(&self, ctx: &Context<'_>) -> Result<Option<ProposalObject>, Problem> {
        let detail = self.0.detail.as_ref().filter(|detail| detail.get("proposedBy").is_some());
        let id = detail.and_then(|detail| detail.get("proposal")).and_then(Value::as_str);
        match id.and_then(|id| id.parse::<ProposalId>().ok()) {
            Some(id) => Asked::of(ctx)?.proposal(id).await,
            None => Ok(None),
        }
    }

    /// What was done, such as `groups.create_group`.
    async fn verb(&self) -> &str {
        &self.0.verb
    }

    /// The capability that allowed it.
    async fn capability(&self) -> &str {
        &self.0.capability
    }

    /// What it was done to, such as `group:…`; null when to nothing in particular.
    async fn target(&self) -> Option<&str> {
        self.0.target.as_deref()
    }

    /// The object that it was done to, as it is now; null where that is no object of the API, or is
    /// gone.
    async fn target_node(&self, ctx: &Context<'_>) -> Result<Option<Node>, Problem> {
        let asked = Asked::of(ctx)?;
        let Some(target) = self.0.target.as_deref() else { return Ok(None) };
        let (kind, id) = target.split_once(':').unwrap_or((target, ""));
        let id = match kind {
            "organization" => Some(NodeId::Organization(asked.scope.org())),
            "community" => id.parse().ok().map(NodeId::Community),
            "group" => id.parse().ok().map(NodeId::Group),
            "account" => id.parse().ok().map(NodeId::TeamMember),
            "proposal" => id.parse().ok().map(NodeId::Proposal),
            "task" => id.parse().ok().map(NodeId::Task),
            _ => None,
        };
        match id {
            Some(id) => find(asked, id).await,
            None => Ok(None),
        }
    }

    /// The values that were changed, before and after; empty where the mutation only added, or
    /// tells no values.
    async fn changes(&self) -> Vec<AuditChange> {
        self.0.detail.as_ref().map(changes).unwrap_or_default()
    }

    /// What changed; null when there is nothing more to say.
    async fn detail(&self) -> Option<Json> {
        self.0.detail.clone().map(Json)
    }

    /// `detail` byte by byte as it is kept: what `entryHash` of the seal is made of.
    async fn detail_text(&self) -> Option<&str> {
        self.0.detail_text.as_deref()
    }

    /// The id of the request in whose course it was done; null at the command line and in
    /// jobs.
    async fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Its place in the chain of the organization; null until it is sealed, which takes seconds
    /// while a server runs.
    async fn seal(&self) -> Option<AuditSeal> {
        self.0.seal.map(AuditSeal::from)
    }
}

/// Each `{"before": …, "after": …}` under its name, and what a policy lists.
fn changes(detail: &Value) -> Vec<AuditChange> {
    let change = |field: &str, before: &Value, after: &Value| {
        let told = |value: &Value| (!value.is_null()).then(|| Json(value.clone()));
        AuditChange { field: field.to_owned(), before: told(before), after: told(after) }
    };
    let named = detail.as_object().into_iter().flatten();
    let named =
        named.filter_map(|(name, value)| Some(change(name, value.get("before")?, value.get("after")?)));
    let listed = detail.get("changes").and_then(Value::as_array).into_iter().flatten();
    let listed = listed
        .filter_map(|value| Some(change(value.get("path")?.as_str()?, value.get("from")?, value.get("to")?)));
    named.chain(listed).collect()
}
