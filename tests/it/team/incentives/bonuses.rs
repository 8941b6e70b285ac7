//! Bonuses: who is granted one, by whom, and what becomes of it.

use qun_domain::access::{ApproveProposal, DecideProposalRefusal, Position, Rank, Reason, Role};
use qun_domain::command::Failure;
use qun_domain::id::{AccountId, BonusId, ProposalId};
use qun_domain::money::{Currency, Money};
use qun_domain::scope::Scope;
use qun_domain::team::{
    Bonus, BonusState, CancelBonus, CancelBonusRefusal, ContributionRole, Deed, Gap, GrantBonus,
    GrantBonusRefusal, KpiKind, RecordBonusPayment, RecordBonusPaymentRefusal, StaffFact,
};
use qun_infra::db::OrgScope;
use qun_infra::team::{
    BonusFilter, BonusPage, SuggestionOf, bonus_by_id, bonus_pages, bonus_totals, bonuses_page,
    suggestions_of,
};

use super::super::facts::rows;
use crate::harness::{Org, TestQun, at, day, on_both, who};

on_both!(
    a_bonus_is_granted_once_for_a_month_and_key,
    nobody_grants_himself_one,
    a_senior_proposes_and_an_owner_grants,
    it_is_paid_once,
    what_was_paid_is_not_cancelled,
    two_at_once_grant_it_once,
    sums_are_those_of_the_list,
    the_policy_suggests_by_figures,
    many_cost_as_many_statements_as_one,
);

fn reason(text: &str) -> Reason {
    text.parse().expect("a reason")
}

fn money(minor_units: i64, currency: &str) -> Money {
    Money::new(minor_units, currency.parse().expect("a currency")).expect("an amount")
}

fn bonus(account: AccountId, key: &str) -> GrantBonus {
    GrantBonus {
        account,
        month: "2026-06".parse().expect("a month"),
        key: key.parse().expect("a key"),
        money: money(50_000, "CNY"),
        reason: reason("because"),
    }
}

fn paid(bonus: BonusId, on: &str, reference: &str) -> RecordBonusPayment {
    RecordBonusPayment { bonus, day: day(on), reference: reference.parse().expect("a reference") }
}

async fn read(qun: &TestQun, by: &OrgScope, id: BonusId) -> Bonus {
    bonus_by_id(&qun.read(by), id).await.expect("an answer").expect("a bonus")
}

async fn proposed(qun: &TestQun, by: &OrgScope, command: GrantBonus) -> ProposalId {
    match qun.writer.execute(by, command).await {
        Err(Failure::Proposed(id)) => id,
        other => panic!("not proposed: {other:?}"),
    }
}

async fn a_bonus_is_granted_once_for_a_month_and_key(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let first = qun.done(&owner, bonus(who(&reader), "kpi")).await;
    assert_eq!(qun.done(&owner, bonus(who(&reader), "kpi")).await, first, "the same once more");
    let more = GrantBonus { money: money(50_001, "CNY"), ..bonus(who(&reader), "kpi") };
    assert_eq!(qun.refused(&owner, more).await, GrantBonusRefusal::GrantedOtherwise);
    assert_ne!(qun.done(&owner, bonus(who(&reader), "event")).await, first);
    let ahead = GrantBonus { month: "2026-08".parse().expect("a month"), ..bonus(who(&reader), "kpi") };
    assert_eq!(qun.refused(&owner, ahead).await, GrantBonusRefusal::MonthAhead);
    let foreign = qun.refused(&owner, bonus(who(&stranger), "kpi")).await;
    assert_eq!(foreign, GrantBonusRefusal::NoSuchMember);
    assert_eq!(bonus_by_id(&qun.read(&stranger), first).await.expect("an answer"), None);
    // What was cancelled makes room for another.
    qun.done(&owner, CancelBonus { bonus: first, reason: reason("too little") }).await;
    let again = GrantBonus { money: money(60_000, "CNY"), ..bonus(who(&reader), "kpi") };
    assert_ne!(qun.done(&owner, again).await, first);
    assert_eq!(read(qun, &owner, first).await.state(), BonusState::Cancelled);
}

async fn nobody_grants_himself_one(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let own = qun.refused(&owner, bonus(who(&owner), "kpi")).await;
    assert_eq!(own, GrantBonusRefusal::OwnCase);
    let own = qun.refused(&admin, bonus(who(&admin), "kpi")).await;
    assert_eq!(own, GrantBonusRefusal::OwnCase, "nor proposes it");
    let failure = qun.writer.execute(&reader, bonus(who(&admin), "kpi")).await;
    assert!(matches!(failure, Err(Failure::Forbidden(_))), "{failure:?}");
    // What somebody else proposed for him he does not approve either.
    let proposal = proposed(qun, &admin, bonus(who(&owner), "kpi")).await;
    let refusal = qun.refused(&owner, ApproveProposal { proposal, reason: None }).await;
    assert_eq!(refusal, DecideProposalRefusal::NotPossible("OWN_CASE".to_owned()));
    let operator = qun.operator("acme").await;
    let id = qun.done(&operator, bonus(who(&owner), "kpi")).await;
    let pay = qun.refused(&owner, paid(id, "2026-07-10", "transfer 1")).await;
    assert_eq!(pay, RecordBonusPaymentRefusal::OwnCase);
    let cancel = qun.refused(&owner, CancelBonus { bonus: id, reason: reason("modesty") }).await;
    assert_eq!(cancel, CancelBonusRefusal::OwnCase);
}

async fn a_senior_proposes_and_an_owner_grants(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let one = proposed(qun, &admin, bonus(who(&reader), "kpi")).await;
    let other = proposed(qun, &admin, bonus(who(&reader), "kpi")).await;
    let all =
        async || bonuses_page(&qun.read(&owner), BonusFilter::default(), None, 10).await.expect("a page");
    assert!(all().await.is_empty(), "not yet");
    let own = qun.writer.execute(&admin, ApproveProposal { proposal: one, reason: None }).await;
    assert!(own.is_err(), "four eyes");
    qun.done(&owner, ApproveProposal { proposal: one, reason: None }).await;
    qun.done(&owner, ApproveProposal { proposal: other, reason: None }).await;
    let found = all().await;
    assert_eq!(found.iter().map(Bonus::state).collect::<Vec<_>>(), [BonusState::Granted], "once");
    assert_eq!(found[0].granted_by, format!("account:{}", who(&owner)));
}

async fn it_is_paid_once(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let id = qun.done(&owner, bonus(who(&reader), "kpi")).await;
    let theirs = qun.refused(&stranger, paid(id, "2026-07-10", "transfer 1")).await;
    assert_eq!(theirs, RecordBonusPaymentRefusal::NoSuchBonus);
    for bad in ["2026-05-31", "2026-07-16"] {
        let refusal = qun.refused(&owner, paid(id, bad, "transfer 1")).await;
        assert_eq!(refusal, RecordBonusPaymentRefusal::BadDay, "{bad}");
    }
    qun.done(&owner, paid(id, "2026-07-10", "transfer 1")).await;
    let before = read(qun, &owner, id).await;
    qun.clock.set(qun.clock.now().plus_millis(1));
    qun.done(&owner, paid(id, "2026-07-10", "transfer 1")).await;
    assert_eq!(read(qun, &owner, id).await, before, "the same once more");
    for (on, reference) in [("2026-07-11", "transfer 1"), ("2026-07-10", "transfer 2")] {
        let refusal = qun.refused(&owner, paid(id, on, reference)).await;
        assert_eq!(refusal, RecordBonusPaymentRefusal::PaidOtherwise);
    }
    assert_eq!(before.state(), BonusState::Paid);
}

async fn what_was_paid_is_not_cancelled(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let [one, other] = ["one", "other"].map(|key| bonus(who(&reader), key));
    let (one, other) = (qun.done(&owner, one).await, qun.done(&owner, other).await);
    qun.done(&owner, paid(one, "2026-07-10", "transfer 1")).await;
    let cancel = |bonus| CancelBonus { bonus, reason: reason("a mistake") };
    assert_eq!(qun.refused(&owner, cancel(one)).await, CancelBonusRefusal::Paid);
    assert_eq!(qun.refused(&stranger, cancel(other)).await, CancelBonusRefusal::NoSuchBonus);
    qun.done(&owner, cancel(other)).await;
    qun.done(&owner, cancel(other)).await;
    let refusal = qun.refused(&owner, paid(other, "2026-07-10", "transfer 2")).await;
    assert_eq!(refusal, RecordBonusPaymentRefusal::Cancelled);
}

async fn two_at_once_grant_it_once(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let one = async || qun.done(&owner, bonus(who(&reader), "kpi")).await;
    let (first, second) = tokio::join!(one(), one());
    assert_eq!(first, second);
    let page = BonusPage { account: who(&reader), after: None, limit: 10 };
    assert_eq!(bonus_pages(&qun.read(&owner), &[page]).await.expect("a page")[0].len(), 1);
}

async fn sums_are_those_of_the_list(qun: &TestQun) {
    let Org { owner, admin, reader, stranger, .. } = qun.with_org().await;
    let most = |currency: &str| money(Money::MOST, currency);
    for (number, (account, month, money)) in [
        (who(&reader), "2026-06", most("CNY")),
        (who(&admin), "2026-06", most("CNY")),
        (who(&reader), "2026-06", most("CNY")),
        (who(&reader), "2026-06", money(7, "EUR")),
        (who(&reader), "2026-05", money(1, "CNY")),
    ]
    .into_iter()
    .enumerate()
    {
        let month = month.parse().expect("a month");
        let key = format!("number-{number}");
        qun.done(&owner, GrantBonus { month, money, ..bonus(account, &key) }).await;
    }
    let theirs = qun.joined("globex", "clerk", crate::harness::READER).await;
    qun.done(&stranger, bonus(who(&theirs), "kpi")).await;
    let june = BonusFilter { month: "2026-06".parse().ok(), state: None };
    let read = qun.read(&owner);
    let totals = bonus_totals(&read, june).await.expect("sums");
    let eur: Currency = "EUR".parse().expect("a currency");
    assert_eq!(totals, [(Currency::CNY, 3 * Money::MOST), (eur, 7)]);
    let first = bonuses_page(&read, june, None, 3).await.expect("a page");
    let rest = bonuses_page(&read, june, Some(first[2].id), 3).await.expect("a page");
    assert_eq!((first.len(), rest.len()), (3, 1));
    let small = first.iter().chain(&rest).find(|bonus| bonus.money.currency() == eur).expect("a bonus");
    qun.done(&owner, paid(small.id, "2026-07-01", "transfer 1")).await;
    let paid = BonusFilter { state: Some(BonusState::Paid), ..june };
    assert_eq!(bonus_totals(&read, paid).await.expect("sums"), [(eur, 7)]);
    assert_eq!(bonuses_page(&read, paid, None, 3).await.expect("a page").len(), 1);
}

fn fact(key: &str, member: &OrgScope, deed: Deed) -> StaffFact {
    let (source, key) = ("desk".to_owned(), key.to_owned());
    StaffFact {
        source,
        key,
        member: who(member),
        scope: Scope::Organization,
        at: at("2026-06-10 12:00"),
        deed,
    }
}

async fn the_policy_suggests_by_figures(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let junior = Position::ranked(Role::Facilitator, Rank::Junior, Scope::Organization);
    let clerk = qun.joined("acme", "clerk", junior).await;
    let month = "2026-06".parse().expect("a month");
    let asked = SuggestionOf { account: who(&clerk), month, now: qun.clock.now() };
    let suggested =
        async || suggestions_of(&qun.read(&owner), &[asked]).await.expect("an answer").remove(&asked);
    assert_eq!(suggested().await, None, "the platform has no base");
    let patch = r#"{"incentives": {"bonus": {"base": {"junior": 50001}}}, "staff": {"targets": {"casesPerDay": 0.04}}}"#;
    qun.publish(&owner, Scope::Organization, patch).await;
    let case = Deed::CaseHandled { opened_at: at("2026-06-10 11:00"), reopened_at: None };
    let helped = Deed::EventContribution { role: ContributionRole::Helper };
    qun.done(&owner, rows([fact("1", &clerk, case), fact("2", &clerk, helped)])).await;
    let found = suggested().await.expect("a suggestion");
    let parts: Vec<_> = found.parts.iter().map(|part| (part.kind, part.is_met, part.minor_units)).collect();
    let expected = [
        (KpiKind::Cases, Ok(true), 20_000),
        (KpiKind::Satisfaction, Err(Gap::Insufficient), 0),
        (KpiKind::Contributions, Ok(false), 0),
    ];
    assert_eq!((parts.as_slice(), found.minor_units), (expected.as_slice(), 20_000), "rounded down");
}

async fn many_cost_as_many_statements_as_one(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    qun.publish(&owner, Scope::Organization, r#"{"incentives": {"bonus": {"base": {"intern": 1}}}}"#).await;
    let (read, now) = (qun.read(&owner), qun.clock.now());
    let month = "2026-06".parse().expect("a month");
    let of = |scope: &OrgScope| SuggestionOf { account: who(scope), month, now };
    let count = async |asked: &[SuggestionOf]| {
        let before = qun.db.statements();
        suggestions_of(&read, asked).await.expect("an answer");
        qun.db.statements() - before
    };
    assert_eq!(count(&[of(&owner), of(&admin), of(&reader)]).await, count(&[of(&reader)]).await);
}
