//! What an evaluation is told about a scope and its members.

use std::ops::AddAssign;

use super::applicability::Applicability;
use super::model::Tier;
use crate::id::PersonId;

/// What a member did in one group, or the sum over the groups in which a
/// membership runs (section 8). Every part is a whole number, so that sums are
/// exact; sums hold at the type's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contribution {
    /// Counted messages in the window of frequency.
    pub counted: u32,
    /// Counted messages in the seven local days before asOf.
    pub counted_in_week: u32,
    /// The same by day, Monday first.
    pub counted_by_weekday: [u16; 7],
    /// See [`quality_hundredths`].
    pub quality_hundredths: u32,
    /// Open events attended.
    pub attended: u32,
    /// Events open to the member.
    pub open: u32,
    /// Invited persons who stayed.
    pub invited: u32,
}

impl AddAssign for Contribution {
    fn add_assign(&mut self, other: Self) {
        self.counted = self.counted.saturating_add(other.counted);
        self.counted_in_week = self.counted_in_week.saturating_add(other.counted_in_week);
        for (sum, day) in self.counted_by_weekday.iter_mut().zip(other.counted_by_weekday) {
            *sum = sum.saturating_add(day);
        }
        self.quality_hundredths = self.quality_hundredths.saturating_add(other.quality_hundredths);
        self.attended = self.attended.saturating_add(other.attended);
        self.open = self.open.saturating_add(other.open);
        self.invited = self.invited.saturating_add(other.invited);
    }
}

/// The raw quality of one group in hundredths (section 4): twice the points of
/// the accepted items, and 10 for each of the first 10 persons who reacted.
pub fn quality_hundredths(points: u32, reactors: u32) -> u32 {
    points.saturating_mul(2).saturating_add(10 * reactors.min(10))
}

/// A member who is evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemberFacts {
    /// Who.
    pub person: PersonId,
    /// asOf's date − the local date of the membership's beginning, in days.
    pub age_days: i64,
    /// What the member did.
    pub contribution: Contribution,
    /// Strikes in the window, in all groups of the community.
    pub strikes: u32,
    /// Whether a sign of life lies within `silentDays`.
    pub sign_within_silent: bool,
    /// Whether a sign of life lies within `fadingDays`.
    pub sign_within_fading: bool,
    /// The evaluation before, since the running membership began.
    pub previous: Option<Previous>,
    /// The tier that a pin holds at asOf.
    pub pinned: Option<Tier>,
}

/// What the next evaluation needs of the one before (section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous {
    /// The tier, stabilized or pinned.
    pub tier: Tier,
    /// Whether a pin held it.
    pub pinned: bool,
    /// Evaluations in a row lower than core, that one included.
    pub lower_than_core: u16,
    /// Evaluations in a row lower than active, that one included.
    pub lower_than_active: u16,
    /// Whether the score was below ordinary.
    pub watch: bool,
}

/// What holds for everybody in the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeFacts {
    /// Whether the first presence is at or before 00:00 of the local day
    /// `silentDays` before asOf: nobody is silent before (section 3).
    pub observed_long_enough: bool,
    /// Which dimensions apply.
    pub applicability: Applicability,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_counts_ten_persons_at_most() {
        for (points, reactors, hundredths) in
            [(0, 0, 0), (50, 0, 100), (75, 3, 180), (0, 10, 100), (0, 12, 100)]
        {
            assert_eq!(quality_hundredths(points, reactors), hundredths);
        }
    }

    #[test]
    fn contributions_add_part_by_part() {
        let mut sum =
            Contribution { counted: 3, counted_by_weekday: [1, 0, 0, 0, 0, 0, 2], ..Contribution::default() };
        sum += Contribution {
            counted: 4,
            counted_by_weekday: [u16::MAX; 7],
            open: 1,
            ..Contribution::default()
        };
        assert_eq!((sum.counted, sum.open, sum.counted_by_weekday[0]), (7, 1, u16::MAX));
    }
}
