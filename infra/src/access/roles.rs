//! The role of an account in an organization, remembered for a moment.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use qun_domain::access::Role;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId};
use qun_domain::time::Timestamp;

use super::accounts;
use crate::db::TenantSql;

/// How long a removed account may still get in, in milliseconds.
const KEPT: i64 = 10 * Timestamp::SECOND;
/// How many roles are remembered at most; a few megabytes.
const MOST: usize = 10_000;

/// The role of an account in the organization of this door.
pub(super) async fn role_of(sql: &impl TenantSql, account: AccountId) -> Result<Option<Role>, Fault> {
    let rows = sql
        .rows("SELECT role FROM org_account WHERE org_id = $1 AND account_id = $2", vec![account.0.into()])
        .await?;
    rows.first().map(|row| accounts::role(row, 0, account)).transpose()
}

/// Roles seen lately. That an account is no member is not remembered: one that was
/// just added gets in at once.
#[derive(Default)]
pub(super) struct Roles {
    seen: Mutex<HashMap<(OrgId, AccountId), (Role, Timestamp)>>,
}

impl Roles {
    pub(super) fn get(&self, org: OrgId, account: AccountId, now: Timestamp) -> Option<Role> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&(org, account)).filter(|(_, at)| is_fresh(*at, now)).map(|(role, _)| *role)
    }

    pub(super) fn put(&self, org: OrgId, account: AccountId, role: Role, now: Timestamp) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.retain(|_, (_, at)| is_fresh(*at, now));
        }
        if seen.len() < MOST {
            seen.insert((org, account), (role, now));
        }
    }
}

/// A clock that was set back makes nothing fresh.
fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    (0..KEPT).contains(&(now.millis() - at.millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_remembered_for_ten_seconds() {
        let roles = Roles::default();
        let at = Timestamp::from_millis(1_000_000).expect("a time");
        let key = (OrgId(uuid::Uuid::from_u128(1)), AccountId(uuid::Uuid::from_u128(2)));
        roles.put(key.0, key.1, Role::Admin, at);
        assert_eq!(roles.get(key.0, key.1, at.plus_millis(KEPT - 1)), Some(Role::Admin));
        assert_eq!(roles.get(key.0, key.1, at.plus_millis(KEPT)), None);
        assert_eq!(roles.get(key.0, key.1, at.plus_millis(-1)), None);
        assert_eq!(roles.get(OrgId(uuid::Uuid::from_u128(3)), key.1, at), None);
    }

    #[test]
    fn memory_is_bounded() {
        let roles = Roles::default();
        let at = Timestamp::from_millis(1_000_000).expect("a time");
        let org = OrgId(uuid::Uuid::from_u128(1));
        for n in 0..MOST as u128 + 5 {
            roles.put(org, AccountId(uuid::Uuid::from_u128(n)), Role::Admin, at);
        }
        assert_eq!(roles.seen.lock().expect("a lock").len(), MOST);
        let later = at.plus_millis(KEPT);
        roles.put(org, AccountId(uuid::Uuid::from_u128(7)), Role::Owner, later);
        assert_eq!(roles.seen.lock().expect("a lock").len(), 1);
    }
}
