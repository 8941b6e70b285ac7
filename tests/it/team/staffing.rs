//! Who is counted where, for how many members, and by whose policy.

use qun_domain::access::{Position, Rank, Role};
use qun_domain::activity::What;
use qun_domain::groups::{Group, MoveGroup, Scope};
use qun_domain::id::CommunityId;
use qun_domain::team::{
    AssignRole, CancelLeave, DaySpan, EndAssignment, RecordLeave, ReinstateMember, Share, Staffing,
    StaffingGap, StaffingWarning, SuspendMember,
};
use qun_infra::db::OrgScope;
use qun_infra::team::{assignments_of, staffing_of};

use crate::harness::{Org, TestQun, at, day, message, on_both, row, who};

on_both!(
    heads_and_shares_are_counted_where_they_are,
    what_nobody_recorded_is_unknown,
    who_is_away_is_not_present,
    the_nearest_policy_holds,
    a_group_takes_its_members_and_its_staff_along,
    many_cost_as_many_statements_as_one,
);

fn clerk(at: Scope) -> Position {
    Position::ranked(Role::CustomerService, Rank::Junior, at)
}

/// A community with two groups: ann, bob and cat in roses; ann and dan in tulips.
struct Plants {
    org: Org,
    community: CommunityId,
    roses: Group,
    tulips: Group,
}

async fn plants(qun: &TestQun) -> Plants {
    let org = qun.with_org().await;
    let community = qun.community(&org.owner, "Plants").await.id;
    let roses = qun.group(&org.owner, "roses", Some(community)).await;
    let tulips = qun.group(&org.owner, "tulips", Some(community)).await;
    let said = |id: &str, user: &str| message(id, user, at("2026-07-01 09:00"));
    qun.recorded(&org.owner, "roses", vec![said("r1", "ann"), said("r2", "bob"), said("r3", "cat")]).await;
    qun.recorded(&org.owner, "tulips", vec![said("t1", "ann"), said("t2", "dan")]).await;
    qun.publish(&org.owner, Scope::Organization, r#"{"staff": {"staffing": {"membersPerFte": 2}}}"#).await;
    Plants { org, community, roses, tulips }
}

async fn of(qun: &TestQun, by: &OrgScope, place: Scope) -> Staffing {
    let found = staffing_of(&qun.read(by), by.org(), &[place], qun.clock.now()).await.expect("an answer");
    found[&place]
}

async fn heads_and_shares_are_counted_where_they_are(qun: &TestQun) {
    let Plants { org, community, roses, tulips } = plants(qun).await;
    let mia = qun.joined("acme", "mia", clerk(Scope::Community(community))).await;
    qun.joined("acme", "leo", clerk(Scope::Group(tulips.id))).await;
    let share = Share::try_from(5_000).expect("a share");
    let more = AssignRole { account: who(&mia), position: clerk(Scope::Group(roses.id)), share };
    qun.done(&org.owner, more).await;

    let found = of(qun, &org.owner, Scope::Community(community)).await;
    assert_eq!((found.members, found.needed, found.unrecorded), (Ok(4), Ok(2), 0), "ann counts once");
    assert_eq!((found.present, found.away), (25_000, 0));
    assert_eq!((found.community, found.organization), (None, Some(30_000)), "owner, admin and reader");
    assert_eq!((found.overcommitted, found.warnings()), (1, vec![StaffingWarning::Overcommitted]));
    let found = of(qun, &org.owner, Scope::Group(roses.id)).await;
    assert_eq!((found.members, found.needed), (Ok(3), Ok(2)));
    assert_eq!((found.present, found.community), (5_000, Some(10_000)));
    assert_eq!(found.warnings(), [StaffingWarning::Understaffed, StaffingWarning::Overcommitted]);
    let found = of(qun, &org.owner, Scope::Group(tulips.id)).await;
    assert_eq!((found.members, found.present, found.ratio()), (Ok(2), 10_000, Ok(2.0)));
    assert!(found.warnings().is_empty(), "mia does not work here");
    let found = of(qun, &org.owner, Scope::Organization).await;
    assert_eq!((found.members, found.present, found.organization), (Ok(4), 55_000, None));

    let held = assignments_of(&qun.read(&org.owner), &[who(&mia)], qun.clock.now()).await.expect("an answer");
    let reason = "because".parse().expect("a reason");
    let whole = held[&who(&mia)].iter().find(|held| held.position().scope == Scope::Community(community));
    let assignment = whole.expect("the first one").assignment.id;
    qun.done(&org.owner, EndAssignment { assignment, reason }).await;
    let found = of(qun, &org.owner, Scope::Community(community)).await;
    assert_eq!((found.present, found.warnings()), (15_000, vec![StaffingWarning::Understaffed]));
}

async fn what_nobody_recorded_is_unknown(qun: &TestQun) {
    let Plants { org, community, .. } = plants(qun).await;
    let empty = qun.group(&org.owner, "empty", Some(community)).await;
    let found = of(qun, &org.owner, Scope::Group(empty.id)).await;
    assert_eq!((found.members, found.needed), (Err(StaffingGap::NotRecorded), Err(StaffingGap::NotRecorded)));
    assert_eq!((found.ratio(), found.warnings()), (Err(StaffingGap::NotRecorded), vec![]));
    let found = of(qun, &org.owner, Scope::Community(community)).await;
    assert_eq!((found.members, found.unrecorded), (Ok(4), 1), "what is known, and that it is not all");

    let gone = qun.group(&org.owner, "gone", None).await;
    let rows = vec![
        message("g1", "eve", at("2026-07-01 09:00")),
        row("g2", "eve", at("2026-07-02 09:00"), What::Leave),
    ];
    qun.recorded(&org.owner, "gone", rows).await;
    let found = of(qun, &org.owner, Scope::Group(gone.id)).await;
    assert_eq!((found.members, found.needed, found.community), (Ok(0), Ok(0), None), "everybody has left");
    assert_eq!((found.ratio(), found.warnings()), (Err(StaffingGap::NoMembers), vec![]));
}

async fn who_is_away_is_not_present(qun: &TestQun) {
    let Plants { org, community, tulips, .. } = plants(qun).await;
    let leo = qun.joined("acme", "leo", clerk(Scope::Group(tulips.id))).await;
    let account = who(&leo);
    let place = Scope::Community(community);
    let counted = async || {
        let found = of(qun, &org.owner, place).await;
        (found.present, found.away)
    };
    let days = |first, last| DaySpan::new(day(first), day(last)).expect("days");
    qun.done(&org.owner, RecordLeave { account, days: days("2026-07-10", "2026-07-14"), note: None }).await;
    assert_eq!(counted().await, (10_000, 0), "back since today");
    let leave = RecordLeave { account, days: days("2026-07-15", "2026-07-16"), note: None };
    let leave = qun.done(&org.owner, leave).await;
    assert_eq!(counted().await, (0, 10_000));
    assert_eq!(of(qun, &org.owner, place).await.warnings(), [StaffingWarning::Understaffed]);
    qun.done(&org.owner, CancelLeave { leave }).await;
    assert_eq!(counted().await, (10_000, 0));
    let reason = || "because".parse().expect("a reason");
    qun.done(&org.owner, SuspendMember { account, reason: reason() }).await;
    assert_eq!(counted().await, (0, 10_000));
    qun.done(&org.owner, ReinstateMember { account, reason: reason() }).await;
    assert_eq!(counted().await, (10_000, 0));
    let reason = reason();
    qun.done(&org.owner, qun_domain::team::RemoveMember { account, reason }).await;
    assert_eq!(counted().await, (0, 0), "who has left is not away");
}

async fn the_nearest_policy_holds(qun: &TestQun) {
    let Plants { org, community, roses, tulips } = plants(qun).await;
    let patch = r#"{"staff": {"staffing": {"membersPerFte": 4}}}"#;
    qun.publish(&org.owner, Scope::Community(community), patch).await;
    qun.publish(&org.owner, Scope::Group(tulips.id), r#"{"staff": {"staffing": {"membersPerFte": 1}}}"#)
        .await;
    let places =
        [Scope::Organization, Scope::Community(community), Scope::Group(roses.id), Scope::Group(tulips.id)];
    let found = staffing_of(&qun.read(&org.owner), org.owner.org(), &places, qun.clock.now()).await;
    let found = found.expect("an answer");
    let needed: Vec<_> = places.iter().map(|place| found[place].needed.expect("known")).collect();
    assert_eq!(needed, [2, 1, 1, 2], "4 ÷ 2, 4 ÷ 4, 3 ÷ 4, 2 ÷ 1");
}

async fn a_group_takes_its_members_and_its_staff_along(qun: &TestQun) {
    let Plants { org, community, tulips, .. } = plants(qun).await;
    qun.joined("acme", "leo", clerk(Scope::Group(tulips.id))).await;
    qun.done(&org.owner, MoveGroup { group: tulips.id, community: None }).await;
    let found = of(qun, &org.owner, Scope::Community(community)).await;
    assert_eq!((found.members, found.present), (Ok(3), 0));
    let found = of(qun, &org.owner, Scope::Group(tulips.id)).await;
    assert_eq!((found.members, found.present, found.community), (Ok(2), 10_000, None));
}

async fn many_cost_as_many_statements_as_one(qun: &TestQun) {
    let Plants { org, community, roses, tulips } = plants(qun).await;
    let read = qun.read(&org.owner);
    let mut places = vec![Scope::Community(community), Scope::Group(roses.id)];
    let count = async |places: &[Scope]| {
        let before = qun.db.statements();
        let found = staffing_of(&read, org.owner.org(), places, qun.clock.now()).await.expect("an answer");
        assert_eq!(found.len(), places.len());
        qun.db.statements() - before
    };
    let few = count(&places).await;
    places.extend([Scope::Organization, Scope::Group(tulips.id)]);
    for name in ["a", "b", "c", "d"] {
        places.push(Scope::Group(qun.group(&org.owner, name, Some(community)).await.id));
        places.push(Scope::Community(qun.community(&org.owner, name).await.id));
    }
    assert_eq!(count(&places).await, few);
}
