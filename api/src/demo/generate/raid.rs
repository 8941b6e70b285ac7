//! The raid: thirty accounts join in one hour of a night, advertise, and are gone by breakfast.

use qun_domain::activity::What;
use qun_domain::time::Timestamp;

use super::calendar::{DAY, HOUR, after};
use super::chat::Said;
use super::member::{Habit, Member};
use super::names::Register;
use super::plan::Fate;
use super::population::person;
use super::scene::Scene;
use super::texts::Mood;

const ACCOUNTS: i32 = 30;
/// Thursday of the twelfth week, ten past three local time.
const DAY_OF_RAID: i32 = 11 * 7 + 3;
const SECOND_OF_RAID: u32 = 3 * 3_600 + 600;
/// The link that somebody posted where it should not stand.
const LEAKED_LINK: &str = "open-door";

/// The spammers come, and go: what they say is for the chat to write down.
pub(super) fn run(scene: &mut Scene, register: &mut Register) -> Vec<Said> {
    if scene.plan.fate != Fate::Raided {
        return Vec::new();
    }
    let begins = scene.calendar.at(DAY_OF_RAID, SECOND_OF_RAID, scene.plan.group.time_zone);
    let woken = woken(begins);
    let moderator = scene.moderator(woken);
    let mut said = Vec::new();
    for number in 0..ACCOUNTS {
        let joined = after(begins, number * 110 + scene.dice.between(0, 100));
        let position = enter(scene, register, joined);
        for _ in 0..scene.dice.between(2, 4) {
            let at = after(joined, scene.dice.between(15, HOUR));
            said.push(Said::new(at, position, Mood::Advert, 0));
        }
        let struck = after(woken, 20 * number + scene.dice.between(0, 15));
        scene.tell(struck, position, What::Violation { severity: Some("major".to_owned()) });
        let removed = after(struck, 5);
        let by = Some(scene.members[moderator].person.user.clone());
        scene.tell(removed, position, What::Remove { by, reason: Some("spam".to_owned()) });
        scene.members[position].left = Some(removed);
    }
    said.extend(morning_after(scene, woken));
    said
}

fn enter(scene: &mut Scene, register: &mut Register, joined: Timestamp) -> usize {
    let person = person(scene.plan, &mut scene.dice, register, Habit::Spammer);
    scene.members.push(Member {
        person,
        habit: Habit::Spammer,
        pace: 100,
        joined,
        left: None,
        back: None,
        drifts: None,
        newcomer: false,
    });
    let position = scene.members.len() - 1;
    scene.tell(joined, position, What::Join { invited_by: None, via: Some(LEAKED_LINK.to_owned()) });
    position
}

/// When a moderator gets up and sees it; all adverts are written by then.
fn woken(begins: Timestamp) -> Timestamp {
    after(begins, 2 * HOUR + 2_400)
}

/// The others wake up too.
fn morning_after(scene: &mut Scene, woken: Timestamp) -> Vec<Said> {
    let mut said = Vec::new();
    for position in 0..scene.members.len() {
        let member = &scene.members[position];
        let talks = matches!(member.habit, Habit::Core | Habit::Regular | Habit::Staff | Habit::Bursts);
        let at = after(woken, scene.dice.between(HOUR, DAY / 3));
        if talks && scene.dice.percent(60) && scene.members[position].is_around(at) {
            said.push(Said::new(at, position, Mood::Grumble, 0));
        }
    }
    said
}

/// The moderator's deletion of an advert, a few seconds each.
pub(super) fn cleaned_up(scene: &mut Scene, nth: usize) -> Timestamp {
    let begins = scene.calendar.at(DAY_OF_RAID, SECOND_OF_RAID, scene.plan.group.time_zone);
    after(woken(begins), 30 + 7 * i32::try_from(nth).unwrap_or(0))
}
