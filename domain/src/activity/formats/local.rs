//! Local times without offset.

use chrono::{NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::time::Timestamp;

/// The instant of a local time: the first of two, and for a time that the clocks
/// left out the end of that gap.
pub(super) fn instant(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    // Gaps last an hour, save for a few of a day.
    (0..=24 * 4).find_map(|quarters| {
        let later = local.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        zone.from_local_datetime(&later).earliest().map(Timestamp::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_changes() {
        let at = |text: &str| {
            instant(text.parse().expect("a local time"), Tz::Europe__Berlin).map(|at| at.to_string())
        };
        assert_eq!(at("2024-03-31T01:59:00").as_deref(), Some("2024-03-31T00:59:00.000Z"));
        assert_eq!(at("2024-03-31T02:30:00").as_deref(), Some("2024-03-31T01:00:00.000Z"));
        assert_eq!(at("2024-10-27T02:30:00").as_deref(), Some("2024-10-27T00:30:00.000Z"));
    }
}
