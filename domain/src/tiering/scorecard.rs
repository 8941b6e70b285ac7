use super::facts::Previous;
use super::model::{Band, Dimensions, Tier};
use super::reason::Reasons;
use crate::id::PersonId;

/// One member's evaluation: all that is stored of it (section 9).
///
/// A dimension is `None` where it does not apply to the scope or to the member;
/// `raw`, `normalized`, `weights`, `score` and `band` are `None` for newcomers.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "the flags are stored and answered one by one")]
pub struct Scorecard {
    /// Who.
    pub person: PersonId,
    /// Days of membership at asOf.
    pub age_days: i64,
    /// Raw values, each one division of two whole numbers (section 4).
    pub raw: Option<Dimensions<Option<f64>>>,
    /// 0 to 100 (section 6).
    pub normalized: Option<Dimensions<Option<f64>>>,
    /// Effective weights in percent; they add to 100 (section 5).
    pub weights: Option<Dimensions<Option<f64>>>,
    /// 0 to 100, rounded to 9 decimals.
    pub score: Option<f64>,
    /// The band of the score.
    pub band: Option<Band>,
    /// The tier of this week alone.
    pub week_tier: Tier,
    /// The stabilized tier, or the pinned one.
    pub tier: Tier,
    /// The tier of the member's evaluation before.
    pub previous_tier: Option<Tier>,
    /// The score is below the ordinary cut-off.
    pub watch: bool,
    /// No sign of life within `fadingDays`, neither new nor silent.
    pub fading: bool,
    /// No sign of life within `silentDays`, and seen for long enough.
    pub silent: bool,
    /// Younger than `newDays`.
    pub new: bool,
    /// In watch now, not silent, and scored above it at the evaluation before:
    /// with the members who have a strike, the review queue (section 7).
    pub fell_to_watch: bool,
    /// Counted messages in the seven local days before asOf.
    pub counted_in_week: u32,
    /// A pin holds the tier.
    pub pinned: bool,
    /// Evaluations in a row lower than core, this one included.
    pub lower_than_core: u16,
    /// Evaluations in a row lower than active, this one included.
    pub lower_than_active: u16,
    /// Why.
    pub reasons: Reasons,
}

impl Scorecard {
    /// What the next evaluation needs of this one.
    pub const fn as_previous(&self) -> Previous {
        Previous {
            tier: self.tier,
            pinned: self.pinned,
            lower_than_core: self.lower_than_core,
            lower_than_active: self.lower_than_active,
            watch: self.watch,
        }
    }

    /// None of new, silent and fading (section 3).
    pub const fn is_alive(&self) -> bool {
        !(self.new || self.silent || self.fading)
    }
}
