use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use qun_domain::tenancy::{Organization, Slug};

use super::organization_model;
use crate::db::{Db, SystemTx, TenantSql, column};

/// The organization whose door this is.
///
/// # Errors
/// A fault when the database fails.
pub async fn organization(read: &impl TenantSql) -> Result<Organization, Fault> {
    let rows = read
        .rows("SELECT org_id, slug, name, time_zone FROM organization WHERE org_id = $1", Vec::new())
        .await?;
    let row = rows.first().ok_or_else(|| Fault::new("the organization of an open door is gone"))?;
    organization_model(row)
}

/// Whether the organization whose door this is requires a second factor of who logs in.
///
/// # Errors
/// A fault when the database fails.
pub async fn requires_second_factor(read: &impl TenantSql) -> Result<bool, Fault> {
    let rows =
        read.rows("SELECT requires_second_factor FROM organization WHERE org_id = $1", Vec::new()).await?;
    let row = rows.first().ok_or_else(|| Fault::new("the organization of an open door is gone"))?;
    column(row, 0)
}

/// The organization of this slug, through the system door: for the command line and tests.
///
/// # Errors
/// A fault when the database fails.
pub async fn organization_by_slug(db: &Db, slug: &Slug) -> Result<Option<Organization>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door
        .rows(
            "SELECT org_id, slug, name, time_zone FROM organization WHERE slug = $1",
            vec![slug.as_str().into()],
        )
        .await?;
    door.commit().await?;
    rows.first().map(organization_model).transpose()
}

/// The organization of this id, through a system door that is open.
pub(crate) async fn organization_by_id(door: &SystemTx, org: OrgId) -> Result<Option<Organization>, Fault> {
    let sql = "SELECT org_id, slug, name, time_zone FROM organization WHERE org_id = $1";
    door.rows(sql, vec![org.0.into()]).await?.first().map(organization_model).transpose()
}

/// All organizations in the order of their slugs, through the system door: for the
/// command line and the scheduler.
///
/// # Errors
/// A fault when the database fails.
pub async fn organizations(db: &Db) -> Result<Vec<Organization>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows =
        door.rows("SELECT org_id, slug, name, time_zone FROM organization ORDER BY slug", Vec::new()).await?;
    door.commit().await?;
    rows.iter().map(organization_model).collect()
}
