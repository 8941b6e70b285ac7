//! What an account is in an organization, remembered for a moment.

use std::sync::Arc;

use qun_domain::access::Standing;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CommunityId, GroupId, OrgId, SessionId};
use qun_domain::time::Timestamp;
use uuid::Uuid;

use super::assignments;
use super::recent::Recent;
use crate::db::{TenantSql, column};

/// In which organization, which account, in the course of which session.
type Key = (OrgId, AccountId, Option<SessionId>);

/// Standings seen lately, each with the count of changes when it was asked for. That an account
/// is no member is not remembered: one that was just added gets in at once.
pub(super) type Standings = Recent<Key, (Arc<Standing>, u64)>;

/// What an account is in the organization of this door, in one statement; `None` for who is no
/// member, is suspended, or comes in the course of a session that is over.
pub(super) async fn standing_of(
    sql: &impl TenantSql,
    account: AccountId,
    session: Option<SessionId>,
    now: Timestamp,
) -> Result<Option<Standing>, Fault> {
    // The member, with each assignment or none; then the groups in the communities of the assignments.
    let member = "FROM org_account m LEFT JOIN role_assignment p
        ON p.org_id = m.org_id AND p.account_id = m.account_id AND p.ended_at IS NULL
        WHERE m.org_id = $1 AND m.account_id = $2 AND m.suspended_at IS NULL AND m.left_at IS NULL";
    let in_session = "AND EXISTS (SELECT 1 FROM session s WHERE s.org_id = $1 AND s.account_id = $2
        AND s.id = $3 AND s.ended_at IS NULL)";
    let columns = assignments::COLUMNS;
    let statement = format!(
        "SELECT {columns} {member} {}
         UNION ALL
         SELECT NULL, NULL, NULL, g.community_id, g.id, NULL FROM chat_group g
         WHERE g.org_id = $1 AND g.community_id IN (
             SELECT community_id FROM role_assignment
             WHERE org_id = $1 AND account_id = $2 AND ended_at IS NULL AND community_id IS NOT NULL)",
        if session.is_some() { in_session } else { "" }
    );
    let mut params = vec![account.0.into()];
    params.extend(session.map(|id| id.0.into()));
    let (mut held, mut communities, mut is_member) = (Vec::new(), Vec::new(), false);
    for row in sql.rows(&statement, params).await? {
        let (assignment, group): (Option<Uuid>, Option<Uuid>) = (column(&row, 0)?, column(&row, 4)?);
        match (assignment, group) {
            (Some(_), _) => held.push(assignments::assignment(&row, now)?),
            (None, Some(group)) => communities.push((GroupId(group), CommunityId(column(&row, 3)?))),
            // A member without an assignment.
            (None, None) => {}
        }
        is_member |= assignment.is_some() || group.is_none();
    }
    Ok(is_member.then(|| Standing::new(held, communities.into_iter().collect())))
}
