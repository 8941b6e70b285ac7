//! Words of roles, ranks, capabilities and languages.

use async_graphql::Enum;
use qun_domain::access::{Capability as DomainCapability, Rank as DomainRank, Role as DomainRole};
use qun_domain::locale::Locale as DomainLocale;

/// What somebody works on: the one axis of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainRole")]
pub(in crate::graphql) enum Role {
    /// Decides; has no rank.
    Owner,
    /// Runs the groups from day to day.
    Administrator,
    /// Makes what is worth reading.
    ContentEditor,
    /// Answers members.
    CustomerService,
    /// Keeps a conversation going, known as such to members.
    Facilitator,
    /// Reads figures and tends to the tiers.
    Analyst,
    /// Joins the groups of several platforms.
    CrossPlatformLead,
}

/// How far somebody has come: the other axis of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainRank")]
pub(in crate::graphql) enum Rank {
    /// Prepares and proposes.
    Intern,
    /// Does the basic operation.
    Junior,
    /// Plans and decides alone.
    Senior,
    /// Stands in for an owner when told to.
    OwnerCandidate,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainCapability")]
pub(in crate::graphql) enum Capability {
    /// Read everything of the organization except its audit log.
    Read,
    /// Create and change communities and groups.
    ManageGroups,
    /// Record interactions.
    RecordActivity,
    /// Publish a policy version.
    PublishPolicy,
    /// Evaluate tiers, pin a tier, lift a pin.
    EvaluateTiers,
    /// Answer members.
    AnswerMembers,
    /// Publish what is scheduled.
    PublishScheduled,
    /// Warn a member: steps 1 and 2 of the penalty ladder.
    WarnMembers,
    /// Plan and publish events.
    PlanEvents,
    /// Restrict a member: step 3 of the penalty ladder.
    RestrictMembers,
    /// Approve adverts.
    ApproveAdverts,
    /// Remove a member: step 4 of the penalty ladder.
    RemoveMembers,
    /// Submit one's own tasks, and hand them to their backup.
    WorkOnTasks,
    /// Give, verify, send back and cancel tasks.
    ManageTasks,
    /// Invite to the team, give and end assignments, suspend, delegate.
    ManageTeam,
    /// Forget what the retention policy no longer keeps.
    EnforceRetention,
    /// Administer the organization itself, and read its audit log.
    ManageOrganization,
    /// Record what staff did.
    RecordStaffFacts,
    /// Run courses, examine, and see who is trained.
    ManageTraining,
}

/// A language that texts for people come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainLocale")]
pub(super) enum Locale {
    /// Simplified Chinese.
    ZhCn,
    /// English.
    En,
}
