//! Who moved between two consecutive evaluations (section 8).

use std::str::FromStr;

use super::model::{Tier, UnknownCode};

/// How a member's tier lies to that of the member's evaluation before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement {
    /// Higher; also from silent.
    Up,
    /// The same.
    Held,
    /// Lower, but not silent.
    Down,
    /// The first tier after being new.
    FromNew,
    /// Silent now and not before.
    ToSilent,
}

impl Movement {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Up, Self::Held, Self::Down, Self::FromNew, Self::ToSilent];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Up => "UP",
            Self::Held => "HELD",
            Self::Down => "DOWN",
            Self::FromNew => "FROM_NEW",
            Self::ToSilent => "TO_SILENT",
        }
    }

    /// The movement; `None` where there is nothing to compare: no evaluation
    /// before, or new now.
    pub fn between(previous: Option<Tier>, now: Tier) -> Option<Self> {
        match (previous?, now) {
            (_, Tier::New) => None,
            (before, now) if before == now => Some(Self::Held),
            (_, Tier::Silent) => Some(Self::ToSilent),
            (Tier::New, _) => Some(Self::FromNew),
            (before, now) if now.is_above(before) => Some(Self::Up),
            _ => Some(Self::Down),
        }
    }
}

impl FromStr for Movement {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|movement| movement.code() == code).ok_or(UnknownCode)
    }
}

/// How many moved which way.
#[derive(serde::Serialize, serde::Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Movements {
    /// Higher.
    pub up: u64,
    /// The same.
    pub held: u64,
    /// Lower.
    pub down: u64,
    /// From new.
    pub from_new: u64,
    /// To silent.
    pub to_silent: u64,
}

impl Movements {
    /// Counts one member.
    pub fn add(&mut self, previous: Option<Tier>, now: Tier) {
        match Movement::between(previous, now) {
            Some(Movement::Up) => self.up += 1,
            Some(Movement::Held) => self.held += 1,
            Some(Movement::Down) => self.down += 1,
            Some(Movement::FromNew) => self.from_new += 1,
            Some(Movement::ToSilent) => self.to_silent += 1,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_new_and_to_silent_stand_apart() {
        use Tier::{Active, Core, New, Ordinary, Silent};
        for (previous, now, movement) in [
            (None, Core, None),
            (Some(New), New, None),
            (Some(New), Core, Some(Movement::FromNew)),
            (Some(Silent), Ordinary, Some(Movement::Up)),
            (Some(Silent), Silent, Some(Movement::Held)),
            (Some(Core), Silent, Some(Movement::ToSilent)),
            (Some(Core), Active, Some(Movement::Down)),
            (Some(Active), Active, Some(Movement::Held)),
        ] {
            assert_eq!(Movement::between(previous, now), movement, "{previous:?} {now:?}");
        }
    }
}
