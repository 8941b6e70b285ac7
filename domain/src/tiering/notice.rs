//! When a share outside its band is worth telling (section 8).

use crate::policy::ShareBand;

/// The evaluations whose mean is looked at; fixed (section 9).
const EVALUATIONS: usize = 4;
/// The members below which a share says little; fixed (section 9).
const ENOUGH: u64 = 30;

/// A tier's share in one evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareSample {
    /// In percent.
    pub share: f64,
    /// The members that it is a share of.
    pub members: u64,
}

/// On which side of its band a mean lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deviation {
    /// Below the lower end.
    Below,
    /// Above the upper end.
    Above,
}

/// What the last evaluations say of one tier's share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The mean share of the last four; `None` when there are fewer, or one of
    /// them had fewer than 30 members.
    pub mean: Option<f64>,
    /// The episode that runs after this evaluation, to be handed to the next.
    pub episode: Option<Deviation>,
    /// Whether a notice is due: an episode begins.
    pub notify: bool,
}

/// Compares the mean of the last four evaluations, latest last, with the band.
///
/// An episode runs from the first mean outside to the first inside; passing
/// from one side to the other begins another. Where there is no mean, the
/// episode neither begins nor ends.
pub fn calibrate(band: ShareBand, samples: &[ShareSample], episode: Option<Deviation>) -> Calibration {
    let Some(mean) = mean(samples) else { return Calibration { mean: None, episode, notify: false } };
    let now = if mean < band.0 {
        Some(Deviation::Below)
    } else if mean > band.1 {
        Some(Deviation::Above)
    } else {
        None
    };
    Calibration { mean: Some(mean), episode: now, notify: now.is_some() && now != episode }
}

fn mean(samples: &[ShareSample]) -> Option<f64> {
    let last = samples.last_chunk::<EVALUATIONS>()?;
    let enough = last.iter().all(|sample| sample.members >= ENOUGH);
    enough.then(|| last.iter().map(|sample| sample.share).sum::<f64>() / EVALUATIONS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The weeks, counted from 1, in which a notice is given.
    fn notices(weeks: &[(f64, u64)]) -> Vec<usize> {
        let samples: Vec<_> =
            weeks.iter().map(|(share, members)| ShareSample { share: *share, members: *members }).collect();
        let mut episode = None;
        (1..=samples.len())
            .filter(|week| {
                let found = calibrate(ShareBand(5.0, 8.0), &samples[..*week], episode);
                episode = found.episode;
                found.notify
            })
            .collect()
    }

    #[test]
    fn one_notice_an_episode_of_four_weeks_means() {
        let out = (12.0, 40);
        let inside = (6.0, 40);
        assert_eq!(notices(&[out; 3]), [] as [usize; 0]);
        assert_eq!(notices(&[out; 9]), [4]);
        assert_eq!(
            notices(&[inside, inside, inside, (14.0, 40)]),
            [] as [usize; 0],
            "a mean of 8 lies inside"
        );
        assert_eq!(notices(&[out, out, out, out, inside, inside, inside, inside, out, out, out]), [4, 10]);
        assert_eq!(notices(&[out, out, out, out, (0.0, 40), (0.0, 40), (0.0, 40), (0.0, 40)]), [4, 7]);
    }

    #[test]
    fn small_groups_begin_and_end_nothing() {
        let out = (12.0, 40);
        assert_eq!(notices(&[(12.0, 29), out, out, out, out]), [5]);
        assert_eq!(notices(&[out, out, out, out, (12.0, 29), out, out, out, out, out]), [4]);
    }
}
