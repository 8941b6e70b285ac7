//! Whether everybody was given something of each kind in a quarter.

use qun_domain::access::{Position, Rank, Role};
use qun_domain::money::{Currency, Money};
use qun_domain::quarter::Quarter;
use qun_domain::scope::Scope;
use qun_domain::team::{
    AllocatePlace, AwardBadge, CancelBonus, ChangeRank, CreateBadge, CreateTrainingOffer, DaySpan,
    GrantBonus, IncentiveKind, NewOffer, SuspendMember,
};
use qun_infra::db::OrgScope;
use qun_infra::team::{GivenTo, assignments_of, incentive_gaps};

use crate::harness::{Org, TestQun, at, day, on_both, who};

on_both!(
    who_was_given_nothing_is_named,
    a_rise_in_rank_is_an_honour,
    the_quarter_is_that_of_the_organization,
    it_is_looked_at_where_the_policy_says_so,
);

const ON: &str = r#"{"incentives": {"combined": {"check": "ON"}}}"#;

fn clerk(role: Role) -> Position {
    Position::ranked(role, Rank::Junior, Scope::Organization)
}

async fn gaps(qun: &TestQun, by: &OrgScope, quarter: &str) -> Option<Vec<GivenTo>> {
    let quarter: Quarter = quarter.parse().expect("a quarter");
    incentive_gaps(&qun.read(by), quarter, None, 10).await.expect("an answer")
}

/// What is missing for somebody; none where nothing is, or nobody asks.
async fn missing(qun: &TestQun, by: &OrgScope, of: &OrgScope, quarter: &str) -> Option<Vec<IncentiveKind>> {
    let found = gaps(qun, by, quarter).await.expect("a list");
    found.into_iter().find(|row| row.account == who(of)).map(|row| row.given.missing())
}

async fn who_was_given_nothing_is_named(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    qun.publish(&owner, Scope::Organization, ON).await;
    let ann = qun.joined("acme", "ann", clerk(Role::Administrator)).await;
    let bob = qun.joined("acme", "bob", clerk(Role::Administrator)).await;
    qun.joined("acme", "eve", clerk(Role::Analyst)).await;
    let all = Some(IncentiveKind::ALL.to_vec());
    assert_eq!(missing(qun, &owner, &ann, "2026-Q3").await, all);
    let account = who(&ann);
    let name = "Star".parse().expect("a name");
    let (description, icon) = ("For patience".parse().expect("a text"), "star".parse().expect("a key"));
    let badge = qun.done(&owner, CreateBadge { name, description, icon }).await;
    let reason = || "because".parse().expect("a reason");
    qun.done(&owner, AwardBadge { badge, account, reason: reason() }).await;
    let expected = Some(vec![IncentiveKind::Material, IncentiveKind::Growth]);
    assert_eq!(missing(qun, &owner, &ann, "2026-Q3").await, expected);
    let bonus = |month: &str| GrantBonus {
        account,
        month: month.parse().expect("a month"),
        key: "kpi".parse().expect("a key"),
        money: Money::new(1, Currency::CNY).expect("an amount"),
        reason: reason(),
    };
    qun.done(&owner, bonus("2026-06")).await;
    assert_eq!(missing(qun, &owner, &ann, "2026-Q3").await, expected, "that is of the quarter before");
    let july = qun.done(&owner, bonus("2026-07")).await;
    assert_eq!(missing(qun, &owner, &ann, "2026-Q3").await, Some(vec![IncentiveKind::Growth]));
    let offer = CreateTrainingOffer(NewOffer {
        title: "Drawing".parse().expect("a title"),
        places: 1.try_into().expect("places"),
        days: DaySpan::new(day("2026-11-03"), day("2026-11-05")).expect("days"),
        note: None,
        closes_on: day("2026-11-01"),
    });
    let offer = qun.done(&owner, offer).await;
    qun.done(&owner, AllocatePlace { offer, account }).await;
    assert_eq!(missing(qun, &owner, &ann, "2026-Q3").await, None);
    assert_eq!(missing(qun, &owner, &bob, "2026-Q3").await, all);
    let found = gaps(qun, &owner, "2026-Q3").await.expect("a list");
    assert_eq!(found.len(), 2, "bob and the admin; an analyst is not asked about");
    let quarter: Quarter = "2026-Q3".parse().expect("a quarter");
    let rest = incentive_gaps(&qun.read(&owner), quarter, Some(found[0].account), 10).await.expect("a page");
    assert_eq!(rest.expect("a list"), found[1..]);
    qun.done(&owner, CancelBonus { bonus: july, reason: reason() }).await;
    assert_eq!(missing(qun, &owner, &ann, "2026-Q3").await, Some(vec![IncentiveKind::Material]));
    qun.done(&owner, SuspendMember { account: who(&bob), reason: reason() }).await;
    assert_eq!(missing(qun, &owner, &bob, "2026-Q3").await, None, "who is suspended is not active");
}

async fn a_rise_in_rank_is_an_honour(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    qun.publish(&owner, Scope::Organization, ON).await;
    let ann = qun.joined("acme", "ann", clerk(Role::Administrator)).await;
    let held = assignments_of(&qun.read(&owner), &[who(&ann)], qun.clock.now()).await.expect("an answer");
    let assignment = held[&who(&ann)][0].assignment.id;
    let reason = "because".parse().expect("a reason");
    qun.done(&owner, ChangeRank { assignment, rank: Rank::Senior, reason }).await;
    let expected = Some(vec![IncentiveKind::Material, IncentiveKind::Growth]);
    assert_eq!(missing(qun, &owner, &ann, "2026-Q3").await, expected);
}

async fn the_quarter_is_that_of_the_organization(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    qun.publish(&owner, Scope::Organization, ON).await;
    let ann = qun.joined("acme", "ann", clerk(Role::Administrator)).await;
    let operator = qun.operator("acme").await;
    let name = "Star".parse().expect("a name");
    let (description, icon) = ("For patience".parse().expect("a text"), "star".parse().expect("a key"));
    let badge = qun.done(&operator, CreateBadge { name, description, icon }).await;
    let reason = "because".parse().expect("a reason");
    // The first minute of October in Shanghai is September in London.
    qun.clock.set(at("2026-10-01 00:00"));
    qun.done(&operator, AwardBadge { badge, account: who(&ann), reason }).await;
    let without = Some(vec![IncentiveKind::Material, IncentiveKind::Growth]);
    assert_eq!(missing(qun, &operator, &ann, "2026-Q4").await, without);
    assert_eq!(missing(qun, &operator, &ann, "2026-Q3").await, Some(IncentiveKind::ALL.to_vec()));
    assert_eq!(missing(qun, &operator, &ann, "2026-Q2").await, None, "ann joined in July");
}

async fn it_is_looked_at_where_the_policy_says_so(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    assert_eq!(gaps(qun, &owner, "2026-Q3").await, None, "the switch is off");
    qun.publish(&owner, Scope::Organization, ON).await;
    assert_eq!(gaps(qun, &owner, "2026-Q3").await.expect("a list").len(), 1);
    assert_eq!(gaps(qun, &stranger, "2026-Q3").await, None);
    let all = r#"{"incentives": {"combined": {"roles": ["FACILITATOR"]}}}"#;
    qun.publish(&owner, Scope::Organization, all).await;
    let found = gaps(qun, &owner, "2026-Q3").await.expect("a list");
    assert_eq!(found.iter().map(|row| row.account).collect::<Vec<_>>(), [who(&reader)]);
}
