//! Pages of evaluations and scorecards, each kind with one statement for many parents.

use std::collections::HashMap;

use qun_domain::fault::Fault;
use qun_domain::id::{EvaluationId, PersonId};
use qun_domain::tiering::Tier;
use qun_domain::time::Week;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use super::read::{EVALUATION, EvaluationRow, SCORE, ScoreRow, evaluation_row, score_row};
use super::summary::{SUMMARY, SUMMARY_COLUMNS, ScoreSummary, summary};
use crate::db::{TenantSql, Union, column};
use crate::people::Person;

/// What scorecards are ranked by: the expression of the index `tier_score_ranked`. It is no
/// COALESCE, which Postgres holds to be a leak: under row-level security such a condition
/// would not be looked up in the index, but tried on every row from the first page on.
const RANK: &str = "CASE WHEN s.score IS NULL THEN -1 ELSE s.score END";

/// How many columns [`EVALUATION`] has.
const EVALUATION_COLUMNS: usize = 15;

/// A page of a scope's evaluations in their latest revision, newest week first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EvaluationPage {
    /// The group or community.
    pub scope: Uuid,
    /// Those of weeks before this one.
    pub before: Option<Week>,
    /// At most so many.
    pub limit: u32,
}

/// A member's place in the order of scores: who has no score comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rank {
    bits: u64,
    /// The person, who decides between equal scores.
    pub person: PersonId,
}

impl Rank {
    /// The place of a score.
    pub fn of(score: Option<f64>, person: PersonId) -> Self {
        Self { bits: score.unwrap_or(-1.0).to_bits(), person }
    }

    /// The score, -1 for none: what the rows are ordered by.
    pub fn score(self) -> f64 {
        f64::from_bits(self.bits)
    }
}

/// The order of a page of scorecards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScoreOrder {
    /// The highest score first.
    Ranked,
    /// By the id of the person.
    ByPerson,
}

/// A page of an evaluation's scorecards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScorePage {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// Those of this tier.
    pub tier: Option<Tier>,
    /// Those of the review queue alone (TIERING.md, section 7).
    pub to_review: bool,
    /// In which order.
    pub order: ScoreOrder,
    /// Those after this place.
    pub after: Option<Rank>,
    /// At most so many.
    pub limit: u32,
}

/// Scorecards of persons in evaluations.
#[derive(Clone, Debug)]
pub struct ScoreBlock {
    /// The evaluations.
    pub evaluations: Vec<EvaluationId>,
    /// The persons.
    pub persons: Vec<PersonId>,
}

/// The evaluations of each page.
///
/// # Errors
/// A fault when the database fails.
pub async fn evaluation_pages(
    sql: &impl TenantSql,
    pages: &[EvaluationPage],
) -> Result<Vec<Vec<EvaluationRow>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let scope = union.bind(page.scope);
        let before = page
            .before
            .map(|week| format!(" AND e.week < {}", union.bind(week.to_string())))
            .unwrap_or_default();
        let limit = union.bind(i64::from(page.limit));
        union.select(
            EVALUATION,
            &format!(
                "FROM tier_evaluation e WHERE e.org_id = $1 AND e.scope_id = {scope} AND e.latest{before}
                 ORDER BY e.week DESC LIMIT {limit}"
            ),
        );
    }
    union.pages_by(sql, EVALUATION_COLUMNS, evaluation_row, |row| std::cmp::Reverse(row.week)).await
}

/// The scores of each page, with their persons.
///
/// # Errors
/// A fault when the database fails.
pub async fn score_pages(
    sql: &impl TenantSql,
    pages: &[ScorePage],
) -> Result<Vec<Vec<(ScoreSummary, Person)>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let rest = narrowed(&mut union, page);
        union.select(
            &format!("{SUMMARY}, p.display_name"),
            &format!("FROM tier_score s JOIN person p ON p.org_id = $1 AND p.id = s.person_id WHERE s.org_id = $1{rest}"),
        );
    }
    let scored = |row: &QueryResult| {
        let score = summary(row)?;
        let person = Person { id: score.person, display_name: column(row, SUMMARY_COLUMNS)? };
        Ok((score, person))
    };
    union.pages(sql, SUMMARY_COLUMNS + 1, scored).await
}

/// What a page adds to `s.org_id = $1`.
fn narrowed(union: &mut Union, page: &ScorePage) -> String {
    let evaluation = union.bind(page.evaluation.0);
    let tier = page.tier.map(|tier| format!(" AND s.tier = {}", union.bind(tier.code()))).unwrap_or_default();
    let queue = if page.to_review { " AND NOT s.silent AND (s.fell_to_watch OR s.strikes > 0)" } else { "" };
    let after = page.after.map(|rank| beyond(union, page.order, rank)).unwrap_or_default();
    let order = match page.order {
        ScoreOrder::ByPerson => "s.person_id",
        ScoreOrder::Ranked => &format!("{RANK} DESC, s.person_id DESC"),
    };
    let limit = union.bind(i64::from(page.limit));
    format!(" AND s.evaluation_id = {evaluation}{tier}{queue}{after} ORDER BY {order} LIMIT {limit}")
}

fn beyond(union: &mut Union, order: ScoreOrder, rank: Rank) -> String {
    let person = union.bind(rank.person.0);
    match order {
        ScoreOrder::ByPerson => format!(" AND s.person_id > {person}"),
        ScoreOrder::Ranked => {
            let score = union.bind(rank.score());
            format!(" AND ({RANK}, s.person_id) < ({score}, {person})")
        }
    }
}

/// Every scorecard of each block.
///
/// # Errors
/// A fault when the database fails.
pub async fn score_blocks(sql: &impl TenantSql, blocks: &[ScoreBlock]) -> Result<Vec<ScoreRow>, Fault> {
    let dialect = sql.dialect();
    let mut params = Vec::with_capacity(2 * blocks.len());
    let mut selects = Vec::with_capacity(blocks.len());
    for block in blocks {
        params.push(dialect.ids(block.evaluations.iter().copied()));
        let evaluations = dialect.is_one_of_ids(params.len() + 1);
        params.push(dialect.ids(block.persons.iter().copied()));
        let persons = dialect.is_one_of_ids(params.len() + 1);
        selects.push(format!(
            "SELECT {SCORE} FROM tier_score s
             WHERE s.org_id = $1 AND s.evaluation_id {evaluations} AND s.person_id {persons}"
        ));
    }
    if selects.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sql.rows(&selects.join(" UNION ALL "), params).await?;
    rows.iter().map(score_row).collect()
}

/// How many members of each evaluation are below the ordinary cut-off and not silent.
///
/// # Errors
/// A fault when the database fails.
pub async fn watch_counts(
    sql: &impl TenantSql,
    evaluations: &[EvaluationId],
) -> Result<HashMap<EvaluationId, u64>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT s.evaluation_id, COUNT(*) FROM tier_score s
                 WHERE s.org_id = $1 AND s.evaluation_id {} AND s.band = 'WATCH' AND NOT s.silent
                 GROUP BY s.evaluation_id",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(evaluations.iter().copied())],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (id, count): (Uuid, i64) = (column(row, 0)?, column(row, 1)?);
            Ok((id.into(), u64::try_from(count).unwrap_or_default()))
        })
        .collect()
}
