use chrono_tz::Tz;
use qun_domain::fault::Fault;
use qun_domain::groups::{Community, Group, GroupsPort, Name, NewGroup};
use qun_domain::id::{CommunityId, GroupId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, Select};

use super::entity::{chat_group, community};
use super::map::{community_model, group_model};
use super::read;
use crate::db::{OrgTx, TenantSql, one_row};

/// Whoever wants to change the row waits; who points at it does not. `SQLite` has one writer.
const HELD: LockType = LockType::NoKeyUpdate;

impl GroupsPort for OrgTx {
    async fn community(&mut self, id: CommunityId) -> Result<Option<Community>, Fault> {
        let held = |q: Select<community::Entity>| q.filter(community::Column::Id.eq(id.0)).lock(HELD);
        self.one(held).await?.map(community_model).transpose()
    }

    async fn community_named(&mut self, name: &Name) -> Result<Option<Community>, Fault> {
        read::community_named(&**self, name.as_str()).await
    }

    async fn add_community(&mut self, name: &Name, zone: Tz) -> Result<Community, Fault> {
        let community = Community { id: self.new_id(), name: name.as_str().to_owned(), zone };
        self.insert::<community::Entity>(community::ActiveModel {
            id: Set(community.id.0),
            name: Set(community.name.clone()),
            time_zone: Set(zone.name().to_owned()),
            created_at: Set(self.now().millis()),
            ..Default::default()
        })
        .await?;
        Ok(community)
    }

    async fn rename_community(&mut self, community: Community, name: &Name) -> Result<Community, Fault> {
        let renamed = self
            .update::<community::Entity>(|q| {
                q.col_expr(community::Column::Name, Expr::value(name.as_str()))
                    .filter(community::Column::Id.eq(community.id.0))
            })
            .await?;
        one_row(renamed, format_args!("renaming community {}", community.id))?;
        Ok(Community { name: name.as_str().to_owned(), ..community })
    }

    async fn group(&mut self, id: GroupId) -> Result<Option<Group>, Fault> {
        let held = |q: Select<chat_group::Entity>| q.filter(chat_group::Column::Id.eq(id.0)).lock(HELD);
        self.one(held).await?.map(group_model).transpose()
    }

    async fn group_named(&mut self, name: &Name) -> Result<Option<Group>, Fault> {
        read::group_named(&**self, name.as_str()).await
    }

    async fn add_group(&mut self, new: NewGroup) -> Result<Group, Fault> {
        let group = Group {
            id: self.new_id(),
            community: new.community,
            name: new.name.as_str().to_owned(),
            platform: new.platform,
            kind: new.kind,
            zone: new.zone,
        };
        self.insert::<chat_group::Entity>(chat_group::ActiveModel {
            id: Set(group.id.0),
            community_id: Set(group.community.map(Into::into)),
            name: Set(group.name.clone()),
            platform: Set(group.platform.code().to_owned()),
            kind: Set(group.kind.clone()),
            time_zone: Set(group.zone.name().to_owned()),
            first_presence_at: Set(None),
            text_kept_from: Set(None),
            created_at: Set(self.now().millis()),
            ..Default::default()
        })
        .await?;
        if group.community.is_some() {
            self.changes_power();
        }
        Ok(group)
    }

    async fn move_group(&mut self, group: Group, community: Option<CommunityId>) -> Result<Group, Fault> {
        let moved = self
            .update::<chat_group::Entity>(|q| {
                q.col_expr(chat_group::Column::CommunityId, Expr::value(community.map(|id| id.0)))
                    .filter(chat_group::Column::Id.eq(group.id.0))
            })
            .await?;
        one_row(moved, format_args!("moving group {}", group.id))?;
        // Whoever holds an assignment at a community holds it for the groups in it.
        self.changes_power();
        Ok(Group { community, ..group })
    }
}
