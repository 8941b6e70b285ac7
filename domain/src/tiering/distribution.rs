//! How many stand where, against the guide's shares (T3 to T6; section 8).

use super::model::Tier;
use super::scorecard::Scorecard;
use crate::policy::{Bands, ShareBand};

/// Why the share of the silent is not compared: where leaves are not seen, those
/// who left look silent.
pub const LEAVES_NOT_OBSERVED: &str = "LEAVES_NOT_OBSERVED";

/// What a distribution needs of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The stabilized or pinned tier.
    pub tier: Tier,
    /// The flag.
    pub new: bool,
    /// The flag.
    pub silent: bool,
    /// The flag.
    pub fading: bool,
}

impl From<&Scorecard> for Standing {
    fn from(card: &Scorecard) -> Self {
        Self { tier: card.tier, new: card.new, silent: card.silent, fading: card.fading }
    }
}

/// How many members each tier has.
#[derive(serde::Serialize, serde::Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierCounts {
    /// Core.
    pub core: u64,
    /// Active.
    pub active: u64,
    /// Ordinary.
    pub ordinary: u64,
    /// Silent.
    pub silent: u64,
    /// New.
    pub new: u64,
}

impl TierCounts {
    /// The members of one tier.
    pub const fn get(&self, tier: Tier) -> u64 {
        match tier {
            Tier::Core => self.core,
            Tier::Active => self.active,
            Tier::Ordinary => self.ordinary,
            Tier::Silent => self.silent,
            Tier::New => self.new,
        }
    }

    /// The members of all tiers.
    pub const fn total(&self) -> u64 {
        self.core + self.active + self.ordinary + self.silent + self.new
    }

    fn add(&mut self, tier: Tier) {
        let count = match tier {
            Tier::Core => &mut self.core,
            Tier::Active => &mut self.active,
            Tier::Ordinary => &mut self.ordinary,
            Tier::Silent => &mut self.silent,
            Tier::New => &mut self.new,
        };
        *count += 1;
    }
}

/// The members of one evaluation, counted three times.
#[derive(serde::Serialize, serde::Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Everybody who was evaluated.
    pub all: TierCounts,
    /// Those who are not new.
    pub eligible: TierCounts,
    /// Those who are neither new nor silent nor fading.
    pub alive: TierCounts,
}

/// How a share lies to its band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BandVerdict {
    /// Below it.
    Below,
    /// Inside, the ends included.
    Inside,
    /// Above it.
    Above,
    /// Nobody is counted, so there is no share.
    NoMembers,
    /// See [`LEAVES_NOT_OBSERVED`].
    LeavesNotObserved,
}

impl BandVerdict {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Below => "BELOW",
            Self::Inside => "INSIDE",
            Self::Above => "ABOVE",
            Self::NoMembers => "NO_MEMBERS",
            Self::LeavesNotObserved => LEAVES_NOT_OBSERVED,
        }
    }
}

/// One of T3 to T6, compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandComparison {
    /// Whose share.
    pub tier: Tier,
    /// The members that the share is of: alive for T3 to T5, eligible for T6.
    pub members: u64,
    /// The share in percent; `None` without members.
    pub share: Option<f64>,
    /// The band in percent.
    pub band: ShareBand,
    /// How they lie.
    pub verdict: BandVerdict,
}

impl Distribution {
    /// Counts members.
    pub fn of(members: impl IntoIterator<Item = Standing>) -> Self {
        let mut counts = Self::default();
        for member in members {
            counts.add(member);
        }
        counts
    }

    /// Counts one more.
    pub fn add(&mut self, member: Standing) {
        self.all.add(member.tier);
        if !member.new {
            self.eligible.add(member.tier);
            if !member.silent && !member.fading {
                self.alive.add(member.tier);
            }
        }
    }

    /// The tier's share of eligible members in percent; `None` when there are none.
    pub fn eligible_share(&self, tier: Tier) -> Option<f64> {
        share(&self.eligible, tier)
    }

    /// The tier's share of alive members in percent; `None` when there are none.
    pub fn alive_share(&self, tier: Tier) -> Option<f64> {
        share(&self.alive, tier)
    }

    /// T3 to T6: core, active and ordinary against the alive share, silent
    /// against the eligible share and only where leaves are observed.
    pub fn compare(&self, bands: &Bands, leaves_observed: bool) -> [BandComparison; 4] {
        let unseen = (!leaves_observed).then_some(BandVerdict::LeavesNotObserved);
        [
            compare(&self.alive, Tier::Core, bands.core, None),
            compare(&self.alive, Tier::Active, bands.active, None),
            compare(&self.alive, Tier::Ordinary, bands.ordinary, None),
            compare(&self.eligible, Tier::Silent, bands.silent, unseen),
        ]
    }
}

fn share(counts: &TierCounts, tier: Tier) -> Option<f64> {
    let members = counts.total();
    (members > 0).then(|| 100.0 * counts.get(tier) as f64 / members as f64)
}

fn compare(counts: &TierCounts, tier: Tier, band: ShareBand, unseen: Option<BandVerdict>) -> BandComparison {
    let share = share(counts, tier);
    let verdict = unseen.unwrap_or(match share {
        None => BandVerdict::NoMembers,
        Some(share) if share < band.0 => BandVerdict::Below,
        Some(share) if share > band.1 => BandVerdict::Above,
        Some(_) => BandVerdict::Inside,
    });
    BandComparison { tier, members: counts.total(), share, band, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::TieringPolicy;

    fn members(tier: Tier, count: usize) -> impl Iterator<Item = Standing> {
        let member = Standing { tier, new: tier == Tier::New, silent: tier == Tier::Silent, fading: false };
        std::iter::repeat_n(member, count)
    }

    #[test]
    fn shares_are_of_alive_and_of_eligible_members() {
        let fading = Standing { tier: Tier::Ordinary, new: false, silent: false, fading: true };
        let counts = Distribution::of(
            members(Tier::Core, 6)
                .chain(members(Tier::Active, 30))
                .chain(members(Tier::Ordinary, 64))
                .chain(std::iter::repeat_n(fading, 50))
                .chain(members(Tier::Silent, 50))
                .chain(members(Tier::New, 9)),
        );
        assert_eq!((counts.all.total(), counts.eligible.total(), counts.alive.total()), (209, 200, 100));
        assert_eq!(
            (counts.eligible_share(Tier::Core), counts.alive_share(Tier::Core)),
            (Some(3.0), Some(6.0))
        );
        let bands = TieringPolicy::default().bands;
        let verdicts = |leaves| counts.compare(&bands, leaves).map(|each| each.verdict.code());
        assert_eq!(verdicts(true), ["INSIDE", "ABOVE", "INSIDE", "ABOVE"]);
        assert_eq!(verdicts(false)[3], LEAVES_NOT_OBSERVED);
        let none = Distribution::of(members(Tier::New, 1)).compare(&bands, true);
        assert!(none.iter().all(|each| each.verdict == BandVerdict::NoMembers && each.share.is_none()));
    }

    #[test]
    fn a_pinned_newcomer_is_still_new() {
        let pinned = Standing { tier: Tier::Core, new: true, silent: false, fading: false };
        let counts = Distribution::of([pinned]);
        assert_eq!((counts.all.core, counts.eligible.total(), counts.alive.total()), (1, 0, 0));
    }
}
