//! What came of the requests: times, failures inside and outside of faults, wrong answers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long after a fault has ended a failure is still its doing.
const GRACE: Duration = Duration::from_secs(1);

/// How many wrong answers are printed that begin with the same word.
const SHOWN: usize = 10;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Page,
    Rows,
    Community,
    Refresh,
    Evaluation,
    Stream,
}

const KINDS: [(Kind, &str); 6] = [
    (Kind::Page, "member page"),
    (Kind::Rows, "batch of rows"),
    (Kind::Community, "createCommunity"),
    (Kind::Refresh, "refreshSession"),
    (Kind::Evaluation, "evaluateTiers"),
    (Kind::Stream, "event of a stream"),
];

#[derive(Debug, Default)]
struct Figures {
    /// Microseconds.
    times: Vec<u32>,
    failed: Failures,
    broken: Failures,
}

#[derive(Debug, Default)]
struct Failures {
    in_faults: u64,
    outside: u64,
}

#[derive(Debug)]
struct Fault {
    name: &'static str,
    begun: Instant,
    ended: Option<Instant>,
}

/// What all clients write into.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    kinds: [Mutex<Figures>; KINDS.len()],
    faults: Mutex<Vec<Fault>>,
    /// How many, by the first word of the evidence.
    wrong: Mutex<BTreeMap<String, usize>>,
}

impl Tally {
    pub(crate) fn answered(&self, kind: Kind, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.figures(kind).times.push(micros);
    }

    /// A fault of the server that it told: excused while something was away.
    pub(crate) fn failed(&self, kind: Kind, begun: Instant, why: &str) {
        let is_excused = self.is_excused(begun);
        self.figures(kind).failed.count(is_excused);
        if !is_excused {
            self.wrong(&format!("{kind:?}, outside of faults: {why}"));
        }
    }

    /// No answer at all.
    pub(crate) fn broken(&self, kind: Kind, begun: Instant, why: &str) {
        let is_excused = self.is_excused(begun);
        self.figures(kind).broken.count(is_excused);
        if !is_excused {
            self.wrong(&format!("{kind:?}, broken outside of faults: {why}"));
        }
    }

    /// What must never be, with its evidence.
    pub(crate) fn wrong(&self, evidence: &str) {
        let word = evidence.split([' ', ':', ',']).next().unwrap_or_default();
        let mut wrong = locked(&self.wrong);
        let times = wrong.entry(word.to_owned()).or_default();
        *times += 1;
        if *times <= SHOWN {
            eprintln!("WRONG {evidence}");
        }
    }

    /// Does a fault, which lasts as long as this.
    pub(crate) fn during<T>(&self, name: &'static str, fault: impl FnOnce() -> T) -> T {
        locked(&self.faults).push(Fault { name, begun: Instant::now(), ended: None });
        let done = fault();
        if let Some(last) = locked(&self.faults).last_mut() {
            last.ended = Some(Instant::now());
        }
        done
    }

    fn is_excused(&self, begun: Instant) -> bool {
        locked(&self.faults).iter().any(|fault| fault.ended.is_none_or(|ended| ended + GRACE >= begun))
    }

    fn figures(&self, kind: Kind) -> MutexGuard<'_, Figures> {
        locked(&self.kinds[kind as usize])
    }

    /// How many answers were wrong.
    pub(crate) fn wrong_answers(&self) -> usize {
        locked(&self.wrong).values().sum()
    }

    /// The figures as tables.
    pub(crate) fn report(&self, lasted: Duration) -> String {
        let mut text = String::from(
            "| what | answers | a second | p50 ms | p95 ms | p99 ms | p99.9 ms | longest ms | 5xx in faults | \
             5xx outside | broken in faults | broken outside |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        );
        let (mut asked, mut unanswered) = (0, 0);
        for (kind, name) in KINDS {
            let mut figures = self.figures(kind);
            figures.times.sort_unstable();
            let times = &figures.times;
            let rate = times.len() as f64 / lasted.as_secs_f64();
            let _ = write!(text, "| {name} | {} | {rate:.1} |", times.len());
            for per_mille in [500, 950, 990, 999, 1000] {
                let place = (times.len() * per_mille).div_ceil(1000).saturating_sub(1);
                let millis = times.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0);
                // Events are waited for, not asked for.
                let _ = match kind {
                    Kind::Stream => write!(text, " |"),
                    _ => write!(text, " {millis:.2} |"),
                };
            }
            let (failed, broken) = (&figures.failed, &figures.broken);
            let lost = failed.in_faults + failed.outside + broken.in_faults + broken.outside;
            (asked, unanswered) = (asked + times.len() as u64 + lost, unanswered + lost);
            let _ = writeln!(
                text,
                " {} | {} | {} | {} |",
                failed.in_faults, failed.outside, broken.in_faults, broken.outside
            );
        }
        let share = 100.0 * unanswered as f64 / asked as f64;
        let _ = writeln!(text, "\n{unanswered} of {asked} attempts were not answered: {share:.2} %");
        text.push_str(&self.faults());
        text
    }

    fn faults(&self) -> String {
        let mut text = String::from("\n| fault | times | seconds in all |\n|---|--:|--:|\n");
        let faults = locked(&self.faults);
        let mut names: Vec<_> = faults.iter().map(|fault| fault.name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let of_name = || faults.iter().filter(|fault| fault.name == name);
            let seconds: f64 =
                of_name().filter_map(|fault| Some((fault.ended? - fault.begun).as_secs_f64())).sum();
            let _ = writeln!(text, "| {name} | {} | {seconds:.1} |", of_name().count());
        }
        text
    }
}

impl Failures {
    fn count(&mut self, is_excused: bool) {
        *if is_excused { &mut self.in_faults } else { &mut self.outside } += 1;
    }
}

/// What a client that ended early left is still good.
pub(crate) fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
