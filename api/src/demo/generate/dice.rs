//! The one source of chance. All arithmetic is whole numbers, so that a seed
//! gives the same rows on every machine.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of one group: a stream of its own, so that a change to one
    /// group leaves the others as they are.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        if end == 0 { 0 } else { self.0.random_range(0..end) }
    }

    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub(super) fn per_mille(&mut self, mille: u32) -> bool {
        self.below(1_000) < mille
    }

    /// A position in a list of `len`.
    pub(super) fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).unwrap_or(u32::MAX)) as usize
    }

    /// One of `choices`; the default of an empty list.
    pub(super) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        choices.get(self.index(choices.len())).copied().unwrap_or_default()
    }

    /// A position, each as likely as its weight; 0 when all weights are 0.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (position, weight) in weights.iter().enumerate() {
            if left < *weight {
                return position;
            }
            left -= weight;
        }
        0
    }

    /// How often something happens that happens `rate` ten-thousandths of a
    /// time on average: quarter by quarter, each with one chance in four.
    pub(super) fn count(&mut self, rate: u64) -> usize {
        let quarters = rate / 2_500;
        let rest = u32::try_from(rate % 2_500).unwrap_or(0);
        let whole = (0..quarters).filter(|_| self.below(4) == 0).count();
        whole + usize::from(self.below(10_000) < rest)
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.index(last + 1);
            items.swap(last, other);
        }
    }
}

/// `hundredths` in ten-thousandths, times each of the percentages.
pub(super) fn scaled(hundredths: u32, percents: &[u32]) -> u64 {
    percents.iter().fold(u64::from(hundredths) * 100, |rate, percent| rate * u64::from(*percent) / 100)
}
