use qun_domain::fault::Fault;
use qun_domain::tenancy::Organization;
use qun_domain::time::Timestamp;

use crate::db::SystemTx;

/// Adds an organization; `false` when its slug is taken.
pub(crate) async fn add_organization(
    door: &SystemTx,
    organization: &Organization,
    now: Timestamp,
) -> Result<bool, Fault> {
    let added = door
        .run(
            "INSERT INTO organization (org_id, slug, name, time_zone, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (slug) DO NOTHING",
            vec![
                organization.id.0.into(),
                organization.slug.as_str().into(),
                organization.name.as_str().into(),
                organization.zone.name().into(),
                now.millis().into(),
            ],
        )
        .await?;
    Ok(added == 1)
}
