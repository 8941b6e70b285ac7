//! Accounts belong to no organization: they are read and written through the system door.

use qun_domain::access::{Account, Email, Position, Role};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId};
use qun_domain::locale::Locale;
use qun_domain::team::LadderStep;
use qun_domain::tenancy::{Name, Organization};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;

use super::assignments;
use crate::db::{Db, OrgScope, SystemTx, column};
use crate::ids::Ids;
use crate::tenancy::organization_model;

/// The account of this address and the hash of its password.
pub(super) async fn account(door: &SystemTx, email: &Email) -> Result<Option<(Account, String)>, Fault> {
    let rows = door
        .rows(
            "SELECT id, email, display_name, locale, password_hash FROM account WHERE email = $1",
            vec![email.as_str().into()],
        )
        .await?;
    rows.first().map(|row| Ok((account_model(row)?, column(row, 4)?))).transpose()
}

/// As [`account`], in a look of its own.
pub(super) async fn find(db: &Db, email: &Email) -> Result<Option<(Account, String)>, Fault> {
    let door = SystemTx::begin(db).await?;
    let found = account(&door, email).await?;
    door.commit().await?;
    Ok(found)
}

/// The account of this id.
pub(super) async fn of_id(door: &SystemTx, id: AccountId) -> Result<Option<Account>, Fault> {
    let sql = "SELECT id, email, display_name, locale FROM account WHERE id = $1";
    door.rows(sql, vec![id.0.into()]).await?.first().map(account_model).transpose()
}

/// The columns `id, email, display_name, locale` as an account.
pub(super) fn account_model(row: &QueryResult) -> Result<Account, Fault> {
    let id = AccountId(column(row, 0)?);
    Ok(Account { id, email: column(row, 1)?, display_name: column(row, 2)?, locale: locale(row, 3, id)? })
}

/// Column `index` of a row of `account` as a language.
pub(super) fn locale(row: &QueryResult, index: usize, account: AccountId) -> Result<Option<Locale>, Fault> {
    let code: Option<String> = column(row, index)?;
    let locale = code.map(|code| code.parse()).transpose();
    locale.map_err(|error| Fault::from_error(format!("account.locale of {account}"), error))
}

/// An account that is yet to be.
pub(super) struct Candidate {
    pub(super) id: AccountId,
    pub(super) email: Email,
    pub(super) name: Name,
    pub(super) password_hash: String,
}

/// The account of the candidate's address: the one that there is, left as it is, or a new one.
pub(super) async fn find_or_add(
    door: &SystemTx,
    candidate: Candidate,
    now: Timestamp,
) -> Result<Account, Fault> {
    door.run(
        "INSERT INTO account (id, email, password_hash, display_name, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING",
        vec![
            candidate.id.0.into(),
            candidate.email.as_str().into(),
            candidate.password_hash.into(),
            candidate.name.as_str().into(),
            now.millis().into(),
        ],
    )
    .await?;
    let found = account(door, &candidate.email).await?;
    found.map(|(account, _)| account).ok_or_else(|| Fault::new("the account that was just added is gone"))
}

/// Holds an account until the transaction ends; the hash of its password.
pub(super) async fn hold(door: &SystemTx, account: AccountId) -> Result<Option<String>, Fault> {
    let sql = format!("SELECT password_hash FROM account WHERE id = $1{}", door.dialect().for_update());
    door.rows(&sql, vec![account.0.into()]).await?.first().map(|row| column(row, 0)).transpose()
}

/// Gives an account that is held another password.
pub(super) async fn set_password(door: &SystemTx, account: AccountId, hash: String) -> Result<(), Fault> {
    let sql = "UPDATE account SET password_hash = $2 WHERE id = $1";
    door.run(sql, vec![account.0.into(), hash.into()]).await?;
    Ok(())
}

/// Writes what others call an account, and the language that it wants.
pub(super) async fn update(door: &SystemTx, account: &Account) -> Result<(), Fault> {
    let sql = "UPDATE account SET display_name = $2, locale = $3 WHERE id = $1";
    let locale = account.locale.map(Locale::code);
    door.run(sql, vec![account.id.0.into(), account.display_name.as_str().into(), locale.into()]).await?;
    Ok(())
}

/// Makes an account a member of the organization of `scope`, who holds an assignment; `false` when it is
/// one already. Whoever left comes back like this.
pub(super) async fn join(
    door: &SystemTx,
    ids: &Ids,
    scope: &OrgScope,
    account: AccountId,
    position: Position,
    now: Timestamp,
) -> Result<bool, Fault> {
    let org = scope.org();
    let joined = door
        .run(
            "INSERT INTO org_account (org_id, account_id, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (org_id, account_id) DO UPDATE SET left_at = NULL, suspended_at = NULL
             WHERE org_account.left_at IS NOT NULL",
            vec![org.0.into(), account.0.into(), now.millis().into()],
        )
        .await?;
    if joined == 1 {
        let id = ids.make();
        let (sql, params) = assignments::insert(id, account, position, assignments::FULL, now);
        door.run(sql, [vec![org.0.into()], params].concat()).await?;
        let step = LadderStep::assigned(account, id, position);
        let (sql, params) = assignments::insert_step(ids.make(), &step, scope.actor(), now);
        door.run(sql, [vec![org.0.into()], params].concat()).await?;
    }
    Ok(joined == 1)
}

/// What of a seat is not over.
const TAKEN: &str = "m.suspended_at IS NULL AND m.left_at IS NULL";

/// Whether an account belongs to an organization.
pub(super) async fn is_member(door: &SystemTx, org: OrgId, account: AccountId) -> Result<bool, Fault> {
    let sql = format!("SELECT 1 FROM org_account m WHERE m.org_id = $1 AND m.account_id = $2 AND {TAKEN}");
    Ok(!door.rows(&sql, vec![org.0.into(), account.0.into()]).await?.is_empty())
}

/// The organizations of an account.
pub(super) async fn organizations(door: &SystemTx, account: AccountId) -> Result<Vec<OrgId>, Fault> {
    let sql =
        format!("SELECT m.org_id FROM org_account m WHERE m.account_id = $1 AND {TAKEN} ORDER BY m.org_id");
    let rows = door.rows(&sql, vec![account.0.into()]).await?;
    rows.iter().map(|row| Ok(OrgId(column(row, 0)?))).collect()
}

/// The organizations of an account with its roles there, in the order of their slugs.
pub(super) async fn seats(
    door: &SystemTx,
    account: AccountId,
) -> Result<Vec<(Organization, Vec<Role>)>, Fault> {
    let sql = format!(
        "SELECT o.org_id, o.slug, o.name, o.time_zone, p.role
         FROM org_account m JOIN organization o ON o.org_id = m.org_id
         LEFT JOIN role_assignment p ON p.org_id = m.org_id AND p.account_id = m.account_id AND p.ended_at IS NULL
         WHERE m.account_id = $1 AND {TAKEN} ORDER BY o.slug, p.role"
    );
    let mut seats: Vec<(Organization, Vec<Role>)> = Vec::new();
    for row in door.rows(&sql, vec![account.0.into()]).await? {
        let organization = organization_model(&row)?;
        if seats.last().is_none_or(|(last, _)| last.id != organization.id) {
            seats.push((organization, Vec::new()));
        }
        let code: Option<String> = column(&row, 4)?;
        if let (Some(code), Some((_, roles))) = (code, seats.last_mut()) {
            let role = code
                .parse()
                .map_err(|error| Fault::from_error(format!("assignment.role of {account}"), error))?;
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
    }
    Ok(seats)
}

/// As [`seats`], in a look of its own.
pub(super) async fn seats_of(db: &Db, account: AccountId) -> Result<Vec<(Organization, Vec<Role>)>, Fault> {
    let door = SystemTx::begin(db).await?;
    let seats = seats(&door, account).await?;
    door.commit().await?;
    Ok(seats)
}
