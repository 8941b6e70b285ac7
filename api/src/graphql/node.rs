//! Global ids: one for every object, opaque, and enough to find the object again.

use async_graphql::{Context, ID, Interface, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::try_join_all;
use qun_domain::groups::Scope;
use qun_domain::id::{
    AccountId, ApiKeyId, AssignmentId, AuditId, AwardId, BadgeId, BonusId, CommunityId, CourseId,
    EvaluationId, GroupId, InvitationId, LeaveId, OfferId, OrgId, PersonId, PinId, PlaceId, ProposalId,
    SessionId, TaskId,
};
use uuid::Uuid;

use super::access::{OrganizationObject, ProposalObject};
use super::asked::Asked;
use super::error::Problem;
use super::groups::{CommunityObject, GroupObject, MemberObject};
use super::page;
use super::people::PersonObject;
use super::scope::ScopeObject;
use super::tasks::TaskObject;
use super::team::{BadgeObject, CourseObject, OfferObject, TeamMemberObject};
use super::tiering::{EvaluationObject, PinObject, ScoreObject};
use crate::errors::Sentence;

/// What a global id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeId {
    Organization(OrgId),
    Account(AccountId),
    TeamMember(AccountId),
    Session(SessionId),
    ApiKey(ApiKeyId),
    AuditEntry(AuditId),
    Proposal(ProposalId),
    RoleAssignment(AssignmentId),
    Invitation(InvitationId),
    Leave(LeaveId),
    Community(CommunityId),
    Group(GroupId),
    Person(PersonId),
    GroupMember(GroupId, PersonId),
    CommunityMember(CommunityId, PersonId),
    TierEvaluation(EvaluationId),
    TierScore(EvaluationId, PersonId),
    TierPin(PinId),
    Task(TaskId),
    Course(CourseId),
    Badge(BadgeId),
    BadgeAward(AwardId),
    Bonus(BonusId),
    TrainingOffer(OfferId),
    TrainingPlace(PlaceId),
}

impl NodeId {
    /// The id that clients see.
    pub(super) fn id(self) -> ID {
        let (kind, first, second): (_, Uuid, Option<Uuid>) = match self {
            Self::Organization(id) => ("Organization", id.into(), None),
            Self::Account(id) => ("Account", id.into(), None),
            Self::TeamMember(id) => ("TeamMember", id.into(), None),
            Self::Session(id) => ("Session", id.into(), None),
            Self::ApiKey(id) => ("ApiKey", id.into(), None),
            Self::AuditEntry(id) => ("AuditEntry", id.into(), None),
            Self::Proposal(id) => ("Proposal", id.into(), None),
            Self::RoleAssignment(id) => ("RoleAssignment", id.into(), None),
            Self::Invitation(id) => ("Invitation", id.into(), None),
            Self::Leave(id) => ("Leave", id.into(), None),
            Self::Community(id) => ("Community", id.into(), None),
            Self::Group(id) => ("Group", id.into(), None),
            Self::Person(id) => ("Person", id.into(), None),
            Self::GroupMember(group, id) => ("GroupMember", group.into(), Some(id.into())),
            Self::CommunityMember(community, id) => ("CommunityMember", community.into(), Some(id.into())),
            Self::TierEvaluation(id) => ("TierEvaluation", id.into(), None),
            Self::TierScore(evaluation, id) => ("TierScore", evaluation.into(), Some(id.into())),
            Self::TierPin(id) => ("TierPin", id.into(), None),
            Self::Task(id) => ("Task", id.into(), None),
            Self::Course(id) => ("Course", id.into(), None),
            Self::Badge(id) => ("Badge", id.into(), None),
            Self::BadgeAward(id) => ("BadgeAward", id.into(), None),
            Self::Bonus(id) => ("Bonus", id.into(), None),
            Self::TrainingOffer(id) => ("TrainingOffer", id.into(), None),
            Self::TrainingPlace(id) => ("TrainingPlace", id.into(), None),
        };
        // Written for every object of every answer.
        let mut text = String::with_capacity(96);
        text.push_str(kind);
        for id in [Some(first), second].into_iter().flatten() {
            text.push(':');
            text.push_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        }
        ID(URL_SAFE_NO_PAD.encode(text))
    }

    /// Reads an id; one that is not ours names nothing.
    pub(super) fn read(id: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
        let mut parts = text.split(':');
        let kind = parts.next()?;
        let first: Uuid = parts.next()?.parse().ok()?;
        let second: Option<Uuid> = parts.next().map(str::parse).transpose().ok()?;
        let found = match (kind, second) {
            ("Organization", None) => Self::Organization(first.into()),
            ("Account", None) => Self::Account(first.into()),
            ("TeamMember", None) => Self::TeamMember(first.into()),
            ("Session", None) => Self::Session(first.into()),
            ("ApiKey", None) => Self::ApiKey(first.into()),
            ("AuditEntry", None) => Self::AuditEntry(first.into()),
            ("Proposal", None) => Self::Proposal(first.into()),
            ("RoleAssignment", None) => Self::RoleAssignment(first.into()),
            ("Invitation", None) => Self::Invitation(first.into()),
            ("Leave", None) => Self::Leave(first.into()),
            ("Community", None) => Self::Community(first.into()),
            ("Group", None) => Self::Group(first.into()),
            ("Person", None) => Self::Person(first.into()),
            ("GroupMember", Some(second)) => Self::GroupMember(first.into(), second.into()),
            ("CommunityMember", Some(second)) => Self::CommunityMember(first.into(), second.into()),
            ("TierEvaluation", None) => Self::TierEvaluation(first.into()),
            ("TierScore", Some(second)) => Self::TierScore(first.into(), second.into()),
            ("TierPin", None) => Self::TierPin(first.into()),
            ("Task", None) => Self::Task(first.into()),
            ("Course", None) => Self::Course(first.into()),
            ("Badge", None) => Self::Badge(first.into()),
            ("BadgeAward", None) => Self::BadgeAward(first.into()),
            ("Bonus", None) => Self::Bonus(first.into()),
            ("TrainingOffer", None) => Self::TrainingOffer(first.into()),
            ("TrainingPlace", None) => Self::TrainingPlace(first.into()),
            _ => return None,
        };
        // One spelling for one object: clients compare ids as texts.
        (found.id().as_str() == id).then_some(found)
    }

    /// The group that an id names.
    pub(super) fn group(id: &str) -> Option<GroupId> {
        match Self::read(id)? {
            Self::Group(id) => Some(id),
            _ => None,
        }
    }

    /// The community that an id names.
    pub(super) fn community(id: &str) -> Option<CommunityId> {
        match Self::read(id)? {
            Self::Community(id) => Some(id),
            _ => None,
        }
    }

    /// The account that an id names, or the account of the member that it names.
    pub(super) fn account(id: &str) -> Option<AccountId> {
        match Self::read(id)? {
            Self::Account(id) | Self::TeamMember(id) => Some(id),
            _ => None,
        }
    }

    /// The person that an id names.
    pub(super) fn person(id: &str) -> Option<PersonId> {
        match Self::read(id)? {
            Self::Person(id) => Some(id),
            _ => None,
        }
    }

    /// The task that an id names.
    pub(super) fn task(id: &str) -> Option<TaskId> {
        match Self::read(id)? {
            Self::Task(id) => Some(id),
            _ => None,
        }
    }

    /// The group, community or own organization that an id names.
    pub(super) fn scope(asked: &Asked, id: &str) -> Option<Scope> {
        match Self::read(id)? {
            Self::Organization(id) if id == asked.scope.org() => Some(Scope::Organization),
            Self::Community(id) => Some(Scope::Community(id)),
            Self::Group(id) => Some(Scope::Group(id)),
            _ => None,
        }
    }
}

/// An object that can be fetched again by its id.
#[derive(Clone, Interface)]
#[graphql(field(
    name = "id",
    method = "id",
    ty = "ID",
    desc = "The global id of the object: opaque, and unique over all types."
))]
pub(super) enum Node {
    Organization(OrganizationObject),
    Community(CommunityObject),
    Group(GroupObject),
    Person(PersonObject),
    Member(MemberObject),
    TierEvaluation(EvaluationObject),
    TierScore(ScoreObject),
    TierPin(PinObject),
    Proposal(ProposalObject),
    TeamMember(TeamMemberObject),
    Task(TaskObject),
    Course(CourseObject),
    Badge(BadgeObject),
    TrainingOffer(OfferObject),
}

/// The object of this global id, as a client sends it.
async fn read_and_find(asked: &Asked, id: &str) -> Result<Option<Node>, Problem> {
    match NodeId::read(id) {
        Some(id) => find(asked, id).await,
        None => Ok(None),
    }
}

/// The object of this id, if the organization has it.
pub(super) async fn find(asked: &Asked, id: NodeId) -> Result<Option<Node>, Problem> {
    Ok(match id {
        NodeId::Organization(id) => {
            OrganizationObject::find(asked).await?.filter(|found| found.0.id == id).map(Node::Organization)
        }
        NodeId::Account(_)
        | NodeId::Session(_)
        | NodeId::ApiKey(_)
        | NodeId::AuditEntry(_)
        | NodeId::RoleAssignment(_)
        | NodeId::Invitation(_)
        | NodeId::Leave(_)
        | NodeId::BadgeAward(_)
        | NodeId::Bonus(_)
        | NodeId::TrainingPlace(_) => None,
        NodeId::TeamMember(id) => asked.team_member(id).await?.map(Node::TeamMember),
        NodeId::Proposal(id) => asked.proposal(id).await?.map(Node::Proposal),
        NodeId::Community(id) => asked.community(id).await?.map(Node::Community),
        NodeId::Group(id) => asked.group(id).await?.map(Node::Group),
        NodeId::Person(id) => asked.person(id).await?.map(Node::Person),
        NodeId::GroupMember(group, person) => member(asked, Scope::Group(group), person).await?,
        NodeId::CommunityMember(community, person) => {
            member(asked, Scope::Community(community), person).await?
        }
        NodeId::TierEvaluation(id) => asked.evaluation(id).await?.map(Node::TierEvaluation),
        NodeId::TierScore(evaluation, person) => asked.score(evaluation, person).await?.map(Node::TierScore),
        NodeId::TierPin(id) => asked.pin(id).await?.map(Node::TierPin),
        NodeId::Task(id) => asked.task(id).await?.map(Node::Task),
        NodeId::Course(id) => asked.course(id).await?.map(Node::Course),
        NodeId::Badge(id) => asked.badge(id).await?.map(Node::Badge),
        NodeId::TrainingOffer(id) => asked.training_offer(id).await?.map(Node::TrainingOffer),
    })
}

async fn member(asked: &Asked, scope: Scope, person: PersonId) -> Result<Option<Node>, Problem> {
    let Some(scope) = ScopeObject::find(asked, scope).await? else { return Ok(None) };
    Ok(asked.member(scope, person).await?.map(Node::Member))
}

const TOO_MANY_IDS: Problem =
    Problem::BadInput(Sentence::fixed("ids must be at most 100.", "ids 最多 100 个。"));

#[derive(Default)]
pub(super) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null when there is none in your organization.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the object.")] id: ID,
    ) -> Result<Option<Node>, Problem> {
        read_and_find(Asked::of(ctx)?, &id).await
    }

    /// The objects with these ids, in the same order; null where there is none in your
    /// organization.
    #[graphql(
        complexity = "page::times(i32::try_from(ids.len()).unwrap_or(i32::MAX), page::MAX, child_complexity)"
    )]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global ids of the objects, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, Problem> {
        let asked = Asked::of(ctx)?;
        if ids.len() > usize::from(page::MAX) {
            return Err(TOO_MANY_IDS);
        }
        try_join_all(ids.iter().map(|id| read_and_find(asked, id))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_in_one_spelling() {
        let (a, b) = (Uuid::from_u128(1 << 100), Uuid::from_u128(2));
        let ids = [
            NodeId::Organization(a.into()),
            NodeId::Account(a.into()),
            NodeId::TeamMember(a.into()),
            NodeId::Session(a.into()),
            NodeId::ApiKey(a.into()),
            NodeId::AuditEntry(a.into()),
            NodeId::Proposal(a.into()),
            NodeId::RoleAssignment(a.into()),
            NodeId::Invitation(a.into()),
            NodeId::Leave(a.into()),
            NodeId::Community(a.into()),
            NodeId::Group(a.into()),
            NodeId::Person(a.into()),
            NodeId::GroupMember(a.into(), b.into()),
            NodeId::CommunityMember(a.into(), b.into()),
            NodeId::TierEvaluation(a.into()),
            NodeId::TierScore(a.into(), b.into()),
            NodeId::TierPin(a.into()),
            NodeId::Task(a.into()),
            NodeId::Course(a.into()),
            NodeId::Badge(a.into()),
            NodeId::BadgeAward(a.into()),
            NodeId::Bonus(a.into()),
            NodeId::TrainingOffer(a.into()),
            NodeId::TrainingPlace(a.into()),
        ];
        for id in ids {
            assert_eq!(NodeId::read(&id.id()), Some(id), "{id:?}");
        }
        for bad in [
            format!("Group:{}", a.simple()),
            format!("group:{a}"),
            format!("Group:{a}:{b}"),
            format!("GroupMember:{a}"),
            format!("GroupMember:{a}:{b}:"),
            format!("Group:{a}\n"),
            "Group:".to_owned(),
            String::new(),
        ] {
            assert_eq!(NodeId::read(&URL_SAFE_NO_PAD.encode(&bad)), None, "{bad}");
        }
        for bad in ["", "x", "群", &format!("{}=", NodeId::Group(a.into()).id().as_str())] {
            assert_eq!(NodeId::read(bad), None, "{bad}");
        }
    }
}
