//! What an account is in an organization, remembered for a moment.

use std::sync::Arc;

use qun_domain::access::Standing;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CommunityId, GroupId, OrgId, SessionId};
use qun_domain::locale::Locale;
use qun_domain::time::Timestamp;
use uuid::Uuid;

use super::recent::Recent;
use super::{accounts, assignments};
use crate::db::{TenantSql, column};

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

/// What an account is in the organization of this door, in one statement; `None` for who is no
/// member, is suspended, or comes in the course of a session that is over.
pub(super) async fn standing_of(
    sql: &impl TenantSql,
    account: AccountId,
    session: Option<SessionId>,
    now: Timestamp,
) -> Result<Option<Seated>, Fault> {
    // The member, with each assignment or none; then the groups in the communities of the assignments.
    let member = "FROM org_account m LEFT JOIN role_assignment p
        ON p.org_id = m.org_id AND p.account_id = m.account_id AND p.ended_at IS NULL
        WHERE m.org_id = $1 AND m.account_id = $2 AND m.suspended_at IS NULL AND m.left_at IS NULL";
    let in_session = "AND EXISTS (SELECT 1 FROM session s WHERE s.org_id = $1 AND s.account_id = $2
        AND s.id = $3 AND s.ended_at IS NULL)";
    let (columns, locale) = (assignments::COLUMNS, sql.dialect().account_locale("m.account_id"));
    let statement = format!(
        "SELECT {columns}, {locale} {member} {}
         UNION ALL
         SELECT NULL, NULL, NULL, g.community_id, g.id, NULL, NULL FROM chat_group g
         WHERE g.org_id = $1 AND g.community_id IN (
             SELECT community_id FROM role_assignment
             WHERE org_id = $1 AND account_id = $2 AND ended_at IS NULL AND community_id IS NOT NULL)",
        if session.is_some() { in_session } else { "" }
    );
    let mut params = vec![account.0.into()];
    params.extend(session.map(|id| id.0.into()));
    let (mut held, mut communities) = (Vec::new(), Vec::new());
    let (mut is_member, mut wanted) = (false, None);
    for row in sql.rows(&statement, params).await? {
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
    let standing = Standing::new(held, communities.into_iter().collect());
    Ok(is_member.then(|| Seated { standing: Arc::new(standing), locale: wanted }))
}
