//! Everything that can be asked, asked by everybody: a test made from the schema.
//!
//! A new field needs nothing here but a look at the snapshot, if its arguments are of types that
//! are there already and everybody who may read may see it. Else it wants one line: in
//! [`sample`] what its arguments are given, in [`NEEDS`] which capability it asks for, in
//! [`PUBLIC`] that it is open to everybody.

mod document;
mod sample;
mod schema;
mod stage;
mod standings;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use qun_domain::access::{Capability, Power};
use qun_domain::scope::Scope;
use sea_orm::prelude::Uuid;
use serde_json::Value as Json;

use self::document::Document;
use self::stage::{Asker, Question, Stage, gather_ids, tells_of_ours};
use crate::harness::{Raw, TestQun, on_both};

on_both!(everybody_gets_what_is_his, what_is_foreign_answers_as_what_is_not_there);

/// What is open to everybody.
const PUBLIC: [&str; 11] = [
    "Mutation.acceptInvitation",
    "Mutation.beginOidcLogIn",
    "Mutation.claimInvitation",
    "Mutation.completeOidcLogIn",
    "Mutation.completeSignUp",
    "Mutation.logIn",
    "Mutation.refreshSession",
    "Mutation.requestPasswordReset",
    "Mutation.requestSignUp",
    "Mutation.resetPassword",
    "Query.invitation",
];

/// All types of objects that these lead to, through whatever field. A type with edges to the rest
/// of an organization has no place here.
const PUBLIC_TYPES: [&str; 14] = [
    "AcceptInvitationPayload",
    "Account",
    "BeginOidcLogInPayload",
    "ClaimInvitationPayload",
    "CompleteSignUpPayload",
    "InvitationPreview",
    "LogInPayload",
    "OrganizationChoice",
    "RefreshSessionPayload",
    "RequestPasswordResetPayload",
    "RequestSignUpPayload",
    "ResetPasswordPayload",
    "SecondFactorEnrollment",
    "UserError",
];

/// What can be followed. It takes a socket or a stream of events, so it is asked elsewhere.
const SUBSCRIPTIONS: [&str; 3] = ["tierEvaluationFinished", "membershipChanged", "taskChanged"];

/// What concerns an account and takes a log-in. Nobody who asks here has logged in: their tokens
/// are the operator's.
const OF_LOG_IN: [&str; 12] = [
    "Mutation.beginSecondFactor",
    "Mutation.changePassword",
    "Mutation.confirmSecondFactor",
    "Mutation.endSecondFactor",
    "Mutation.logOut",
    "Mutation.renewRecoveryCodes",
    "Mutation.revokeSession",
    "Mutation.switchOrganization",
    "Mutation.updateAccount",
    "Viewer.organizations",
    "Viewer.secondFactor",
    "Viewer.sessions",
];

/// What needs more than to read, and therefore every mutation that is not public; and of which
/// objects of the tenant it is asked here: the capability is needed at all of them.
const NEEDS: [(&str, Capability, &[At]); 78] = [
    ("Mutation.allocatePlace", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.approveProposal", Capability::ManageGroups, &[At::Organization]),
    ("Mutation.archiveBadge", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.archiveCourse", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.archiveTrainingOffer", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.assignRole", Capability::ManageTeam, &[At::Group]),
    ("Mutation.awardBadge", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.cancelBonus", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.cancelLeave", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.cancelTask", Capability::ManageTasks, &[At::Community]),
    ("Mutation.changeRank", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.confirmTask", Capability::ManageTasks, &[At::Group]),
    ("Mutation.confirmTraining", Capability::WorkOnTasks, &[At::Organization]),
    ("Mutation.createApiKey", Capability::ManageOrganization, &[At::Organization]),
    ("Mutation.createBadge", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.createCommunity", Capability::ManageGroups, &[At::Organization]),
    ("Mutation.createCourse", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.createGroup", Capability::ManageGroups, &[At::Community]),
    ("Mutation.createTask", Capability::ManageTasks, &[At::Group]),
    ("Mutation.createTrainingOffer", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.delegateOwnership", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.endAssignment", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.evaluateTiers", Capability::EvaluateTiers, &[At::Group]),
    ("Mutation.grantBonus", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.handOverTask", Capability::WorkOnTasks, &[At::Organization]),
    ("Mutation.inviteMember", Capability::ManageTeam, &[At::Group]),
    ("Mutation.moveGroup", Capability::ManageGroups, &[At::Group, At::Community]),
    ("Mutation.pinTier", Capability::EvaluateTiers, &[At::Group]),
    ("Mutation.publishCourseVersion", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.publishPolicy", Capability::PublishPolicy, &[At::Group]),
    ("Mutation.reassignTask", Capability::ManageTasks, &[At::Group]),
    ("Mutation.recordBonusPayment", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.recordCompletion", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.recordInteractions", Capability::RecordActivity, &[At::Organization]),
    ("Mutation.recordLeave", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.recordStaffFacts", Capability::RecordStaffFacts, &[At::Organization]),
    ("Mutation.reinstateMember", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.rejectProposal", Capability::ManageGroups, &[At::Organization]),
    ("Mutation.releasePlace", Capability::ManageTraining, &[At::Organization]),
    ("Mutation.removeIdentityProvider", Capability::ManageOrganization, &[At::Organization]),
    ("Mutation.removeMember", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.renameCommunity", Capability::ManageGroups, &[At::Community]),
    ("Mutation.renewInvitation", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.requireSecondFactor", Capability::ManageOrganization, &[At::Organization]),
    ("Mutation.revokeApiKey", Capability::ManageOrganization, &[At::Organization]),
    ("Mutation.revokeBadge", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.revokeInvitation", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.rotateApiKey", Capability::ManageOrganization, &[At::Organization]),
    ("Mutation.sendBackTask", Capability::ManageTasks, &[At::Group]),
    ("Mutation.setDivisionMode", Capability::ManageTeam, &[At::Group]),
    ("Mutation.setIdentityProvider", Capability::ManageOrganization, &[At::Organization]),
    ("Mutation.submitTask", Capability::WorkOnTasks, &[At::Organization]),
    ("Mutation.suspendMember", Capability::ManageTeam, &[At::Organization]),
    ("Mutation.unpinTier", Capability::EvaluateTiers, &[At::Group]),
    ("Mutation.verifyTask", Capability::ManageTasks, &[At::Group]),
    ("Mutation.withdrawProposal", Capability::Read, &[At::Organization]),
    ("Community.staffing", Capability::ManageTeam, &[At::Community]),
    ("Group.bench", Capability::ManageTeam, &[At::Group]),
    ("Group.staffing", Capability::ManageTeam, &[At::Group]),
    ("Organization.apiKeys", Capability::ManageOrganization, &[At::Organization]),
    ("Organization.auditHead", Capability::ManageOrganization, &[At::Organization]),
    ("Organization.auditLog", Capability::ManageOrganization, &[At::Organization]),
    ("Organization.bench", Capability::ManageTeam, &[At::Community]),
    ("Organization.bonuses", Capability::ManageTeam, &[At::Organization]),
    ("Organization.divisionModes", Capability::ManageTeam, &[At::Organization]),
    ("Organization.identityProvider", Capability::ManageOrganization, &[At::Organization]),
    ("Organization.incentiveGaps", Capability::ManageTeam, &[At::Organization]),
    ("Organization.invitations", Capability::ManageTeam, &[At::Group]),
    ("Organization.staffing", Capability::ManageTeam, &[At::Organization]),
    ("Organization.trainingOverdue", Capability::ManageTraining, &[At::Organization]),
    ("RoleAssignment.promotion", Capability::ManageTeam, &[At::Organization]),
    ("TeamMember.bonusSuggestion", Capability::ManageTeam, &[At::Organization]),
    ("TeamMember.bonuses", Capability::ManageTeam, &[At::Organization]),
    ("TeamMember.kpis", Capability::ManageTeam, &[At::Group]),
    ("TeamMember.leaves", Capability::ManageTeam, &[At::Organization]),
    ("TeamMember.training", Capability::ManageTraining, &[At::Organization]),
    ("TeamMember.trainingPlaces", Capability::ManageTraining, &[At::Organization]),
    ("TrainingOffer.allocations", Capability::ManageTraining, &[At::Organization]),
];

/// Mutations that are done or refused, and never proposed: they belong to one who may, or are
/// decisions on what others propose.
const NEVER_PROPOSED: [&str; 8] = [
    "Mutation.approveProposal",
    "Mutation.delegateOwnership",
    "Mutation.evaluateTiers",
    // By a link, whose secret is handed on at once; by a letter it is.
    "Mutation.inviteMember",
    "Mutation.recordInteractions",
    "Mutation.rejectProposal",
    "Mutation.renewInvitation",
    "Mutation.revokeInvitation",
];

/// Where a sample lies.
#[derive(Clone, Copy, Debug)]
enum At {
    Organization,
    Community,
    Group,
}

/// Whether a field asks for more than to read.
fn is_barred(owner: &str, field: &str) -> bool {
    let is_it = |step: &str| step.strip_prefix(owner).and_then(|rest| rest.strip_prefix('.')) == Some(field);
    NEEDS.iter().any(|(step, ..)| is_it(step)) || OF_LOG_IN.iter().any(|step| is_it(step))
}

/// Types whose objects the two tenants have none of: what is in them comes out of the object that
/// they stand in.
const UNSEEN: [&str; 11] = [
    "AuditChange",
    "CalibrationNotice",
    "DimensionsChanged",
    "InvitationPreview",
    "KpiInterval",
    "OrganizationChoice",
    "ReviewQueueEdge",
    "Seat",
    "SecondFactor",
    "Session",
    "UserError",
];

const LEGEND: &str = "What everybody is answered who asks for something of one tenant. \
    A stranger is the owner of another; data that he gets are his own. \
    The code of a user error says that he may, but that it cannot be.";

/// Every field of every type for every role. Who may not do something changes nothing by it, and
/// who is not of the tenant hears nothing of it.
async fn everybody_gets_what_is_his(qun: &TestQun) {
    let stage = Stage::new(qun).await;
    let followed: Vec<&str> =
        stage.schema.fields("Subscription").iter().map(|field| field.name.as_str()).collect();
    assert_eq!(followed, SUBSCRIPTIONS, "ask for it in tests/it/http/streams as nobody and as a stranger");
    let (fields, unseen) = stage.fields().await;
    assert!(unseen.iter().eq(&UNSEEN), "types that tests/it/walls/tenants.rs has no object of: {unseen:#?}");
    let open: BTreeSet<_> = PUBLIC.iter().flat_map(|field| stage.schema.reachable_by(field)).collect();
    assert!(open.iter().eq(&PUBLIC_TYPES), "types that are open to everybody: {open:#?}");

    let raw = qun.system().await;
    let mut table = Table::default();
    let (mut ours, mut overheard) = (BTreeSet::new(), Vec::new());
    let reads: Vec<Question> = stage.queries().into_iter().chain(fields).collect();
    let (public, closed): (Vec<_>, Vec<_>) = stage.mutations().into_iter().partition(Question::is_public);
    for (asker, may_change) in [
        (&stage.nobody, false),
        (&stage.stranger, false),
        (&stage.reader, false),
        (&stage.admin, true),
        (&stage.owner, true),
    ] {
        let before = rows(&raw, stage.us).await;
        for question in reads.iter().chain(if may_change { &[] } else { closed.as_slice() }) {
            let answer = stage.ask(asker, question, &stage.ours, None).await;
            question.is_answered_by_role(asker, &answer);
            table.add(question, asker, &answer);
            if asker.name == "stranger" {
                overheard.push((&question.name, answer));
            } else {
                gather_ids(&answer, &mut ours);
            }
        }
        assert!(rows(&raw, stage.us).await == before, "{} changed something", asker.name);
    }
    for (name, answer) in overheard {
        assert!(!tells_of_ours(&answer, &ours), "{name} tells a stranger: {answer:#}");
    }
    // Who lifts a pin leaves the other one to the next.
    for (asker, world) in [(&stage.admin, &stage.ours), (&stage.owner, &stage.ours.with_second_pin())] {
        for question in &closed {
            let answer = stage.ask(asker, question, world, None).await;
            question.is_answered_by_role(asker, &answer);
            table.add(question, asker, &answer);
        }
    }
    for asker in [&stage.nobody, &stage.stranger, &stage.reader, &stage.admin, &stage.owner] {
        for question in &public {
            table.add(question, asker, &stage.ask(asker, question, &stage.ours, None).await);
        }
    }
    insta::with_settings!({ omit_expression => true, description => LEGEND }, {
        insta::assert_snapshot!("everybody_gets_what_is_his", table.text());
    });
}

/// Wherever something can be named: a stranger who names something of ours is answered, to the
/// byte, as one who names what is not there, whatever of his own he names beside it.
async fn what_is_foreign_answers_as_what_is_not_there(qun: &TestQun) {
    let stage = Stage::new(qun).await;
    let raw = qun.system().await;
    let before = rows(&raw, stage.us).await;
    let (fields, _) = stage.fields().await;
    let missing = stage.ours.missing();
    let mut tried = 0;
    for question in stage.queries().iter().chain(&fields).chain(&stage.mutations()) {
        for place in question.document.places() {
            let ask = async |named| {
                stage.ask(&stage.stranger, question, &stage.theirs, Some((&place, named))).await
            };
            let (foreign, absent) = (ask(&stage.ours).await, ask(&missing).await);
            assert_eq!(foreign, absent, "{} with {place}", question.name);
            tried += 1;
        }
    }
    assert!(tried > 200, "only {tried} places were found at which something is named");
    assert!(rows(&raw, stage.us).await == before, "a stranger changed something");
}

impl Question {
    fn is_public(&self) -> bool {
        PUBLIC.contains(&self.name.as_str())
    }

    /// What it needs beside the right to read, on all of its way.
    fn needs(&self) -> impl Iterator<Item = (Capability, &'static [At])> {
        self.document.steps().iter().filter_map(|step| {
            let need = NEEDS.iter().find(|(field, ..)| field == step).map(|(_, need, at)| (*need, *at));
            assert!(
                need.is_some() || !step.starts_with("Mutation.") || OF_LOG_IN.contains(&step.as_str()),
                "say in NEEDS, OF_LOG_IN or PUBLIC of tests/it/walls/matrix/mod.rs who may do {step}"
            );
            need
        })
    }

    fn is_never_proposed(&self) -> bool {
        self.document.steps().iter().any(|step| NEVER_PROPOSED.contains(&step.as_str()))
    }

    fn is_answered_by_role(&self, asker: &Asker, answer: &Json) {
        let is_of_log_in = self.document.steps().iter().any(|step| OF_LOG_IN.contains(&step.as_str()));
        let barred = match &asker.scope {
            _ if self.is_public() => None,
            None => Some("UNAUTHENTICATED"),
            // All who ask here hold what they hold for the whole organization.
            Some(scope) => {
                let worth = self.needs().map(|(need, _)| scope.actor().power(need, Scope::Organization));
                let least = if self.is_never_proposed() { Power::May } else { Power::Proposes };
                (is_of_log_in || worth.min().is_some_and(|power| power < least)).then_some("FORBIDDEN")
            }
        };
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        let is_bar = |code: &&str| matches!(*code, "UNAUTHENTICATED" | "FORBIDDEN");
        assert_eq!(code.filter(is_bar), barred, "{} asked by {}: {answer:#}", self.name, asker.name);
        assert!(
            barred.is_none() || self.document.find(answer).is_null(),
            "{} for {}: {answer:#}",
            self.name,
            asker.name
        );
    }
}

/// Who asks, from left to right.
const COLUMNS: [&str; 5] = ["nobody", "reader", "admin", "owner", "stranger"];

/// What came of each question for each of them.
#[derive(Default)]
struct Table(BTreeMap<String, BTreeMap<&'static str, String>>);

impl Table {
    fn add(&mut self, question: &Question, asker: &Asker, answer: &Json) {
        let outcome = outcome(&question.document, answer);
        self.0.entry(question.name.clone()).or_default().insert(asker.name, outcome);
    }

    fn text(&self) -> String {
        let line = |name: &str, cells: [&str; 5]| {
            let [nobody, reader, admin, owner, stranger] = cells;
            format!("{name:<38}{nobody:<20}{reader:<20}{admin:<20}{owner:<20}{stranger}\n")
        };
        let rows = self.0.iter().map(|(name, row)| line(name, COLUMNS.map(|column| row[column].as_str())));
        rows.fold(line("", COLUMNS), |text, row| text + &row)
    }
}

/// In a word: the code of an error, or what was found.
fn outcome(document: &Document, answer: &Json) -> String {
    let found = document.find(answer);
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    let refusal = found["userErrors"][0]["code"].as_str();
    let is_empty = |list: &Json| list.as_array().is_some_and(Vec::is_empty);
    let is_null =
        |value: &Json| value.is_null() || value.as_array().is_some_and(|list| list.iter().any(Json::is_null));
    match code.or(refusal) {
        Some(code) => code,
        None if found["proposal"].is_object() && !document.steps()[0].ends_with("Proposal") => "proposed",
        None if is_null(found) => "null",
        None if is_empty(found) || is_empty(&found["nodes"]) => "empty",
        None => "data",
    }
    .to_owned()
}

/// Every row of a tenant.
async fn rows(raw: &Raw, of: Uuid) -> Vec<String> {
    let mut rows = Vec::new();
    for table in raw.tenant_tables().await {
        let columns = raw.columns(&table).await;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut found = raw.lines(&table, &columns, "WHERE org_id = $1", vec![of.into()]).await;
        found.sort();
        rows.extend(found);
    }
    rows
}
