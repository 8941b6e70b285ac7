//! Which messages of a day count (TIERING.md, section 4, "Counted message").

use crate::policy::Counting;
use crate::time::Timestamp;

/// A message of one member in one group on one local day of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayMessage<'a> {
    /// When it was written.
    pub ts: Timestamp,
    /// Its row id, which orders messages of one instant.
    pub id: &'a str,
    /// Its length, see [`length`](super::length).
    pub length: u32,
    /// Whether a deletion of it is known.
    pub deleted: bool,
}

/// What the messages of one member, group and local day come to. Deleted ones
/// leave no trace in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayCount {
    /// Messages that are not deleted, of any length.
    pub messages: u32,
    /// Those that count, at most the daily cap.
    pub counted: u32,
    /// When the last counted one was written.
    pub last_counted: Option<Timestamp>,
    /// When the last one that is not deleted was written.
    pub last_seen: Option<Timestamp>,
}

impl DayCount {
    /// The count of a day from all its messages, in any order.
    pub fn of<'a>(counting: &Counting, messages: impl IntoIterator<Item = DayMessage<'a>>) -> Self {
        let mut kept: Vec<_> = messages.into_iter().filter(|message| !message.deleted).collect();
        kept.sort_unstable_by_key(|message| (message.ts, message.id));
        let mut count = Self::default();
        for message in kept {
            count.push(counting, message.ts, message.length);
        }
        count
    }

    /// Whether a message at `ts` comes after all that were seen, so that
    /// [`push`](Self::push) may take it and the day need not be read again.
    pub fn precedes(&self, ts: Timestamp) -> bool {
        self.last_seen.is_none_or(|last| last < ts)
    }

    /// Adds a message that is not deleted and comes after all that were seen.
    pub fn push(&mut self, counting: &Counting, ts: Timestamp, length: u32) {
        self.messages = self.messages.saturating_add(1);
        self.last_seen = Some(ts);
        let gap = i64::from(counting.min_gap_seconds) * Timestamp::SECOND;
        let after_gap = self.last_counted.is_none_or(|last| ts.millis() - last.millis() >= gap);
        if length >= counting.min_graphemes && after_gap && self.counted < counting.daily_cap {
            self.counted += 1;
            self.last_counted = Some(ts);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULE: Counting = Counting { min_graphemes: 2, min_gap_seconds: 60, daily_cap: 20 };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).expect("a time")
    }

    fn counted(messages: &[(i64, &str, u32, bool)]) -> u32 {
        let messages = messages.iter();
        let messages =
            messages.map(|&(ts, id, length, deleted)| DayMessage { ts: at(ts), id, length, deleted });
        DayCount::of(&RULE, messages).counted
    }

    #[test]
    fn the_gap_is_a_full_minute_after_the_last_counted_one() {
        assert_eq!(counted(&[(0, "a", 2, false), (59_999, "b", 2, false)]), 1);
        assert_eq!(counted(&[(60_000, "b", 2, false), (0, "a", 2, false)]), 2);
        // The second is not counted, so the third is 80 s after the first.
        assert_eq!(counted(&[(0, "a", 2, false), (40_000, "b", 2, false), (80_000, "c", 2, false)]), 2);
        // One that is too short or deleted is no neighbor.
        assert_eq!(counted(&[(0, "a", 1, false), (30_000, "b", 2, false), (60_000, "c", 2, false)]), 1);
        assert_eq!(counted(&[(0, "a", 2, true), (30_000, "b", 2, false), (89_000, "c", 2, false)]), 1);
    }

    #[test]
    fn the_first_twenty_of_a_day_count() {
        let messages = (0..25).map(|n| DayMessage { ts: at(n * 60_000), id: "m", length: 9, deleted: false });
        let count = DayCount::of(&RULE, messages);
        assert_eq!((count.messages, count.counted), (25, 20));
        assert_eq!((count.last_counted, count.last_seen), (Some(at(19 * 60_000)), Some(at(24 * 60_000))));
    }

    proptest! {
        #[test]
        fn adding_in_order_is_counting_again(
            mut written in prop::collection::vec((0_i64..400_000, 0_u32..4, any::<bool>()), 0..60),
            gap in 0_u32..90,
            cap in 0_u32..6,
        ) {
            let counting = Counting { min_graphemes: 2, min_gap_seconds: gap, daily_cap: cap };
            written.sort_unstable();
            written.dedup_by_key(|message| message.0);
            let mut count = DayCount::default();
            for &(ts, length, _) in written.iter().filter(|message| !message.2) {
                prop_assert!(count.precedes(at(ts)));
                count.push(&counting, at(ts), length);
            }
            let day = written.iter().rev().map(|&(ts, length, deleted)| DayMessage { ts: at(ts), id: "", length, deleted });
            prop_assert_eq!(count, DayCount::of(&counting, day));
            prop_assert!(count.counted <= cap && count.counted <= count.messages);
        }
    }
}
