use qun_domain::fault::Fault;
use qun_domain::groups::{GroupsPort, Scope};
use qun_domain::id::{CommunityId, PolicyVersionId};
use qun_domain::policy::{PolicyPatch, PolicyPort, ScopedPatch};
use sea_orm::prelude::Uuid;

use super::read::{stored_patch, version_number};
use crate::db::{Column, OrgTx, TenantSql, column, json};
use crate::groups::scope_columns;

impl PolicyPort for OrgTx {
    async fn community_of(&mut self, scope: Scope) -> Result<Option<Option<CommunityId>>, Fault> {
        Ok(match scope {
            Scope::Organization => Some(None),
            Scope::Community(id) => self.community(id).await?.map(|community| Some(community.id)),
            Scope::Group(id) => self.group(id).await?.map(|group| group.community),
        })
    }

    async fn patches(&mut self) -> Result<Vec<ScopedPatch>, Fault> {
        let rows = self
            .rows(
                "SELECT p.version, p.patch, p.community_id, p.group_id, g.community_id
                 FROM policy_version p LEFT JOIN chat_group g ON g.org_id = $1 AND g.id = p.group_id
                 WHERE p.org_id = $1
                   AND p.version = (SELECT MAX(q.version) FROM policy_version q
                                    WHERE q.org_id = $1 AND q.scope_id = p.scope_id)",
                vec![],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let community: Option<Uuid> = column(row, 2)?;
                let group: Option<Uuid> = column(row, 3)?;
                let of_group: Option<Uuid> = column(row, 4)?;
                let scope = match (group, community) {
                    (Some(id), _) => Scope::Group(id.into()),
                    (None, Some(id)) => Scope::Community(id.into()),
                    (None, None) => Scope::Organization,
                };
                Ok(ScopedPatch {
                    scope,
                    community: of_group.or(community).map(Into::into),
                    version: version_number(row, 0)?,
                    patch: stored_patch(row, 1)?,
                })
            })
            .collect()
    }

    async fn publish(
        &mut self,
        scope: Scope,
        version: u32,
        patch: &PolicyPatch,
        note: Option<String>,
    ) -> Result<(), Fault> {
        let (scope_id, community, group) = scope_columns(scope, self.scope().org().0);
        let id: PolicyVersionId = self.new_id();
        let version =
            i32::try_from(version).map_err(|error| Fault::from_error("policy_version.version", error))?;
        self.insert_many(
            "policy_version",
            vec![
                ("id", Column::Id(vec![id.0])),
                ("scope_id", Column::Id(vec![scope_id])),
                ("community_id", Column::OptId(vec![community])),
                ("group_id", Column::OptId(vec![group])),
                ("version", Column::Int(vec![version])),
                ("patch", Column::Text(vec![json(patch.as_value())?])),
                ("note", Column::OptText(vec![note])),
                ("published_by", Column::Text(vec![self.scope().actor().to_string()])),
                ("published_at", Column::Time(vec![self.now().millis()])),
            ],
            "",
        )
        .await?;
        Ok(())
    }
}
