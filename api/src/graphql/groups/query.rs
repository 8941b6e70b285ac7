use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use qun_infra::groups::{community_named, group_named};

use super::{
    CommunityConnection, CommunityObject, GroupConnection, GroupObject, communities_page, groups_page,
};
use crate::errors::Sentence;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page;

const ONE_OF_TWO: Problem =
    Problem::BadInput(Sentence::fixed("Give either id or name.", "请在 id 和 name 中只给出一个。"));

#[derive(Default)]
pub(in crate::graphql) struct GroupsQuery;

#[Object]
impl GroupsQuery {
    /// The groups of your organization, in order of name.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those of the community with this global id.")] community: Option<ID>,
    ) -> Result<GroupConnection, Problem> {
        let asked = Asked::of(ctx)?;
        match community {
            None => groups_page(asked, None, first, after).await,
            Some(id) => match NodeId::community(&id) {
                Some(id) => groups_page(asked, Some(id), first, after).await,
                None => Ok(GroupConnection::default()),
            },
        }
    }

    /// One group, by id or by name; null when your organization has none such.
    async fn group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the group.")] id: Option<ID>,
        #[graphql(desc = "The name of the group.")] name: Option<String>,
    ) -> Result<Option<GroupObject>, Problem> {
        let asked = Asked::of(ctx)?;
        match (id, name) {
            (Some(id), None) => match NodeId::group(&id) {
                Some(id) => asked.group(id).await,
                None => Ok(None),
            },
            (None, Some(name)) => {
                let found = group_named(&asked.read, &sound(&name)).await?;
                Ok(found.map(Arc::new).map(GroupObject))
            }
            (None, None) | (Some(_), Some(_)) => Err(ONE_OF_TWO),
        }
    }

    /// The communities of your organization, in order of name.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn communities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<CommunityConnection, Problem> {
        communities_page(Asked::of(ctx)?, first, after).await
    }

    /// One community, by id or by name; null when your organization has none such.
    async fn community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the community.")] id: Option<ID>,
        #[graphql(desc = "The name of the community.")] name: Option<String>,
    ) -> Result<Option<CommunityObject>, Problem> {
        let asked = Asked::of(ctx)?;
        match (id, name) {
            (Some(id), None) => match NodeId::community(&id) {
                Some(id) => asked.community(id).await,
                None => Ok(None),
            },
            (None, Some(name)) => {
                let found = community_named(&asked.read, &sound(&name)).await?;
                Ok(found.map(Arc::new).map(CommunityObject))
            }
            (None, None) | (Some(_), Some(_)) => Err(ONE_OF_TWO),
        }
    }
}

/// The name as stored names are; U+0000, which Postgres refuses, is in none.
fn sound(name: &str) -> String {
    name.trim().replace('\0', "\u{FFFD}")
}
