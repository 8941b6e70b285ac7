//! When people write: weights of the hours of a day and of the days of a week.

use super::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// Working hours, hardly ever at the weekend.
    Office,
    /// A little at noon, most after supper.
    Evening,
    /// Before work, and again in the evening.
    Morning,
    /// From before midnight until three.
    Night,
    /// Saturday and Sunday.
    Weekend,
}

impl Rhythm {
    const fn hours(self) -> [u32; 24] {
        match self {
            Self::Office => [0, 0, 0, 0, 0, 0, 0, 1, 5, 11, 13, 11, 6, 7, 11, 12, 11, 8, 4, 2, 2, 2, 1, 0],
            Self::Evening => [1, 0, 0, 0, 0, 0, 1, 3, 4, 4, 4, 5, 8, 5, 4, 4, 4, 5, 7, 9, 13, 14, 9, 4],
            Self::Morning => [0, 0, 0, 0, 1, 6, 13, 14, 9, 4, 3, 3, 5, 3, 2, 2, 2, 4, 6, 8, 9, 7, 3, 1],
            Self::Night => [14, 12, 9, 5, 2, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1, 1, 2, 2, 3, 4, 6, 9, 13],
            Self::Weekend => [1, 0, 0, 0, 0, 1, 4, 7, 8, 8, 7, 6, 6, 5, 5, 5, 6, 7, 7, 8, 10, 10, 6, 2],
        }
    }

    /// Percent of an average day, Monday first.
    pub(super) const fn weekdays(self) -> [u32; 7] {
        match self {
            Self::Office => [125, 130, 130, 125, 115, 45, 30],
            Self::Evening => [95, 95, 100, 100, 110, 105, 95],
            Self::Morning => [90, 95, 100, 95, 90, 120, 110],
            Self::Night => [85, 85, 95, 100, 125, 125, 85],
            Self::Weekend => [70, 65, 75, 85, 110, 155, 140],
        }
    }

    /// A second of the local day.
    pub(super) fn second(self, dice: &mut Dice) -> u32 {
        let hour = u32::try_from(dice.weighted(&self.hours())).unwrap_or(0);
        hour * 3_600 + dice.below(3_600)
    }
}
