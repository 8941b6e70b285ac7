use async_graphql::{Context, Object};
use qun_domain::groups::{
    CreateCommunity, CreateCommunityRefusal, CreateGroup, CreateGroupRefusal, MoveGroup, MoveGroupRefusal,
    NewGroup, RenameCommunity, RenameCommunityRefusal,
};

use super::input::{CreateCommunityInput, CreateGroupInput, MoveGroupInput, RenameCommunityInput};
use super::{CommunityObject, GroupObject};
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled_or_proposed};
use crate::graphql::node::NodeId;
use crate::graphql::proposable::proposable;
use crate::graphql::user_error::UserErrorCode as Code;

proposable! {
    /// What came of creating a community.
    CreateCommunityPayload {
        /// The new community; null when `userErrors` says why there is none.
        community: CommunityObject,
    }
    /// What came of creating a group.
    CreateGroupPayload {
        /// The new group; null when `userErrors` says why there is none.
        group: GroupObject,
    }
    /// What came of moving a group.
    MoveGroupPayload {
        /// The group as it is now; null when `userErrors` says why it was not moved.
        group: GroupObject,
    }
    /// What came of renaming a community.
    RenameCommunityPayload {
        /// The community as it is now; null when `userErrors` says why it was not renamed.
        community: CommunityObject,
    }
}

#[derive(Default)]
pub(in crate::graphql) struct GroupsMutation;

#[Object]
impl GroupsMutation {
    /// Creates a community. Needs the capability `MANAGE_GROUPS`.
    async fn create_community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community.")] input: CreateCommunityInput,
    ) -> Result<CreateCommunityPayload, Problem> {
        let asked = Asked::to_run::<CreateCommunity>(ctx, input.idempotency_key.as_deref())?;
        let refused =
            |user_errors| Ok(CreateCommunityPayload { user_errors, ..CreateCommunityPayload::default() });
        let Ok(name) = input.name.parse() else {
            return refused(vec![asked.refusal(Code::InvalidName, &["input", "name"])]);
        };
        let command = CreateCommunity { name, zone: input.time_zone.0 };
        let outcome = asked.execute(command).await?;
        let tell = |refusal| match refusal {
            CreateCommunityRefusal::NameTaken => vec![asked.refusal(Code::NameTaken, &["input", "name"])],
        };
        match settled_or_proposed(outcome, tell)? {
            Ok(made) => {
                let community = asked.community(made.id).await?;
                Ok(CreateCommunityPayload { community, ..CreateCommunityPayload::default() })
            }
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Creates a group. Needs the capability `MANAGE_GROUPS`.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: CreateGroupInput,
    ) -> Result<CreateGroupPayload, Problem> {
        let asked = Asked::to_run::<CreateGroup>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(CreateGroupPayload { user_errors, ..CreateGroupPayload::default() });
        let no_community = || vec![asked.refusal(Code::NotFound, &["input", "community"])];
        let Ok(name) = input.name.parse() else {
            return refused(vec![asked.refusal(Code::InvalidName, &["input", "name"])]);
        };
        let kind: Option<qun_domain::groups::Name> = match input.kind.as_deref().map(str::parse).transpose() {
            Ok(kind) => kind,
            Err(_) => return refused(vec![asked.refusal(Code::InvalidName, &["input", "kind"])]),
        };
        let community = input.community.as_ref().map(|id| NodeId::community(id));
        let community = match community {
            Some(None) => return refused(no_community()),
            Some(found) => found,
            None => None,
        };
        let command = CreateGroup(NewGroup {
            name,
            community,
            platform: input.platform.into(),
            kind: kind.map(|kind| kind.as_str().to_owned()),
            zone: input.time_zone.0,
        });
        let outcome = asked.execute(command).await?;
        let tell = |refusal| match refusal {
            CreateGroupRefusal::NameTaken => vec![asked.refusal(Code::NameTaken, &["input", "name"])],
            CreateGroupRefusal::NoSuchCommunity => no_community(),
        };
        match settled_or_proposed(outcome, tell)? {
            Ok(made) => {
                Ok(CreateGroupPayload { group: asked.group(made.id).await?, ..CreateGroupPayload::default() })
            }
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Puts a group into a community, or takes it out of the one that it is in. Needs the
    /// capability `MANAGE_GROUPS`.
    async fn move_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group and its community.")] input: MoveGroupInput,
    ) -> Result<MoveGroupPayload, Problem> {
        let asked = Asked::to_run::<MoveGroup>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(MoveGroupPayload { user_errors, ..MoveGroupPayload::default() });
        let no_group = || vec![asked.refusal(Code::NotFound, &["input", "group"])];
        let no_community = || vec![asked.refusal(Code::NotFound, &["input", "community"])];
        let Some(group) = NodeId::group(&input.group) else { return refused(no_group()) };
        let community = match input.community.as_ref().map(|id| NodeId::community(id)) {
            Some(None) => return refused(no_community()),
            Some(found) => found,
            None => None,
        };
        let outcome = asked.execute(MoveGroup { group, community }).await?;
        let tell = |refusal| match refusal {
            MoveGroupRefusal::NoSuchGroup => no_group(),
            MoveGroupRefusal::NoSuchCommunity => no_community(),
        };
        match settled_or_proposed(outcome, tell)? {
            Ok(moved) => {
                Ok(MoveGroupPayload { group: asked.group(moved.id).await?, ..MoveGroupPayload::default() })
            }
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Gives a community another name. Needs the capability `MANAGE_GROUPS`.
    async fn rename_community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community and its name.")] input: RenameCommunityInput,
    ) -> Result<RenameCommunityPayload, Problem> {
        let asked = Asked::to_run::<RenameCommunity>(ctx, input.idempotency_key.as_deref())?;
        let refused =
            |user_errors| Ok(RenameCommunityPayload { user_errors, ..RenameCommunityPayload::default() });
        let no_community = || vec![asked.refusal(Code::NotFound, &["input", "community"])];
        let Some(community) = NodeId::community(&input.community) else { return refused(no_community()) };
        let Ok(name) = input.name.parse() else {
            return refused(vec![asked.refusal(Code::InvalidName, &["input", "name"])]);
        };
        let outcome = asked.execute(RenameCommunity { community, name }).await?;
        let tell = |refusal| match refusal {
            RenameCommunityRefusal::NoSuchCommunity => no_community(),
            RenameCommunityRefusal::NameTaken => vec![asked.refusal(Code::NameTaken, &["input", "name"])],
        };
        match settled_or_proposed(outcome, tell)? {
            Ok(renamed) => {
                let community = asked.community(renamed.id).await?;
                Ok(RenameCommunityPayload { community, ..RenameCommunityPayload::default() })
            }
            Err(undone) => Ok(undone.into()),
        }
    }
}
