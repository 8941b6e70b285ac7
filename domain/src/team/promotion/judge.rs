use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use super::{Dossier, Gate, GateKind, GateState, MonthOfWork};
use crate::access::{Level, Role};
use crate::policy::{LadderPolicy, StaffPolicy, TimeInRank, UnknownKpis};
use crate::team::{Figure, Period, days_of, kpis};

/// Whether these gates let somebody rise.
pub fn is_ready(gates: &[Gate], policy: &LadderPolicy) -> bool {
    let lets = |state| match state {
        GateState::Met => true,
        GateState::NotMet => false,
        GateState::Unknown => policy.unknown_kpis == UnknownKpis::Pass,
    };
    !gates.is_empty() && gates.iter().all(|gate| lets(gate.state))
}

/// The gates before the next rank (M16, M20): pure. None where no rank is above.
pub fn judge(dossier: &Dossier, ladder: &LadderPolicy, staff: &StaffPolicy) -> Vec<Gate> {
    let Some(time) = dossier.position.rank.and_then(|rank| ladder.time_in(rank)) else { return Vec::new() };
    let away = days_of(&dossier.away, dossier.ranked_on, dossier.day);
    let mut gates = time_gates(dossier, time, &away).to_vec();
    for work in &dossier.months {
        gates.extend(month_gates(dossier, work, &away, ladder, staff));
    }
    let training = dossier.training;
    gates.push(counted(GateKind::Training, training.done, training.required, |done, all| done >= all));
    let complaints = dossier.complaints.upheld.saturating_add(dossier.complaints.open);
    gates.push(counted(GateKind::Complaints, complaints, 0, |there, allowed| there <= allowed));
    gates
}

/// Each day away moves the end of the months by one: what counts are the days without them.
fn time_gates(dossier: &Dossier, time: TimeInRank, away: &BTreeSet<NaiveDate>) -> [Gate; 2] {
    let from = dossier.ranked_on;
    let end = from.checked_add_months(Months::new(time.months)).unwrap_or(NaiveDate::MAX);
    let duty = Period { from, to: dossier.day.max(from) }.days(away);
    let months = u32::try_from((end - from).num_days()).unwrap_or(u32::MAX);
    [
        counted(GateKind::TimeInRank, duty, months, |days, target| days >= target),
        counted(GateKind::DutyDays, duty, time.duty_days, |days, target| days >= target),
    ]
}

fn month_gates(
    dossier: &Dossier,
    work: &MonthOfWork,
    away: &BTreeSet<NaiveDate>,
    ladder: &LadderPolicy,
    staff: &StaffPolicy,
) -> Vec<Gate> {
    let (first, end) = (work.month.first_day(), work.month.next().first_day());
    let from = first.max(dossier.ranked_on).min(end);
    let period = Period { from, to: end.min(dossier.day).max(from) };
    let level = dossier.position.rank.map(Level::Ranked);
    let figures = kpis(&work.tally, work.seen, period, away, level, staff);
    let asked: [(GateKind, &[Role], Figure); 3] = [
        (GateKind::Cases, &ladder.kpis.cases, figures.cases_per_day),
        (GateKind::Satisfaction, &ladder.kpis.satisfaction, figures.satisfaction),
        (GateKind::Contributions, &ladder.kpis.contributions, figures.contributions_per_week),
    ];
    let role = dossier.position.role;
    let asked = asked.into_iter().filter(|(_, roles, _)| roles.contains(&role));
    asked
        .map(|(kind, _, figure)| Gate {
            kind,
            month: Some(work.month),
            state: match figure.is_met() {
                Some(true) => GateState::Met,
                Some(false) => GateState::NotMet,
                None => GateState::Unknown,
            },
            value: figure.value.ok(),
            target: figure.target,
            gap: figure.value.err(),
        })
        .collect()
}

fn counted(kind: GateKind, value: u32, target: u32, lets: impl Fn(u32, u32) -> bool) -> Gate {
    Gate {
        kind,
        month: None,
        state: if lets(value, target) { GateState::Met } else { GateState::NotMet },
        value: Some(value.into()),
        target: target.into(),
        gap: None,
    }
}
