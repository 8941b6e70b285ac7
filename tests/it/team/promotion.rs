//! Promotions: who is proposed, when, with which evidence, and what becomes of it.

use async_graphql::Request;
use chrono::NaiveDate;
use qun_domain::access::{
    ApproveProposal, Position, Proposal, ProposalState, Rank, Reason, RejectProposal, Role,
};
use qun_domain::id::ProposalId;
use qun_domain::policy::{PolicyPatch, PublishPolicy};
use qun_domain::scope::Scope;
use qun_domain::tasks::{TaskKind, TaskState};
use qun_domain::team::{
    CancelLeave, CancelLeaveRefusal, ChangeRank, DaySpan, Evidence, GateKind, GateState, RecordLeave,
    RecordLeaveRefusal, SuspendMember, judge,
};
use qun_domain::time::Timestamp;
use qun_infra::access::{ProposalPage, proposals_page};
use qun_infra::db::OrgScope;
use qun_infra::jobs::Jobs;
use qun_infra::tasks::{TaskPage, tasks_page};
use qun_infra::team::{assignments_of, evidence_of};

use crate::harness::{Org, TestQun, at, on_both, who};

on_both!(
    who_is_ready_is_proposed_once,
    an_owner_decides_and_the_task_is_closed,
    what_was_rejected_rests,
    leave_and_suspension_pause_the_clock,
    leaves_are_recorded_for_others,
    who_is_suspended_is_not_proposed,
    evidence_is_replayed,
    evidence_is_confided,
    many_cost_as_many_statements_as_one,
);

fn reason() -> Reason {
    "because".parse().expect("a reason")
}

fn analyst(rank: Rank) -> Position {
    Position::ranked(Role::Analyst, rank, Scope::Organization)
}

async fn owner(qun: &TestQun) -> OrgScope {
    qun.scope("acme", "owner").await
}

async fn run_jobs(qun: &TestQun) {
    Jobs::new(qun.writer.clone()).run_due().await.unwrap_or_else(|fault| panic!("{}", fault.chain()));
}

async fn proposals(qun: &TestQun, state: ProposalState) -> Vec<Proposal> {
    let owner = owner(qun).await;
    let page = ProposalPage { state: Some(state), verb: None, proposed_by: None, after: None, limit: 100 };
    proposals_page(&qun.read(&owner), page).await.expect("an answer")
}

/// The open proposals to let this account rise.
async fn about(qun: &TestQun, of: &OrgScope) -> Vec<ProposalId> {
    let target = format!("account:{}", who(of));
    let open = proposals(qun, ProposalState::Open).await;
    open.into_iter().filter(|open| open.target.as_deref() == Some(&target)).map(|open| open.id).collect()
}

async fn tasks(qun: &TestQun, state: TaskState) -> usize {
    let owner = owner(qun).await;
    let page = TaskPage {
        assignee: None,
        place: None,
        states: vec![state],
        kind: Some(TaskKind::Promotion),
        overdue: None,
        after: None,
        limit: 100,
    };
    tasks_page(&qun.read(&owner), &[page]).await.expect("an answer")[0].len()
}

async fn rank(qun: &TestQun, of: &OrgScope) -> Option<Rank> {
    let read = owner(qun).await;
    let held = assignments_of(&qun.read(&read), &[who(of)], qun.clock.now()).await.expect("an answer");
    held[&who(of)][0].position().rank
}

/// An intern of the team since 15 July 2026, in an organization of Shanghai.
async fn with_intern(qun: &TestQun) -> (Org, OrgScope) {
    let org = qun.with_org().await;
    let intern = qun.joined("acme", "intern", analyst(Rank::Intern)).await;
    (org, intern)
}

async fn who_is_ready_is_proposed_once(qun: &TestQun) {
    let (_, intern) = with_intern(qun).await;
    qun.advance_to(at("2026-08-14 11:00"));
    run_jobs(qun).await;
    assert!(about(qun, &intern).await.is_empty(), "a month is not over");
    qun.advance_to(at("2026-08-15 11:00"));
    run_jobs(qun).await;
    run_jobs(qun).await;
    qun.advance_to(at("2026-08-16 11:00"));
    run_jobs(qun).await;
    assert_eq!(about(qun, &intern).await.len(), 1);
    assert_eq!(tasks(qun, TaskState::Open).await, proposals(qun, ProposalState::Open).await.len());
    assert_eq!(rank(qun, &intern).await, Some(Rank::Intern), "the system decides nothing");
}

async fn an_owner_decides_and_the_task_is_closed(qun: &TestQun) {
    let (_, intern) = with_intern(qun).await;
    qun.advance_to(at("2026-08-15 11:00"));
    run_jobs(qun).await;
    let proposal = about(qun, &intern).await[0];
    let before = tasks(qun, TaskState::Open).await;
    qun.done(&owner(qun).await, ApproveProposal { proposal, reason: None }).await;
    assert_eq!(rank(qun, &intern).await, Some(Rank::Junior));
    assert_eq!(tasks(qun, TaskState::Open).await, before - 1);
    assert_eq!(tasks(qun, TaskState::Done).await, 1, "by who decided");
    qun.advance_to(at("2026-08-16 11:00"));
    run_jobs(qun).await;
    assert!(about(qun, &intern).await.is_empty(), "a junior is not due for three months");
}

async fn what_was_rejected_rests(qun: &TestQun) {
    let (_, intern) = with_intern(qun).await;
    qun.advance_to(at("2026-08-15 11:00"));
    run_jobs(qun).await;
    let proposal = about(qun, &intern).await[0];
    qun.done(&owner(qun).await, RejectProposal { proposal, reason: reason() }).await;
    qun.advance_to(at("2026-09-13 11:00"));
    run_jobs(qun).await;
    assert!(about(qun, &intern).await.is_empty(), "30 days are not over");
    qun.advance_to(at("2026-09-14 11:00"));
    run_jobs(qun).await;
    assert_eq!(about(qun, &intern).await.len(), 1);
}

fn days(first: &str, last: &str) -> DaySpan {
    let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
    DaySpan::new(day(first), day(last)).expect("days")
}

async fn leave_and_suspension_pause_the_clock(qun: &TestQun) {
    let (org, intern) = with_intern(qun).await;
    let account = who(&intern);
    let leave = RecordLeave { account, days: days("2026-07-20", "2026-07-24"), note: None };
    qun.done(&org.owner, leave).await;
    // Away on the 28th and 29th: the day on which it comes back counts.
    qun.advance_to(at("2026-07-28 12:00"));
    qun.done(&owner(qun).await, SuspendMember { account, reason: reason() }).await;
    qun.advance_to(at("2026-07-30 12:00"));
    let back = qun_domain::team::ReinstateMember { account, reason: reason() };
    qun.done(&owner(qun).await, back).await;
    qun.advance_to(at("2026-08-21 11:00"));
    run_jobs(qun).await;
    assert!(about(qun, &intern).await.is_empty(), "7 days away");
    qun.advance_to(at("2026-08-22 11:00"));
    run_jobs(qun).await;
    assert_eq!(about(qun, &intern).await.len(), 1);
}

async fn leaves_are_recorded_for_others(qun: &TestQun) {
    let (org, intern) = with_intern(qun).await;
    let account = who(&intern);
    let leave = |first, last| RecordLeave { account, days: days(first, last), note: None };
    let id = qun.done(&org.owner, leave("2026-07-06", "2026-07-10")).await;
    assert_eq!(qun.done(&org.owner, leave("2026-07-06", "2026-07-10")).await, id, "the same once more");
    let refusal = qun.refused(&org.owner, leave("2026-07-10", "2026-07-11")).await;
    assert_eq!(refusal, RecordLeaveRefusal::Overlaps);
    let own = RecordLeave { account: who(&org.owner), ..leave("2026-07-06", "2026-07-10") };
    assert_eq!(qun.refused(&org.owner, own).await, RecordLeaveRefusal::OwnCase);
    let foreign = RecordLeave { account: who(&org.stranger), ..leave("2026-07-06", "2026-07-10") };
    assert_eq!(qun.refused(&org.owner, foreign).await, RecordLeaveRefusal::NoSuchMember);
    let theirs = qun.refused(&org.stranger, CancelLeave { leave: id }).await;
    assert_eq!(theirs, CancelLeaveRefusal::NoSuchLeave);
    qun.done(&org.owner, CancelLeave { leave: id }).await;
    qun.done(&org.owner, CancelLeave { leave: id }).await;
    qun.done(&org.owner, leave("2026-07-10", "2026-07-11")).await;
}

async fn who_is_suspended_is_not_proposed(qun: &TestQun) {
    let (org, intern) = with_intern(qun).await;
    qun.advance_to(at("2026-08-15 02:00"));
    qun.done(&org.owner, SuspendMember { account: who(&intern), reason: reason() }).await;
    qun.advance_to(at("2026-10-30 11:00"));
    run_jobs(qun).await;
    assert!(about(qun, &intern).await.is_empty());
}

/// What was stored says by itself why, also after the policy and the facts have changed.
async fn evidence_is_replayed(qun: &TestQun) {
    let (_, intern) = with_intern(qun).await;
    qun.advance_to(at("2026-08-15 11:00"));
    run_jobs(qun).await;
    let proposal = about(qun, &intern).await[0];
    let patch = PolicyPatch::parse(r#"{"ladder": {"intern": {"months": 6}}}"#).expect("a patch");
    qun.done(&owner(qun).await, PublishPolicy { scope: Scope::Organization, patch, note: None }).await;
    let open = proposals(qun, ProposalState::Open).await;
    let stored = open.into_iter().find(|open| open.id == proposal).and_then(|open| open.evidence);
    let evidence: Evidence = serde_json::from_value(stored.expect("evidence")).expect("evidence");
    assert_eq!(judge(&evidence.dossier, &evidence.ladder, &evidence.staff), evidence.gates);
    assert!(evidence.gates.iter().all(|gate| gate.state == GateState::Met), "{:?}", evidence.gates);

    let owner = owner(qun).await;
    let read = qun.read(&owner);
    let id = evidence.dossier.assignment;
    let held = assignments_of(&read, &[who(&intern)], qun.clock.now()).await.expect("an answer");
    let now =
        evidence_of(&read, owner.org(), &held[&who(&intern)], qun.clock.now()).await.expect("an answer");
    let time = now[&id].gates.iter().find(|gate| gate.kind == GateKind::TimeInRank).expect("a gate");
    assert_eq!((time.state, time.target), (GateState::NotMet, 184.0), "15 July to 15 January");
}

/// How somebody worked is told to who could propose the promotion.
async fn evidence_is_confided(qun: &TestQun) {
    let (org, intern) = with_intern(qun).await;
    qun.advance_to(at("2026-08-15 11:00"));
    run_jobs(qun).await;
    let executor = qun.executor();
    let query =
        "{ organization { proposals(verb: \"team.change_rank\", state: OPEN) { nodes { target evidence } }
        none: proposals(verb: \"team.grant_bonus\") { nodes { target } } } }";
    for (scope, sees) in [(&org.owner, true), (&org.reader, false), (&intern, false)] {
        let answer = executor.execute(Request::new(query).data(scope.clone())).await;
        let answer = serde_json::to_value(answer).expect("JSON");
        let found = &answer["data"]["organization"];
        let proposals = found["proposals"]["nodes"].as_array().expect("proposals");
        let told = proposals.iter().filter(|proposal| proposal["evidence"].is_object()).count();
        assert_eq!(told, if sees { proposals.len() } else { 0 }, "{answer}");
        assert!(!proposals.is_empty() && found["none"]["nodes"] == serde_json::json!([]), "{answer}");
    }
}

async fn many_cost_as_many_statements_as_one(qun: &TestQun) {
    let (org, intern) = with_intern(qun).await;
    for name in ["one", "two", "three"] {
        let scope = qun.joined("acme", name, analyst(Rank::Junior)).await;
        let held = assignments_of(&qun.read(&org.owner), &[who(&scope)], qun.clock.now()).await;
        let assignment = held.expect("an answer")[&who(&scope)][0].assignment.id;
        qun.done(&org.owner, ChangeRank { assignment, rank: Rank::Senior, reason: reason() }).await;
    }
    let read = qun.read(&org.owner);
    let now: Timestamp = qun.clock.now();
    let accounts: Vec<_> = {
        let raw = qun_infra::team::members_page(&read, None, 100).await.expect("a page");
        raw.into_iter().map(|member| member.account).collect()
    };
    let all = assignments_of(&read, &accounts, now).await.expect("an answer");
    let held: Vec<_> = all.into_values().flatten().collect();
    let one: Vec<_> = held.iter().filter(|held| held.account == who(&intern)).copied().collect();
    let count = async |held: &[qun_domain::team::Held]| {
        let before = qun.db.statements();
        let found = evidence_of(&read, org.owner.org(), held, now).await.expect("an answer");
        assert_eq!(found.len(), held.len());
        qun.db.statements() - before
    };
    assert_eq!(count(&held).await, count(&one).await);
}
