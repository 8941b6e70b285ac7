//! How the work in groups is divided: who says so, from when on, and what came of it.

use qun_domain::access::{ApproveProposal, Capability, Position, Rank, Role};
use qun_domain::command::Failure;
use qun_domain::groups::{Group, Scope};
use qun_domain::id::GroupId;
use qun_domain::policy::ResponseGrade;
use qun_domain::team::{
    Deed, Division, DivisionMode, RecordStaffFacts, SetDivisionMode, SetDivisionModeRefusal, StaffFact,
    StaffingGap, Stars,
};
use qun_infra::db::OrgScope;
use qun_infra::team::{division_modes, divisions_of};

use super::facts::rows;
use crate::harness::{Org, TestQun, at, message, on_both, who};

on_both!(
    a_mode_is_said_and_unsaid,
    who_may_not_say_it_proposes_it_or_is_barred,
    figures_are_those_of_the_mode_of_the_month,
    many_groups_cost_as_many_statements_as_one,
);

async fn mode(qun: &TestQun, by: &OrgScope, group: GroupId) -> Option<DivisionMode> {
    division_modes(&qun.read(by), &[group]).await.expect("an answer").get(&group).copied()
}

async fn a_mode_is_said_and_unsaid(qun: &TestQun) {
    let Org { owner, stranger, .. } = qun.with_org().await;
    let group = qun.group(&owner, "roses", None).await.id;
    let said = "SELECT COUNT(*) FROM outbox WHERE name = 'team.division_mode_set'";
    assert_eq!(mode(qun, &owner, group).await, None);
    for to in [Some(DivisionMode::Rotation), Some(DivisionMode::Mixed), None, Some(DivisionMode::Mixed)] {
        qun.done(&owner, SetDivisionMode { group, mode: to }).await;
        qun.done(&owner, SetDivisionMode { group, mode: to }).await;
        assert_eq!(mode(qun, &owner, group).await, to);
    }
    assert_eq!(qun.system().await.count(said, vec![]).await, 4, "said again, nothing is told");
    let theirs = qun.group(&stranger, "roses", None).await.id;
    for group in [theirs, qun.ids.make()] {
        let refusal = qun.refused(&owner, SetDivisionMode { group, mode: None }).await;
        assert_eq!(refusal, SetDivisionModeRefusal::NoSuchGroup);
    }
    assert_eq!(mode(qun, &stranger, group).await, None);
}

async fn who_may_not_say_it_proposes_it_or_is_barred(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let group = qun.group(&owner, "roses", None).await.id;
    let command = SetDivisionMode { group, mode: Some(DivisionMode::Dedicated) };
    let failure = qun.writer.execute(&reader, command).await;
    assert!(matches!(failure, Err(Failure::Forbidden(Capability::ManageTeam))), "{failure:?}");
    let senior = Position::ranked(Role::Administrator, Rank::Senior, Scope::Group(group));
    let senior = qun.joined("acme", "senior", senior).await;
    let Err(Failure::Proposed(proposal)) = qun.writer.execute(&senior, command).await else {
        panic!("not proposed");
    };
    assert_eq!(mode(qun, &owner, group).await, None);
    qun.done(&owner, ApproveProposal { proposal, reason: None }).await;
    assert_eq!(mode(qun, &owner, group).await, Some(DivisionMode::Dedicated));
}

async fn divisions(qun: &TestQun, by: &OrgScope, month: &str) -> [Division; 3] {
    let month = month.parse().expect("a month");
    divisions_of(&qun.read(by), by.org(), month, qun.clock.now()).await.expect("an answer")
}

/// Facts about a member in a group, on 2 July: so many cases and ratings of 5.
fn work(of: &OrgScope, group: &Group, cases: u32, ratings: u32) -> RecordStaffFacts {
    let when = at("2026-07-02 09:00");
    let fact = |key: String, deed| StaffFact {
        source: "desk".to_owned(),
        key: format!("{} {key}", group.name),
        member: who(of),
        scope: Scope::Group(group.id),
        at: when,
        deed,
    };
    let case =
        |number: u32| fact(number.to_string(), Deed::CaseHandled { opened_at: when, reopened_at: None });
    let stars = Stars::try_from(5).expect("stars");
    let rating = |number: u32| fact(number.to_string(), Deed::Rating { stars, about: None });
    rows((0..cases).map(case).chain((0..ratings).map(rating)))
}

/// Of July 10 working days have ended on the 15th.
async fn figures_are_those_of_the_mode_of_the_month(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let community = qun.community(&owner, "Plants").await.id;
    let roses = qun.group(&owner, "roses", Some(community)).await;
    let tulips = qun.group(&owner, "tulips", Some(community)).await;
    for (group, people) in [("roses", ["a", "b", "c"].as_slice()), ("tulips", &["a"])] {
        let said = people.iter().map(|user| message(format!("{group} {user}"), user, at("2026-07-01 09:00")));
        qun.recorded(&owner, group, said.collect()).await;
    }
    let clerk = |at| Position::ranked(Role::CustomerService, Rank::Junior, at);
    qun.joined("acme", "mia", clerk(Scope::Community(community))).await;
    qun.joined("acme", "leo", clerk(Scope::Group(tulips.id))).await;
    qun.done(&owner, SetDivisionMode { group: roses.id, mode: Some(DivisionMode::Rotation) }).await;
    qun.done(&owner, SetDivisionMode { group: tulips.id, mode: Some(DivisionMode::Dedicated) }).await;
    qun.done(&owner, work(&reader, &roses, 15, 20)).await;
    qun.done(&owner, work(&reader, &tulips, 5, 19)).await;

    let [rotation, dedicated, mixed] = divisions(qun, &owner, "2026-07").await;
    assert_eq!((rotation.groups, dedicated.groups, mixed.groups), (1, 1, 0));
    // One working time at the community for 4: 0.75 for roses, 0.25 for tulips.
    assert_eq!(rotation.fte_per_100_members.value, Ok(25.0));
    assert_eq!(dedicated.fte_per_100_members.value, Ok(125.0));
    assert_eq!(rotation.cases_per_day_per_fte.value, Ok(2.0), "15 ÷ 10 ÷ 0.75");
    assert_eq!((rotation.satisfaction.value, rotation.satisfaction.n), (Ok(1.0), 20));
    assert_eq!(dedicated.satisfaction.value, Err(StaffingGap::Insufficient));
    assert_eq!(mixed.fte_per_100_members.value, Err(StaffingGap::NoGroups));
    assert_eq!(dedicated.claim.response, ResponseGrade::Fast);

    let [rotation, ..] = divisions(qun, &owner, "2026-06").await;
    assert_eq!(rotation.fte_per_100_members.value, Err(StaffingGap::NoGroups), "nobody had said so then");
    qun.advance_to(at("2026-08-05 10:00"));
    qun.done(&owner, SetDivisionMode { group: roses.id, mode: None }).await;
    let [rotation, ..] = divisions(qun, &owner, "2026-07").await;
    assert_eq!((rotation.groups, rotation.cases_per_day_per_fte.n), (1, 15), "as it was at the end of July");
    assert_eq!(divisions(qun, &owner, "2026-08").await[0].groups, 0);
    let theirs = divisions(qun, &stranger, "2026-07").await;
    assert!(theirs.iter().all(|division| division.groups == 0));
}

async fn many_groups_cost_as_many_statements_as_one(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let count = async || {
        let before = qun.db.statements();
        let found = divisions(qun, &owner, "2026-07").await;
        (qun.db.statements() - before, found[0].groups)
    };
    let mut counts = Vec::new();
    for name in ["a", "b", "c"] {
        let group = qun.group(&owner, name, None).await.id;
        qun.done(&owner, SetDivisionMode { group, mode: Some(DivisionMode::Rotation) }).await;
        counts.push(count().await);
    }
    assert_eq!(counts.iter().map(|(_, groups)| *groups).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(counts.iter().all(|(statements, _)| *statements == counts[0].0), "{counts:?}");
}
