//! Row ↔ model.

use std::str::FromStr;

use qun_domain::fault::Fault;
use qun_domain::id::{CommunityId, GroupId};
use qun_domain::scope::Scope;
use qun_domain::tasks::{Proof, Task};
use qun_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Uuid;

use super::entity::task;

/// A task row as a task.
pub(super) fn task_model(row: task::Model) -> Result<Task, Fault> {
    let of = Of { table: "task", id: row.id };
    Ok(Task {
        id: row.id.into(),
        place: Scope::of_columns(row.community_id.map(CommunityId), row.group_id.map(GroupId)),
        kind: of.code("kind", &row.kind)?,
        title: row.title,
        body: row.body,
        copy_text: row.copy_text,
        subject: row.subject.map(|subject| of.code("subject", &subject)).transpose()?,
        given_to: row.given_to.into(),
        assignee: row.assignee_id.into(),
        backup: row.backup_id.map(Into::into),
        due_at: of.time("due_at", row.due_at)?,
        proof: of.code("proof", &row.proof)?,
        needs_verification: row.needs_verification,
        state: of.code("state", &row.state)?,
        level: of.count("level", row.level)?,
        escalates_at: row.escalates_at.map(|at| of.time("escalates_at", at)).transpose()?,
        created_by: row.created_by,
        created_at: of.time("created_at", row.created_at)?,
        done_at: row.done_at.map(|at| of.time("done_at", at)).transpose()?,
        done_by: row.done_by.map(Into::into),
        given: of.proof(row.given_kind.as_deref(), row.given_text.as_deref())?,
        sent_back: of.count("sent_back", row.sent_back)?,
        ended_at: row.ended_at.map(|at| of.time("ended_at", at)).transpose()?,
        steps: of.count("steps", row.steps)?,
    })
}

/// A new task as a row.
pub(super) fn task_row(task: &Task) -> Result<task::ActiveModel, Fault> {
    let (community, group) = task.place.columns();
    Ok(task::ActiveModel {
        id: Set(task.id.0),
        community_id: Set(community.map(Into::into)),
        group_id: Set(group.map(Into::into)),
        kind: Set(task.kind.code().to_owned()),
        title: Set(task.title.clone()),
        body: Set(task.body.clone()),
        copy_text: Set(task.copy_text.clone()),
        subject: Set(task.subject.as_ref().map(ToString::to_string)),
        given_to: Set(task.given_to.0),
        assignee_id: Set(task.assignee.0),
        backup_id: Set(task.backup.map(Into::into)),
        due_at: Set(task.due_at.millis()),
        proof: Set(task.proof.code().to_owned()),
        needs_verification: Set(task.needs_verification),
        state: Set(task.state.code().to_owned()),
        level: Set(number(task.level)?),
        escalates_at: Set(task.escalates_at.map(Timestamp::millis)),
        created_by: Set(task.created_by.clone()),
        created_at: Set(task.created_at.millis()),
        done_at: Set(task.done_at.map(Timestamp::millis)),
        done_by: Set(task.done_by.map(Into::into)),
        given_kind: Set(task.given.as_ref().map(|proof| proof.kind().code().to_owned())),
        given_text: Set(task.given.as_ref().and_then(Proof::text).map(str::to_owned)),
        sent_back: Set(number(task.sent_back)?),
        ended_at: Set(task.ended_at.map(Timestamp::millis)),
        steps: Set(number(task.steps)?),
        ..Default::default()
    })
}

/// A count as its column has it.
pub(super) fn number(count: u32) -> Result<i32, Fault> {
    i32::try_from(count).map_err(|error| Fault::from_error("a count of a task", error))
}

/// Whose columns are read: a value that does not parse names them.
pub(super) struct Of {
    pub(super) table: &'static str,
    pub(super) id: Uuid,
}

impl Of {
    pub(super) fn code<T: FromStr>(&self, column: &str, code: &str) -> Result<T, Fault> {
        code.parse().map_err(|_| self.unsound(column))
    }

    pub(super) fn time(&self, column: &str, millis: i64) -> Result<Timestamp, Fault> {
        Timestamp::from_millis(millis).ok_or_else(|| self.unsound(column))
    }

    pub(super) fn count(&self, column: &str, count: i32) -> Result<u32, Fault> {
        u32::try_from(count).map_err(|_| self.unsound(column))
    }

    pub(super) fn proof(&self, kind: Option<&str>, text: Option<&str>) -> Result<Option<Proof>, Fault> {
        let Some(kind) = kind else { return Ok(None) };
        let kind = self.code("the kind of a proof", kind)?;
        Proof::new(kind, text).map(Some).map_err(|_| self.unsound("a proof"))
    }

    fn unsound(&self, column: &str) -> Fault {
        Fault::new(format!("{}.{column} of {} is not sound", self.table, self.id))
    }
}
