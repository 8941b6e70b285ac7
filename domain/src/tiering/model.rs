use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a member stands (T2, T27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    /// No sign of life for long.
    Silent,
    /// Everybody else.
    Ordinary,
    /// Takes part.
    Active,
    /// Carries the group.
    Core,
    /// Too young a membership to be judged.
    New,
}

/// A text that is no code of the kind asked for.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a known code")]
pub struct UnknownCode;

impl Tier {
    /// All of them, highest first, as the organization's tier is chosen
    /// (section 8).
    pub const ALL: [Self; 5] = [Self::Core, Self::Active, Self::Ordinary, Self::New, Self::Silent];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Silent => "SILENT",
            Self::Ordinary => "ORDINARY",
            Self::Active => "ACTIVE",
            Self::Core => "CORE",
            Self::New => "NEW",
        }
    }

    /// Whether this is the higher of two tiers in the order silent < ordinary <
    /// active < core (section 7). New is neither above nor below any.
    pub const fn is_above(self, other: Self) -> bool {
        match (self.rank(), other.rank()) {
            (Some(this), Some(that)) => this > that,
            _ => false,
        }
    }

    const fn rank(self) -> Option<u8> {
        match self {
            Self::Silent => Some(0),
            Self::Ordinary => Some(1),
            Self::Active => Some(2),
            Self::Core => Some(3),
            Self::New => None,
        }
    }
}

/// The tier of a person in the organization: the highest of the person's
/// community tiers in the order core, active, ordinary, new, silent (section 8).
/// `None` when there is none.
pub fn organization_tier(tiers: impl IntoIterator<Item = Tier>) -> Option<Tier> {
    tiers.into_iter().min_by_key(|tier| Tier::ALL.iter().position(|each| each == tier))
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Tier {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|tier| tier.code() == code).ok_or(UnknownCode)
    }
}

/// Which stretch of 0 to 100 a score lies in (T19 to T22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Band {
    /// Below ordinary: operators look, nothing else follows.
    Watch,
    /// From the ordinary cut-off to the active one.
    Ordinary,
    /// From the active cut-off to the core one, both included.
    Active,
    /// Above the core cut-off.
    Core,
}

impl Band {
    /// All of them, highest first.
    pub const ALL: [Self; 4] = [Self::Core, Self::Active, Self::Ordinary, Self::Watch];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Watch => "WATCH",
            Self::Ordinary => "ORDINARY",
            Self::Active => "ACTIVE",
            Self::Core => "CORE",
        }
    }

    /// The tier of the band; a watch band is ordinary (section 7).
    pub const fn tier(self) -> Tier {
        match self {
            Self::Watch | Self::Ordinary => Tier::Ordinary,
            Self::Active => Tier::Active,
            Self::Core => Tier::Core,
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Band {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|band| band.code() == code).ok_or(UnknownCode)
    }
}

/// What a score is made of (T13 to T17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Counted messages a week.
    Frequency,
    /// Accepted content and reactions.
    Quality,
    /// The part of the open events that was attended.
    Events,
    /// Persons invited who stayed.
    Invites,
    /// Strikes.
    Violations,
}

impl Dimension {
    /// All of them, in the order in which sums run (section 5).
    pub const ALL: [Self; 5] =
        [Self::Frequency, Self::Quality, Self::Events, Self::Invites, Self::Violations];

    /// Those that share the weight of one that does not apply (section 5).
    pub const CONTRIBUTION: [Self; 4] = [Self::Frequency, Self::Quality, Self::Events, Self::Invites];

    /// The key in the policy and inside reason codes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Frequency => "frequency",
            Self::Quality => "quality",
            Self::Events => "events",
            Self::Invites => "invites",
            Self::Violations => "violations",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Dimension {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|dimension| dimension.code() == code).ok_or(UnknownCode)
    }
}

/// One value of a kind for each dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimensions<T> {
    /// Of the counted messages a week.
    pub frequency: T,
    /// Of accepted content and reactions.
    pub quality: T,
    /// Of events.
    pub events: T,
    /// Of invites.
    pub invites: T,
    /// Of strikes.
    pub violations: T,
}

impl<T> Dimensions<T> {
    /// The value that `make` gives for each dimension.
    pub fn from_fn(mut make: impl FnMut(Dimension) -> T) -> Self {
        Self {
            frequency: make(Dimension::Frequency),
            quality: make(Dimension::Quality),
            events: make(Dimension::Events),
            invites: make(Dimension::Invites),
            violations: make(Dimension::Violations),
        }
    }

    /// The value of one dimension.
    pub const fn get(&self, dimension: Dimension) -> &T {
        match dimension {
            Dimension::Frequency => &self.frequency,
            Dimension::Quality => &self.quality,
            Dimension::Events => &self.events,
            Dimension::Invites => &self.invites,
            Dimension::Violations => &self.violations,
        }
    }

    /// Each value turned into another, with its dimension.
    pub fn map<U>(&self, mut make: impl FnMut(Dimension, &T) -> U) -> Dimensions<U> {
        Dimensions::from_fn(|dimension| make(dimension, self.get(dimension)))
    }

    /// Each dimension with its value, in the order in which sums run.
    pub fn iter(&self) -> impl Iterator<Item = (Dimension, &T)> {
        Dimension::ALL.into_iter().map(|dimension| (dimension, self.get(dimension)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for tier in Tier::ALL {
            assert_eq!(tier.code().parse(), Ok(tier));
        }
        for band in Band::ALL {
            assert_eq!(band.code().parse(), Ok(band));
        }
        for dimension in Dimension::ALL {
            assert_eq!(dimension.code().parse(), Ok(dimension));
        }
        assert_eq!("core".parse::<Tier>(), Err(UnknownCode));
    }

    #[test]
    fn new_is_neither_above_nor_below() {
        assert!(Tier::Core.is_above(Tier::Active) && Tier::Ordinary.is_above(Tier::Silent));
        for tier in Tier::ALL {
            assert!(!tier.is_above(Tier::New) && !Tier::New.is_above(tier) && !tier.is_above(tier));
        }
    }

    #[test]
    fn the_organization_takes_the_highest() {
        assert_eq!(organization_tier([Tier::Silent, Tier::New]), Some(Tier::New));
        assert_eq!(organization_tier([Tier::New, Tier::Ordinary, Tier::Active]), Some(Tier::Active));
        assert_eq!(organization_tier([]), None);
    }
}
