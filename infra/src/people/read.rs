//! Reads of persons for the API and the other contexts.

use qun_domain::fault::Fault;
use qun_domain::groups::Platform;
use qun_domain::id::PersonId;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use crate::db::{TenantSql, column};

/// A person of the organization, whatever the platforms (X11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// The latest display name, where a row told one.
    pub display_name: Option<String>,
}

/// What a platform calls a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The platform.
    pub platform: Platform,
    /// The user id there.
    pub external_id: String,
}

/// Reads a person from the columns `id, display_name` that begin at `first`.
pub(crate) fn person(row: &QueryResult, first: usize) -> Result<Person, Fault> {
    let id: Uuid = column(row, first)?;
    Ok(Person { id: id.into(), display_name: column(row, first + 1)? })
}

/// The persons with these ids, those that there are.
///
/// # Errors
/// A fault when the database fails.
pub async fn persons_by_id(sql: &impl TenantSql, ids: &[PersonId]) -> Result<Vec<Person>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT id, display_name FROM person WHERE org_id = $1 AND id {}",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(ids.iter().copied())],
        )
        .await?;
    rows.iter().map(|row| person(row, 0)).collect()
}

/// The identities of these persons, in order of platform and id.
///
/// # Errors
/// A fault when the database fails.
pub async fn identities_of(
    sql: &impl TenantSql,
    ids: &[PersonId],
) -> Result<Vec<(PersonId, Identity)>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT person_id, platform, external_id FROM person_identity
                 WHERE org_id = $1 AND person_id {} ORDER BY platform, external_id",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(ids.iter().copied())],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id: Uuid = column(row, 0)?;
            let code: String = column(row, 1)?;
            let platform = code
                .parse()
                .map_err(|error| Fault::from_error(format!("person_identity.platform of {id}"), error))?;
            Ok((id.into(), Identity { platform, external_id: column(row, 2)? }))
        })
        .collect()
}
