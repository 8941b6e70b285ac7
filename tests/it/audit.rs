//! Each mutation leaves one audit row, each refusal none (DESIGN, section 7).

mod append_only;
mod attacks;
mod chain;
mod command;
mod filters;

use qun_domain::access::{
    Capability, Identity, LinkIdentity, NewProvider, RemoveIdentityProvider, RequireSecondFactor,
    SetIdentityProvider,
};
use qun_domain::activity::{Batch, RecordInteractions, Submitted, UnknownGroups};
use qun_domain::command::{Command, Failure};
use qun_domain::groups::{
    CreateCommunity, CreateGroup, Group, MoveGroup, NewGroup, Platform, RenameCommunity, Scope,
};
use qun_domain::id::{AccountId, BonusId, CommunityId, CourseId, PersonId};
use qun_domain::money::{Currency, Money};
use qun_domain::policy::{PolicyPatch, PublishPolicy};
use qun_domain::tasks::{
    CancelTask, ConfirmTask, CreateTask, EscalateTask, HandOverTask, NewTask, Proof, ProofKind, ReassignTask,
    SendBackTask, SubmitTask, TaskKind, VerifyTask,
};
use qun_domain::team::{
    AllocatePlace, ArchiveBadge, ArchiveCourse, ArchiveTrainingOffer, Audience, AwardBadge, CancelBonus,
    CancelLeave, CompletionOfOther, ConfirmTraining, CourseKind, CreateBadge, CreateCourse,
    CreateTrainingOffer, DaySpan, Delivery, DivisionMode, GoodFor, GrantBonus, InviteMember, NewCourse,
    NewOffer, NewVersion, PublishCourseVersion, RecordBonusPayment, RecordCompletion, RecordLeave,
    RecordStaffFacts, ReleasePlace, RemindOfTraining, RenewInvitation, RevokeBadge, RevokeInvitation,
    SetDivisionMode, Share,
};
use qun_domain::tiering::{EvaluateWeek, PinTier, Tier, UnpinTier};
use qun_domain::time::Timestamp;
use qun_infra::audit::{AuditPage, audit_page};
use qun_infra::db::{OrgScope, OrgTx};
use sea_orm::prelude::Uuid;

use crate::harness::{Org, READER, SHANGHAI, TestQun, at, day, message, on_both, who};

on_both!(
    what_is_done_is_told_once,
    what_is_refused_is_not_told,
    what_is_forbidden_is_not_told,
    the_log_is_for_owners
);

fn community(name: &str) -> CreateCommunity {
    CreateCommunity { name: name.parse().expect("a name"), zone: SHANGHAI }
}

fn renamed(community: CommunityId, name: &str) -> RenameCommunity {
    RenameCommunity { community, name: name.parse().expect("a name") }
}

fn group(name: &str) -> CreateGroup {
    CreateGroup(NewGroup {
        name: name.parse().expect("a name"),
        community: None,
        platform: Platform::Other,
        kind: None,
        zone: SHANGHAI,
    })
}

fn policy(patch: &str) -> PublishPolicy {
    let patch = PolicyPatch::parse(patch).expect("a patch");
    PublishPolicy { scope: Scope::Organization, patch, note: None }
}

fn rows(group: &str) -> RecordInteractions {
    RecordInteractions(Batch {
        rows: [Submitted { position: 1, row: message("m1", "ann", at("2026-06-30 09:00")) }].into(),
        group: Some(group.parse().expect("a name")),
        source: None,
        unknown_groups: UnknownGroups::Refuse,
    })
}

fn week(of: Scope, week: &str) -> EvaluateWeek {
    EvaluateWeek { scope: of, week: week.parse().expect("a week") }
}

fn pin(qun: &TestQun, of: &Group, person: PersonId, reason: &str) -> PinTier {
    PinTier {
        id: qun.ids.make(),
        scope: Scope::Group(of.id),
        person,
        tier: Tier::Core,
        reason: reason.to_owned(),
        expires_at: None,
    }
}

fn task(qun: &TestQun, of: &OrgScope, backup: Option<&OrgScope>, proof: ProofKind) -> CreateTask {
    CreateTask(NewTask {
        place: Scope::Organization,
        kind: TaskKind::General,
        title: "Water the roses".parse().expect("a title"),
        body: None,
        copy_text: None,
        subject: None,
        assignee: who(of),
        backup: backup.map(who),
        due_at: qun.clock.now().plus_millis(1),
        proof,
        needs_verification: true,
    })
}

/// How many rows the audit log and the outbox have.
async fn told(qun: &TestQun) -> (i64, i64) {
    let raw = qun.system().await;
    let audit = raw.count("SELECT COUNT(*) FROM audit_log", vec![]).await;
    (audit, raw.count("SELECT COUNT(*) FROM outbox", vec![]).await)
}

async fn ann(qun: &TestQun) -> PersonId {
    let raw = qun.system().await;
    let id: Uuid = raw.rows("SELECT id FROM person", vec![]).await[0].try_get_by_index(0).expect("a person");
    id.into()
}

/// Runs a command that succeeds, and checks the one row that tells of it.
async fn told_once<C>(qun: &TestQun, scope: &OrgScope, command: C) -> C::Out
where
    C: Command<OrgTx>,
    C::Refusal: std::fmt::Debug,
{
    let (before, _) = told(qun).await;
    let request = format!("request {before}");
    let asked = scope.clone().with_request_id(&request);
    let out = qun.done(&asked, command).await;
    assert_eq!(told(qun).await.0, before + 1, "{}", C::NAME);
    let raw = qun.system().await;
    let columns = ["actor", "verb", "capability", "at", "target IS NOT NULL", "detail IS NOT NULL"];
    let lines =
        raw.lines("audit_log", &columns, "WHERE request_id = $1", vec![request.as_str().into()]).await;
    let [line] = &lines[..] else { panic!("{}: {lines:?}", C::NAME) };
    let (actor, at) = (scope.actor().to_string(), qun.clock.now().millis());
    let expected = format!("{actor} {} {} {at}", C::NAME, C::CAPABILITY.code());
    let plain = line.replace('\'', "");
    assert!(plain.starts_with(&expected), "{plain} is not {expected}");
    assert!(plain.ends_with("1 1") || plain.ends_with("true true"), "{}: {plain}", C::NAME);
    out
}

async fn what_is_done_is_told_once(qun: &TestQun) {
    let Org { owner, admin, .. } = qun.with_org().await;
    let garden = told_once(qun, &owner, community("garden")).await;
    let roses = told_once(qun, &admin, group("roses")).await;
    told_once(qun, &admin, MoveGroup { group: roses.id, community: Some(garden.id) }).await;
    told_once(qun, &admin, renamed(garden.id, "park")).await;
    told_once(qun, &owner, policy(r#"{"tiering": {"newDays": 7}}"#)).await;
    told_once(qun, &admin, rows("roses")).await;
    told_once(qun, &admin, rows("roses")).await;
    told_once(qun, &owner, week(Scope::Group(roses.id), "2026-W27")).await;
    told_once(qun, &owner, week(Scope::Group(roses.id), "2026-W28")).await;
    let pinned = told_once(qun, &owner, pin(qun, &roses, ann(qun).await, "because")).await;
    told_once(qun, &owner, UnpinTier { pin: pinned.id }).await;
    told_once(qun, &owner, RequireSecondFactor { required: false, session: None }).await;
    told_once(qun, &owner, SetDivisionMode { group: roses.id, mode: Some(DivisionMode::Rotation) }).await;
    let new = provider(qun);
    told_once(qun, &owner, SetIdentityProvider(new.clone())).await;
    told_once(qun, &owner, linked(qun, &owner, &new)).await;
    told_once(qun, &owner, RemoveIdentityProvider).await;
    what_is_done_to_the_team_is_told_once(qun).await;
    what_is_done_to_tasks_is_told_once(qun).await;
    what_is_done_for_training_is_told_once(qun).await;
    what_is_given_is_told_once(qun).await;
}

fn provider(qun: &TestQun) -> NewProvider {
    NewProvider {
        id: qun.ids.make(),
        issuer: "https://id.example.org".parse().expect("an issuer"),
        client_id: "qun".parse().expect("a client"),
        client_secret: "x".parse().expect("a secret"),
    }
}

/// The account of this scope, as a provider knows it.
fn linked(qun: &TestQun, scope: &OrgScope, of: &NewProvider) -> LinkIdentity {
    let subject = "248289761001".parse().expect("a subject");
    let identity = Identity { id: qun.ids.make(), issuer: of.issuer.clone(), subject, account: who(scope) };
    LinkIdentity { provider: of.id, identity }
}

fn course() -> CreateCourse {
    CreateCourse(NewCourse {
        title: "First aid".parse().expect("a title"),
        kind: CourseKind::Product,
        audience: Audience::default(),
        withholds: vec![],
    })
}

fn version(course: CourseId, after: u32) -> PublishCourseVersion {
    PublishCourseVersion {
        course,
        after,
        new: NewVersion { material: "Read this.".parse().ok(), link: None },
    }
}

fn examined(course: CourseId, account: AccountId) -> RecordCompletion {
    RecordCompletion { account, course, kind: CompletionOfOther::Examined, score: None, at: None }
}

fn badge(name: &str) -> CreateBadge {
    CreateBadge {
        name: name.parse().expect("a name"),
        description: "For patience".parse().expect("a text"),
        icon: "star".parse().expect("a key"),
    }
}

fn offer() -> CreateTrainingOffer {
    CreateTrainingOffer(NewOffer {
        title: "Drawing".parse().expect("a title"),
        places: 1.try_into().expect("places"),
        days: DaySpan::new(day("2026-11-03"), day("2026-11-05")).expect("days"),
        note: None,
        closes_on: day("2026-11-01"),
    })
}

fn bonus(account: AccountId, key: &str) -> GrantBonus {
    GrantBonus {
        account,
        month: "2026-06".parse().expect("a month"),
        key: key.parse().expect("a key"),
        money: Money::new(50_000, Currency::CNY).expect("an amount"),
        reason: "because".parse().expect("a reason"),
    }
}

fn paid(bonus: BonusId) -> RecordBonusPayment {
    RecordBonusPayment {
        bonus,
        day: day("2026-07-10"),
        reference: "transfer 1".parse().expect("a reference"),
    }
}

/// Each verb of incentives, in an order in which each may be done.
async fn what_is_given_is_told_once(qun: &TestQun) {
    let (owner, account) = (qun.operator("acme").await, who(&qun.scope("acme", "clerk").await));
    let reason = || "because".parse().expect("a reason");
    let badge = told_once(qun, &owner, badge("Star")).await;
    let award = told_once(qun, &owner, AwardBadge { badge, account, reason: reason() }).await;
    told_once(qun, &owner, RevokeBadge { award, reason: reason() }).await;
    told_once(qun, &owner, ArchiveBadge { badge }).await;
    let offer = told_once(qun, &owner, offer()).await;
    let place = told_once(qun, &owner, AllocatePlace { offer, account }).await;
    told_once(qun, &owner, ReleasePlace { place, reason: reason() }).await;
    told_once(qun, &owner, ArchiveTrainingOffer { offer }).await;
    let first = told_once(qun, &owner, bonus(account, "first")).await;
    told_once(qun, &owner, paid(first)).await;
    let second = told_once(qun, &owner, bonus(account, "second")).await;
    told_once(qun, &owner, CancelBonus { bonus: second, reason: reason() }).await;
}

/// Each verb of facts and of training, in an order in which each may be done.
async fn what_is_done_for_training_is_told_once(qun: &TestQun) {
    let (owner, admin) = (qun.operator("acme").await, qun.scope("acme", "admin").await);
    let clerk = qun.scope("acme", "clerk").await;
    told_once(qun, &owner, RecordStaffFacts { rows: [].into() }).await;
    let course = told_once(qun, &owner, course()).await.id;
    told_once(qun, &owner, version(course, 0)).await;
    told_once(qun, &owner, examined(course, who(&admin))).await;
    qun.advance_to(qun.clock.now().plus_millis(31 * Timestamp::DAY));
    told_once(qun, &owner, RemindOfTraining { account: who(&clerk), course }).await;
    told_once(qun, &clerk, ConfirmTraining { course, version: 1 }).await;
    told_once(qun, &owner, ArchiveCourse { course }).await;
}

async fn what_is_done_to_the_team_is_told_once(qun: &TestQun) {
    let (owner, admin) = (qun.scope("acme", "owner").await, qun.scope("acme", "admin").await);
    let fresh = qun.access.fresh_invitation(&owner, None);
    let (invitation, secret_hash, good_for) = (fresh.id, fresh.secret_hash, GoodFor::DEFAULT);
    let delivery = Delivery::Link { id: invitation, secret_hash };
    told_once(qun, &owner, InviteMember { delivery, position: READER, share: Share::FULL, good_for }).await;
    told_once(qun, &owner, RenewInvitation { invitation, secret_hash, good_for }).await;
    told_once(qun, &owner, RevokeInvitation { invitation }).await;
    let days = DaySpan::new(day("2026-08-03"), day("2026-08-05")).expect("days");
    let leave = told_once(qun, &owner, RecordLeave { account: who(&admin), days, note: None }).await;
    told_once(qun, &owner, CancelLeave { leave }).await;
}

/// Each verb of tasks, in an order in which each may be done.
async fn what_is_done_to_tasks_is_told_once(qun: &TestQun) {
    let owner = qun.operator("acme").await;
    let (clerk, admin) = (qun.joined("acme", "clerk", READER).await, qun.scope("acme", "admin").await);
    let task = told_once(qun, &owner, task(qun, &admin, Some(&clerk), ProofKind::None)).await.id;
    told_once(qun, &admin, HandOverTask { task, note: None }).await;
    told_once(qun, &clerk, SubmitTask { task, proof: Proof::NOTHING }).await;
    let reason = "because".parse().expect("a reason");
    told_once(qun, &admin, SendBackTask { task, reason, due_at: None }).await;
    let to = |assignee| ReassignTask { task, assignee, backup: None, due_at: None, note: None };
    told_once(qun, &admin, to(who(&admin))).await;
    told_once(qun, &admin, to(who(&clerk))).await;
    told_once(qun, &clerk, SubmitTask { task, proof: Proof::NOTHING }).await;
    told_once(qun, &admin, VerifyTask { task, note: None }).await;
    let seen = told_once(qun, &owner, self::task(qun, &admin, None, ProofKind::Confirmation)).await.id;
    let reference = Proof::new(ProofKind::Confirmation, Some("4711")).expect("a proof");
    told_once(qun, &owner, ConfirmTask { task: seen, reference }).await;
    let late = told_once(qun, &owner, self::task(qun, &clerk, None, ProofKind::None)).await;
    qun.advance_to(late.escalates_at.expect("an open task"));
    told_once(qun, &owner, EscalateTask { task: late.id }).await;
    told_once(qun, &owner, CancelTask { task: late.id, reason: "late".parse().expect("a reason") }).await;
}

/// Runs a command that does not succeed, and checks that nothing tells of it.
async fn untold<C>(qun: &TestQun, scope: &OrgScope, command: C) -> Failure<C::Refusal>
where
    C: Command<OrgTx>,
{
    let before = told(qun).await;
    let Err(failure) = qun.writer.execute(scope, command).await else { panic!("{} was done", C::NAME) };
    assert_eq!(told(qun).await, before, "{}", C::NAME);
    failure
}

async fn what_is_refused_is_not_told(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    qun.done(&owner, community("garden")).await;
    let roses = qun.done(&owner, group("roses")).await;
    qun.done(&owner, rows("roses")).await;
    let nowhere = Scope::Group(qun.ids.make());
    let is_refused = |failure: bool| assert!(failure, "a refusal, not a fault");
    is_refused(matches!(untold(qun, &owner, community("garden")).await, Failure::Refused(_)));
    is_refused(matches!(untold(qun, &owner, group("roses")).await, Failure::Refused(_)));
    let moved = MoveGroup { group: roses.id, community: Some(qun.ids.make()) };
    is_refused(matches!(untold(qun, &owner, moved).await, Failure::Refused(_)));
    let nameless = renamed(qun.ids.make(), "park");
    is_refused(matches!(untold(qun, &owner, nameless).await, Failure::Refused(_)));
    let unsound = policy(r#"{"tiering": {"weights": {"events": 21}}}"#);
    is_refused(matches!(untold(qun, &owner, unsound).await, Failure::Refused(_)));
    is_refused(matches!(untold(qun, &owner, rows("tulips")).await, Failure::Refused(_)));
    is_refused(matches!(untold(qun, &owner, week(nowhere, "2026-W27")).await, Failure::Refused(_)));
    let ahead = week(Scope::Group(roses.id), "2026-W40");
    is_refused(matches!(untold(qun, &owner, ahead).await, Failure::Refused(_)));
    let blank = pin(qun, &roses, ann(qun).await, " ");
    is_refused(matches!(untold(qun, &owner, blank).await, Failure::Refused(_)));
    let nobody = CancelTask { task: qun.ids.make(), reason: "because".parse().expect("a reason") };
    is_refused(matches!(untold(qun, &owner, nobody).await, Failure::Refused(_)));
    let late = EscalateTask { task: qun.done(&owner, task(qun, &owner, None, ProofKind::Text)).await.id };
    is_refused(matches!(untold(qun, &owner, late).await, Failure::Refused(_)));
    let bare = SubmitTask { task: late.task, proof: Proof::NOTHING };
    is_refused(matches!(untold(qun, &owner, bare).await, Failure::Refused(_)));
    let nowhere = qun.ids.make();
    is_refused(matches!(untold(qun, &owner, version(nowhere, 0)).await, Failure::Refused(_)));
    is_refused(matches!(untold(qun, &owner, ArchiveCourse { course: nowhere }).await, Failure::Refused(_)));
    let confirm = ConfirmTraining { course: nowhere, version: 1 };
    is_refused(matches!(untold(qun, &owner, confirm).await, Failure::Refused(_)));
    let own = examined(nowhere, who(&owner));
    is_refused(matches!(untold(qun, &owner, own).await, Failure::Refused(_)));
    let remind = RemindOfTraining { account: who(&owner), course: nowhere };
    is_refused(matches!(untold(qun, &owner, remind).await, Failure::Refused(_)));
    let divided = SetDivisionMode { group: qun.ids.make(), mode: None };
    is_refused(matches!(untold(qun, &owner, divided).await, Failure::Refused(_)));
    what_is_not_given_is_not_told(qun, &owner).await;
    let unpin = UnpinTier { pin: qun.ids.make() };
    is_refused(matches!(untold(qun, &owner, unpin).await, Failure::Refused(_)));
    let required = RequireSecondFactor { required: true, session: None };
    is_refused(matches!(untold(qun, &owner, required).await, Failure::Refused(_)));
    is_refused(matches!(untold(qun, &owner, linked(qun, &owner, &provider(qun))).await, Failure::Refused(_)));
}

/// The verbs of incentives, about what is not there or one's own.
async fn what_is_not_given_is_not_told(qun: &TestQun, owner: &OrgScope) {
    let is_refused = |failure: bool| assert!(failure, "a refusal, not a fault");
    let reason = || "because".parse().expect("a reason");
    let award = AwardBadge { badge: qun.ids.make(), account: who(owner), reason: reason() };
    is_refused(matches!(untold(qun, owner, award).await, Failure::Refused(_)));
    let revoke = RevokeBadge { award: qun.ids.make(), reason: reason() };
    is_refused(matches!(untold(qun, owner, revoke).await, Failure::Refused(_)));
    let give = AllocatePlace { offer: qun.ids.make(), account: who(owner) };
    is_refused(matches!(untold(qun, owner, give).await, Failure::Refused(_)));
    let release = ReleasePlace { place: qun.ids.make(), reason: reason() };
    is_refused(matches!(untold(qun, owner, release).await, Failure::Refused(_)));
    let archive = ArchiveTrainingOffer { offer: qun.ids.make() };
    is_refused(matches!(untold(qun, owner, archive).await, Failure::Refused(_)));
    let archive = ArchiveBadge { badge: qun.ids.make() };
    is_refused(matches!(untold(qun, owner, archive).await, Failure::Refused(_)));
    is_refused(matches!(untold(qun, owner, bonus(who(owner), "own")).await, Failure::Refused(_)));
    is_refused(matches!(untold(qun, owner, paid(qun.ids.make())).await, Failure::Refused(_)));
    let cancel = CancelBonus { bonus: qun.ids.make(), reason: reason() };
    is_refused(matches!(untold(qun, owner, cancel).await, Failure::Refused(_)));
}

async fn what_is_forbidden_is_not_told(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let roses = qun.done(&owner, group("roses")).await;
    qun.done(&owner, rows("roses")).await;
    let person = ann(qun).await;
    let reason = || "because".parse().expect("a reason");
    let forbidden = |failure: Option<Capability>, of: Capability| assert_eq!(failure, Some(of));
    macro_rules! is_forbidden {
        ($($command:expr => $capability:ident),+ $(,)?) => {$(
            let failure = match untold(qun, &reader, $command).await {
                Failure::Forbidden(capability) => Some(capability),
                _ => None,
            };
            forbidden(failure, Capability::$capability);
        )+};
    }
    is_forbidden!(
        community("garden") => ManageGroups,
        group("tulips") => ManageGroups,
        MoveGroup { group: roses.id, community: None } => ManageGroups,
        renamed(qun.ids.make(), "park") => ManageGroups,
        policy("{}") => PublishPolicy,
        rows("roses") => RecordActivity,
        week(Scope::Group(roses.id), "2026-W27") => EvaluateTiers,
        pin(qun, &roses, person, "because") => EvaluateTiers,
        UnpinTier { pin: qun.ids.make() } => EvaluateTiers,
        task(qun, &reader, None, ProofKind::None) => ManageTasks,
        VerifyTask { task: qun.ids.make(), note: None } => ManageTasks,
        EscalateTask { task: qun.ids.make() } => ManageTasks,
        SetDivisionMode { group: roses.id, mode: None } => ManageTeam,
        RequireSecondFactor { required: false, session: None } => ManageOrganization,
        SetIdentityProvider(provider(qun)) => ManageOrganization,
        RemoveIdentityProvider => ManageOrganization,
        RecordStaffFacts { rows: [].into() } => RecordStaffFacts,
        course() => ManageTraining,
        version(qun.ids.make(), 0) => ManageTraining,
        examined(qun.ids.make(), who(&owner)) => ManageTraining,
        ArchiveCourse { course: qun.ids.make() } => ManageTraining,
        offer() => ManageTraining,
        AllocatePlace { offer: qun.ids.make(), account: who(&owner) } => ManageTraining,
        ReleasePlace { place: qun.ids.make(), reason: reason() } => ManageTraining,
        ArchiveTrainingOffer { offer: qun.ids.make() } => ManageTraining,
        badge("Star") => ManageTeam,
        AwardBadge { badge: qun.ids.make(), account: who(&owner), reason: reason() } => ManageTeam,
        RevokeBadge { award: qun.ids.make(), reason: reason() } => ManageTeam,
        ArchiveBadge { badge: qun.ids.make() } => ManageTeam,
        bonus(who(&owner), "first") => ManageTeam,
        paid(qun.ids.make()) => ManageTeam,
        CancelBonus { bonus: qun.ids.make(), reason: reason() } => ManageTeam,
    );
}

async fn the_log_is_for_owners(qun: &TestQun) {
    let Org { owner, admin, reader, stranger, .. } = qun.with_org().await;
    qun.advance_to(qun.clock.now().plus_millis(1));
    qun.done(&admin, community("garden")).await;
    let page = audit_page(&qun.read(&owner), &AuditPage::newest(1)).await.expect("a page");
    assert_eq!(page[0].verb, "groups.create_community");
    for scope in [&admin, &reader] {
        let page = audit_page(&qun.read(scope), &AuditPage::newest(1)).await;
        assert!(matches!(page, Err(Failure::Forbidden(Capability::ManageOrganization))), "{page:?}");
    }
    let theirs = audit_page(&qun.read(&stranger), &AuditPage::newest(100)).await.expect("a page");
    assert!(theirs.iter().all(|entry| entry.verb != "groups.create_community"), "{theirs:?}");
}
