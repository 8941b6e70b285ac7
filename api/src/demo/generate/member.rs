//! What kinds of members there are, and how one of them lives.

use chrono_tz::Tz;
use qun_domain::activity::MemberRole;
use qun_domain::time::Timestamp;

use super::dice::Dice;
use super::rhythm::Rhythm;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    Founder,
    Staff,
    Bot,
    Facilitator,
    /// Writes every day, makes things, brings people.
    Core,
    Regular,
    /// A regular who writes after midnight.
    Owl,
    /// Silent for weeks, then cannot stop.
    Bursts,
    Weekly,
    /// Reads and reacts.
    Lurker,
    /// Comes to the events, says little.
    Guest,
    /// Joined and was never seen.
    Absent,
    Spammer,
}

/// What a member does in an average week.
pub(super) struct Traits {
    /// Messages a week, in hundredths.
    pub messages: u32,
    /// Reactions a week, in hundredths.
    pub reactions: u32,
    /// Percent of the events that the member takes part in.
    pub attends: u32,
    /// Accepted items a week, in hundredths.
    pub items: u32,
    /// Clicks a week, in hundredths.
    pub clicks: u32,
    /// How likely the member is to bring a newcomer, beside the others.
    pub invites: u32,
}

impl Habit {
    #[rustfmt::skip]
    pub(super) const fn traits(self) -> Traits {
        const fn traits(messages: u32, reactions: u32, attends: u32, items: u32, clicks: u32, invites: u32) -> Traits {
            Traits { messages, reactions, attends, items, clicks, invites }
        }
        match self {
            Self::Founder     => traits(  900, 400, 80, 20, 0, 3),
            Self::Staff       => traits(  600, 200, 60,  0, 0, 1),
            Self::Facilitator => traits(1_100, 400, 90, 15, 20, 4),
            Self::Core        => traits(1_900, 480, 80, 24, 40, 8),
            Self::Regular     => traits(  540, 210, 38,  5, 30, 3),
            Self::Owl         => traits(  640, 220, 30,  6, 25, 2),
            Self::Bursts      => traits(  400, 110, 25,  4, 15, 1),
            Self::Weekly      => traits(  105,  55, 14,  1, 15, 1),
            Self::Lurker      => traits(   14,  75,  5,  0, 12, 0),
            Self::Guest       => traits(   40,  25, 55,  0, 20, 1),
            Self::Bot | Self::Absent | Self::Spammer => traits(0, 0, 0, 0, 0, 0),
        }
    }

    /// The role row that such a member has from the beginning.
    pub(super) const fn role(self) -> Option<MemberRole> {
        match self {
            Self::Founder | Self::Staff => Some(MemberRole::Staff),
            Self::Bot => Some(MemberRole::Bot),
            Self::Facilitator => Some(MemberRole::Facilitator),
            _ => None,
        }
    }

    /// Percent of the usual talk in one week: nobody is the same every week.
    pub(super) fn mood(self, dice: &mut Dice) -> u32 {
        match self {
            Self::Core | Self::Facilitator => dice.pick(&[70, 85, 95, 100, 100, 110, 120, 130]),
            Self::Bursts => dice.pick(&[0, 5, 10, 25, 300, 330]),
            _ => dice.pick(&[0, 60, 80, 100, 100, 120, 150, 190]),
        }
    }

    pub(super) const fn rhythm(self, of_the_group: Rhythm) -> Rhythm {
        match self {
            Self::Owl => Rhythm::Night,
            _ => of_the_group,
        }
    }
}

/// Somebody on one platform, in whichever groups.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub user: String,
    pub name: String,
    pub zone: Tz,
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub person: Person,
    pub habit: Habit,
    /// Percent of what is usual for the habit.
    pub pace: u32,
    pub joined: Timestamp,
    /// The end of the membership, and the return where there is one.
    pub left: Option<Timestamp>,
    pub back: Option<Timestamp>,
    /// From this instant on the member is in the group but never seen.
    pub drifts: Option<Timestamp>,
    /// Whether the member came while the group was being watched.
    pub newcomer: bool,
}

impl Member {
    /// Whether a membership runs.
    pub(super) fn is_in(&self, at: Timestamp) -> bool {
        let gone = self.left.is_some_and(|left| at >= left) && self.back.is_none_or(|back| at <= back);
        at > self.joined && !gone
    }

    /// Whether the member may be seen doing something.
    pub(super) fn is_around(&self, at: Timestamp) -> bool {
        self.is_in(at) && self.drifts.is_none_or(|drifts| at < drifts)
    }
}
