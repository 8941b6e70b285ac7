use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use thiserror::Error;

use crate::time::{Timestamp, Week, start_of_day};

/// Work that comes back by the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Schedule {
    /// Evaluates the weeks that have ended: Mondays at 04:00 (T12).
    WeeklyTiers,
    /// Forgets texts that the policy no longer keeps: every day at 03:00 (Z6).
    ForgetTexts,
    /// Forgets the keys of requests that nobody repeats any more: every day at 03:00.
    ForgetRequestKeys,
    /// Forgets sessions that have long been over: every day at 03:00.
    ForgetSessions,
    /// Forgets events that nobody may ask for any more: every day at 03:00.
    ForgetEvents,
    /// Lets tasks go further that nobody does: every hour (Z9).
    EscalateTasks,
    /// Opens tasks about training that is late, and closes them: every day at 03:00 (M10 to M12).
    RemindOfTraining,
    /// Proposes who is ready to rise in rank: every day at 03:00 (M20).
    ConsiderPromotions,
}

/// A period of scheduled work whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What to do.
    pub schedule: Schedule,
    /// For which period: with the organization, the identity of the job.
    pub period: String,
    /// When it was due.
    pub at: Timestamp,
}

/// A text that is no schedule code.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a schedule")]
pub struct UnknownSchedule;

impl Schedule {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::WeeklyTiers,
        Self::ForgetTexts,
        Self::ForgetRequestKeys,
        Self::ForgetSessions,
        Self::ForgetEvents,
        Self::EscalateTasks,
        Self::RemindOfTraining,
        Self::ConsiderPromotions,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WeeklyTiers => "tiering.weekly",
            Self::ForgetTexts => "activity.forget_texts",
            Self::ForgetRequestKeys => "access.forget_request_keys",
            Self::ForgetSessions => "access.forget_sessions",
            Self::ForgetEvents => "streams.forget_events",
            Self::EscalateTasks => "tasks.escalate",
            Self::RemindOfTraining => "team.remind_of_training",
            Self::ConsiderPromotions => "team.consider_promotions",
        }
    }

    /// Whether there is a job for each zone in which an organization has groups or
    /// communities, or one for the organization.
    pub const fn is_by_zone(self) -> bool {
        match self {
            Self::WeeklyTiers | Self::ForgetTexts => true,
            Self::ForgetRequestKeys
            | Self::ForgetSessions
            | Self::ForgetEvents
            | Self::EscalateTasks
            | Self::RemindOfTraining
            | Self::ConsiderPromotions => false,
        }
    }

    /// The latest period that is due at `now`, for the groups in `zone` of an
    /// organization whose calendar is `calendar`.
    ///
    /// All kinds of work are reconcilers: they make up for periods that were
    /// missed, so only the latest matters. Where groups lie behind the
    /// organization's zone, their week ends later, and so it is due later.
    pub fn latest_due(self, calendar: Tz, zone: Tz, now: Timestamp) -> Option<Due> {
        match self {
            Self::WeeklyTiers => {
                let mut week = Week::last_ended(now, zone);
                // The week may have ended, and its Monday still be young.
                for _ in 0..2 {
                    let at = hour_of(week.as_of_date(), 4, calendar).max(hour_of(week.as_of_date(), 4, zone));
                    if at <= now {
                        return Some(Due { schedule: self, period: format!("{week} {zone}"), at });
                    }
                    week = Week::of(week.monday().pred_opt()?);
                }
                None
            }
            Self::ForgetTexts
            | Self::ForgetRequestKeys
            | Self::ForgetSessions
            | Self::ForgetEvents
            | Self::RemindOfTraining
            | Self::ConsiderPromotions => {
                let mut day = now.local_date(zone);
                if hour_of(day, 3, zone) > now {
                    day = day.pred_opt()?;
                }
                let at = hour_of(day, 3, zone);
                Some(Due { schedule: self, period: format!("{day} {zone}"), at })
            }
            Self::EscalateTasks => {
                let at = now.plus_millis(-now.millis().rem_euclid(HOUR));
                Some(Due { schedule: self, period: at.to_utc().format("%Y-%m-%dT%HZ").to_string(), at })
            }
        }
    }
}

impl FromStr for Schedule {
    type Err = UnknownSchedule;

    fn from_str(code: &str) -> Result<Self, UnknownSchedule> {
        Self::ALL.into_iter().find(|schedule| schedule.code() == code).ok_or(UnknownSchedule)
    }
}

/// Milliseconds in an hour.
const HOUR: i64 = 3_600 * Timestamp::SECOND;

/// The instant that a wall clock shows `hour` on `date`; counted from the start of the
/// day, which on days of clock changes shows another hour, but exists.
fn hour_of(date: NaiveDate, hour: i64, zone: Tz) -> Timestamp {
    start_of_day(date, zone).plus_millis(TimeDelta::hours(hour).num_milliseconds())
}

/// How long a job that failed `attempts` times waits, in milliseconds: 1, 4, 16, 64
/// minutes; `None` after the fifth failure, when it is dead.
pub fn retry_after(attempts: u32) -> Option<i64> {
    (attempts < 5).then(|| 60_000 * 4_i64.pow(attempts.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        chrono::DateTime::parse_from_rfc3339(text).expect("a time").into()
    }

    #[test]
    fn tiers_are_due_on_mondays_at_four() {
        let shanghai = Tz::Asia__Shanghai;
        let due =
            |now: &str| Schedule::WeeklyTiers.latest_due(shanghai, shanghai, at(now)).map(|due| due.period);
        assert_eq!(due("2026-02-16T03:59:59+08:00").as_deref(), Some("2026-W06 Asia/Shanghai"));
        assert_eq!(due("2026-02-16T04:00:00+08:00").as_deref(), Some("2026-W07 Asia/Shanghai"));
        assert_eq!(due("2026-02-22T23:00:00+08:00").as_deref(), Some("2026-W07 Asia/Shanghai"));
    }

    #[test]
    fn groups_behind_the_calendar_wait_for_their_own_monday() {
        let due = |now: &str| {
            let found = Schedule::WeeklyTiers.latest_due(Tz::Asia__Shanghai, Tz::America__New_York, at(now));
            found.map(|due| due.period)
        };
        assert_eq!(due("2026-02-16T04:00:00+08:00").as_deref(), Some("2026-W06 America/New_York"));
        assert_eq!(due("2026-02-16T04:00:00-05:00").as_deref(), Some("2026-W07 America/New_York"));
    }

    #[test]
    fn texts_are_forgotten_every_day_at_three() {
        let due =
            |now: &str| Schedule::ForgetTexts.latest_due(Tz::UTC, Tz::UTC, at(now)).map(|due| due.period);
        assert_eq!(due("2026-02-16T02:59:59Z").as_deref(), Some("2026-02-15 UTC"));
        assert_eq!(due("2026-02-16T03:00:00Z").as_deref(), Some("2026-02-16 UTC"));
    }

    #[test]
    fn tasks_are_looked_at_every_hour() {
        let kathmandu = Tz::Asia__Kathmandu;
        let due = |now: &str| Schedule::EscalateTasks.latest_due(kathmandu, kathmandu, at(now));
        let found = due("2026-02-16T02:59:59Z").expect("work");
        assert_eq!((found.period.as_str(), found.at), ("2026-02-16T02Z", at("2026-02-16T02:00:00Z")));
        let found = due("2026-02-16T03:00:00Z").expect("work");
        assert_eq!((found.period.as_str(), found.at), ("2026-02-16T03Z", at("2026-02-16T03:00:00Z")));
    }

    #[test]
    fn a_job_dies_with_its_fifth_failure() {
        assert_eq!(
            (1..=5).map(retry_after).collect::<Vec<_>>(),
            [Some(60_000), Some(240_000), Some(960_000), Some(3_840_000), None]
        );
    }
}
