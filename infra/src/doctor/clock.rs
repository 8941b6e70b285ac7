use qun_domain::time::Timestamp;

use super::Finding;
use super::finding::span;

/// From here on leases and budgets of servers that disagree become uneven.
const NOTICED: i64 = Timestamp::SECOND;
/// From here on servers may take each other's jobs, and new tokens may not hold yet.
const WRONG: i64 = 60 * Timestamp::SECOND;

/// What another machine's clock showed between two looks at ours.
pub(super) fn compare(
    check: &'static str,
    whose: &str,
    before: Timestamp,
    theirs: i64,
    after: Timestamp,
) -> Finding {
    let (before, after) = (before.millis(), after.millis());
    // Their answer came from some moment between: only what lies outside is a difference.
    let (ahead, behind) = (theirs - after, before - theirs);
    let (apart, way) = if ahead > behind { (ahead, "ahead of") } else { (behind, "behind") };
    let said = format!("the clock of {whose} is {} {way} this machine's", span(apart.max(0)));
    let advice = "Let both machines keep time by NTP: tokens, leases of jobs and budgets go by it.";
    match apart {
        WRONG.. => Finding::problem(check, said, advice),
        NOTICED.. => Finding::warning(check, said, advice),
        _ => Finding::ok(check, format_args!("{whose} and this machine agree within a second")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).expect("a time")
    }

    #[test]
    fn only_what_lies_outside_of_the_looks_counts() {
        for (before, theirs, after, level) in [
            (10_000, 10_050, 10_100, Level::Ok),
            (10_000, 15_000, 20_000, Level::Ok),
            (10_000, 11_099, 10_100, Level::Ok),
            (10_000, 11_100, 10_100, Level::Warning),
            (10_000, 9_000, 10_100, Level::Warning),
            (100_000, 40_001, 100_000, Level::Warning),
            (100_000, 40_000, 100_000, Level::Problem),
            (100_000, 160_000, 100_000, Level::Problem),
        ] {
            let found = compare("clock", "Redis", at(before), theirs, at(after));
            assert_eq!(found.level, level, "{before} {theirs} {after}: {}", found.message);
        }
    }

    #[test]
    fn it_says_which_clock_is_ahead() {
        let message = |theirs| compare("clock", "Redis", at(600_000), theirs, at(600_000)).message;
        assert_eq!(message(605_000), "the clock of Redis is 5 seconds ahead of this machine's");
        assert_eq!(message(300_000), "the clock of Redis is 5 minutes behind this machine's");
    }
}
