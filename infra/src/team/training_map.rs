//! Rows of courses and completions as models.

use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CompletionId, CourseId};
use qun_domain::team::{Audience, Completion, Course, codes_of};
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::db::{column, timestamp, timestamp_or_none};

/// What [`course`] reads, of `course c`.
pub(super) const COURSE: &str = "c.id, c.title, c.kind, c.roles, c.ranks, c.withholds, c.version,
    c.first_published_at, c.created_at, c.archived_at";

/// What [`completion`] reads, of `training_completion t`.
pub(super) const COMPLETION: &str =
    "t.id, t.account_id, t.course_id, t.version, t.kind, t.score, t.examined_by, t.at";

/// When the version after that of `training_completion t` was published.
pub(crate) const SUPERSEDED: &str = "(SELECT v.published_at FROM course_version v
    WHERE v.org_id = $1 AND v.course_id = t.course_id AND v.number = t.version + 1)";

/// A row of [`COURSE`].
pub(super) fn course(row: &QueryResult) -> Result<Course, Fault> {
    let id = CourseId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("course.{name} of {id} cannot be read"));
    let text = |index| column::<String>(row, index);
    Ok(Course {
        id,
        title: text(1)?,
        kind: text(2)?.parse().map_err(|_| bad("kind"))?,
        audience: Audience {
            roles: codes_of(&text(3)?).map_err(|_| bad("roles"))?,
            ranks: codes_of(&text(4)?).map_err(|_| bad("ranks"))?,
        },
        withholds: codes_of(&text(5)?).map_err(|_| bad("withholds"))?,
        version: u32::try_from(column::<i32>(row, 6)?).map_err(|_| bad("version"))?,
        first_published_at: timestamp_or_none(row, 7)?,
        created_at: timestamp(row, 8)?,
        archived_at: timestamp_or_none(row, 9)?,
    })
}

/// A row of [`COMPLETION`].
pub(super) fn completion(row: &QueryResult) -> Result<Completion, Fault> {
    let id = CompletionId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("training_completion.{name} of {id} cannot be read"));
    let score: Option<i32> = column(row, 5)?;
    Ok(Completion {
        id,
        account: AccountId(column(row, 1)?),
        course: CourseId(column(row, 2)?),
        version: u32::try_from(column::<i32>(row, 3)?).map_err(|_| bad("version"))?,
        kind: column::<String>(row, 4)?.parse().map_err(|_| bad("kind"))?,
        score: score.map(|score| u8::try_from(score).map_err(|_| bad("score"))).transpose()?,
        examined_by: column::<Option<Uuid>>(row, 6)?.map(AccountId),
        at: timestamp(row, 7)?,
    })
}
