use async_graphql::{Enum, SimpleObject};
use qun_domain::tiering::{Dimension as DomainDimension, Reason};

use super::codes::Dimension;

/// Why a tier is what it is: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum TierReasonCode {
    /// The score lies in the active band.
    BandActive,
    /// The score lies in the core band.
    BandCore,
    /// The score lies in the ordinary band.
    BandOrdinary,
    /// The score lies below the ordinary band.
    BandWatch,
    /// The tier is lower than the previous one.
    Down,
    /// No sign of life lately, though neither new nor silent.
    Fading,
    /// `dimension` is measured by its curve: too few members to rank.
    FewMembers,
    /// No previous tier, or the previous tier is new.
    First,
    /// The floor of active fails.
    FloorActive,
    /// The band is core and the floor of core fails.
    FloorCore,
    /// Kept: lower, but not yet often enough in a row.
    HeldFirstLowerWeek,
    /// Kept: below the cut-off, but within the hysteresis.
    HeldHysteresis,
    /// New; then the only reason.
    Newcomer,
    /// Events apply, and none was open to this member.
    NoEventOpen,
    /// `dimension` does not count here.
    Off,
    /// The week's tier is the previous tier.
    Same,
    /// Silent now.
    Silent,
    /// Too few persons had a value of `dimension` lately.
    TooFewValues,
    /// Higher than the previous tier.
    Up,
}

/// One reason for a tier.
#[derive(SimpleObject)]
pub(super) struct TierReason {
    /// The reason: stable, in no language.
    code: TierReasonCode,
    /// The dimension that it is about; null when it is about none.
    dimension: Option<Dimension>,
    /// The sentence to the member, in the language of the request.
    sentence: String,
}

impl TierReason {
    pub(super) fn new(reason: Reason, sentence: String) -> Self {
        let (code, dimension) = parts(reason);
        Self { code, dimension: dimension.map(Into::into), sentence }
    }
}

const fn parts(reason: Reason) -> (TierReasonCode, Option<DomainDimension>) {
    use DomainDimension::{Events, Frequency, Invites, Quality, Violations};
    use TierReasonCode as Code;
    match reason {
        Reason::BandActive => (Code::BandActive, None),
        Reason::BandCore => (Code::BandCore, None),
        Reason::BandOrdinary => (Code::BandOrdinary, None),
        Reason::BandWatch => (Code::BandWatch, None),
        Reason::Down => (Code::Down, None),
        Reason::Fading => (Code::Fading, None),
        Reason::FewMembersEvents => (Code::FewMembers, Some(Events)),
        Reason::FewMembersFrequency => (Code::FewMembers, Some(Frequency)),
        Reason::FewMembersInvites => (Code::FewMembers, Some(Invites)),
        Reason::FewMembersQuality => (Code::FewMembers, Some(Quality)),
        Reason::First => (Code::First, None),
        Reason::FloorActive => (Code::FloorActive, None),
        Reason::FloorCore => (Code::FloorCore, None),
        Reason::HeldFirstLowerWeek => (Code::HeldFirstLowerWeek, None),
        Reason::HeldHysteresis => (Code::HeldHysteresis, None),
        Reason::Newcomer => (Code::Newcomer, None),
        Reason::NoEventOpen => (Code::NoEventOpen, Some(Events)),
        Reason::OffEvents => (Code::Off, Some(Events)),
        Reason::OffInvites => (Code::Off, Some(Invites)),
        Reason::OffQuality => (Code::Off, Some(Quality)),
        Reason::OffViolations => (Code::Off, Some(Violations)),
        Reason::Same => (Code::Same, None),
        Reason::Silent => (Code::Silent, None),
        Reason::TooFewValuesEvents => (Code::TooFewValues, Some(Events)),
        Reason::TooFewValuesInvites => (Code::TooFewValues, Some(Invites)),
        Reason::TooFewValuesQuality => (Code::TooFewValues, Some(Quality)),
        Reason::Up => (Code::Up, None),
    }
}
