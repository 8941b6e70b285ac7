//! Who reacts to what: each member looks in at hours of their own and picks
//! one of the latest messages.

use qun_domain::activity::What;
use qun_domain::time::Timestamp;

use super::calendar::{WEEKS, weekday};
use super::dice::scaled;
use super::messages::Posted;
use super::scene::Scene;
use super::texts::{Language, Mood};

/// How far back, in messages, somebody scrolls at most.
const SCROLLED: usize = 40;
/// Nobody reacts to what is older, in milliseconds.
const REACTED_WITHIN: i64 = 3 * Timestamp::DAY;
const ZH_EMOJI: [&str; 6] = ["👍", "❤️", "😄", "💪", "🎉", "🌹"];
const EN_EMOJI: [&str; 7] = ["👍", "❤️", "😂", "🔥", "👀", "🎉", "🙌"];

pub(super) fn run(scene: &mut Scene, posted: &[Posted]) {
    for day in scene.first_week() * 7..(WEEKS + 1) * 7 {
        let volume = scene.plan.volume(day.div_euclid(7));
        for position in 0..scene.members.len() {
            let member = &scene.members[position];
            let rhythm = member.habit.rhythm(scene.plan.rhythm);
            let factors = [volume, member.pace, scene.plan.loudness, rhythm.weekdays()[weekday(day)]];
            let rate = scaled(member.habit.traits().reactions, &factors) / 7;
            for _ in 0..scene.dice.count(rate) {
                let second = rhythm.second(&mut scene.dice);
                let at = scene.calendar.at(day, second, scene.members[position].person.zone);
                react(scene, position, at, posted);
            }
        }
    }
}

fn react(scene: &mut Scene, position: usize, at: Timestamp, posted: &[Posted]) {
    let seen = posted.partition_point(|message| message.at < at);
    // The smaller of two: the latest messages get the most.
    let back = scene.dice.index(SCROLLED).min(scene.dice.index(SCROLLED));
    let Some(message) = seen.checked_sub(back + 1).and_then(|place| posted.get(place)) else { return };
    let liked = !matches!(message.mood, Mood::Advert | Mood::Welcome);
    let recent = at.millis() - message.at.millis() <= REACTED_WITHIN;
    if !liked || !recent || message.by == position || !scene.members[position].is_around(at) {
        return;
    }
    let emoji = match scene.plan.language {
        Language::Chinese => scene.dice.pick(&ZH_EMOJI),
        Language::English => scene.dice.pick(&EN_EMOJI),
    };
    let target = message.id.clone();
    scene.tell(at, position, What::Reaction { target, emoji: Some(emoji.to_owned()) });
}
