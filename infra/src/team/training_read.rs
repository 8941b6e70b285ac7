//! Courses, and where members stand in them.

use std::collections::HashMap;
use std::sync::Arc;

use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CourseId, OrgId};
use qun_domain::policy::TrainingPolicy;
use qun_domain::scope::Scope;
use qun_domain::team::{
    Completion, Course, CourseKind, Done, Duty, Held, Training, required_since, training,
};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;

use super::members::assignments_of;
use super::training_map::{COMPLETION, COURSE, SUPERSEDED, completion, course};
use crate::db::{OrgRead, TenantSql, Union, column, timestamp, timestamp_or_none};
use crate::policy::effective;

/// A page of courses, oldest first: those that go on, or all.
///
/// # Errors
/// A fault when the database fails.
pub async fn courses_page(
    sql: &impl TenantSql,
    with_archived: bool,
    after: Option<CourseId>,
    limit: u32,
) -> Result<Vec<Course>, Fault> {
    let mut params: Vec<Value> = vec![i64::from(limit).into()];
    let later = after.map_or("", |id| {
        params.push(id.0.into());
        "AND c.id > $3"
    });
    let running = if with_archived { "" } else { "AND c.archived_at IS NULL" };
    let text =
        format!("SELECT {COURSE} FROM course c WHERE c.org_id = $1 {running} {later} ORDER BY c.id LIMIT $2");
    sql.rows(&text, params).await?.iter().map(course).collect()
}

/// Courses by id, in no order.
///
/// # Errors
/// A fault when the database fails.
pub async fn courses_by_id(sql: &impl TenantSql, ids: &[CourseId]) -> Result<Vec<Course>, Fault> {
    let dialect = sql.dialect();
    let set = dialect.is_one_of_ids(2);
    let text = format!("SELECT {COURSE} FROM course c WHERE c.org_id = $1 AND c.id {set}");
    let rows = sql.rows(&text, vec![dialect.ids(ids.iter().map(|id| id.0))]).await?;
    rows.iter().map(course).collect()
}

/// A page of the versions of a course, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CourseVersionPage {
    /// The course.
    pub course: CourseId,
    /// Those with a lower number.
    pub before: Option<u32>,
    /// At most so many.
    pub limit: u32,
}

/// A published version of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseVersionRow {
    /// Its number, from 1.
    pub number: u32,
    /// What it teaches.
    pub material: Option<String>,
    /// Where that lies.
    pub link: Option<String>,
    /// Who published it, as the audit log names actors.
    pub published_by: String,
    /// When.
    pub published_at: Timestamp,
}

/// The versions of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn course_version_pages(
    sql: &impl TenantSql,
    pages: &[CourseVersionPage],
) -> Result<Vec<Vec<CourseVersionRow>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let course = union.bind(page.course.0);
        let before =
            union.bind(page.before.map_or(i32::MAX, |number| i32::try_from(number).unwrap_or(i32::MAX)));
        let limit = union.bind(i64::from(page.limit));
        union.select(
            "number, material, link, published_by, published_at",
            &format!(
                "FROM course_version WHERE org_id = $1 AND course_id = {course} AND number < {before}
                 ORDER BY number DESC LIMIT {limit}"
            ),
        );
    }
    union.pages_by(sql, 5, version, |version| std::cmp::Reverse(version.number)).await
}

fn version(row: &QueryResult) -> Result<CourseVersionRow, Fault> {
    let number = u32::try_from(column::<i32>(row, 0)?);
    Ok(CourseVersionRow {
        number: number.map_err(|error| Fault::from_error("course_version.number", error))?,
        material: column(row, 1)?,
        link: column(row, 2)?,
        published_by: column(row, 3)?,
        published_at: timestamp(row, 4)?,
    })
}

/// Where a member stands in a course that is required of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingRow {
    /// Whose.
    pub account: AccountId,
    /// The course.
    pub course: Arc<Course>,
    /// Where it stands.
    pub training: Training,
    /// When it was done last, and how.
    pub completion: Option<Completion>,
}

/// Where members stand in all courses that are required of them, in the order of the courses: with
/// as many statements for many members as for one.
///
/// # Errors
/// A fault when the database fails.
pub async fn trainings_of(
    read: &OrgRead,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<HashMap<AccountId, Vec<TrainingRow>>, Fault> {
    trainings(read, read.scope().org(), accounts, now).await
}

/// As [`trainings_of`], also inside a use case.
pub(super) async fn trainings(
    read: &impl TenantSql,
    org: OrgId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<HashMap<AccountId, Vec<TrainingRow>>, Fault> {
    let text = format!(
        "SELECT {COURSE} FROM course c
         WHERE c.org_id = $1 AND c.archived_at IS NULL AND c.version > 0 ORDER BY c.id"
    );
    let rows = read.rows(&text, vec![]).await?;
    let courses: Vec<Arc<Course>> =
        rows.iter().map(|row| course(row).map(Arc::new)).collect::<Result<_, _>>()?;
    if courses.is_empty() {
        return Ok(HashMap::new());
    }
    let policy = training_policy(read, org).await?;
    let held = assignments_of(read, accounts, now).await?;
    let mut done = last_completions(read, accounts).await?;
    let mut found: HashMap<AccountId, Vec<TrainingRow>> = HashMap::new();
    for account in accounts {
        let held: &[Held] = held.get(account).map_or(&[], Vec::as_slice);
        for course in &courses {
            let Some(since) = required_since(course, held) else { continue };
            let last = done.remove(&(*account, course.id));
            let row = stands(*account, course, since, last, (&policy, now));
            found.entry(*account).or_default().push(row);
        }
    }
    Ok(found)
}

fn stands(
    account: AccountId,
    course: &Arc<Course>,
    since: Timestamp,
    last: Option<(Completion, Option<Timestamp>)>,
    (policy, now): (&TrainingPolicy, Timestamp),
) -> TrainingRow {
    let done = last.as_ref().map(|(done, superseded_at)| Done { at: done.at, superseded_at: *superseded_at });
    let training = training(Duty { since, done }, course.kind.lasts(policy), policy, now);
    TrainingRow { account, course: Arc::clone(course), training, completion: last.map(|(done, _)| done) }
}

/// What the organization says about training.
pub(crate) async fn training_policy(sql: &impl TenantSql, org: OrgId) -> Result<TrainingPolicy, Fault> {
    Ok(effective(sql, org, Scope::Organization, None).await?.policy.policy.staff.training)
}

type Last = HashMap<(AccountId, CourseId), (Completion, Option<Timestamp>)>;

/// The last completion of each account in each course, and when the version after it came.
async fn last_completions(sql: &impl TenantSql, accounts: &[AccountId]) -> Result<Last, Fault> {
    let dialect = sql.dialect();
    let text = format!(
        "SELECT {COMPLETION}, {SUPERSEDED} FROM training_completion t
         WHERE t.org_id = $1 AND t.account_id {}
           AND t.at = (SELECT MAX(u.at) FROM training_completion u
                       WHERE u.org_id = $1 AND u.account_id = t.account_id AND u.course_id = t.course_id)
         ORDER BY t.id",
        dialect.is_one_of_ids(2)
    );
    let rows = sql.rows(&text, vec![dialect.ids(accounts.iter().map(|id| id.0))]).await?;
    rows.iter()
        .map(|row| {
            let done = completion(row)?;
            Ok(((done.account, done.course), (done, timestamp_or_none(row, 8)?)))
        })
        .collect()
}

/// A member and a course, by which trainings are listed.
pub type Pupil = (AccountId, CourseId);

/// A page of the trainings that are late at an instant, by member and course: those of active
/// members in courses that go on.
///
/// # Errors
/// A fault when the database fails.
pub async fn late_trainings(
    read: &OrgRead,
    now: Timestamp,
    after: Option<Pupil>,
    limit: u32,
) -> Result<Vec<TrainingRow>, Fault> {
    let policy = training_policy(read, read.scope().org()).await?;
    late_at(read, &policy, now, after, limit).await
}

/// A page of the trainings that are late at an instant, or will be within the time by which the policy
/// reminds of them; as [`late_trainings`].
///
/// # Errors
/// A fault when the database fails.
pub async fn trainings_to_remind_of(
    read: &OrgRead,
    now: Timestamp,
    after: Option<Pupil>,
    limit: u32,
) -> Result<Vec<TrainingRow>, Fault> {
    let policy = training_policy(read, read.scope().org()).await?;
    late_at(read, &policy, now.plus_millis(policy.ahead()), after, limit).await
}

async fn late_at(
    read: &OrgRead,
    policy: &TrainingPolicy,
    now: Timestamp,
    after: Option<Pupil>,
    limit: u32,
) -> Result<Vec<TrainingRow>, Fault> {
    let lasts = |kind: CourseKind| Value::from(kind.lasts(policy));
    let mut params: Vec<Value> = vec![
        now.millis().into(),
        policy.grace().into(),
        i64::from(limit).into(),
        lasts(CourseKind::Product),
        lasts(CourseKind::Communication),
        lasts(CourseKind::Crisis),
        lasts(CourseKind::Tool),
    ];
    let later = after.map_or("", |(account, course)| {
        params.extend([Value::from(account.0), Value::from(course.0)]);
        "AND (r.account_id, c.id) > ($9, $10)"
    });
    let rows = read.rows(&late(later), params).await?;
    let mut late = Vec::with_capacity(rows.len());
    for row in &rows {
        late.push(((AccountId(column(row, 0)?), CourseId(column(row, 1)?)), timestamp(row, 2)?));
    }
    let of = |pick: fn(&(Pupil, Timestamp)) -> uuid::Uuid| {
        late.iter().map(pick).collect::<std::collections::BTreeSet<_>>()
    };
    let courses: Vec<CourseId> = of(|((_, course), _)| course.0).into_iter().map(CourseId).collect();
    let accounts: Vec<AccountId> = of(|((account, _), _)| account.0).into_iter().map(AccountId).collect();
    let courses = courses_by_id(read, &courses).await?;
    let courses: HashMap<CourseId, Arc<Course>> =
        courses.into_iter().map(|course| (course.id, Arc::new(course))).collect();
    let mut done = last_completions(read, &accounts).await?;
    let rows = late.into_iter().filter_map(|((account, course), since)| {
        let last = done.remove(&(account, course));
        Some(stands(account, courses.get(&course)?, since, last, (policy, now)))
    });
    Ok(rows.collect())
}

/// The rule of `qun_domain::team::training` in SQL, as far as it says who is late: who is listed is
/// then looked at by the rule itself, and a test holds the two together. The version of the last
/// completion is the highest one, because only the newest can be completed.
fn late(later: &str) -> String {
    let last = |what: &str| {
        format!(
            "(SELECT MAX(t.{what}) FROM training_completion t
              WHERE t.org_id = $1 AND t.account_id = r.account_id AND t.course_id = c.id)"
        )
    };
    let (done_at, version) = (last("at"), last("version"));
    format!(
        "SELECT w.account_id, w.course_id, w.since FROM (
             SELECT r.account_id, c.id AS course_id, c.kind,
                    CASE WHEN MIN(r.ranked_at) < c.first_published_at
                         THEN c.first_published_at ELSE MIN(r.ranked_at) END AS since,
                    {done_at} AS done_at,
                    (SELECT v.published_at FROM course_version v
                     WHERE v.org_id = $1 AND v.course_id = c.id AND v.number = 1 + {version}) AS superseded_at
             FROM course c
             JOIN role_assignment r ON r.org_id = $1 AND r.ended_at IS NULL
               AND (c.roles = '' OR ' ' || c.roles || ' ' LIKE '% ' || r.role || ' %')
               AND (c.ranks = '' OR ' ' || c.ranks || ' ' LIKE '% ' || r.rank || ' %')
             JOIN org_account m ON m.org_id = $1 AND m.account_id = r.account_id
               AND m.suspended_at IS NULL AND m.left_at IS NULL
             WHERE c.org_id = $1 AND c.archived_at IS NULL AND c.version > 0 {later}
             GROUP BY r.account_id, c.id, c.kind, c.first_published_at) w
         WHERE (w.done_at IS NULL AND w.since + $3 <= $2)
            OR w.superseded_at + $3 <= $2
            OR w.done_at + CASE w.kind WHEN 'PRODUCT' THEN CAST($5 AS bigint)
                                       WHEN 'COMMUNICATION' THEN CAST($6 AS bigint)
                                       WHEN 'CRISIS' THEN CAST($7 AS bigint)
                                       ELSE CAST($8 AS bigint) END <= $2
         ORDER BY w.account_id, w.course_id LIMIT $4"
    )
}

/// A page of those who were reminded of a training, and of whom nobody has seen since that it is
/// late no more.
///
/// # Errors
/// A fault when the database fails.
pub async fn reminded(sql: &impl TenantSql, after: Option<Pupil>, limit: u32) -> Result<Vec<Pupil>, Fault> {
    let mut params: Vec<Value> = vec![i64::from(limit).into()];
    let later = after.map_or("", |(account, course)| {
        params.extend([Value::from(course.0), Value::from(account.0)]);
        "AND (course_id, account_id) > ($3, $4)"
    });
    let text = format!(
        "SELECT DISTINCT course_id, account_id FROM training_reminder
         WHERE org_id = $1 AND settled_at IS NULL {later} ORDER BY course_id, account_id LIMIT $2"
    );
    let rows = sql.rows(&text, params).await?;
    rows.iter().map(|row| Ok((AccountId(column(row, 1)?), CourseId(column(row, 0)?)))).collect()
}
