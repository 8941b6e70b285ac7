use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use qun_domain::tenancy::Organization;
use sea_orm::QueryResult;

use crate::db::column;

/// The first four columns `org_id, slug, name, time_zone` of a row as an organization.
pub(crate) fn organization_model(row: &QueryResult) -> Result<Organization, Fault> {
    let id = OrgId(column(row, 0)?);
    let zone: String = column(row, 3)?;
    let zone = zone
        .parse()
        .map_err(|_| Fault::new(format!("organization.time_zone of {id} is not in the database of zones")))?;
    Ok(Organization { id, slug: column(row, 1)?, name: column(row, 2)?, zone })
}
