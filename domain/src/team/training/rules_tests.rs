use proptest::prelude::*;

use super::{Done, Duty, Training, TrainingStatus, training};
use crate::policy::{StaffPolicy, TrainingPolicy};
use crate::time::Timestamp;

fn day(day: i64) -> Timestamp {
    Timestamp::from_millis(day * Timestamp::DAY).expect("a time")
}

fn policy() -> TrainingPolicy {
    StaffPolicy::default().training
}

/// 31 days, as a course about the product counts.
const MONTH: Option<i64> = Some(31 * Timestamp::DAY);

#[test]
fn a_course_is_due_then_overdue_then_done_then_expired() {
    let never = Duty { since: day(10), done: None };
    let done = |at, superseded: Option<i64>| Duty {
        since: day(10),
        done: Some(Done { at: day(at), superseded_at: superseded.map(day) }),
    };
    for (name, duty, lasts, now, status, since, due_at, counts) in [
        ("new", never, MONTH, 10, TrainingStatus::Due, 10, Some(40), false),
        ("last day", never, MONTH, 39, TrainingStatus::Due, 10, Some(40), false),
        ("late", never, MONTH, 40, TrainingStatus::Overdue, 40, Some(40), false),
        ("done", done(20, None), MONTH, 50, TrainingStatus::Done, 20, Some(51), true),
        ("a month ago", done(20, None), MONTH, 51, TrainingStatus::Expired, 51, Some(51), false),
        ("for ever", done(20, None), None, 9_999, TrainingStatus::Done, 20, None, true),
        ("a newer version", done(20, Some(25)), None, 26, TrainingStatus::Due, 25, Some(55), true),
        ("for 30 days", done(20, Some(25)), None, 55, TrainingStatus::Expired, 55, Some(55), false),
        ("whichever is first", done(20, Some(25)), MONTH, 51, TrainingStatus::Expired, 51, Some(51), false),
    ] {
        let expected = Training { status, since: day(since), due_at: due_at.map(day), counts };
        assert_eq!(training(duty, lasts, &policy(), day(now)), expected, "{name}");
    }
}

proptest! {
    #[test]
    fn what_counts_never_comes_back_by_itself(
        since in 0_i64..100,
        at in prop::option::of(0_i64..100),
        later in prop::option::of(0_i64..50),
        lasts in prop::option::of(1_i64..50),
        now in 100_i64..200,
        wait in 0_i64..100,
    ) {
        let superseded = at.zip(later).map(|(at, later)| day(at + later));
        let done = at.map(|at| Done { at: day(at), superseded_at: superseded });
        let duty = Duty { since: day(since), done };
        let lasts = lasts.map(|days| days * Timestamp::DAY);
        let before = training(duty, lasts, &policy(), day(now));
        let after = training(duty, lasts, &policy(), day(now + wait));
        prop_assert!(before.counts || !after.counts);
        prop_assert!(!before.status.is_late() || after.status.is_late());
        prop_assert_eq!(before.due_at, after.due_at);
        prop_assert!(before.status.is_late() == before.due_at.is_some_and(|due| due <= day(now)));
    }
}
