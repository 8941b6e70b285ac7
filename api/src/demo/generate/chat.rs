//! Who says something when: each member by habit, pace and hour, drawn into the
//! conversations of the day.

use qun_domain::time::Timestamp;

use super::calendar::{HOUR, WEEKS, after, weekday};
use super::dice::scaled;
use super::meetings::Meeting;
use super::member::Habit;
use super::scene::Scene;
use super::texts::Mood;

/// Something that a member says; its words come later, when it is known what came before.
pub(super) struct Said {
    pub at: Timestamp,
    pub by: usize,
    pub mood: Mood,
    /// Which thing of the group's topic it is about.
    pub thing: usize,
    /// What the words name: a newcomer, an event.
    pub about: String,
}

impl Said {
    pub(super) fn new(at: Timestamp, by: usize, mood: Mood, thing: usize) -> Self {
        Self { at, by, mood, thing, about: String::new() }
    }
}

/// More messages a day has nobody.
const MOST: usize = 30;
/// Percent of the messages that are said in a conversation, rather than alone.
const DRAWN_IN: u32 = 62;
/// Percent more talk on the day of an event.
const ON_EVENT_DAYS: u32 = 185;
/// Days after joining in which a newcomer talks more.
const NEW_DAYS: i64 = 10;

/// Everything that is said in the group, in no order.
pub(super) fn run(scene: &mut Scene, meetings: &[Meeting]) -> Vec<Said> {
    let mut said = Vec::new();
    for week in scene.first_week()..=WEEKS {
        let moods: Vec<u32> = (0..scene.members.len())
            .map(|member| scene.members[member].habit.mood(&mut scene.dice))
            .collect();
        for day in week * 7..(week + 1) * 7 {
            let talks = conversations(scene, day, meetings);
            for (position, mood) in moods.iter().enumerate() {
                speak(scene, position, day, *mood, &talks, &mut said);
            }
        }
    }
    first_words(scene, &mut said);
    notices(scene, meetings, &mut said);
    said
}

struct Talk {
    begins: Timestamp,
    mood: Mood,
    thing: usize,
}

/// The conversations of a day, and whether there is an event that they turn about.
struct Talks {
    talks: Vec<Talk>,
    event: bool,
}

fn conversations(scene: &mut Scene, day: i32, meetings: &[Meeting]) -> Talks {
    let zone = scene.plan.group.time_zone;
    let mut talks = Vec::new();
    for _ in 0..scene.dice.between(2, 5) {
        let second = scene.plan.rhythm.second(&mut scene.dice);
        let mood = if scene.dice.percent(30) { Mood::Ask } else { Mood::Talk };
        talks.push(Talk { begins: scene.calendar.at(day, second, zone), mood, thing: any_thing(scene) });
    }
    let calendar = scene.calendar;
    let mut event = false;
    for meeting in meetings.iter().filter(|meeting| calendar.day_of(meeting.starts, zone) == day) {
        event = true;
        let thing = any_thing(scene);
        for begins in [after(meeting.starts, -2_400), after(meeting.ends, 300), after(meeting.ends, 5_400)] {
            talks.push(Talk { begins, mood: Mood::Meeting, thing });
        }
    }
    Talks { talks, event }
}

fn any_thing(scene: &mut Scene) -> usize {
    scene.dice.index(scene.plan.things.len())
}

fn speak(scene: &mut Scene, position: usize, day: i32, mood: u32, talks: &Talks, said: &mut Vec<Said>) {
    let member = &scene.members[position];
    let (habit, zone, pace) = (member.habit, member.person.zone, member.pace);
    let rhythm = habit.rhythm(scene.plan.rhythm);
    let noon = scene.calendar.at(day, 43_200, zone);
    let fresh = if member.newcomer && noon < member.joined.plus_millis(NEW_DAYS * Timestamp::DAY) {
        180
    } else {
        100
    };
    let eventful = if talks.event { ON_EVENT_DAYS } else { 100 };
    let volume = scene.plan.volume(day.div_euclid(7));
    let by_day = rhythm.weekdays()[weekday(day)];
    let factors = [mood, pace, volume, scene.plan.loudness, by_day, fresh, eventful];
    let rate = scaled(habit.traits().messages, &factors) / 7;
    for _ in 0..scene.dice.count(rate).min(MOST) {
        let one = one_message(scene, position, day, talks);
        let (at, thing) = (one.at, one.thing);
        if !scene.members[position].is_around(at) {
            continue;
        }
        said.push(one);
        // A second line right behind the first.
        if scene.dice.percent(7) {
            let at = after(at, scene.dice.between(4, 45));
            said.push(Said::new(at, position, Mood::Short, thing));
        }
    }
}

fn one_message(scene: &mut Scene, position: usize, day: i32, talks: &Talks) -> Said {
    let member = &scene.members[position];
    let dice = &mut scene.dice;
    if member.habit != Habit::Owl && dice.percent(DRAWN_IN) {
        let talk = &talks.talks[dice.index(talks.talks.len())];
        // The smaller of two: conversations are dense first, then peter out.
        let delay = dice.between(0, 3_000).min(dice.between(0, 3_000));
        let begins = delay < 240 || talk.mood == Mood::Meeting;
        let mood = if dice.percent(18) {
            Mood::Short
        } else if begins {
            talk.mood
        } else {
            Mood::Answer
        };
        return Said::new(after(talk.begins, delay), position, mood, talk.thing);
    }
    let mood = [Mood::Talk, Mood::Ask, Mood::Short][dice.weighted(&[60, 22, 18])];
    let second = member.habit.rhythm(scene.plan.rhythm).second(dice);
    let at = scene.calendar.at(day, second, member.person.zone);
    Said::new(at, position, mood, any_thing(scene))
}

/// The bot greets whoever comes while the group is watched; most say hello.
fn first_words(scene: &mut Scene, said: &mut Vec<Said>) {
    for position in 0..scene.members.len() {
        let member = &scene.members[position];
        let (joined, newcomer, name) = (member.joined, member.newcomer, member.person.name.clone());
        let shy = matches!(member.habit, Habit::Lurker);
        let Some(bot) = scene.first_of(Habit::Bot, joined).filter(|_| newcomer) else { continue };
        let at = after(joined, scene.dice.between(3, 12));
        said.push(Said { at, by: bot, mood: Mood::Welcome, thing: 0, about: name });
        let at = after(joined, scene.dice.between(120, 3 * HOUR));
        if scene.dice.percent(if shy { 25 } else { 70 }) && scene.members[position].is_around(at) {
            let thing = any_thing(scene);
            said.push(Said::new(at, position, Mood::Hello, thing));
        }
    }
}

/// The bot tells of each event when it is announced, and once more on the day before.
fn notices(scene: &Scene, meetings: &[Meeting], said: &mut Vec<Said>) {
    for meeting in meetings {
        let times = [after(meeting.announced, 30), after(meeting.starts, -20 * HOUR)];
        for at in times {
            if let Some(bot) = scene.first_of(Habit::Bot, at) {
                said.push(Said {
                    at,
                    by: bot,
                    mood: Mood::Notice,
                    thing: 0,
                    about: meeting.title.to_owned(),
                });
            }
        }
    }
}
