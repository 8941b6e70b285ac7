//! Identifiers: a UUID v7 each, made outside this crate, one type a table.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

id! {
    /// An organization: the tenant.
    OrgId,
    /// A log-in account; the one thing that may belong to several organizations.
    AccountId,
    /// A log-in that lasts: what a refresh token belongs to.
    SessionId,
    /// The identity provider of an organization.
    IdentityProviderId,
    /// That an account is who an identity provider says.
    IdentityId,
    /// A log-in by an identity provider that is under way.
    ProviderLogInId,
    /// A key by which a machine comes in.
    ApiKeyId,
    /// An assignment of an account: a role with a rank at a scope.
    AssignmentId,
    /// An act that somebody proposed and somebody else decides on.
    ProposalId,
    /// A step of a member on the ladder.
    LadderStepId,
    /// A leave of a member.
    LeaveId,
    /// A badge of an organization.
    BadgeId,
    /// A badge that a member was awarded.
    AwardId,
    /// A bonus of a member.
    BonusId,
    /// An offer of training with few places.
    OfferId,
    /// A place in an offer that a member has.
    PlaceId,
    /// An invitation into the team.
    InvitationId,
    /// A community: several groups that share members.
    CommunityId,
    /// A chat group on one platform.
    GroupId,
    /// A person, whatever the platforms on which the person is known (X11).
    PersonId,
    /// One running of a person's membership in a group.
    MembershipId,
    /// A published version of a policy scope.
    PolicyVersionId,
    /// One evaluation of one scope and week, in one revision.
    EvaluationId,
    /// A pin that holds a member's tier.
    PinId,
    /// A row of the audit log.
    AuditId,
    /// An event in the outbox.
    EventId,
    /// A job.
    JobId,
    /// A human task.
    TaskId,
    /// A course that staff goes through.
    CourseId,
    /// Somebody's going through a version of a course.
    CompletionId,
}
