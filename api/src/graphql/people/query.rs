use async_graphql::{Context, ID, Object};

use super::PersonObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;

#[derive(Default)]
pub(in crate::graphql) struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// The person with this id; null when your organization has none.
    async fn person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the person.")] id: ID,
    ) -> Result<Option<PersonObject>, Problem> {
        let asked = Asked::of(ctx)?;
        match NodeId::person(&id) {
            Some(id) => asked.person(id).await,
            None => Ok(None),
        }
    }
}
