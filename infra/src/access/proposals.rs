//! Acts that were proposed: rows, and how one is kept, decided on and carried out.

use qun_domain::access::{
    AuditPort, Capability, Proposal, ProposalChanged, ProposalState, ProposalsPort, Suggestion,
};
use qun_domain::command::{Failure, Outcome};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CommunityId, GroupId, ProposalId};
use qun_domain::scope::Scope;
use qun_domain::tasks::{Subject, close_tasks_of};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::db::{OrgTx, TenantSql, column, json as text_of, one_row, timestamp, timestamp_or_none};
use crate::deeds;

const COLUMNS: &str = "id, verb, command, capability, community_id, group_id, target, preview, evidence, proposed_by, \
                       proposed_at, state, decided_by, decided_at, reason";

/// The verb of keeping an act for who may approve it.
const PROPOSE: &str = "access.propose";

impl OrgTx {
    /// Keeps the command of this transaction, whose steps were rehearsed and undone, as a
    /// proposal of the account that acts.
    pub(crate) async fn keep(&mut self, at: Scope, command: &Json) -> Result<ProposalId, Fault> {
        let id: ProposalId = self.new_id();
        let (verb, capability) = self.act();
        let (target, preview) = self.take_told();
        // The target of something new is an id that was undone with it.
        let target = target.filter(|target| command_names(command, target));
        let proposed_by = self.acting().ok_or_else(|| Fault::new("a proposal of nobody"))?;
        let row =
            Row { id, verb, command, capability, at, target, preview, by: Some(proposed_by), because: None };
        insert(self, row).await?;
        self.audit(format!("proposal:{id}"), json!({ "verb": verb, "scope": at.to_string() }));
        let state = ProposalState::Open;
        self.emit(&ProposalChanged {
            proposal: id,
            verb: verb.to_owned(),
            state,
            proposed_by: Some(proposed_by),
        })?;
        self.acts_as(PROPOSE, capability);
        Ok(id)
    }
}

/// A proposal that is yet to be.
struct Row<'a> {
    id: ProposalId,
    verb: &'a str,
    command: &'a Json,
    capability: Capability,
    at: Scope,
    target: Option<String>,
    preview: Option<Json>,
    /// None for the system.
    by: Option<AccountId>,
    /// Evidence and subject.
    because: Option<(&'a Json, &'a str)>,
}

/// Adds a proposal; `false` where one about its subject is open.
async fn insert(tx: &OrgTx, row: Row<'_>) -> Result<bool, Fault> {
    let (community, group) = row.at.columns();
    let (evidence, subject) = row.because.unzip();
    let added = tx
        .run(
            "INSERT INTO proposal (org_id, id, verb, command, capability, community_id, group_id, target, preview,
                                   evidence, subject, proposed_by, proposed_at, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'OPEN')
             ON CONFLICT (org_id, subject) WHERE state = 'OPEN' DO NOTHING",
            vec![
                row.id.0.into(),
                row.verb.into(),
                text_of(row.command)?.into(),
                row.capability.code().into(),
                community.map(|id| id.0).into(),
                group.map(|id| id.0).into(),
                row.target.into(),
                row.preview.as_ref().map(text_of).transpose()?.into(),
                evidence.map(text_of).transpose()?.into(),
                subject.into(),
                row.by.map(|id| id.0).into(),
                tx.now().millis().into(),
            ],
        )
        .await?;
    Ok(added == 1)
}

/// Whether the id in a target `kind:id` stands in the command.
fn command_names(command: &Json, target: &str) -> bool {
    let Some((_, id)) = target.split_once(':') else { return true };
    match command {
        Json::String(text) => text == id,
        Json::Array(values) => values.iter().any(|value| command_names(value, target)),
        Json::Object(fields) => fields.values().any(|value| command_names(value, target)),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

impl ProposalsPort for OrgTx {
    async fn proposal(&mut self, id: ProposalId) -> Result<Option<Proposal>, Fault> {
        let lock = self.dialect().for_update();
        let sql = format!("SELECT {COLUMNS} FROM proposal WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&sql, vec![id.0.into()]).await?.first().map(model).transpose()
    }

    async fn settle_tasks(&mut self, id: ProposalId) -> Result<u32, Fault> {
        close_tasks_of(self, &Subject::of_proposal(id), self.acting(), None).await
    }

    async fn carry_out(&mut self, proposal: &Proposal, tasks_closed: u32) -> Outcome<(), String> {
        let deed = deeds::read(&proposal.verb, &proposal.command);
        let deed = deed.ok_or_else(|| Failure::Refused("NOT_UNDERSTOOD".to_owned()))?;
        deed.run(self).await?;
        let (target, detail) = self.take_audit();
        let target = target.unwrap_or_else(|| format!("proposal:{}", proposal.id));
        let proposer = proposal.proposed_by.map_or("job".to_owned(), |id| format!("account:{id}"));
        let by = json!({ "proposal": proposal.id, "proposedBy": proposer, "tasksClosed": tasks_closed });
        self.audit(target, with(detail, by));
        Ok(())
    }

    async fn suggest(&mut self, suggestion: Suggestion) -> Result<Option<ProposalId>, Fault> {
        let Suggestion { verb, command, capability, scope, target, evidence, subject } = suggestion;
        let id: ProposalId = self.new_id();
        let row = Row {
            id,
            verb,
            command: &command,
            capability,
            at: scope,
            target: Some(target),
            preview: None,
            by: None,
            because: Some((&evidence, &subject)),
        };
        if !insert(self, row).await? {
            return Ok(None);
        }
        self.audit(format!("proposal:{id}"), json!({ "verb": verb, "scope": scope.to_string() }));
        let state = ProposalState::Open;
        self.emit(&ProposalChanged { proposal: id, verb: verb.to_owned(), state, proposed_by: None })?;
        Ok(Some(id))
    }

    async fn last_decided(&mut self, subject: &str) -> Result<Option<Timestamp>, Fault> {
        let sql = "SELECT MAX(decided_at) FROM proposal WHERE org_id = $1 AND subject = $2";
        let rows = self.rows(sql, vec![subject.into()]).await?;
        rows.first().map_or(Ok(None), |row| timestamp_or_none(row, 0))
    }

    async fn decide(
        &mut self,
        proposal: Proposal,
        state: ProposalState,
        reason: Option<&str>,
    ) -> Result<Proposal, Fault> {
        let (by, at) = (self.scope().actor().to_string(), self.now());
        let decided = self
            .run(
                "UPDATE proposal SET state = $3, decided_by = $4, decided_at = $5, reason = $6
                 WHERE org_id = $1 AND id = $2 AND state = 'OPEN'",
                vec![
                    proposal.id.0.into(),
                    state.code().into(),
                    by.clone().into(),
                    at.millis().into(),
                    reason.into(),
                ],
            )
            .await?;
        one_row(decided, format_args!("deciding on proposal {}", proposal.id))?;
        let reason = reason.map(str::to_owned);
        Ok(Proposal { state, decided_by: Some(by), decided_at: Some(at), reason, ..proposal })
    }
}

/// What a deed tells of itself, and who proposed it.
fn with(detail: Option<Json>, by: Json) -> Json {
    match (detail, by) {
        (Some(Json::Object(mut detail)), Json::Object(by)) => {
            detail.extend(by);
            Json::Object(detail)
        }
        (_, by) => by,
    }
}

/// A page of proposals, newest first.
#[derive(Clone, Debug)]
pub struct ProposalPage {
    /// Those in this state alone.
    pub state: Option<ProposalState>,
    /// Those of this act alone.
    pub verb: Option<String>,
    /// Those of this account alone.
    pub proposed_by: Option<AccountId>,
    /// Those older than this one.
    pub after: Option<ProposalId>,
    /// At most so many.
    pub limit: u32,
}

/// The proposals of a page.
///
/// # Errors
/// A fault when the database fails.
pub async fn proposals_page(sql: &impl TenantSql, page: ProposalPage) -> Result<Vec<Proposal>, Fault> {
    let mut params: Vec<Value> = vec![i64::from(page.limit).into()];
    let mut conditions = String::new();
    let mut condition = |column: &str, value: Option<Value>| {
        if let Some(value) = value {
            params.push(value);
            conditions.push_str(&format!(" AND {column} ${}", params.len() + 1));
        }
    };
    condition("state =", page.state.map(|state| state.code().into()));
    condition("verb =", page.verb.map(Value::from));
    condition("proposed_by =", page.proposed_by.map(|id| id.0.into()));
    condition("id <", page.after.map(|id| id.0.into()));
    let text =
        format!("SELECT {COLUMNS} FROM proposal WHERE org_id = $1{conditions} ORDER BY id DESC LIMIT $2");
    sql.rows(&text, params).await?.iter().map(model).collect()
}

/// Proposals by id, in no order.
///
/// # Errors
/// A fault when the database fails.
pub async fn proposals_by_id(sql: &impl TenantSql, ids: &[ProposalId]) -> Result<Vec<Proposal>, Fault> {
    let dialect = sql.dialect();
    let set = dialect.is_one_of_ids(2);
    let text = format!("SELECT {COLUMNS} FROM proposal WHERE org_id = $1 AND id {set}");
    let rows = sql.rows(&text, vec![dialect.ids(ids.iter().map(|id| id.0))]).await?;
    rows.iter().map(model).collect()
}

fn model(row: &QueryResult) -> Result<Proposal, Fault> {
    let id = ProposalId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("proposal.{name} of {id} cannot be read"));
    let document = |text: String, name| serde_json::from_str(&text).map_err(|_| bad(name));
    let (community, group): (Option<Uuid>, Option<Uuid>) = (column(row, 4)?, column(row, 5)?);
    let capability: Capability = column::<String>(row, 3)?.parse().map_err(|_| bad("capability"))?;
    Ok(Proposal {
        id,
        verb: column(row, 1)?,
        command: document(column(row, 2)?, "command")?,
        capability,
        scope: Scope::of_columns(community.map(CommunityId), group.map(GroupId)),
        target: column(row, 6)?,
        preview: column::<Option<String>>(row, 7)?.map(|text| document(text, "preview")).transpose()?,
        evidence: column::<Option<String>>(row, 8)?.map(|text| document(text, "evidence")).transpose()?,
        proposed_by: column::<Option<Uuid>>(row, 9)?.map(AccountId),
        proposed_at: timestamp(row, 10)?,
        state: column::<String>(row, 11)?.parse().map_err(|_| bad("state"))?,
        decided_by: column(row, 12)?,
        decided_at: timestamp_or_none(row, 13)?,
        reason: column(row, 14)?,
    })
}
