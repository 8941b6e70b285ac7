//! Reads of tasks and of their history, each with one statement for many parents.

use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, TaskId};
use qun_domain::scope::Scope;
use qun_domain::tasks::{Proof, StepKind, Task, TaskKind, TaskState};
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, FromQueryResult, QueryFilter, QueryResult};

use super::entity::task;
use super::map::{Of, task_model};
use crate::db::{TenantSql, Union, column, fault, timestamp};

const TASK: &str = "org_id, id, community_id, group_id, kind, title, body, copy_text, subject, given_to, assignee_id, \
    backup_id, due_at, proof, needs_verification, state, level, escalates_at, created_by, created_at, done_at, done_by, \
    given_kind, given_text, sent_back, ended_at, steps";
const TASK_COLUMNS: usize = 27;

const STEP: &str =
    "task_id, number, at, actor, kind, note, proof_kind, proof_text, assignee_id, due_at, level";
const STEP_COLUMNS: usize = 11;

/// A page of tasks, the one that is due first first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaskPage {
    /// Those that are with this account.
    pub assignee: Option<AccountId>,
    /// Those of this place itself.
    pub place: Option<Scope>,
    /// Those in these states, each once.
    pub states: Vec<TaskState>,
    /// Those of this kind.
    pub kind: Option<TaskKind>,
    /// Those that are, or are not, overdue at an instant.
    pub overdue: Option<(bool, Timestamp)>,
    /// Those after this place in the order of due time and id.
    pub after: Option<(Timestamp, TaskId)>,
    /// At most so many.
    pub limit: u32,
}

/// A page of a task's history, the first step first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepPage {
    /// The task.
    pub task: TaskId,
    /// Those after this number.
    pub after: Option<u32>,
    /// At most so many.
    pub limit: u32,
}

/// A step of a task's history, and the task as it was afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStepRow {
    /// Its number, from 1.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// Who, as in the audit log.
    pub actor: String,
    /// What.
    pub kind: StepKind,
    /// Why, in the words of who did it.
    pub note: Option<String>,
    /// What came with the word that it is done.
    pub proof: Option<Proof>,
    /// With whom it was afterwards.
    pub assignee: AccountId,
    /// Until when it was to be done.
    pub due_at: Timestamp,
    /// How often it had gone further.
    pub level: u32,
}

/// The tasks with these ids, those that there are.
///
/// # Errors
/// A fault when the database fails.
pub async fn tasks_by_id(sql: &impl TenantSql, ids: &[TaskId]) -> Result<Vec<Task>, Fault> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sql.all::<task::Entity>(|q| q.filter(task::Column::Id.is_in(ids))).await?;
    rows.into_iter().map(task_model).collect()
}

/// The tasks of each page.
///
/// # Errors
/// A fault when the database fails.
pub async fn tasks_page(sql: &impl TenantSql, pages: &[TaskPage]) -> Result<Vec<Vec<Task>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let limit = union.bind(i64::from(page.limit));
        // Each state is a stretch of the index in the order of the page.
        let states: Vec<String> = page
            .states
            .iter()
            .filter_map(|state| in_state(&mut union, page, *state))
            .enumerate()
            .map(|(n, rest)| {
                format!("SELECT * FROM (SELECT {TASK} FROM task WHERE org_id = $1 AND {rest} ORDER BY due_at, id LIMIT {limit}) AS t{n}")
            })
            .collect();
        let from = if states.is_empty() {
            "FROM task WHERE org_id = $1 AND FALSE".to_owned()
        } else {
            format!("FROM ({}) AS t ORDER BY due_at, id LIMIT {limit}", states.join(" UNION ALL "))
        };
        union.select(TASK, &from);
    }
    union
        .pages_by(
            sql,
            TASK_COLUMNS,
            |row| task_model(task::Model::from_query_result(row, "").map_err(fault("reading a task"))?),
            |task| (task.due_at, task.id),
        )
        .await
}

/// The condition on tasks of the page in one state; `None` where it has none of them.
fn in_state(union: &mut Union, page: &TaskPage, state: TaskState) -> Option<String> {
    let late = match page.overdue {
        Some((true, _)) if state != TaskState::Open => return None,
        Some((true, now)) => format!(" AND due_at < {}", union.bind(now.millis())),
        Some((false, now)) if state == TaskState::Open => {
            format!(" AND due_at >= {}", union.bind(now.millis()))
        }
        Some((false, _)) | None => String::new(),
    };
    let mut rest = format!("state = {}{late}", union.bind(state.code()));
    if let Some(id) = page.assignee {
        rest += &format!(" AND assignee_id = {}", union.bind(id.0));
    }
    match page.place {
        None => {}
        Some(Scope::Organization) => rest += " AND community_id IS NULL AND group_id IS NULL",
        Some(Scope::Community(id)) => rest += &format!(" AND community_id = {}", union.bind(id.0)),
        Some(Scope::Group(id)) => rest += &format!(" AND group_id = {}", union.bind(id.0)),
    }
    if let Some(kind) = page.kind {
        rest += &format!(" AND kind = {}", union.bind(kind.code()));
    }
    if let Some((due_at, id)) = page.after {
        rest += &format!(" AND (due_at, id) > ({}, {})", union.bind(due_at.millis()), union.bind(id.0));
    }
    Some(rest)
}

/// The steps of each page.
///
/// # Errors
/// A fault when the database fails.
pub async fn step_pages(sql: &impl TenantSql, pages: &[StepPage]) -> Result<Vec<Vec<TaskStepRow>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let task = union.bind(page.task.0);
        let after = i64::from(page.after.unwrap_or_default());
        let (after, limit) = (union.bind(after), union.bind(i64::from(page.limit)));
        union.select(
            STEP,
            &format!(
                "FROM task_step WHERE org_id = $1 AND task_id = {task} AND number > {after}
                 ORDER BY number LIMIT {limit}"
            ),
        );
    }
    union.pages_by(sql, STEP_COLUMNS, step_row, |step| step.number).await
}

fn step_row(row: &QueryResult) -> Result<TaskStepRow, Fault> {
    let of = Of { table: "task_step", id: column(row, 0)? };
    let (proof_kind, proof_text): (Option<String>, Option<String>) = (column(row, 6)?, column(row, 7)?);
    Ok(TaskStepRow {
        number: of.count("number", column(row, 1)?)?,
        at: timestamp(row, 2)?,
        actor: column(row, 3)?,
        kind: of.code("kind", &column::<String>(row, 4)?)?,
        note: column(row, 5)?,
        proof: of.proof(proof_kind.as_deref(), proof_text.as_deref())?,
        assignee: column::<Uuid>(row, 8)?.into(),
        due_at: timestamp(row, 9)?,
        level: of.count("level", column(row, 10)?)?,
    })
}

/// Tasks that are to go further at an instant, those that wait longest first.
///
/// # Errors
/// A fault when the database fails.
pub async fn tasks_to_escalate(
    sql: &impl TenantSql,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<TaskId>, Fault> {
    let rows = sql
        .rows(
            "SELECT id FROM task WHERE org_id = $1 AND escalates_at <= $2 ORDER BY escalates_at, id LIMIT $3",
            vec![now.millis().into(), i64::from(limit).into()],
        )
        .await?;
    rows.iter().map(|row| column::<Uuid>(row, 0).map(TaskId)).collect()
}
