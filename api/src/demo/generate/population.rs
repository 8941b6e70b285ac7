//! The people who are in a group when its story begins.

use qun_domain::activity::What;
use qun_domain::time::Timestamp;

use super::calendar::{HOUR, after};
use super::dice::Dice;
use super::member::{Habit, Member, Person};
use super::names::Register;
use super::plan::{Fate, Plan};
use super::scene::Scene;

/// The habits of a group's ordinary members, in percent; what is left are weekly visitors.
const SHARES: [(Habit, usize); 7] = [
    (Habit::Core, 6),
    (Habit::Regular, 12),
    (Habit::Owl, 3),
    (Habit::Bursts, 3),
    (Habit::Lurker, 18),
    (Habit::Guest, 5),
    (Habit::Absent, 11),
];
/// Absent members joined at least 200 days before the end of the 16 weeks.
const ABSENT_SINCE: i32 = -100;
/// Percent of the earlier joins that the source still tells of.
const JOIN_SEEN: u32 = 93;
/// Percent of a group's members who come from another group of the same platform.
const SHARED: u32 = 9;

/// Fills the group; `others` are the people of the community's earlier groups on the platform.
pub(super) fn settle(scene: &mut Scene, register: &mut Register, others: &[Person]) {
    let habits = habits(scene.plan, &mut scene.dice);
    let mut others = others.to_vec();
    scene.dice.shuffle(&mut others);
    for (position, habit) in habits.into_iter().enumerate() {
        let shared = position > 6 && scene.dice.percent(SHARED);
        let person = match if shared { others.pop() } else { None } {
            Some(person) => person,
            None => person(scene.plan, &mut scene.dice, register, habit),
        };
        let joined = joined(scene, position, habit);
        let pace = u32::try_from(scene.dice.between(75, 130)).unwrap_or(100);
        let drifts = drifts(scene, habit);
        scene.members.push(Member {
            person,
            habit,
            pace,
            joined,
            left: None,
            back: None,
            drifts,
            newcomer: false,
        });
    }
    for position in 0..scene.members.len() {
        tell_beginning(scene, position);
    }
}

/// Founder, bot and staff first, then everybody else in any order.
fn habits(plan: &Plan, dice: &mut Dice) -> Vec<Habit> {
    let mut leaders = vec![Habit::Founder, Habit::Bot, Habit::Staff];
    if plan.size > 80 {
        leaders.push(Habit::Staff);
    }
    if plan.meetup.is_some() {
        leaders.push(Habit::Facilitator);
    }
    let mut ordinary: Vec<Habit> = SHARES
        .iter()
        // Nobody has been silent for months in a group that is weeks old.
        .filter(|(habit, _)| plan.fate != Fate::Young || *habit != Habit::Absent)
        .flat_map(|(habit, share)| std::iter::repeat_n(*habit, (plan.size * share + 50) / 100))
        .collect();
    ordinary.resize(plan.size.saturating_sub(leaders.len()), Habit::Weekly);
    dice.shuffle(&mut ordinary);
    leaders.extend(ordinary);
    leaders
}

/// Somebody whom no group knows yet.
pub(super) fn person(plan: &Plan, dice: &mut Dice, register: &mut Register, habit: Habit) -> Person {
    let name = match habit {
        Habit::Bot => format!("{}-bot", plan.slug),
        _ => register.name(dice, plan.language),
    };
    let lives_here = habit == Habit::Bot || plan.elsewhere.is_empty() || dice.percent(65);
    let zone =
        if lives_here { plan.group.time_zone } else { plan.elsewhere[dice.index(plan.elsewhere.len())] };
    Person { user: register.user(dice, plan.group.platform), name, zone }
}

fn joined(scene: &mut Scene, position: usize, habit: Habit) -> Timestamp {
    let founded = scene.plan.founded();
    let zone = scene.plan.group.time_zone;
    if position < 3 {
        return after(
            scene.calendar.at(founded, 0, zone),
            20 * HOUR + i32::try_from(position).unwrap_or(0) * 95,
        );
    }
    let last = match (scene.plan.fate, habit) {
        (Fate::Young, _) => founded + 17,
        (_, Habit::Absent) => ABSENT_SINCE,
        // Who carries a group has been there for a while.
        (_, Habit::Staff | Habit::Facilitator | Habit::Core) => -60,
        _ => -3,
    };
    let day = scene.dice.between(founded + 1, last);
    let second = scene.plan.rhythm.second(&mut scene.dice);
    scene.calendar.at(day, second, zone)
}

/// Some stop at some point without leaving; early enough, and they count as silent before the end.
fn drifts(scene: &mut Scene, habit: Habit) -> Option<Timestamp> {
    let drifts = match habit {
        Habit::Regular => 8,
        Habit::Weekly | Habit::Guest => 9,
        Habit::Lurker => 10,
        _ => 0,
    };
    if scene.plan.fate == Fate::Young || !scene.dice.percent(drifts) {
        return None;
    }
    let day = scene.dice.between(-50, 60);
    Some(scene.calendar.at(day, 0, scene.plan.group.time_zone))
}

fn tell_beginning(scene: &mut Scene, position: usize) {
    let (joined, role) = (scene.members[position].joined, scene.members[position].habit.role());
    if role.is_some() || scene.dice.percent(JOIN_SEEN) {
        let (invited_by, via) = match scene.dice.below(100) {
            _ if position < 3 => (None, None),
            0..45 => (inviter(scene, joined), None),
            45..75 => (None, Some(poster(&mut scene.dice))),
            _ => (None, None),
        };
        scene.tell(joined, position, What::Join { invited_by, via });
    }
    if let Some(role) = role {
        scene.tell(after(joined, 40), position, What::Role { role });
    }
}

/// Somebody who was in the group already and brings people, if anybody does.
pub(super) fn inviter(scene: &mut Scene, at: Timestamp) -> Option<String> {
    let weights: Vec<u32> = scene
        .members
        .iter()
        .map(|member| if member.is_around(at) { member.habit.traits().invites } else { 0 })
        .collect();
    if weights.iter().all(|weight| *weight == 0) {
        return None;
    }
    let chosen = scene.dice.weighted(&weights);
    Some(scene.members[chosen].person.user.clone())
}

/// The code of a link that stands on something.
pub(super) fn poster(dice: &mut Dice) -> String {
    let place = dice.pick(&["poster", "newsletter", "website", "flyer", "talk"]);
    format!("{place}-{:02}", dice.between(1, 9))
}
