use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::access::{Position, Rank, Role};
use crate::id::{AccountId, AssignmentId};
use crate::policy::{LadderPolicy, StaffPolicy, UnknownKpis};
use crate::scope::Scope;
use crate::team::{DaySpan, Gap, Seen, Tally};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn dossier(role: Role, rank: Rank, ranked_on: &str, today: &str) -> Dossier {
    Dossier {
        assignment: AssignmentId(Uuid::from_u128(1)),
        account: AccountId(Uuid::from_u128(2)),
        position: Position::ranked(role, rank, Scope::Organization),
        day: day(today),
        ranked_on: day(ranked_on),
        away: Vec::new(),
        months: Vec::new(),
        training: TrainingCount::default(),
        complaints: Complaints::default(),
    }
}

fn judged(dossier: &Dossier) -> Vec<Gate> {
    judge(dossier, &LadderPolicy::default(), &StaffPolicy::default())
}

fn state(dossier: &Dossier, kind: GateKind) -> GateState {
    judged(dossier).iter().find(|gate| gate.kind == kind).expect("the gate").state
}

fn ready(dossier: &Dossier) -> bool {
    is_ready(&judged(dossier), &LadderPolicy::default())
}

#[test]
fn an_intern_is_observed_for_a_calendar_month() {
    let by = |today| dossier(Role::Analyst, Rank::Intern, "2026-01-31", today);
    assert!(!ready(&by("2026-02-27")));
    assert!(ready(&by("2026-02-28")), "a month of 28 days");
    let by = |today| dossier(Role::Analyst, Rank::Intern, "2026-07-10", today);
    assert!(!ready(&by("2026-08-09")));
    assert!(ready(&by("2026-08-10")), "of 31 days");
}

#[test]
fn a_day_away_moves_the_end_by_a_day() {
    let away = vec![DaySpan { first: day("2026-07-15"), last: day("2026-07-19") }];
    let by =
        |today| Dossier { away: away.clone(), ..dossier(Role::Analyst, Rank::Intern, "2026-07-10", today) };
    assert!(!ready(&by("2026-08-14")));
    assert!(ready(&by("2026-08-15")));
    let before = vec![DaySpan { first: day("2026-07-01"), last: day("2026-07-09") }];
    let by = Dossier { away: before, ..dossier(Role::Analyst, Rank::Intern, "2026-07-10", "2026-08-10") };
    assert!(ready(&by), "what lies before the rank counts for nothing");
}

#[test]
fn higher_ranks_take_longer_and_the_highest_ends() {
    let by = |rank, today| dossier(Role::Analyst, rank, "2026-01-01", today);
    assert!(!ready(&by(Rank::Junior, "2026-03-31")) && ready(&by(Rank::Junior, "2026-04-01")));
    assert!(!ready(&by(Rank::Senior, "2026-06-30")) && ready(&by(Rank::Senior, "2026-07-01")));
    assert!(judged(&by(Rank::OwnerCandidate, "2030-01-01")).is_empty());
    assert!(!ready(&by(Rank::OwnerCandidate, "2030-01-01")));
}

/// By hand: from 15 July on the month has 17 days, 13 of them from Monday to Friday. 130 cases are
/// 10 a working day; 3 contributions are 3 × 7 ÷ 17 = 1.24 a week.
#[test]
fn figures_count_from_the_day_on_which_the_rank_began() {
    let tally =
        Tally { cases: 130, reopened: 7, ratings: 20, good_ratings: 18, helped: 3, ..Tally::default() };
    let seen = Seen { cases: true, contributions: true };
    let work = |tally| vec![MonthOfWork { month: "2026-07".parse().expect("a month"), tally, seen }];
    let of = |tally| Dossier {
        months: work(tally),
        ..dossier(Role::Administrator, Rank::Intern, "2026-07-15", "2026-08-15")
    };
    let value = |kind| judged(&of(tally)).iter().find(|gate| gate.kind == kind).and_then(|gate| gate.value);
    assert_eq!(value(GateKind::Cases), Some(10.0));
    assert_eq!(value(GateKind::Satisfaction), Some(0.9));
    assert_eq!(value(GateKind::Contributions), Some(21.0 / 17.0));
    assert!(ready(&of(tally)));
    let fewer = Tally { cases: 129, ..tally };
    assert_eq!(state(&of(fewer), GateKind::Cases), GateState::NotMet);
    assert!(!ready(&of(fewer)));
}

#[test]
fn what_is_not_known_passes_or_holds_as_the_policy_says() {
    let work = MonthOfWork {
        month: "2026-07".parse().expect("a month"),
        tally: Tally { ratings: 19, good_ratings: 19, ..Tally::default() },
        seen: Seen::default(),
    };
    let of = Dossier {
        months: vec![work],
        ..dossier(Role::CustomerService, Rank::Intern, "2026-07-01", "2026-08-01")
    };
    let gates = judged(&of);
    let gap = |kind| gates.iter().find(|gate| gate.kind == kind).map(|gate| (gate.state, gate.gap));
    assert_eq!(gap(GateKind::Cases), Some((GateState::Unknown, Some(Gap::NotRecorded))));
    assert_eq!(gap(GateKind::Satisfaction), Some((GateState::Unknown, Some(Gap::Insufficient))));
    assert_eq!(gap(GateKind::Contributions), None, "not asked of this role");
    assert!(is_ready(&gates, &LadderPolicy::default()));
    let hold = LadderPolicy { unknown_kpis: UnknownKpis::Hold, ..LadderPolicy::default() };
    assert!(!is_ready(&gates, &hold));
}

#[test]
fn training_and_complaints_hold_back() {
    let sound = dossier(Role::Analyst, Rank::Intern, "2026-01-01", "2026-03-01");
    let trained = Dossier { training: TrainingCount { required: 2, done: 2 }, ..sound.clone() };
    assert!(ready(&trained));
    let late = Dossier { training: TrainingCount { required: 2, done: 1 }, ..sound.clone() };
    assert_eq!(state(&late, GateKind::Training), GateState::NotMet);
    for complaints in [Complaints { upheld: 1, open: 0 }, Complaints { upheld: 0, open: 1 }] {
        assert!(!ready(&Dossier { complaints, ..sound.clone() }), "{complaints:?}");
    }
}

#[test]
fn evidence_is_replayed() {
    let of = dossier(Role::Analyst, Rank::Intern, "2026-01-01", "2026-03-01");
    let evidence = Evidence::of(of, LadderPolicy::default(), StaffPolicy::default());
    let kept = serde_json::to_value(&evidence).expect("JSON");
    let read: Evidence = serde_json::from_value(kept).expect("evidence");
    assert_eq!(judge(&read.dossier, &read.ladder, &read.staff), evidence.gates);
    assert_eq!(read, evidence);
}

proptest! {
    /// More time away never makes anybody ready earlier.
    #[test]
    fn absence_never_helps(length in 0_i64..40, offset in 0_i64..60, today in 0_i64..90) {
        let start = day("2026-03-01");
        let at = |days| start + chrono::TimeDelta::days(days);
        let present = Dossier { day: at(today), ..dossier(Role::Analyst, Rank::Intern, "2026-03-01", "2026-03-01") };
        let span = DaySpan { first: at(offset), last: at(offset + length) };
        let away = Dossier { away: vec![span], ..present.clone() };
        prop_assert!(ready(&present) || !ready(&away));
    }
}
