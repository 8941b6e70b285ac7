//! The weekly event of a group, who comes, and who clicked on the way.

use qun_domain::activity::What;
use qun_domain::time::Timestamp;

use super::calendar::{DAY, HOUR, WEEKS, after};
use super::plan::Meetup;
use super::scene::Scene;

/// The weeks whose event is called off, and moved by a day.
const CALLED_OFF: i32 = 6;
const MOVED: i32 = 10;
/// How many days before it an event is announced.
const NOTICE: i32 = 5;
/// The history is thin, but events are kept better than talk: at least this
/// percentage of the usual visitors.
const KEPT: u32 = 45;

pub(super) struct Meeting {
    pub title: &'static str,
    pub announced: Timestamp,
    pub starts: Timestamp,
    pub ends: Timestamp,
}

/// Announces and holds the events; gives those that took place or will.
pub(super) fn run(scene: &mut Scene) -> Vec<Meeting> {
    let Some(meetup) = scene.plan.meetup else { return Vec::new() };
    let mut meetings = Vec::new();
    // The event after the last week is announced before the rows end.
    for week in scene.first_week()..=WEEKS + 1 {
        if scene.plan.meets(week) {
            meetings.extend(hold(scene, meetup, week));
        }
    }
    meetings
}

fn hold(scene: &mut Scene, meetup: Meetup, week: i32) -> Option<Meeting> {
    let position = usize::try_from(week.rem_euclid(52)).unwrap_or(0) % meetup.titles.len().max(1);
    let title = meetup.titles.get(position).copied()?;
    let day = week * 7 + meetup.weekday;
    let zone = scene.plan.group.time_zone;
    let hour = |hour: i32| hour.unsigned_abs() * 3_600;
    let mut starts = scene.calendar.at(day, hour(meetup.hour), zone);
    let announced = scene.calendar.at(day - NOTICE, hour(10) + scene.dice.below(5_400), zone);
    let id = scene.next_id();
    announce(scene, &id, announced, (starts, meetup.hours), title, false);
    if week == CALLED_OFF {
        let at = after(starts, -DAY + 2 * HOUR);
        announce(scene, &id, at, (starts, meetup.hours), title, true);
        return None;
    }
    if week == MOVED {
        let at = after(starts, -2 * DAY);
        starts = scene.calendar.at(day + 1, hour(meetup.hour), zone);
        announce(scene, &id, at, (starts, meetup.hours), title, false);
    }
    visitors(scene, &id, week, announced, starts);
    Some(Meeting { title, announced, starts, ends: after(starts, meetup.hours * HOUR) })
}

/// The event as it stands from `ts` on: the later row replaces the earlier.
fn announce(
    scene: &mut Scene,
    id: &str,
    ts: Timestamp,
    (starts_at, hours): (Timestamp, i32),
    title: &str,
    cancelled: bool,
) {
    let ends_at = after(starts_at, hours * HOUR);
    let what = What::Event { starts_at, ends_at, title: Some(title.to_owned()), cancelled };
    scene.write(id.to_owned(), ts, None, what);
}

fn visitors(scene: &mut Scene, event: &str, week: i32, announced: Timestamp, starts: Timestamp) {
    let keeps = scene.plan.volume(week).clamp(KEPT, 100);
    for position in 0..scene.members.len() {
        let member = &scene.members[position];
        let traits = member.habit.traits();
        if !member.is_around(announced) || !member.is_around(after(starts, HOUR)) {
            continue;
        }
        if scene.dice.percent(traits.clicks / 2 * keeps / 100) {
            let at = after(announced, scene.dice.between(60, 2 * DAY));
            scene.tell(at, position, What::Click { via: Some(format!("signup-{event}")) });
        }
        if scene.dice.percent(traits.attends * keeps / 100) {
            let at = after(starts, scene.dice.between(-300, 1_500));
            scene.tell(at, position, What::Attendance { event: event.to_owned() });
        }
    }
}
