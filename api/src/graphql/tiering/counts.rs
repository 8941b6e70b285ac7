use async_graphql::SimpleObject;
use qun_domain::policy::{Bands, ShareBand};
use qun_domain::tiering::{self as domain, BandComparison, ShareSample, calibrate};

use super::codes::{BandVerdict, Deviation, Tier};
use crate::graphql::scalars::Week;

/// A stretch of shares, both ends included.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(name = "ShareBand")]
pub(super) struct ShareBandObject {
    /// The lowest share, in percent.
    low: f64,
    /// The highest share, in percent.
    high: f64,
}

impl From<ShareBand> for ShareBandObject {
    fn from(ShareBand(low, high): ShareBand) -> Self {
        Self { low, high }
    }
}

/// How many members stand in a tier, against what a healthy group has.
#[derive(SimpleObject)]
struct TierShare {
    /// The tier.
    tier: Tier,
    /// How many members of the evaluation stand in it.
    count: u64,
    /// Its share of the members who are not new, in percent; null for NEW, and where there
    /// are none.
    share_of_eligible: Option<f64>,
    /// Its share of the members who are neither new nor silent nor fading, in percent; null
    /// for NEW and SILENT, and where there are none.
    share_of_alive: Option<f64>,
    /// The band that the policy holds healthy: of the alive members, for SILENT of the
    /// eligible; null for NEW, which has none.
    band: Option<ShareBandObject>,
    /// How the share lies to the band; null for NEW, which has none.
    verdict: Option<BandVerdict>,
}

/// How many members stand where.
#[derive(SimpleObject)]
pub(super) struct TierDistribution {
    /// How many members were evaluated.
    members: u64,
    /// Those who are not new.
    eligible: u64,
    /// Those who are neither new nor silent nor fading.
    alive: u64,
    /// Each tier: core, active, ordinary, new, silent.
    tiers: Vec<TierShare>,
}

impl TierDistribution {
    /// The counts against the bands of a policy.
    pub(super) fn new(counts: &domain::Distribution, bands: &Bands, leaves_observed: bool) -> Self {
        let compared = counts.compare(bands, leaves_observed);
        let share = |tier: domain::Tier| {
            let of: Option<&BandComparison> = compared.iter().find(|each| each.tier == tier);
            let is_new = tier == domain::Tier::New;
            TierShare {
                tier: tier.into(),
                count: counts.all.get(tier),
                share_of_eligible: counts.eligible_share(tier).filter(|_| !is_new),
                share_of_alive: counts.alive_share(tier).filter(|_| !is_new && tier != domain::Tier::Silent),
                band: of.map(|each| each.band.into()),
                verdict: of.map(|each| each.verdict.into()),
            }
        };
        Self {
            members: counts.all.total(),
            eligible: counts.eligible.total(),
            alive: counts.alive.total(),
            tiers: domain::Tier::ALL.into_iter().map(share).collect(),
        }
    }
}

/// How many members moved since the evaluation before. Who is new, or stands in an
/// evaluation for the first time, does not move.
#[derive(SimpleObject)]
#[graphql(name = "Movements")]
pub(super) struct MovementsObject {
    /// Higher; from silent too.
    up: u64,
    /// In the same tier.
    held: u64,
    /// Lower, but not silent.
    down: u64,
    /// In their first tier after being new.
    from_new: u64,
    /// Silent now, and not before.
    to_silent: u64,
}

impl From<domain::Movements> for MovementsObject {
    fn from(movements: domain::Movements) -> Self {
        let domain::Movements { up, held, down, from_new, to_silent } = movements;
        Self { up, held, down, from_new, to_silent }
    }
}

/// A tier whose mean share over the last four evaluations lies outside its band.
#[derive(SimpleObject)]
pub(super) struct CalibrationNotice {
    /// The tier.
    tier: Tier,
    /// The mean share, in percent; null while one of the four had fewer than 30 members,
    /// which neither begins nor ends an episode.
    mean: Option<f64>,
    /// The band, in percent.
    band: ShareBandObject,
    /// On which side of the band the mean lies.
    side: Deviation,
    /// Whether the episode begins with this evaluation: the moment to tell somebody.
    begins: bool,
    /// The week of the evaluation with which the episode began, among those looked at.
    since: Week,
}

/// One evaluation of the past, as calibration looks at it.
pub(super) struct Sample {
    /// Its week.
    pub(super) week: qun_domain::time::Week,
    /// Its shares against the bands of its policy.
    pub(super) compared: [BandComparison; 4],
}

/// The notices that stand after the last of these evaluations, oldest first.
pub(super) fn notices(samples: &[Sample]) -> Vec<CalibrationNotice> {
    (0..4).filter_map(|tier| notice(samples, tier)).collect()
}

fn notice(samples: &[Sample], tier: usize) -> Option<CalibrationNotice> {
    let (mut shares, mut episode, mut since, mut last) = (Vec::new(), None, None, None);
    for sample in samples {
        let of = sample.compared[tier];
        if of.verdict == domain::BandVerdict::LeavesNotObserved {
            continue;
        }
        shares.push(ShareSample { share: of.share.unwrap_or_default(), members: of.members });
        let found = calibrate(of.band, &shares, episode);
        if found.notify {
            since = Some(sample.week);
        }
        episode = found.episode;
        last = Some((of, found));
    }
    let (of, found) = last?;
    Some(CalibrationNotice {
        tier: of.tier.into(),
        mean: found.mean,
        band: of.band.into(),
        side: episode?.into(),
        begins: found.notify,
        since: Week(since?),
    })
}
