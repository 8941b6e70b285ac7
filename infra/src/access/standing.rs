//! What an account is in an organization, remembered for a moment.

use std::sync::Arc;

use qun_domain::access::{Assignment, Capability, Standing, Withheld};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CommunityId, CourseId, GroupId, OrgId, SessionId};
use qun_domain::locale::Locale;
use qun_domain::team::{Audience, CourseKind, Done, Duty, codes_of, training};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use uuid::Uuid;

use super::recent::Recent;
use super::{accounts, assignments};
use crate::db::{Dialect, TenantSql, column, timestamp_or_none};
use crate::team::{SUPERSEDED, training_policy};

/// In which organization, which account, in the course of which session.
type Key = (OrgId, AccountId, Option<SessionId>);

/// What an account is in an organization, and how it is spoken to.
#[derive(Clone, Debug)]
pub(super) struct Seated {
    pub(super) standing: Arc<Standing>,
    /// The language that it wants, in all of its organizations.
    pub(super) locale: Option<Locale>,
}

/// Standings seen lately, each with the count of changes when it was asked for. That an account
/// is no member is not remembered: one that was just added gets in at once.
pub(super) type Standings = Recent<Key, (Seated, u64)>;

/// What an account is in the organization of this door; `None` for who is no member, is suspended, or
/// comes in the course of a session that is over. One statement; a second one where a course that
/// withholds something was done, because the policy says for how long that counts.
pub(super) async fn standing_of(
    sql: &impl TenantSql,
    (org, account): (OrgId, AccountId),
    session: Option<SessionId>,
    now: Timestamp,
) -> Result<Option<Seated>, Fault> {
    let mut params = vec![account.0.into()];
    params.extend(session.map(|id| id.0.into()));
    let (mut held, mut communities, mut courses) = (Vec::new(), Vec::new(), Vec::new());
    let (mut is_member, mut wanted) = (false, None);
    for row in sql.rows(&statement(sql.dialect(), session.is_some()), params).await? {
        if let Some(course) = Withholding::read(&row)? {
            courses.push(course);
            continue;
        }
        let (assignment, group): (Option<Uuid>, Option<Uuid>) = (column(&row, 0)?, column(&row, 4)?);
        match (assignment, group) {
            (Some(_), _) => held.push(assignments::assignment(&row, now)?),
            (None, Some(group)) => communities.push((GroupId(group), CommunityId(column(&row, 3)?))),
            // A member without an assignment.
            (None, None) => {}
        }
        is_member |= assignment.is_some() || group.is_none();
        wanted = wanted.or(accounts::locale(&row, 6, account)?);
    }
    if !is_member {
        return Ok(None);
    }
    let withheld = withheld(sql, org, courses, &held, now).await?;
    let standing = Standing::new(held, communities.into_iter().collect()).without(withheld);
    Ok(Some(Seated { standing: Arc::new(standing), locale: wanted }))
}

/// The member, with each assignment or none; then the groups in the communities of the assignments;
/// then the courses that withhold something of their audience, with the member's last completion.
fn statement(dialect: Dialect, in_session: bool) -> String {
    let member = "FROM org_account m LEFT JOIN role_assignment p
        ON p.org_id = m.org_id AND p.account_id = m.account_id AND p.ended_at IS NULL
        WHERE m.org_id = $1 AND m.account_id = $2 AND m.suspended_at IS NULL AND m.left_at IS NULL";
    let session = "AND EXISTS (SELECT 1 FROM session s WHERE s.org_id = $1 AND s.account_id = $2
        AND s.id = $3 AND s.ended_at IS NULL)";
    let (columns, locale) = (assignments::COLUMNS, dialect.account_locale("m.account_id"));
    format!(
        "SELECT {columns}, {locale}, CAST(NULL AS {}), CAST(NULL AS text), CAST(NULL AS text),
                CAST(NULL AS bigint) {member} {}
         UNION ALL
         SELECT NULL, NULL, NULL, g.community_id, g.id, NULL, NULL, NULL, NULL, NULL, NULL FROM chat_group g
         WHERE g.org_id = $1 AND g.community_id IN (
             SELECT community_id FROM role_assignment
             WHERE org_id = $1 AND account_id = $2 AND ended_at IS NULL AND community_id IS NOT NULL)
         UNION ALL
         SELECT NULL, c.kind, c.withholds, NULL, NULL, t.at, NULL, c.id, c.roles, c.ranks, {SUPERSEDED}
         FROM course c LEFT JOIN training_completion t
           ON t.org_id = $1 AND t.account_id = $2 AND t.course_id = c.id
          AND t.at = (SELECT MAX(u.at) FROM training_completion u
                      WHERE u.org_id = $1 AND u.account_id = $2 AND u.course_id = c.id)
         WHERE c.org_id = $1 AND c.archived_at IS NULL AND c.version > 0 AND c.withholds <> ''",
        dialect.id_type(),
        if in_session { session } else { "" }
    )
}

/// A course that withholds something of its audience, and when an account did it last.
struct Withholding {
    course: CourseId,
    kind: CourseKind,
    audience: Audience,
    capabilities: Vec<Capability>,
    done: Option<Done>,
}

impl Withholding {
    fn read(row: &QueryResult) -> Result<Option<Self>, Fault> {
        let Some(id) = column::<Option<Uuid>>(row, 7)? else { return Ok(None) };
        let bad = |name: &str| Fault::new(format!("course.{name} of {id} cannot be read"));
        let text = |index| column::<String>(row, index);
        let mut done = None;
        if let Some(at) = timestamp_or_none(row, 5)? {
            done = Some(Done { at, superseded_at: timestamp_or_none(row, 10)? });
        }
        Ok(Some(Self {
            course: CourseId(id),
            kind: text(1)?.parse().map_err(|_| bad("kind"))?,
            audience: Audience {
                roles: codes_of(&text(8)?).map_err(|_| bad("roles"))?,
                ranks: codes_of(&text(9)?).map_err(|_| bad("ranks"))?,
            },
            capabilities: codes_of(&text(2)?).map_err(|_| bad("withholds"))?,
            done,
        }))
    }
}

/// What courses withhold of who holds these assignments (K14): from the first version on, without
/// days of grace.
async fn withheld(
    sql: &impl TenantSql,
    org: OrgId,
    mut courses: Vec<Withholding>,
    held: &[Assignment],
    now: Timestamp,
) -> Result<Vec<Withheld>, Fault> {
    courses.retain(|course| held.iter().any(|held| course.audience.has(held.position)));
    if courses.iter().any(|course| course.done.is_some()) {
        let policy = training_policy(sql, org).await?;
        courses.retain(|course| {
            let duty = Duty { since: now, done: course.done };
            !training(duty, course.kind.lasts(&policy), &policy, now).counts
        });
    }
    let each = |course: Withholding| {
        let of = course.course;
        course.capabilities.into_iter().map(move |capability| Withheld { capability, course: of })
    };
    Ok(courses.into_iter().flat_map(each).collect())
}
