//! Rows of assignments, and of what happened to them.

use qun_domain::access::{Actor, Assignment, Position, Rank};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, AssignmentId, CommunityId, GroupId, LadderStepId};
use qun_domain::scope::Scope;
use qun_domain::team::LadderStep;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use uuid::Uuid;

use crate::db::{column, timestamp_or_none};

/// A whole working time, in basis points (M6).
pub(crate) const FULL: u16 = 10_000;

/// What [`assignment`] reads, of `assignment p`.
pub(crate) const COLUMNS: &str = "p.id, p.role, p.rank, p.community_id, p.group_id, p.acts_until";

/// The statement that adds an assignment, and its parameters from `$2` on; `$1` is the organization.
pub(crate) fn insert(
    id: AssignmentId,
    account: AccountId,
    position: Position,
    share: u16,
    now: Timestamp,
) -> (&'static str, Vec<Value>) {
    let (community, group) = position.scope.columns();
    let (community, group) = (community.map(|id| id.0), group.map(|id| id.0));
    let sql = "INSERT INTO role_assignment (org_id, id, account_id, role, rank, scope_id, community_id, group_id, share,
                                 began_at, ranked_at)
               VALUES ($1, $2, $3, $4, $5, COALESCE($7, $6, $1), $6, $7, $8, $9, $9)";
    let params = vec![
        id.0.into(),
        account.0.into(),
        position.role.code().into(),
        position.rank.map(|rank| rank.code().to_owned()).into(),
        community.into(),
        group.into(),
        i32::from(share).into(),
        now.millis().into(),
    ];
    (sql, params)
}

/// The statement that notes a step of the ladder, and its parameters from `$2` on; `$1` is the
/// organization.
pub(crate) fn insert_step(
    id: LadderStepId,
    step: &LadderStep,
    by: &Actor,
    now: Timestamp,
) -> (&'static str, Vec<Value>) {
    let rank = |rank: Option<Rank>| rank.map(|rank| rank.code().to_owned());
    let sql =
        "INSERT INTO ladder_step (org_id, id, account_id, assignment_id, kind, from_rank, to_rank, reason,
                                        done_by, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let params = vec![
        id.0.into(),
        step.account.0.into(),
        step.assignment.map(|id| id.0).into(),
        step.kind.code().into(),
        rank(step.from).into(),
        rank(step.to).into(),
        step.reason.as_ref().map(|reason| reason.as_str().to_owned()).into(),
        by.to_string().into(),
        now.millis().into(),
    ];
    (sql, params)
}

/// A row of [`COLUMNS`].
pub(crate) fn assignment(row: &QueryResult, now: Timestamp) -> Result<Assignment, Fault> {
    let id = AssignmentId(column(row, 0)?);
    let acts_until = timestamp_or_none(row, 5)?;
    Ok(Assignment {
        id,
        position: position(row, 1, id)?,
        is_acting: acts_until.is_some_and(|until| now < until),
    })
}

/// Role, rank, community and group from column `index` on.
fn position(row: &QueryResult, index: usize, id: AssignmentId) -> Result<Position, Fault> {
    let role: String = column(row, index)?;
    let rank: Option<String> = column(row, index + 1)?;
    let community: Option<Uuid> = column(row, index + 2)?;
    let group: Option<Uuid> = column(row, index + 3)?;
    let bad = |what: &str| Fault::new(format!("assignment.{what} of {id} is none"));
    Ok(Position {
        role: role.parse().map_err(|_| bad("role"))?,
        rank: rank.map(|rank| rank.parse().map_err(|_| bad("rank"))).transpose()?,
        scope: Scope::of_columns(community.map(CommunityId), group.map(GroupId)),
    })
}
