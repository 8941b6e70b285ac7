use qun_domain::access::Account;
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use sea_orm::sea_query::Value;

use super::accounts::account_model;
use crate::db::{Dialect, OrgRead, SystemTx, TenantSql};

/// The accounts with these ids, those that belong to the organization of the door.
///
/// # Errors
/// A fault when the database fails.
pub async fn members_by_id(read: &OrgRead, ids: &[AccountId]) -> Result<Vec<Account>, Fault> {
    let dialect = read.dialect();
    let who = format!("m.account_id {}", dialect.is_one_of_ids(2));
    members(read, &who, dialect.ids(ids.iter().copied())).await
}

/// The accounts with these addresses, which are in lower case: those that belong, or belonged, to the
/// organization of the door.
///
/// # Errors
/// A fault when the database fails.
pub async fn members_by_email(read: &OrgRead, addresses: &[String]) -> Result<Vec<Account>, Fault> {
    let dialect = read.dialect();
    let who = format!("a.email {}", dialect.is_one_of_texts(2));
    members(read, &who, dialect.texts(addresses)).await
}

async fn members(read: &OrgRead, who: &str, which: Value) -> Result<Vec<Account>, Fault> {
    let sql = format!(
        "SELECT a.id, a.email, a.display_name, a.locale FROM org_account m JOIN account a ON a.id = m.account_id
         WHERE m.org_id = $1 AND {who}"
    );
    // On SQLite the system door is the one connection that writes: who reads does not wait for it.
    let rows = match read.dialect() {
        Dialect::Sqlite => read.rows(&sql, vec![which]).await?,
        Dialect::Postgres => {
            let door = SystemTx::begin(read.db()).await?;
            let rows = door.rows(&sql, vec![read.scope().org().0.into(), which]).await?;
            door.commit().await?;
            rows
        }
    };
    rows.iter().map(account_model).collect()
}
