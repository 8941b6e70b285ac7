//! Who comes and who goes, week by week.

use qun_domain::activity::{MemberRole, What};
use qun_domain::time::Timestamp;

use super::calendar::{DAY, WEEKS, after};
use super::member::{Habit, Member};
use super::names::Register;
use super::plan::Fate;
use super::population::{inviter, person, poster};
use super::scene::Scene;

/// What newcomers turn out to be, and how often.
const NEWCOMERS: [(Habit, u32); 6] = [
    (Habit::Weekly, 46),
    (Habit::Lurker, 24),
    (Habit::Regular, 15),
    (Habit::Guest, 7),
    (Habit::Owl, 5),
    (Habit::Core, 3),
];
/// The week in which a regular becomes facilitator, and the week in which one
/// of two staff members becomes a member like others.
const PROMOTION: i32 = 8;
const STEPPING_BACK: i32 = 12;

pub(super) fn run(scene: &mut Scene, register: &mut Register) {
    for week in scene.first_week()..=WEEKS {
        leaves(scene, week);
        newcomers(scene, register, week);
    }
    roles(scene);
}

/// Members who leave in a week, of a thousand.
fn per_mille_leaving(scene: &Scene, week: i32) -> u32 {
    match scene.plan.fate {
        Fate::Dying if week > 0 => 18 + 4 * week.unsigned_abs(),
        _ if week < 0 => 2,
        _ => 5,
    }
}

fn leaves(scene: &mut Scene, week: i32) {
    let chance = per_mille_leaving(scene, week);
    for position in 0..scene.members.len() {
        let at = moment(scene, week);
        let member = &scene.members[position];
        let stays = member.habit.role().is_some() || member.left.is_some() || !member.is_in(at);
        if stays || !scene.dice.per_mille(chance) {
            continue;
        }
        scene.tell(at, position, What::Leave);
        scene.members[position].left = Some(at);
        if scene.plan.fate != Fate::Dying && scene.dice.percent(20) {
            let back = after(at, scene.dice.between(6, 60) * DAY);
            scene.members[position].back = Some(back);
            let invited_by = inviter(scene, back);
            scene.tell(back, position, What::Join { invited_by, via: None });
        }
    }
}

fn newcomers(scene: &mut Scene, register: &mut Register, week: i32) {
    let rate = match (scene.plan.fate, week) {
        // Those of a young group's first three weeks are its population.
        (_, ..=-1) | (Fate::Dying, 3..) | (Fate::Young, ..=3) => 0,
        _ => u64::from(scene.plan.newcomers) * 100,
    };
    for _ in 0..scene.dice.count(rate) {
        let at = moment(scene, week);
        let weights = NEWCOMERS.map(|(_, weight)| weight);
        let (habit, _) = NEWCOMERS[scene.dice.weighted(&weights)];
        let person = person(scene.plan, &mut scene.dice, register, habit);
        let (left, drifts) = first_weeks(scene, at);
        let pace = u32::try_from(scene.dice.between(70, 130)).unwrap_or(100);
        let invited_by = if scene.dice.percent(70) { inviter(scene, at) } else { None };
        let via = if invited_by.is_none() { Some(poster(&mut scene.dice)) } else { None };
        scene.members.push(Member {
            person,
            habit,
            pace,
            joined: at,
            left,
            back: None,
            drifts,
            newcomer: true,
        });
        let position = scene.members.len() - 1;
        scene.tell(at, position, What::Join { invited_by, via });
        if let Some(left) = left {
            scene.tell(left, position, What::Leave);
        }
    }
}

/// One newcomer in eight leaves again, one in five stays and is not seen any more.
fn first_weeks(scene: &mut Scene, joined: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
    match scene.dice.below(100) {
        0..12 => (Some(after(joined, scene.dice.between(1, 18) * DAY + 1_234)), None),
        12..32 => (None, Some(after(joined, scene.dice.between(1, 12) * DAY))),
        _ => (None, None),
    }
}

fn roles(scene: &mut Scene) {
    let zone = scene.plan.group.time_zone;
    if scene.plan.meetup.is_some() && scene.plan.fate != Fate::Dying {
        let at = scene.calendar.at(PROMOTION * 7 + 1, 41_400, zone);
        if let Some(chosen) = scene.first_of(Habit::Regular, at) {
            scene.tell(at, chosen, What::Role { role: MemberRole::Facilitator });
        }
    }
    let at = scene.calendar.at(STEPPING_BACK * 7 + 3, 61_200, zone);
    let second = scene.members.iter().enumerate().filter(|(_, member)| member.habit == Habit::Staff).nth(1);
    if let Some((position, _)) = second {
        scene.tell(at, position, What::Role { role: MemberRole::Member });
    }
}

/// A moment of the week when people are about.
fn moment(scene: &mut Scene, week: i32) -> Timestamp {
    let day = week * 7 + i32::try_from(scene.dice.weighted(&scene.plan.rhythm.weekdays())).unwrap_or(0);
    let second = scene.plan.rhythm.second(&mut scene.dice);
    scene.calendar.at(day, second, scene.plan.group.time_zone)
}
