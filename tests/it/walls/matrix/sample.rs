//! What arguments are given. A new argument that must be given, or that names something, wants a
//! line in [`PLACED`].

use serde_json::{Map, Value as Json};

use super::schema::{Argument, Field, Schema};
use crate::harness::PASSWORD;

/// What stands for an argument.
#[derive(Clone, Debug)]
pub(super) enum Sample {
    /// An object of a tenant, or a name in it; see [`super::world::World`].
    Names(String),
    /// The same for all.
    Is(Json),
    /// A text that nobody had before.
    Fresh,
}

use Given::{Fresh, Json as Is, Names, Text};

#[derive(Clone, Copy)]
enum Given {
    Names(&'static str),
    Text(&'static str),
    Json(&'static str),
    Fresh,
}

/// What is given at a place: `Type.field.argument` or `Input.field`. What stands here is given
/// always, all else only where it must be.
const PLACED: &[(&str, Given)] = &[
    ("AcceptInvitationInput.password", Text(PASSWORD)),
    ("AcceptInvitationInput.token", Text("x")),
    ("ClaimInvitationInput.email", Text("reader@acme.example")),
    ("ClaimInvitationInput.token", Text("x")),
    ("InviteMemberInput.rank", Text("JUNIOR")),
    ("InviteMemberInput.scope", Names("Group")),
    ("Organization.bench.community", Names("Community")),
    ("Organization.invitations.scope", Names("Group")),
    ("Query.invitation.token", Text("x")),
    ("RenewInvitationInput.invitation", Names("Invitation")),
    ("RevokeInvitationInput.invitation", Names("Invitation")),
    ("ApproveProposalInput.proposal", Names("Proposal")),
    ("AllocatePlaceInput.account", Names("Second Account")),
    ("AllocatePlaceInput.offer", Names("TrainingOffer")),
    ("ArchiveTrainingOfferInput.offer", Names("Dropped TrainingOffer")),
    ("ArchiveBadgeInput.badge", Names("Dropped Badge")),
    ("ArchiveCourseInput.course", Names("Dropped Course")),
    ("AssignRoleInput.account", Names("TeamMember")),
    ("AssignRoleInput.rank", Text("JUNIOR")),
    ("AssignRoleInput.scope", Names("Group")),
    ("AwardBadgeInput.account", Names("TeamMember")),
    ("AwardBadgeInput.badge", Names("Badge")),
    ("AwardBadgeInput.reason", Fresh),
    ("CancelBonusInput.bonus", Names("Second Bonus")),
    ("CancelBonusInput.reason", Text("because")),
    ("CancelLeaveInput.leave", Names("Leave")),
    ("CancelTaskInput.reason", Text("because")),
    ("RecordLeaveInput.account", Names("TeamMember")),
    ("CancelTaskInput.task", Names("Dropped Task")),
    ("BeginSecondFactorInput.currentPassword", Text(PASSWORD)),
    ("BeginOidcLogInInput.organization", Text("acme")),
    ("ChangePasswordInput.currentPassword", Text(PASSWORD)),
    ("ChangePasswordInput.newPassword", Text(PASSWORD)),
    ("ChangeRankInput.assignment", Names("RoleAssignment")),
    ("ChangeRankInput.reason", Text("because")),
    ("Community.member.person", Names("Person")),
    ("CompleteOidcLogInInput.code", Text("x")),
    ("CompleteOidcLogInInput.secret", Text("x")),
    ("CompleteOidcLogInInput.state", Text("x")),
    ("CompleteSignUpInput.displayName", Text("Ann")),
    ("CompleteSignUpInput.password", Text(PASSWORD)),
    ("CompleteSignUpInput.token", Text("x")),
    ("ConfirmTaskInput.reference", Text("seen")),
    ("ConfirmTaskInput.task", Names("Open Task")),
    ("ConfirmSecondFactorInput.code", Text("123456")),
    ("ConfirmTrainingInput.course", Names("Course")),
    ("ConfirmTrainingInput.version", Is("9")),
    ("CreateApiKeyInput.name", Fresh),
    ("CreateBadgeInput.description", Text("because")),
    ("CreateBadgeInput.icon", Text("star")),
    ("CreateBadgeInput.name", Fresh),
    ("CreateCommunityInput.name", Fresh),
    ("CreateCourseInput.title", Fresh),
    ("CreateGroupInput.community", Names("Community")),
    ("CreateGroupInput.name", Fresh),
    ("CreateTrainingOfferInput.places", Is("2")),
    ("CreateTrainingOfferInput.title", Fresh),
    ("DelegateOwnershipInput.assignment", Names("RoleAssignment")),
    ("EndAssignmentInput.assignment", Names("Second RoleAssignment")),
    ("EndAssignmentInput.reason", Text("because")),
    ("CreateTaskInput.assignee", Names("Account")),
    ("CreateTaskInput.backup", Names("Second Account")),
    ("CreateTaskInput.dueAt", Text("2026-07-20T12:00:00+08:00")),
    ("CreateTaskInput.place", Names("Group")),
    ("CreateTaskInput.title", Fresh),
    ("EndSecondFactorInput.code", Text("123456")),
    ("EndSecondFactorInput.currentPassword", Text(PASSWORD)),
    ("EvaluateTiersInput.scope", Names("Group")),
    ("GrantBonusInput.account", Names("TeamMember")),
    ("GrantBonusInput.currency", Text("CNY")),
    ("GrantBonusInput.key", Text("third")),
    ("GrantBonusInput.minorUnits", Is("100")),
    ("GrantBonusInput.reason", Text("because")),
    ("Group.member.person", Names("Person")),
    ("HandOverTaskInput.task", Names("Open Task")),
    ("InteractionInput.id", Fresh),
    ("InteractionInput.user", Text("zed")),
    ("LogInInput.email", Text("reader@acme.example")),
    ("LogInInput.organization", Text("acme")),
    ("LogInInput.password", Text(PASSWORD)),
    ("NewOrganizationInput.name", Fresh),
    ("NewOrganizationInput.slug", Text("acme")),
    ("MoveGroupInput.community", Names("Community")),
    ("MoveGroupInput.group", Names("Group")),
    ("Organization.auditLog.actor", Names("Account")),
    ("Organization.auditLog.target", Names("Group")),
    ("Organization.taskFigures.since", Text("2026-07-01T00:00:00+08:00")),
    ("Organization.taskFigures.until", Text("2026-08-01T00:00:00+08:00")),
    ("Organization.proposals.proposedBy", Names("Proposer")),
    ("Organization.tasks.assignee", Names("Account")),
    ("PinTierInput.person", Names("Other Person")),
    ("PinTierInput.reason", Text("because")),
    ("PinTierInput.scope", Names("Group")),
    ("PublishCourseVersionInput.after", Is("1")),
    ("PublishCourseVersionInput.course", Names("Course")),
    ("PublishCourseVersionInput.material", Text("words")),
    ("PublishPolicyInput.scope", Names("Group")),
    ("Query.community.id", Names("Community")),
    ("Query.community.name", Names("community name")),
    ("Query.group.id", Names("Group")),
    ("Query.group.name", Names("group name")),
    ("Query.groups.community", Names("Community")),
    ("Query.node.id", Names("Group")),
    ("Query.nodes.ids", Names("Group")),
    ("Query.person.id", Names("Person")),
    ("Query.policyDiff.from", Is("0")),
    ("Query.policyDiff.scope", Names("Group")),
    ("Query.policyDiff.to", Is("1")),
    ("ReassignTaskInput.assignee", Names("Account")),
    ("ReassignTaskInput.backup", Names("Second Account")),
    ("ReassignTaskInput.task", Names("Open Task")),
    ("RecordBonusPaymentInput.bonus", Names("Bonus")),
    ("RecordBonusPaymentInput.reference", Text("transfer 1")),
    ("RecordCompletionInput.account", Names("TeamMember")),
    ("RecordCompletionInput.course", Names("Course")),
    ("RecordInteractionsInput.group", Names("group name")),
    ("RefreshSessionInput.refreshToken", Text("x")),
    ("ReinstateMemberInput.account", Names("TeamMember")),
    ("ReinstateMemberInput.reason", Text("because")),
    ("RejectProposalInput.proposal", Names("Proposal")),
    ("RejectProposalInput.reason", Text("because")),
    ("ReleasePlaceInput.place", Names("TrainingPlace")),
    ("ReleasePlaceInput.reason", Text("because")),
    ("RemoveMemberInput.account", Names("TeamMember")),
    ("RemoveMemberInput.reason", Text("because")),
    ("RenameCommunityInput.community", Names("Community")),
    ("RenameCommunityInput.name", Fresh),
    ("RenewRecoveryCodesInput.code", Text("123456")),
    ("RenewRecoveryCodesInput.currentPassword", Text(PASSWORD)),
    ("RequestPasswordResetInput.email", Text("reader@acme.example")),
    ("RequestSignUpInput.email", Text("reader@acme.example")),
    ("RequireSecondFactorInput.required", Is("false")),
    ("ResetPasswordInput.password", Text(PASSWORD)),
    ("ResetPasswordInput.token", Text("x")),
    ("RevokeApiKeyInput.apiKeyId", Names("ApiKey")),
    ("RevokeBadgeInput.award", Names("BadgeAward")),
    ("RevokeBadgeInput.reason", Text("because")),
    ("RevokeSessionInput.sessionId", Text("x")),
    ("RotateApiKeyInput.apiKeyId", Names("ApiKey")),
    ("SetDivisionModeInput.group", Names("Group")),
    ("SetDivisionModeInput.mode", Text("DEDICATED")),
    ("SetIdentityProviderInput.clientId", Text("qun")),
    ("SetIdentityProviderInput.clientSecret", Text("x")),
    ("SetIdentityProviderInput.issuer", Text("https://127.0.0.1/id")),
    ("StaffFactInput.key", Fresh),
    ("StaffFactInput.member", Names("TeamMember")),
    ("StaffFactInput.openedAt", Text("2026-06-29T11:00:00+08:00")),
    ("StaffFactInput.scope", Names("Group")),
    ("StaffFactInput.source", Text("desk")),
    ("SuspendMemberInput.account", Names("TeamMember")),
    ("SuspendMemberInput.reason", Text("because")),
    ("SendBackTaskInput.reason", Text("because")),
    ("SendBackTaskInput.task", Names("Task")),
    ("SubmitTaskInput.task", Names("Open Task")),
    ("SwitchOrganizationInput.organization", Text("acme")),
    ("TeamMember.kpis.scope", Names("Group")),
    ("UnpinTierInput.pin", Names("TierPin")),
    ("Viewer.capabilities.scope", Names("Group")),
    ("Viewer.proposable.scope", Names("Group")),
    ("WithdrawProposalInput.proposal", Names("Proposal")),
    ("VerifyTaskInput.task", Names("Checked Task")),
    ("WhatIfInput.scope", Names("Group")),
];

/// What every argument of a type is given that must be given and has no line above.
const TYPED: &[(&str, Given)] = &[
    ("ApiKeyScope", Text("READ")),
    ("CourseKind", Text("TOOL")),
    ("ExaminationKind", Text("EXAMINED")),
    ("Month", Text("2026-06")),
    ("Quarter", Text("2026-Q3")),
    ("Rank", Text("JUNIOR")),
    ("Role", Text("ADMINISTRATOR")),
    ("Date", Text("2026-06-29")),
    ("DateTime", Text("2026-06-29T12:00:00+08:00")),
    ("InteractionKind", Text("MESSAGE")),
    ("JSON", Is(r#"{"tiering": {"newDays": 5}}"#)),
    ("Platform", Text("OTHER")),
    ("StaffFactKind", Text("CASE_HANDLED")),
    ("Tier", Text("CORE")),
    ("TimeZone", Text("UTC")),
];

fn look_up(table: &[(&str, Given)], key: &str) -> Option<Sample> {
    let (_, given) = table.iter().find(|(known, _)| *known == key)?;
    Some(match *given {
        Names(what) => Sample::Names(what.to_owned()),
        Text(text) => Sample::Is(text.into()),
        Is(text) => Sample::Is(serde_json::from_str(text).expect("JSON")),
        Fresh => Sample::Fresh,
    })
}

/// The value of a variable, before it is known of whose objects it speaks.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Leaf(String, Sample),
    Object(Vec<(String, Value)>),
    List(Box<Value>),
}

impl Value {
    /// Its JSON; `given` says what stands at each place.
    pub(super) fn json(&self, given: &mut impl FnMut(&str, &Sample) -> Json) -> Json {
        match self {
            Self::Leaf(place, sample) => given(place, sample),
            Self::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), value.json(given)))
                .collect::<Map<_, _>>()
                .into(),
            Self::List(value) => vec![value.json(given)].into(),
        }
    }
}

/// The arguments that a field is called with: each way to call it. Where either an id or a name
/// will do, both are tried.
pub(super) fn calls(schema: &Schema, owner: &str, field: &Field) -> Vec<Vec<(Argument, Value)>> {
    let given: Vec<(Argument, Value)> = field
        .args
        .iter()
        .filter_map(|argument| {
            let place = format!("{owner}.{}.{}", field.name, argument.name);
            Some((argument.clone(), value(schema, &place, argument)?))
        })
        .collect();
    let names: Vec<&str> = given.iter().map(|(argument, _)| argument.name.as_str()).collect();
    match names.as_slice() {
        ["id", "name"] => given.into_iter().map(|call| vec![call]).collect(),
        _ => vec![given],
    }
}

fn value(schema: &Schema, place: &str, argument: &Argument) -> Option<Value> {
    let named = schema.get(argument.of.named());
    let single = if let Some(fields) = &named.input_fields {
        let inner = |field: &Argument| {
            let place = format!("{}.{}", named.name, field.name);
            Some((field.name.clone(), value(schema, &place, field)?))
        };
        let given: Vec<_> = fields.iter().filter_map(inner).collect();
        Some(Value::Object(given)).filter(|_| argument.must())?
    } else {
        let otherwise = || look_up(TYPED, &named.name).filter(|_| argument.must());
        let found = look_up(PLACED, place).or_else(otherwise);
        let is_open = found.is_none() && (argument.must() || named.name == "ID");
        assert!(
            !is_open,
            "say what {place}: {} is given, in tests/it/walls/matrix/sample.rs",
            argument.of.text()
        );
        Value::Leaf(place.to_owned(), found?)
    };
    Some(if argument.of.is_list() { Value::List(Box::new(single)) } else { single })
}
