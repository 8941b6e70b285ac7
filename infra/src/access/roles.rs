//! The role of an account in an organization, remembered for a moment.

use qun_domain::access::Role;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId, SessionId};

use super::accounts;
use super::recent::Recent;
use crate::db::TenantSql;

/// The role of an account in the organization of this door.
pub(super) async fn role_of(sql: &impl TenantSql, account: AccountId) -> Result<Option<Role>, Fault> {
    let rows = sql
        .rows("SELECT role FROM org_account WHERE org_id = $1 AND account_id = $2", vec![account.0.into()])
        .await?;
    rows.first().map(|row| accounts::role(row, 0, account)).transpose()
}

/// As [`role_of`], for who comes in the course of a session: none when that is over.
pub(super) async fn role_in_session(
    sql: &impl TenantSql,
    account: AccountId,
    session: SessionId,
) -> Result<Option<Role>, Fault> {
    let rows = sql
        .rows(
            "SELECT m.role FROM org_account m JOIN session s ON s.org_id = m.org_id AND s.account_id = m.account_id
             WHERE m.org_id = $1 AND m.account_id = $2 AND s.id = $3 AND s.ended_at IS NULL",
            vec![account.0.into(), session.0.into()],
        )
        .await?;
    rows.first().map(|row| accounts::role(row, 0, account)).transpose()
}

/// In which organization, which account, in the course of which session.
type Key = (OrgId, AccountId, Option<SessionId>);

/// Roles seen lately. That an account is no member is not remembered: one that was
/// just added gets in at once.
pub(super) type Roles = Recent<Key, Role>;

#[cfg(test)]
mod tests {
    use qun_domain::time::Timestamp;

    use super::super::recent::KEPT;
    use super::*;

    #[test]
    fn a_role_is_remembered_for_ten_seconds() {
        let roles = Roles::default();
        let at = Timestamp::from_millis(1_000_000).expect("a time");
        let id = uuid::Uuid::from_u128;
        let key = (OrgId(id(1)), AccountId(id(2)), Some(SessionId(id(3))));
        roles.put(key, Role::Admin, at);
        assert_eq!(roles.get(&key, at.plus_millis(KEPT - 1)), Some(Role::Admin));
        assert_eq!(roles.get(&key, at.plus_millis(KEPT)), None);
        assert_eq!(roles.get(&key, at.plus_millis(-1)), None);
        for other in [(OrgId(id(4)), key.1, key.2), (key.0, key.1, None), (key.0, AccountId(id(4)), key.2)] {
            assert_eq!(roles.get(&other, at), None);
        }
        roles.forget(&key);
        assert_eq!(roles.get(&key, at), None);
    }
}
