//! Two organizations with a row in every tenant table.

use qun_domain::access::{
    ApiKey, CreateApiKey, Identity, KeyScope, KeyScopes, LinkIdentity, NewApiKey, NewProvider, Position,
    Rank, Role, RotateApiKey, SetIdentityProvider,
};
use qun_domain::activity::{Row, What};
use qun_domain::command::{Command, Failure};
use qun_domain::groups::{Community, CreateCommunity, Group, MoveGroup, RenameCommunity, Scope};
use qun_domain::id::{
    AccountId, ApiKeyId, AwardId, BadgeId, BonusId, CourseId, EvaluationId, InvitationId, OfferId, PersonId,
    PlaceId, ProposalId, TaskId,
};
use qun_domain::locale::Locale;
use qun_domain::money::{Currency, Money};
use qun_domain::tasks::{CreateTask, NewTask, Proof, ProofKind, SubmitTask, TaskKind};
use qun_domain::team::{
    AllocatePlace, AssignRole, Audience, AwardBadge, CompletionOfOther, ContributionRole, CourseKind,
    CreateBadge, CreateCourse, CreateTrainingOffer, DaySpan, Deed, Delivery, DivisionMode, GoodFor,
    GrantBonus, InviteMember, NewCourse, NewOffer, NewVersion, PublishCourseVersion, RecordCompletion,
    RecordLeave, RecordStaffFacts, SetDivisionMode, Share, StaffFact, Stars, SubmittedFact,
};
use qun_domain::tiering::{PinTier, Tier};
use qun_infra::audit::seal_of;
use qun_infra::db::{OrgScope, OrgTx, RequestKey};
use qun_infra::streams::relay;
use qun_infra::tiering::{all_evaluations, each_score};
use sea_orm::prelude::Uuid;

use crate::harness::{Raw, SHANGHAI, TestQun, at, day, event, message, row, who};

/// What one of them has.
pub(crate) struct Tenant {
    pub(super) scope: OrgScope,
    pub(super) community: Community,
    pub(super) group: Group,
    pub(super) person: PersonId,
    pub(super) evaluation: EvaluationId,
    pub(super) key: ApiKeyId,
    pub(super) proposal: ProposalId,
    pub(super) invitation: InvitationId,
    pub(super) task: TaskId,
    pub(super) course: CourseId,
    pub(super) intern: AccountId,
    pub(super) given: Given,
}

/// What its intern is given.
pub(super) struct Given {
    pub(super) badge: BadgeId,
    pub(super) award: AwardId,
    pub(super) bonus: BonusId,
    pub(super) offer: OfferId,
    pub(super) place: PlaceId,
}

impl Tenant {
    pub(crate) fn id(&self) -> Uuid {
        self.scope.org().0
    }
}

/// `acme` and `globex`, alike in everything but their ids.
pub(crate) async fn two(qun: &TestQun) -> (Tenant, Tenant) {
    let org = qun.with_org().await;
    for slug in ["acme", "globex"] {
        qun.log_in(slug, "owner").await;
    }
    add_letter(&qun.system().await).await;
    add_second_factor(&qun.system().await).await;
    (tenant(qun, "acme", org.owner, "").await, tenant(qun, "globex", org.stranger, "").await)
}

/// One of them; every text in it begins with `mark`.
pub(super) async fn tenant(qun: &TestQun, slug: &str, scope: OrgScope, mark: &str) -> Tenant {
    let community = qun.community(&scope, &format!("{mark}garden")).await;
    let group = qun.group(&scope, &format!("{mark}roses"), Some(community.id)).await;
    qun.recorded(&scope, group.name.as_str(), rows(mark)).await;
    for of in [Scope::Organization, Scope::Community(community.id), Scope::Group(group.id)] {
        let patch = r#"{"tiering": {"newDays": 7}, "staff": {"training": {"graceDays": 0}, "minRatings": 1},
                "incentives": {"bonus": {"base": {"junior": 50000}}, "combined": {"check": "ON"}}}"#;
        qun.publish(&scope, of, patch).await;
    }
    let mut found = None;
    for of in [Scope::Community(community.id), Scope::Group(group.id)] {
        qun.evaluate(&scope, of).await;
        let read = qun.read(&scope);
        let evaluation = all_evaluations(&read, of).await.expect("evaluations")[0].id;
        let mut persons = Vec::new();
        each_score(&read, evaluation, |_, row| {
            persons.push(row.card.person);
            Ok(())
        })
        .await
        .expect("scores");
        let (id, reason) = (qun.ids.make(), format!("{mark}because"));
        let tier = Tier::Core;
        let pin = PinTier { id, scope: of, person: persons[0], tier, reason, expires_at: None };
        qun.done(&scope, pin).await;
        found = Some((persons[0], evaluation));
    }
    let (person, evaluation) = found.expect("two scopes");
    keyed(qun, &scope, &group).await;
    qun.done(&scope, SetDivisionMode { group: group.id, mode: Some(DivisionMode::Mixed) }).await;
    let proposal = proposed(qun, slug, mark, (&group, &community)).await;
    let intern = add_leave(qun, slug).await;
    let invitation = invited(qun, &scope, slug, (&group, &community)).await;
    let key = add_key(qun, &scope, mark).await;
    add_provider(qun, &scope, mark, invitation).await;
    // What comes after it waits for its seal.
    seal_of(&qun.db, scope.org(), qun.clock.now()).await.expect("seals");
    let task = add_tasks(qun, (&scope, slug), mark, (&group, &community)).await;
    add_facts(qun, (&scope, slug), mark, (&group, &community)).await;
    let course = add_courses(qun, (&scope, slug), mark).await;
    let given = add_incentives(qun, &scope, mark, intern).await;
    relay(&qun.db, qun.clock.now()).await.expect("told events");
    add_job(&qun.system().await, scope.org().0).await;
    Tenant {
        scope,
        community,
        group,
        person,
        evaluation,
        key,
        proposal,
        invitation,
        task,
        course,
        intern,
        given,
    }
}

/// Days on which an intern is away: whose.
async fn add_leave(qun: &TestQun, slug: &str) -> AccountId {
    let days = DaySpan::new(day("2026-08-03"), day("2026-08-05")).expect("days");
    let account = who(&qun.scope(slug, "intern").await);
    qun.done(&qun.operator(slug).await, RecordLeave { account, days, note: None }).await;
    account
}

/// A key of a machine, which took the place of another.
async fn add_key(qun: &TestQun, scope: &OrgScope, mark: &str) -> ApiKeyId {
    let fresh = qun.access.fresh_key(scope);
    let key = NewApiKey {
        id: fresh.id,
        name: format!("{mark}bot").parse().expect("a name"),
        scopes: KeyScopes::new([KeyScope::Read]).expect("a scope"),
        secret_hash: fresh.secret_hash,
        expires_at: qun.clock.now().plus_millis(ApiKey::LIFE),
        replaces: None,
    };
    let id = qun.done(scope, CreateApiKey(key)).await;
    let fresh = qun.access.fresh_key(scope);
    let rotate = RotateApiKey { id, new_id: fresh.id, secret_hash: fresh.secret_hash, overlap: 0 };
    qun.done(scope, rotate).await
}

/// A provider at an address that is not asked, somebody whom it knows, and somebody on the way to it.
async fn add_provider(qun: &TestQun, scope: &OrgScope, mark: &str, invitation: InvitationId) {
    let provider = NewProvider {
        id: qun.ids.make(),
        issuer: format!("https://127.0.0.1/{mark}id").parse().expect("an issuer"),
        client_id: format!("{mark}qun").parse().expect("a client"),
        client_secret: format!("{mark}secret").parse().expect("a secret"),
    };
    let (id, issuer) = (provider.id, provider.issuer.clone());
    qun.done(scope, SetIdentityProvider(provider)).await;
    let subject = format!("{mark}owner").parse().expect("a subject");
    let identity = Identity { id: qun.ids.make(), issuer, subject, account: who(scope) };
    qun.done(scope, LinkIdentity { provider: id, identity }).await;
    let sql =
        "INSERT INTO provider_log_in (org_id, id, provider_id, state_hash, secret_hash, nonce, verifier,
                                            invitation_id, invitation_hash, begun_at, expires_at)
               VALUES ($1, $2, $3, $4, $4, 'n', 'v', $5, $4, 0, 1)";
    let hash = vec![1_u8; 32];
    let one: Uuid = qun.ids.make();
    let params = vec![scope.org().0.into(), one.into(), id.0.into(), hash.into(), invitation.0.into()];
    qun.system().await.run(sql, params).await.expect("somebody on the way");
}

/// Invitations to each scope; the one to the organization is open, and first.
async fn invited(
    qun: &TestQun,
    scope: &OrgScope,
    slug: &str,
    (group, community): (&Group, &Community),
) -> InvitationId {
    let mut first = None;
    for at in [Scope::Organization, Scope::Community(community.id), Scope::Group(group.id)] {
        let position = Position::ranked(Role::Facilitator, Rank::Junior, at);
        let to = format!("{}@{slug}.example", at.to_string().replace(':', "-"));
        let delivery = Delivery::Letter { email: to.parse().expect("an address"), locale: Locale::En };
        let invite = InviteMember { delivery, position, share: Share::FULL, good_for: GoodFor::DEFAULT };
        let sent = qun.done(scope, invite).await;
        first.get_or_insert(sent.id);
    }
    let sql = "UPDATE invitation SET accepted_by = invited_by, accepted_at = invited_at
               WHERE org_id = $1 AND group_id IS NOT NULL";
    qun.system().await.run(sql, vec![scope.org().0.into()]).await.expect("an acceptance");
    first.expect("an invitation")
}

/// Acts that an intern may only propose, at each scope; the last, for the organization.
async fn proposed(
    qun: &TestQun,
    slug: &str,
    mark: &str,
    (group, community): (&Group, &Community),
) -> ProposalId {
    let intern = Position::ranked(Role::Administrator, Rank::Intern, Scope::Organization);
    qun.add_account(slug, "intern", intern).await;
    let intern = qun.scope(slug, "intern").await;
    let account = intern.actor().account_id().expect("an account");
    for at in [Scope::Organization, Scope::Community(community.id), Scope::Group(group.id)] {
        let position = Position::ranked(Role::Facilitator, Rank::Junior, at);
        qun.done(&qun.operator(slug).await, AssignRole { account, position, share: Share::FULL }).await;
    }
    let name = |name: &str| format!("{mark}{name}").parse().expect("a name");
    kept(qun, &intern, MoveGroup { group: group.id, community: None }).await;
    kept(qun, &intern, RenameCommunity { community: community.id, name: name("park") }).await;
    // Listed first: a later one.
    qun.clock.set(qun.clock.now().plus_millis(1));
    let id = kept(qun, &intern, CreateCommunity { name: name("annex"), zone: SHANGHAI }).await;
    // As the system would propose it.
    let sql = "UPDATE proposal SET subject = verb, evidence = '{}'
               WHERE org_id = (SELECT org_id FROM proposal WHERE id = $1)";
    qun.system().await.run(sql, vec![id.0.into()]).await.expect("a subject");
    id
}

async fn kept<C: Command<OrgTx>>(qun: &TestQun, scope: &OrgScope, command: C) -> ProposalId
where
    C::Out: std::fmt::Debug,
    C::Refusal: std::fmt::Debug,
{
    match qun.writer.execute(scope, command).await {
        Err(Failure::Proposed(id)) => id,
        other => panic!("not proposed: {other:?}"),
    }
}

/// Tasks of the owner with a backup: two that wait to be verified and two that are open; the first.
async fn add_tasks(
    qun: &TestQun,
    (scope, slug): (&OrgScope, &str),
    mark: &str,
    (group, community): (&Group, &Community),
) -> TaskId {
    let intern = qun.scope(slug, "intern").await;
    let new = |name: &str, is_done: bool| NewTask {
        place: Scope::Group(group.id),
        kind: TaskKind::General,
        title: format!("{mark}{name}").parse().expect("a title"),
        body: Some(format!("{mark}how").parse().expect("a text")),
        copy_text: Some(format!("{mark}words").parse().expect("a text")),
        subject: Some(format!("note:{mark}{name}").parse().expect("a subject")),
        assignee: who(scope),
        backup: Some(who(&intern)),
        due_at: at("2026-07-20 12:00"),
        proof: if is_done { ProofKind::Text } else { ProofKind::None },
        needs_verification: is_done,
    };
    let mut done = Vec::new();
    for name in ["checked", "waiting"] {
        let task = qun.done(scope, CreateTask(new(name, true))).await.id;
        let proof = Proof::new(ProofKind::Text, Some(&format!("{mark}done"))).expect("a proof");
        qun.done(scope, SubmitTask { task, proof }).await;
        done.push(task);
    }
    qun.done(scope, CreateTask(new("open", false))).await;
    let dropped = NewTask { place: Scope::Community(community.id), ..new("dropped", false) };
    qun.done(scope, CreateTask(dropped)).await;
    done[0]
}

/// What an intern did: at each scope.
async fn add_facts(
    qun: &TestQun,
    (scope, slug): (&OrgScope, &str),
    mark: &str,
    (group, community): (&Group, &Community),
) {
    let member = who(&qun.scope(slug, "intern").await);
    let of = |position, scope, deed| SubmittedFact {
        position,
        fact: StaffFact {
            source: format!("{mark}desk"),
            key: format!("{mark}1"),
            member,
            scope,
            at: at("2026-06-29 12:00"),
            deed,
        },
    };
    let case = Deed::CaseHandled { opened_at: at("2026-06-29 11:00"), reopened_at: None };
    let stars = Stars::try_from(5).expect("stars");
    let rating = Deed::Rating { stars, about: Some(format!("{mark}1")) };
    let contribution = Deed::EventContribution { role: ContributionRole::Helper };
    let rows = [
        of(0, Scope::Group(group.id), case),
        of(1, Scope::Group(group.id), rating),
        of(2, Scope::Community(community.id), contribution),
    ];
    assert_eq!(qun.done(scope, RecordStaffFacts { rows: rows.into() }).await.recorded, 3);
}

/// A course that an intern has done and others have not, and one that nobody has to do; the first.
async fn add_courses(qun: &TestQun, (scope, slug): (&OrgScope, &str), mark: &str) -> CourseId {
    let account = who(&qun.scope(slug, "intern").await);
    let named = |name: &str| NewCourse {
        title: format!("{mark}{name}").parse().expect("a title"),
        kind: CourseKind::Tool,
        audience: Audience::default(),
        withholds: vec![],
    };
    qun.done(scope, CreateCourse(named("dropped course"))).await;
    let course = qun.done(scope, CreateCourse(named("first aid"))).await.id;
    let new =
        NewVersion { material: format!("{mark}words").parse().ok(), link: "https://a.example".parse().ok() };
    qun.done(scope, PublishCourseVersion { course, after: 0, new }).await;
    let kind = CompletionOfOther::Examined;
    qun.done(scope, RecordCompletion { account, course, kind, score: Some(90), at: None }).await;
    let sql = "INSERT INTO training_reminder (org_id, course_id, account_id, due_at, reminded_at)
               VALUES ($1, $2, $3, 0, 0)";
    let params = vec![scope.org().0.into(), course.0.into(), account.0.into()];
    qun.system().await.run(sql, params).await.expect("a reminder");
    course
}

/// What an intern is given: a badge, of two that there are, and two bonuses; the last ones.
async fn add_incentives(qun: &TestQun, scope: &OrgScope, mark: &str, account: AccountId) -> Given {
    let named = |name: &str| CreateBadge {
        name: format!("{mark}{name}").parse().expect("a name"),
        description: format!("{mark}for what").parse().expect("a text"),
        icon: "star".parse().expect("a key"),
    };
    qun.done(scope, named("dropped star")).await;
    let badge = qun.done(scope, named("star")).await;
    let reason = || format!("{mark}because").parse().expect("a reason");
    let award = qun.done(scope, AwardBadge { badge, account, reason: reason() }).await;
    let granted = |key: &str| GrantBonus {
        account,
        month: "2026-06".parse().expect("a month"),
        key: key.parse().expect("a key"),
        money: Money::new(50_000, Currency::CNY).expect("an amount"),
        reason: reason(),
    };
    qun.done(scope, granted("first")).await;
    let bonus = qun.done(scope, granted("second")).await;
    let (offer, place) = add_places(qun, scope, mark, account).await;
    Given { badge, award, bonus, offer, place }
}

/// A place in training that an intern has, and an offer that nobody has a place in; the first.
async fn add_places(qun: &TestQun, scope: &OrgScope, mark: &str, account: AccountId) -> (OfferId, PlaceId) {
    let named = |name: &str| {
        CreateTrainingOffer(NewOffer {
            title: format!("{mark}{name}").parse().expect("a title"),
            places: 2.try_into().expect("places"),
            days: DaySpan::new(day("2026-08-03"), day("2026-08-05")).expect("days"),
            note: format!("{mark}bring a pen").parse().ok(),
            closes_on: day("2026-08-01"),
        })
    };
    qun.done(scope, named("dropped drawing")).await;
    let offer = qun.done(scope, named("drawing")).await;
    (offer, qun.done(scope, AllocatePlace { offer, account }).await)
}

/// A mutation under a key.
async fn keyed(qun: &TestQun, scope: &OrgScope, group: &Group) {
    let key = RequestKey::new("key", [0; 32]).expect("a key");
    let command = MoveGroup { group: group.id, community: group.community };
    let once = qun.writer.execute_once(scope, &key, command).await;
    assert!(matches!(once, Ok(Ok(_))), "a group that is where it was");
}

fn rows(mark: &str) -> Vec<Row> {
    let (ann, bob) = (format!("{mark}ann"), format!("{mark}bob"));
    let invited = What::Join { invited_by: Some(ann.clone()), via: None };
    let rows = vec![
        message("m1", &ann, at("2026-06-29 09:00")),
        row("j1", &bob, at("2026-06-29 09:01"), invited),
        row("r1", &bob, at("2026-06-29 09:02"), What::Reaction { target: "m1".to_owned(), emoji: None }),
        event("e1", at("2026-06-29 10:00"), at("2026-06-30 10:00"), false),
    ];
    let named = |row: Row| Row { name: row.user.clone(), ..row };
    rows.into_iter().map(named).collect()
}

/// A letter that was sent, of nobody's organization.
async fn add_letter(raw: &Raw) {
    let sql =
        "INSERT INTO mailed_token (id, purpose, email, locale, requested_at, expires_at, token_hash, tries,
                                         next_try_at, sent_at)
               VALUES ($1, 'SIGN_UP', 'ann@example.org', 'en', 0, 1, $2, 1, 0, 0)";
    raw.run(sql, vec![Uuid::from_u128(1).into(), vec![1_u8].into()]).await.expect("a letter");
}

/// A second factor that waits for its confirmation, and a code that goes with it.
async fn add_second_factor(raw: &Raw) {
    let sql =
        "INSERT INTO second_factor (account_id, secret, begun_at) SELECT id, $1, 0 FROM account LIMIT 1";
    raw.run(sql, vec![vec![1_u8; 20].into()]).await.expect("a second factor");
    let sql = "INSERT INTO recovery_code (account_id, code_hash) SELECT account_id, $1 FROM second_factor";
    raw.run(sql, vec![vec![1_u8; 32].into()]).await.expect("a recovery code");
}

/// A job, as the scheduler would leave it.
async fn add_job(raw: &Raw, org: Uuid) {
    let sql = "INSERT INTO job (org_id, schedule, period, state, due_at, attempts, token, created_at)
               VALUES ($1, 'test', '2026-W27', 'DONE', 0, 1, 1, 0)";
    raw.run(sql, vec![org.into()]).await.expect("a job");
}
