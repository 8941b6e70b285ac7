use async_graphql::Enum;
use qun_domain::tiering::{Band as DomainBand, BandVerdict as DomainVerdict, Deviation as DomainDeviation};
use qun_domain::tiering::{Dimension as DomainDimension, Tier as DomainTier};

/// Where a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainTier")]
pub(in crate::graphql) enum Tier {
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

/// Which stretch of 0 to 100 a score lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainBand")]
pub(super) enum Band {
    /// Below ordinary: operators look, nothing else follows.
    Watch,
    /// From the ordinary cut-off to the active one.
    Ordinary,
    /// From the active cut-off to the core one, both included.
    Active,
    /// Above the core cut-off.
    Core,
}

/// What a score is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainDimension")]
pub(super) enum Dimension {
    /// Counted messages a week.
    Frequency,
    /// Accepted content and the persons who reacted.
    Quality,
    /// The part of the open events that was attended.
    Events,
    /// Persons invited who stayed.
    Invites,
    /// Strikes.
    Violations,
}

/// How a share lies to the band that a healthy group has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainVerdict")]
pub(super) enum BandVerdict {
    /// Below it.
    Below,
    /// Inside, the ends included.
    Inside,
    /// Above it.
    Above,
    /// Nobody is counted, so there is no share.
    NoMembers,
    /// No leave or removal was ever seen, so that who left looks silent: not compared.
    LeavesNotObserved,
}

/// On which side of its band a mean share lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainDeviation")]
pub(super) enum Deviation {
    /// Below the lower end.
    Below,
    /// Above the upper end.
    Above,
}

/// Why a dimension carries nothing of a member's score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(super) enum WhyNot {
    /// The policy, or its default for the platform, switches it off.
    Off,
    /// Fewer than three persons had a value in the 90 days before the month.
    TooFewValues,
    /// No event was open to the member.
    NoEventOpen,
    /// The member is new, and is not scored.
    New,
}
