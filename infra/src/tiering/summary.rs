//! What lists show of scorecards: a third of their columns.

use qun_domain::fault::Fault;
use qun_domain::id::{EvaluationId, PersonId};
use qun_domain::tiering::{Band, Tier};
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use super::read::ScoreRow;
use crate::activity::count;
use crate::db::column;

/// Where a member stands in an evaluation; why, the whole card says.
#[derive(Clone, Debug)]
pub struct ScoreSummary {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// Who.
    pub person: PersonId,
    /// The stabilized tier, or the pinned one.
    pub tier: Tier,
    /// The tier of this week alone.
    pub week_tier: Tier,
    /// The tier of the member's evaluation before.
    pub previous_tier: Option<Tier>,
    /// 0 to 100, rounded to 9 decimals; `None` for newcomers.
    pub score: Option<f64>,
    /// The band of the score.
    pub band: Option<Band>,
    /// No sign of life lately, though neither new nor silent.
    pub fading: bool,
    /// No sign of life for long.
    pub silent: bool,
    /// A pin holds the tier.
    pub pinned: bool,
    /// Days of membership when the week ended.
    pub age_days: i64,
    /// Counted messages in the seven days of the week.
    pub counted_in_week: u32,
    /// Strikes in the window.
    pub strikes: u32,
}

impl ScoreSummary {
    /// The score is below the ordinary cut-off.
    pub fn is_watch(&self) -> bool {
        self.band == Some(Band::Watch)
    }

    /// Too young a membership to be judged.
    pub fn is_new(&self) -> bool {
        self.week_tier == Tier::New
    }
}

/// The columns of a summary, under the alias `s`; see [`summary`].
macro_rules! summary_columns {
    () => {
        "s.evaluation_id, s.person_id, s.tier, s.week_tier, s.previous_tier, s.score, s.band, \
         s.fading, s.silent, s.pinned, s.age_days, s.counted_in_week, s.strikes"
    };
}

pub(super) use summary_columns;

/// The columns of a summary.
pub(super) const SUMMARY: &str = summary_columns!();

/// How many columns [`SUMMARY`] has.
pub(super) const SUMMARY_COLUMNS: usize = 13;

/// Reads the columns of [`SUMMARY`].
pub(super) fn summary(row: &QueryResult) -> Result<ScoreSummary, Fault> {
    let (evaluation, person): (Uuid, Uuid) = (column(row, 0)?, column(row, 1)?);
    let broken =
        |what: &str| Fault::new(format!("tier_score.{what} of {evaluation}, {person} does not parse"));
    let tier = |index: usize, what: &'static str| -> Result<Option<Tier>, Fault> {
        let code: Option<&str> = column(row, index)?;
        code.map(|code| code.parse().map_err(|_| broken(what))).transpose()
    };
    let band: Option<&str> = column(row, 6)?;
    Ok(ScoreSummary {
        evaluation: evaluation.into(),
        person: person.into(),
        tier: tier(2, "tier")?.ok_or_else(|| broken("tier"))?,
        week_tier: tier(3, "week_tier")?.ok_or_else(|| broken("week_tier"))?,
        previous_tier: tier(4, "previous_tier")?,
        score: column(row, 5)?,
        band: band.map(|code| code.parse().map_err(|_| broken("band"))).transpose()?,
        fading: column(row, 7)?,
        silent: column(row, 8)?,
        pinned: column(row, 9)?,
        age_days: count(row, 10)?.into(),
        counted_in_week: count(row, 11)?,
        strikes: count(row, 12)?,
    })
}

impl From<&ScoreRow> for ScoreSummary {
    fn from(row: &ScoreRow) -> Self {
        let card = &row.card;
        Self {
            evaluation: row.evaluation,
            person: card.person,
            tier: card.tier,
            week_tier: card.week_tier,
            previous_tier: card.previous_tier,
            score: card.score,
            band: card.band,
            fading: card.fading,
            silent: card.silent,
            pinned: card.pinned,
            age_days: card.age_days,
            counted_in_week: card.counted_in_week,
            strikes: row.strikes,
        }
    }
}
