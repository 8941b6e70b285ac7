//! What people say: short sentences put together from templates and the words
//! of a group's topic. `{n}` is a thing of the topic, `{m}` another one, `{w}` a
//! time to come, `{p}` one gone by, `{x}` what the caller fills in (a name, a title).

mod en;
pub(super) mod topic;
mod zh;

use super::dice::Dice;

/// The language of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Chinese,
    English,
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Talk,
    Ask,
    Answer,
    Short,
    Hello,
    Welcome,
    Notice,
    Meeting,
    Advert,
    Grumble,
}

/// The templates of one language, by mood.
struct Phrases {
    talk: &'static [&'static str],
    ask: &'static [&'static str],
    answer: &'static [&'static str],
    short: &'static [&'static str],
    hello: &'static [&'static str],
    welcome: &'static [&'static str],
    notice: &'static [&'static str],
    meeting: &'static [&'static str],
    advert: &'static [&'static str],
    grumble: &'static [&'static str],
    to_come: &'static [&'static str],
    gone_by: &'static [&'static str],
    tails: &'static [&'static str],
}

impl Language {
    const fn phrases(self) -> &'static Phrases {
        match self {
            Self::Chinese => &zh::PHRASES,
            Self::English => &en::PHRASES,
        }
    }

    /// A sentence of this mood about one of the things: who shares a conversation
    /// shares its `thing`.
    pub(super) fn say(self, dice: &mut Dice, things: &[&str], thing: usize, mood: Mood, x: &str) -> String {
        let phrases = self.phrases();
        let templates = match mood {
            Mood::Talk => phrases.talk,
            Mood::Ask => phrases.ask,
            Mood::Answer => phrases.answer,
            Mood::Short => phrases.short,
            Mood::Hello => phrases.hello,
            Mood::Welcome => phrases.welcome,
            Mood::Notice => phrases.notice,
            Mood::Meeting => phrases.meeting,
            Mood::Advert => phrases.advert,
            Mood::Grumble => phrases.grumble,
        };
        let first = thing % things.len().max(1);
        // Never the same thing twice in one sentence.
        let second = (first + 1 + dice.index(things.len().saturating_sub(1))) % things.len().max(1);
        let mut text = dice
            .pick(templates)
            .replace("{n}", things.get(first).copied().unwrap_or_default())
            .replace("{m}", things.get(second).copied().unwrap_or_default())
            .replace("{w}", dice.pick(phrases.to_come))
            .replace("{p}", dice.pick(phrases.gone_by))
            .replace("{x}", x);
        if matches!(mood, Mood::Talk | Mood::Answer) && dice.percent(30) {
            text.push_str(dice.pick(phrases.tails));
        }
        if self == Self::English { capitalized(&text) } else { text }
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
