//! What staff did goes in once, is corrected, and becomes figures.

use qun_domain::access::{Capability, KeyScope, Position, Rank, Role};
use qun_domain::command::Failure;
use qun_domain::groups::Scope;
use qun_domain::month::Month;
use qun_domain::team::{
    AssignRole, ChangeRank, ComplaintState, ContributionRole, Deed, FactCode, Gap, Kpis, Period,
    RecordStaffFacts, RecordedFacts, Seriousness, Share, StaffFact, Stars, SubmittedFact, Tally,
};
use qun_domain::time::Timestamp;
use qun_infra::audit::{AuditPage, audit_page};
use qun_infra::db::OrgScope;
use qun_infra::team::{FactLine, KpisOf, assignments_of, kpis_of, record_lines, tallies};

use crate::harness::{Org, SHANGHAI, TestQun, at, on_both, who};

on_both!(
    facts_go_in_once_and_are_corrected,
    bad_facts_come_back_and_good_ones_go_in,
    a_machine_records_what_it_may,
    figures_are_those_of_the_month_and_the_scope,
    the_rank_of_the_month_counts,
    sums_are_those_of_the_rule,
    lines_name_members_and_places,
);

pub(super) fn rows(facts: impl IntoIterator<Item = StaffFact>) -> RecordStaffFacts {
    let row = |(position, fact)| SubmittedFact { position, fact };
    RecordStaffFacts { rows: (0..).zip(facts).map(row).collect::<Vec<_>>().into() }
}

fn fact(key: &str, member: &OrgScope, at: Timestamp, deed: Deed) -> StaffFact {
    let (source, key) = ("desk".to_owned(), key.to_owned());
    StaffFact { source, key, member: who(member), scope: Scope::Organization, at, deed }
}

fn case(at: Timestamp) -> Deed {
    Deed::CaseHandled { opened_at: at, reopened_at: None }
}

fn rating(stars: i32) -> Deed {
    Deed::Rating { stars: Stars::try_from(stars).expect("stars"), about: None }
}

fn counts(done: &RecordedFacts) -> [u64; 4] {
    [done.recorded, done.corrected, done.unchanged, done.rejected.len() as u64]
}

async fn kpis(qun: &TestQun, by: &OrgScope, of: &OrgScope, month: &str, scope: Scope) -> Kpis {
    let month: Month = month.parse().expect("a month");
    let asked = KpisOf { account: who(of), month, scope, now: qun.clock.now() };
    kpis_of(&qun.read(by), &[asked]).await.expect("figures")[&asked]
}

async fn facts_go_in_once_and_are_corrected(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let (first, second) = (at("2026-07-01 09:00"), at("2026-07-02 09:00"));
    let one = fact("1", &reader, first, case(first));
    let two = fact("2", &reader, second, case(second));
    let complaint = Deed::Complaint { seriousness: Seriousness::Serious, state: ComplaintState::Open };
    let three = fact("2", &reader, second, complaint);
    let all = [one.clone(), two.clone(), three.clone()];
    assert_eq!(counts(&qun.done(&owner, rows(all.clone())).await), [3, 0, 0, 0], "a kind has its own keys");
    assert_eq!(counts(&qun.done(&owner, rows(all)).await), [0, 0, 3, 0]);

    let again = Deed::CaseHandled { opened_at: second, reopened_at: Some(at("2026-07-03 09:00")) };
    let upheld = Deed::Complaint { seriousness: Seriousness::Serious, state: ComplaintState::Upheld };
    let corrected = [StaffFact { deed: again, ..two.clone() }, StaffFact { deed: upheld, ..three }];
    assert_eq!(counts(&qun.done(&owner, rows(corrected.clone())).await), [0, 2, 0, 0]);
    let period =
        Period { from: "2026-07-01".parse().expect("a day"), to: "2026-08-01".parse().expect("a day") };
    let found = tallies(&qun.read(&owner), &[who(&reader)], period, SHANGHAI, Scope::Organization).await;
    let expected = Tally { cases: 1, reopened: 1, serious_upheld: 1, ..Tally::default() };
    assert_eq!(found.expect("sums")[&who(&reader)], expected);

    let entries = audit_page(&qun.read(&owner), &AuditPage::newest(100)).await.expect("a log");
    let told = entries.iter().find(|entry| {
        let detail = entry.detail.as_ref().map(ToString::to_string).unwrap_or_default();
        detail.contains("reopenedAt") && detail.contains("before") && detail.contains("UPHELD")
    });
    assert!(told.is_some(), "the audit log keeps both");
    // Of two rows with one key the later one holds.
    let back = qun.done(&owner, rows([two.clone(), corrected[0].clone(), two])).await;
    assert_eq!(counts(&back), [0, 3, 0, 0]);
}

async fn bad_facts_come_back_and_good_ones_go_in(qun: &TestQun) {
    let Org { owner, reader, admin, stranger, .. } = qun.with_org().await;
    let now = qun.clock.now();
    let good = fact("1", &reader, now, rating(5));
    let foreign = qun.group(&stranger, "Theirs", None).await;
    let sent = [
        fact("2", &stranger, now, rating(5)),
        fact("3", &owner, now, rating(5)),
        StaffFact { scope: Scope::Group(foreign.id), ..fact("4", &reader, now, rating(5)) },
        fact("5", &reader, now.plus_millis(300_001), rating(5)),
        good,
        fact("6", &reader, now.plus_millis(300_000), rating(5)),
    ];
    let done = qun.done(&owner, rows(sent)).await;
    assert_eq!((done.recorded, done.rejected.len()), (2, 4));
    let found: Vec<_> = done.rejected.iter().map(|bad| (bad.position, bad.error.code)).collect();
    let (member, own) = (FactCode::UnknownMember, FactCode::OwnFact);
    let expected = [(0, member), (1, own), (2, FactCode::UnknownScope), (3, FactCode::InTheFuture)];
    assert_eq!(found, expected);
    let failure = qun.writer.execute(&reader, rows([fact("7", &admin, now, rating(5))])).await;
    assert!(matches!(failure, Err(Failure::Forbidden(Capability::RecordStaffFacts))), "{failure:?}");
}

async fn a_machine_records_what_it_may(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let now = qun.clock.now();
    let desk = qun.key(&owner, &[KeyScope::RecordStaffFacts]).await;
    assert_eq!(qun.done(&desk, rows([fact("1", &reader, now, rating(5))])).await.recorded, 1);
    let bot = qun.key(&owner, &[KeyScope::Read, KeyScope::ManageTasks]).await;
    let failure = qun.writer.execute(&bot, rows([fact("2", &reader, now, rating(5))])).await;
    assert!(matches!(failure, Err(Failure::Forbidden(_))), "{failure:?}");
}

async fn figures_are_those_of_the_month_and_the_scope(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let community = qun.community(&owner, "Plants").await;
    let garden = qun.group(&owner, "Garden", Some(community.id)).await;
    let other = qun.group(&owner, "Other", None).await;
    let there = |group: &qun_domain::groups::Group, fact| StaffFact { scope: Scope::Group(group.id), ..fact };
    let mut facts = vec![
        // The last minute of May and the first of June, in Shanghai.
        fact("may", &reader, at("2026-05-31 23:59"), case(at("2026-05-31 23:00"))),
        there(&garden, fact("june", &reader, at("2026-06-01 00:00"), case(at("2026-05-31 23:00")))),
        there(&other, fact("june 2", &reader, at("2026-06-30 23:59"), case(at("2026-06-30 23:00")))),
    ];
    for number in 0..20 {
        let stars = rating(if number < 18 { 4 } else { 3 });
        facts.push(there(&garden, fact(&number.to_string(), &reader, at("2026-06-10 12:00"), stars)));
    }
    qun.done(&owner, rows(facts)).await;

    let june = kpis(qun, &owner, &reader, "2026-06", Scope::Organization).await;
    assert_eq!((june.cases_per_day.n, june.working_days), (2, 22));
    assert_eq!(june.cases_per_day.value, Ok(2.0 / 22.0));
    assert_eq!((june.satisfaction.value, june.satisfaction.is_met()), (Ok(0.9), Some(true)));
    let interval = june.satisfaction.interval.expect("an interval");
    assert!((interval.low - 0.6990).abs() < 5e-5 && (interval.high - 0.9721).abs() < 5e-5, "{interval:?}");
    assert_eq!(june.contributions_per_week.value, Err(Gap::NotRecorded));
    for (scope, cases, ratings) in [
        (Scope::Group(garden.id), 1, 20),
        (Scope::Community(community.id), 1, 20),
        (Scope::Group(other.id), 1, 0),
    ] {
        let found = kpis(qun, &owner, &reader, "2026-06", scope).await;
        assert_eq!((found.cases_per_day.n, found.satisfaction.n), (cases, ratings), "{scope}");
    }
    // Somebody of whom nothing is known in a month in which others had cases did nothing.
    let idle = kpis(qun, &owner, &owner, "2026-06", Scope::Organization).await;
    assert_eq!((idle.cases_per_day.value, idle.satisfaction.value), (Ok(0.0), Err(Gap::Insufficient)));
    let march = kpis(qun, &owner, &reader, "2026-03", Scope::Organization).await;
    assert_eq!(march.cases_per_day.value, Err(Gap::NotRecorded));
    qun.publish(&owner, Scope::Group(garden.id), r#"{"staff": {"targets": {"satisfaction": 0.95}}}"#).await;
    let strict = kpis(qun, &owner, &reader, "2026-06", Scope::Group(garden.id)).await;
    assert_eq!((strict.satisfaction.target, strict.satisfaction.is_met()), (0.95, Some(false)));
}

async fn the_rank_of_the_month_counts(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let junior = Position::ranked(Role::ContentEditor, Rank::Junior, Scope::Organization);
    let editor = qun.joined("acme", "editor", junior).await;
    let role = Deed::EventContribution { role: ContributionRole::Helper };
    let facts = [("1", "2026-06-10 12:00"), ("2", "2026-07-10 12:00")]
        .map(|(key, when)| fact(key, &editor, at(when), role.clone()));
    qun.done(&owner, rows(facts)).await;
    qun.advance_to(at("2026-07-20 10:00"));
    let held = assignments_of(&qun.read(&owner), &[who(&editor)], qun.clock.now()).await.expect("an answer");
    let assignment = held[&who(&editor)][0].assignment.id;
    let reason = "because".parse().expect("a reason");
    qun.done(&owner, ChangeRank { assignment, rank: Rank::Senior, reason }).await;
    qun.advance_to(at("2026-08-03 10:00"));
    let helped =
        async |month| kpis(qun, &owner, &editor, month, Scope::Organization).await.contributions_per_week.n;
    assert_eq!((helped("2026-06").await, helped("2026-07").await), (1, 0), "senior at the end of July");
    // Another role beside it, in which it is no senior, does not take its rank away.
    let more = Position::ranked(Role::Facilitator, Rank::Intern, Scope::Organization);
    qun.done(&owner, AssignRole { account: who(&editor), position: more, share: Share::FULL }).await;
    assert_eq!(helped("2026-07").await, 0);
}

/// What SQL sums up is what the rule counts, one by one.
async fn sums_are_those_of_the_rule(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let time = at("2026-06-10 12:00");
    let mut deeds = vec![case(time), Deed::CaseHandled { opened_at: time, reopened_at: Some(time) }];
    deeds.extend((1..=5).map(rating));
    deeds.extend(ContributionRole::ALL.iter().map(|role| Deed::EventContribution { role: *role }));
    for seriousness in Seriousness::ALL {
        let of = |state: &ComplaintState| Deed::Complaint { seriousness: *seriousness, state: *state };
        deeds.extend(ComplaintState::ALL.iter().map(of));
    }
    let deeds: Vec<Deed> = (1..=deeds.len()).flat_map(|take| deeds[..take].to_vec()).collect();
    let facts =
        deeds.iter().enumerate().map(|(key, deed)| fact(&key.to_string(), &reader, time, deed.clone()));
    qun.done(&owner, rows(facts)).await;
    let period =
        Period { from: "2026-06-10".parse().expect("a day"), to: "2026-06-11".parse().expect("a day") };
    let found = tallies(&qun.read(&owner), &[who(&reader)], period, SHANGHAI, Scope::Organization).await;
    assert_eq!(found.expect("sums")[&who(&reader)], Tally::of(&deeds));
}

async fn lines_name_members_and_places(qun: &TestQun) {
    let Org { reader, owner, .. } = qun.with_org().await;
    let garden = qun.group(&owner, "Garden", None).await;
    let operator = qun.operator("acme").await;
    let line = |member: &str, group: &str| -> FactLine {
        serde_json::from_value(serde_json::json!({
            "kind": "CASE_HANDLED", "source": "desk", "key": member, "member": member, "group": group,
            "openedAt": "2026-07-01T08:00:00+08:00", "at": "2026-07-01T09:00:00+08:00",
        }))
        .expect("a line")
    };
    let lines = vec![
        (1, Ok(line("Reader@acme.example", "Garden"))),
        (2, Ok(line("nobody@acme.example", "Garden"))),
        (3, Ok(line("owner@globex.example", "Garden"))),
        (4, Ok(line("admin@acme.example", "Nowhere"))),
        (5, Err(qun_domain::team::FactError::of_whole(FactCode::NotAFact))),
    ];
    let read = qun.read(&operator);
    let done = record_lines(&qun.writer, &operator, &read, lines.clone()).await.expect("an outcome");
    let found: Vec<_> = done.rejected.iter().map(|bad| (bad.position, bad.error.code)).collect();
    let member = FactCode::UnknownMember;
    let expected = [(2, member), (3, member), (4, FactCode::UnknownScope), (5, FactCode::NotAFact)];
    assert_eq!((done.recorded, found), (1, expected.to_vec()));
    let again = record_lines(&qun.writer, &operator, &read, lines).await.expect("an outcome");
    assert_eq!((again.recorded, again.unchanged), (0, 1));
    let found = kpis(qun, &owner, &reader, "2026-07", Scope::Group(garden.id)).await;
    assert_eq!(found.cases_per_day.n, 1);
}
