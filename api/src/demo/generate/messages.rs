//! What was said becomes rows: words, media, answers, deletions.

use qun_domain::activity::{DeletedBy, Medium, What};
use qun_domain::time::Timestamp;

use super::calendar::after;
use super::chat::Said;
use super::dice::Dice;
use super::raid::cleaned_up;
use super::scene::Scene;
use super::texts::{Language, Mood};

/// A message that others may answer and react to.
pub(super) struct Posted {
    pub id: String,
    pub at: Timestamp,
    pub by: usize,
    pub mood: Mood,
    pub thing: usize,
}

/// An answer quotes a message that is at most this old, in milliseconds.
const QUOTED_WITHIN: i64 = 25 * 60 * Timestamp::SECOND;
/// Messages that their author takes back, of a thousand.
const TAKEN_BACK: u32 = 5;

/// Writes the messages in order and gives them.
pub(super) fn run(scene: &mut Scene, mut said: Vec<Said>) -> Vec<Posted> {
    said.sort_by_key(|said| (said.at, said.by));
    let mut posted: Vec<Posted> = Vec::with_capacity(said.len());
    let mut adverts = 0;
    for said in said {
        let quoted = quoted(&mut scene.dice, &said, &posted);
        let reply_to = quoted.map(|quoted| quoted.id.clone());
        let thing = quoted.map_or(said.thing, |quoted| quoted.thing);
        let (language, things) = (scene.plan.language, scene.plan.things);
        let words = language.say(&mut scene.dice, things, thing, said.mood, &said.about);
        let (text, media) = dressed(&mut scene.dice, language, said.mood, words);
        let id = scene.tell(said.at, said.by, What::Message { text, media, reply_to });
        if said.mood == Mood::Advert {
            let at = cleaned_up(scene, adverts);
            adverts += 1;
            let by = Some(DeletedBy::Moderator);
            let moderator = scene.moderator(at);
            scene.tell(at, moderator, What::MessageDeleted { target: id.clone(), by });
        } else if said.about.is_empty() && scene.dice.per_mille(TAKEN_BACK) {
            let at = after(said.at, scene.dice.between(5, 110));
            let by = Some(DeletedBy::Author);
            scene.tell(at, said.by, What::MessageDeleted { target: id.clone(), by });
        }
        posted.push(Posted { id, at: said.at, by: said.by, mood: said.mood, thing });
    }
    posted
}

/// The message that this one answers, when it quotes one: the latest of another
/// member, questions above all.
fn quoted<'a>(dice: &mut Dice, said: &Said, posted: &'a [Posted]) -> Option<&'a Posted> {
    if !matches!(said.mood, Mood::Answer | Mood::Short | Mood::Talk) {
        return None;
    }
    let recent = posted.iter().rev().take(4).filter(|earlier| {
        earlier.by != said.by
            && said.at.millis() - earlier.at.millis() <= QUOTED_WITHIN
            && !matches!(earlier.mood, Mood::Advert | Mood::Welcome | Mood::Notice)
    });
    let target = recent.max_by_key(|earlier| (earlier.mood == Mood::Ask, earlier.at))?;
    let chance = match (said.mood, target.mood) {
        (Mood::Answer, Mood::Ask) => 60,
        (Mood::Answer, _) => 35,
        (_, Mood::Hello) => 30,
        _ => 12,
    };
    dice.percent(chance).then_some(target)
}

/// The words with a picture or a sticker, or in place of them.
fn dressed(dice: &mut Dice, language: Language, mood: Mood, words: String) -> (Option<String>, Vec<Medium>) {
    match mood {
        Mood::Advert => (Some(words), vec![Medium::Link]),
        Mood::Notice => (Some(words), vec![Medium::Card]),
        Mood::Short if dice.percent(25) => (None, vec![Medium::Sticker]),
        // Voice messages are a habit of the Chinese groups.
        Mood::Talk | Mood::Answer if language == Language::Chinese && dice.percent(4) => {
            (None, vec![Medium::Audio])
        }
        Mood::Talk | Mood::Meeting if dice.percent(13) => {
            let media = match dice.weighted(&[60, 12, 12, 10, 6]) {
                0 => vec![Medium::Image],
                1 => vec![Medium::Video],
                2 => vec![Medium::Link],
                3 => vec![Medium::Image, Medium::Image],
                _ => vec![Medium::File],
            };
            (dice.percent(75).then_some(words), media)
        }
        _ => (Some(words), Vec::new()),
    }
}
