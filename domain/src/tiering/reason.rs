//! Why a scorecard reads as it does: a closed list of codes (T29).

use std::str::FromStr;

use super::model::{Band, Dimension, UnknownCode};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// A reason, in the order of the codes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name),+
        }

        impl Reason {
            /// All of them, sorted by code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code),+
                }
            }
        }
    };
}

reasons! {
    /// The score lies in the active band.
    BandActive = "BAND_ACTIVE",
    /// The score lies in the core band.
    BandCore = "BAND_CORE",
    /// The score lies in the ordinary band.
    BandOrdinary = "BAND_ORDINARY",
    /// The score lies below the ordinary band.
    BandWatch = "BAND_WATCH",
    /// The tier is lower than the previous one.
    Down = "DOWN",
    /// No sign of life lately, though neither new nor silent.
    Fading = "FADING",
    /// Events are measured by their curve: too few members to rank.
    FewMembersEvents = "FEW_MEMBERS(events)",
    /// Frequency is measured by its curve: too few members to rank.
    FewMembersFrequency = "FEW_MEMBERS(frequency)",
    /// Invites are measured by their curve: too few members to rank.
    FewMembersInvites = "FEW_MEMBERS(invites)",
    /// Quality is measured by its curve: too few members to rank.
    FewMembersQuality = "FEW_MEMBERS(quality)",
    /// No previous tier, or the previous tier is new.
    First = "FIRST",
    /// The band is active, perhaps by `FLOOR_CORE`, and active's floor fails.
    FloorActive = "FLOOR_ACTIVE",
    /// The band is core and core's floor fails.
    FloorCore = "FLOOR_CORE",
    /// Kept: lower, but not yet often enough in a row.
    HeldFirstLowerWeek = "HELD_FIRST_LOWER_WEEK",
    /// Kept: below the cut-off, but within the hysteresis.
    HeldHysteresis = "HELD_HYSTERESIS",
    /// New; then the only reason.
    Newcomer = "NEWCOMER",
    /// Events apply to the group, and none was open to this member.
    NoEventOpen = "NO_EVENT_OPEN",
    /// Events do not count here.
    OffEvents = "OFF(events)",
    /// Invites do not count here.
    OffInvites = "OFF(invites)",
    /// Quality does not count here.
    OffQuality = "OFF(quality)",
    /// Violations do not count here.
    OffViolations = "OFF(violations)",
    /// The week's tier is the previous tier.
    Same = "SAME",
    /// Silent now.
    Silent = "SILENT",
    /// Too few persons had events lately.
    TooFewValuesEvents = "TOO_FEW_VALUES(events)",
    /// Too few persons had invites lately.
    TooFewValuesInvites = "TOO_FEW_VALUES(invites)",
    /// Too few persons had content lately.
    TooFewValuesQuality = "TOO_FEW_VALUES(quality)",
    /// Higher than the previous tier.
    Up = "UP",
}

impl Reason {
    pub(super) const fn of_band(band: Band) -> Self {
        match band {
            Band::Core => Self::BandCore,
            Band::Active => Self::BandActive,
            Band::Ordinary => Self::BandOrdinary,
            Band::Watch => Self::BandWatch,
        }
    }

    /// `OFF(d)`; frequency is never off.
    pub(super) const fn off(dimension: Dimension) -> Option<Self> {
        match dimension {
            Dimension::Frequency => None,
            Dimension::Quality => Some(Self::OffQuality),
            Dimension::Events => Some(Self::OffEvents),
            Dimension::Invites => Some(Self::OffInvites),
            Dimension::Violations => Some(Self::OffViolations),
        }
    }

    /// `TOO_FEW_VALUES(d)`; only what can be `AUTO` has it.
    pub(super) const fn too_few_values(dimension: Dimension) -> Option<Self> {
        match dimension {
            Dimension::Frequency | Dimension::Violations => None,
            Dimension::Quality => Some(Self::TooFewValuesQuality),
            Dimension::Events => Some(Self::TooFewValuesEvents),
            Dimension::Invites => Some(Self::TooFewValuesInvites),
        }
    }

    /// `FEW_MEMBERS(d)`; violations are never ranked.
    pub(super) const fn few_members(dimension: Dimension) -> Option<Self> {
        match dimension {
            Dimension::Frequency => Some(Self::FewMembersFrequency),
            Dimension::Quality => Some(Self::FewMembersQuality),
            Dimension::Events => Some(Self::FewMembersEvents),
            Dimension::Invites => Some(Self::FewMembersInvites),
            Dimension::Violations => None,
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl FromStr for Reason {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code).ok_or(UnknownCode)
    }
}

/// A set of reasons, four bytes each, so that a million cost little.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reasons(u32);

impl Reasons {
    /// Adds one.
    pub const fn insert(&mut self, reason: Reason) {
        self.0 |= reason.bit();
    }

    /// Whether one is in the set.
    pub const fn contains(self, reason: Reason) -> bool {
        self.0 & reason.bit() != 0
    }

    /// Those of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Each, sorted by code.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.iter().copied().filter(move |reason| self.contains(*reason))
    }

    /// The codes, sorted.
    pub fn codes(self) -> Vec<String> {
        self.iter().map(|reason| reason.code().to_owned()).collect()
    }

    /// The codes, sorted, with a space between, as they are stored.
    pub fn to_text(self) -> String {
        let mut text = String::new();
        for reason in self.iter() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(reason.code());
        }
        text
    }

    /// Reads what [`Reasons::to_text`] wrote.
    ///
    /// # Errors
    /// [`UnknownCode`] when a word is no code.
    pub fn from_text(text: &str) -> Result<Self, UnknownCode> {
        text.split_ascii_whitespace().map(str::parse).collect()
    }
}

impl Extend<Reason> for Reasons {
    fn extend<I: IntoIterator<Item = Reason>>(&mut self, reasons: I) {
        for reason in reasons {
            self.insert(reason);
        }
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        let mut set = Self::default();
        set.extend(reasons);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_fits_its_bits() {
        assert!(Reason::ALL.is_sorted_by(|left, right| left.code() < right.code()));
        assert!(Reason::ALL.len() <= 32);
    }

    #[test]
    fn a_set_is_read_back_from_its_text() {
        let all: Reasons = Reason::ALL.iter().copied().collect();
        assert_eq!(Reasons::from_text(&all.to_text()), Ok(all));
        assert_eq!(Reasons::from_text(""), Ok(Reasons::default()));
        assert_eq!(
            Reasons::from_text("UP DOWN").map(Reasons::codes),
            Ok(vec!["DOWN".to_owned(), "UP".to_owned()])
        );
        assert_eq!(Reasons::from_text("OFF(frequency)"), Err(UnknownCode));
    }
}
