//! Reads of evaluations, scorecards and pins for the API and exports.

use std::collections::{HashMap, HashSet};

use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::{EvaluationId, PersonId, PinId};
use qun_domain::tiering::{
    Dimension, Dimensions, Distribution, Movements, PinnedTier, Reasons, Scorecard, Tier,
};
use qun_domain::time::{Timestamp, Week};
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;
use serde_json::Value;

use super::summary::{summary, summary_columns};
use crate::activity::count;
use crate::db::{TenantSql, column, timestamp, timestamp_or_none};

/// An evaluation without its scorecards. It never changes; whether a later revision replaced it,
/// [`latest_revisions`] tells.
#[derive(Clone, Debug)]
pub struct EvaluationRow {
    /// Its id.
    pub id: EvaluationId,
    /// The group or community.
    pub scope: Scope,
    /// The week.
    pub week: Week,
    /// 1 for the first evaluation of the week.
    pub revision: u32,
    /// When the week ended.
    pub as_of: Timestamp,
    /// The policy versions that it was made under, by scope.
    pub policy_versions: Value,
    /// The document that it was made under, as JSON.
    pub policy: String,
    /// Whether each dimension applied: `YES`, `OFF` or `TOO_FEW_VALUES`.
    pub applicability: Value,
    /// The applicable dimensions before and after, where they changed.
    pub dimensions_changed: Option<Value>,
    /// Whether any leave or removal was ever seen.
    pub leaves_observed: bool,
    /// Members evaluated, newcomers included.
    pub members: u32,
    /// How many stand where.
    pub distribution: Distribution,
    /// How many moved since the evaluation before.
    pub movements: Movements,
    /// When it was made.
    pub evaluated_at: Timestamp,
}

/// A stored scorecard.
#[derive(Clone, Debug)]
pub struct ScoreRow {
    /// The evaluation that it belongs to.
    pub evaluation: EvaluationId,
    /// The card.
    pub card: Scorecard,
    /// Strikes in the window.
    pub strikes: u32,
}

pub(super) const EVALUATION: &str = "e.id, e.community_id, e.group_id, e.week, e.revision, e.as_of, e.policy_versions, \
     e.policy, e.applicability, e.dimensions_changed, e.leaves_observed, e.members, e.distribution, e.movements, \
     e.evaluated_at";

/// The columns of a scorecard, under the alias `s`, which begin with those of its summary; see
/// [`score_row`].
pub(crate) const SCORE: &str = concat!(
    summary_columns!(),
    ", s.fell_to_watch, s.lower_than_core, s.lower_than_active, s.reasons, \
     s.raw_frequency, s.raw_quality, s.raw_events, s.raw_invites, s.raw_violations, \
     s.normalized_frequency, s.normalized_quality, s.normalized_events, s.normalized_invites, \
     s.normalized_violations, \
     s.weight_frequency, s.weight_quality, s.weight_events, s.weight_invites, s.weight_violations"
);

pub(super) fn evaluation_row(row: &QueryResult) -> Result<EvaluationRow, Fault> {
    let id: Uuid = column(row, 0)?;
    let community: Option<Uuid> = column(row, 1)?;
    let group: Option<Uuid> = column(row, 2)?;
    let week: String = column(row, 3)?;
    let broken = |what: &str| Fault::new(format!("tier_evaluation.{what} of {id} does not parse"));
    let parsed = |index: usize, what: &'static str| -> Result<Value, Fault> {
        let text: String = column(row, index)?;
        serde_json::from_str(&text).map_err(|_| broken(what))
    };
    let changed: Option<String> = column(row, 9)?;
    Ok(EvaluationRow {
        id: id.into(),
        scope: match (group, community) {
            (Some(group), _) => Scope::Group(group.into()),
            (None, Some(community)) => Scope::Community(community.into()),
            (None, None) => return Err(broken("scope_id")),
        },
        week: week.parse().map_err(|_| broken("week"))?,
        revision: count(row, 4)?,
        as_of: timestamp(row, 5)?,
        policy_versions: parsed(6, "policy_versions")?,
        policy: column(row, 7)?,
        applicability: parsed(8, "applicability")?,
        dimensions_changed: changed.and_then(|text| serde_json::from_str(&text).ok()),
        leaves_observed: column(row, 10)?,
        members: count(row, 11)?,
        distribution: serde_json::from_value(parsed(12, "distribution")?)
            .map_err(|_| broken("distribution"))?,
        movements: serde_json::from_value(parsed(13, "movements")?).map_err(|_| broken("movements"))?,
        evaluated_at: timestamp(row, 14)?,
    })
}

/// Reads the columns of [`SCORE`].
pub(crate) fn score_row(row: &QueryResult) -> Result<ScoreRow, Fault> {
    let summary = summary(row)?;
    let reasons: String = column(row, 16)?;
    let reasons = Reasons::from_text(&reasons).map_err(|_| {
        let (evaluation, person) = (summary.evaluation, summary.person);
        Fault::new(format!("tier_score.reasons of {evaluation}, {person} does not parse"))
    })?;
    let part = |first: usize| -> Result<Option<Dimensions<Option<f64>>>, Fault> {
        let mut values = [None; 5];
        for (index, value) in values.iter_mut().enumerate() {
            *value = column(row, first + index)?;
        }
        let [frequency, ..] = values;
        let place =
            |dimension| Dimension::ALL.iter().position(|known| *known == dimension).unwrap_or_default();
        Ok(frequency.map(|_| Dimensions::from_fn(|dimension| values[place(dimension)])))
    };
    let streak = |index| -> Result<u16, Fault> { Ok(u16::try_from(count(row, index)?).unwrap_or(u16::MAX)) };
    Ok(ScoreRow {
        evaluation: summary.evaluation,
        strikes: summary.strikes,
        card: Scorecard {
            person: summary.person,
            age_days: summary.age_days,
            raw: part(17)?,
            normalized: part(22)?,
            weights: part(27)?,
            score: summary.score,
            band: summary.band,
            week_tier: summary.week_tier,
            tier: summary.tier,
            previous_tier: summary.previous_tier,
            watch: summary.is_watch(),
            fading: summary.fading,
            silent: summary.silent,
            new: summary.is_new(),
            fell_to_watch: column(row, 13)?,
            counted_in_week: summary.counted_in_week,
            pinned: summary.pinned,
            lower_than_core: streak(14)?,
            lower_than_active: streak(15)?,
            reasons,
        },
    })
}

/// The latest revisions of a scope's evaluations, newest week first: those before
/// `before`, at most `limit`.
///
/// # Errors
/// A fault when the database fails.
pub async fn evaluations(
    sql: &impl TenantSql,
    scope_id: Uuid,
    before: Option<Week>,
    limit: u64,
) -> Result<Vec<EvaluationRow>, Fault> {
    let before = before.map_or_else(|| "~".to_owned(), |week| week.to_string());
    let rows = sql
        .rows(
            &format!(
                "SELECT {EVALUATION} FROM tier_evaluation e
                 WHERE e.org_id = $1 AND e.scope_id = $2 AND e.latest AND e.week < $3
                 ORDER BY e.week DESC LIMIT $4"
            ),
            vec![scope_id.into(), before.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
        )
        .await?;
    rows.iter().map(evaluation_row).collect()
}

/// Which evaluation is the latest of each of these scopes, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn latest_evaluations(
    sql: &impl TenantSql,
    scopes: &[Uuid],
) -> Result<HashMap<Uuid, EvaluationId>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT e.scope_id, e.id FROM tier_evaluation e
                 WHERE e.org_id = $1 AND e.scope_id {} AND e.latest
                   AND e.week = (SELECT MAX(l.week) FROM tier_evaluation l
                                 WHERE l.org_id = $1 AND l.scope_id = e.scope_id AND l.latest)",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(scopes.iter().copied())],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (scope, id): (Uuid, Uuid) = (column(row, 0)?, column(row, 1)?);
            Ok((scope, id.into()))
        })
        .collect()
}

/// Those of these evaluations that no later revision replaced.
///
/// # Errors
/// A fault when the database fails.
pub async fn latest_revisions(
    sql: &impl TenantSql,
    ids: &[EvaluationId],
) -> Result<HashSet<EvaluationId>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT e.id FROM tier_evaluation e WHERE e.org_id = $1 AND e.id {} AND e.latest",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(ids.iter().copied())],
        )
        .await?;
    rows.iter().map(|row| column::<Uuid>(row, 0).map(Into::into)).collect()
}

/// Evaluations by id.
///
/// # Errors
/// A fault when the database fails.
pub async fn evaluations_by_id(
    sql: &impl TenantSql,
    ids: &[EvaluationId],
) -> Result<Vec<EvaluationRow>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT {EVALUATION} FROM tier_evaluation e WHERE e.org_id = $1 AND e.id {}",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(ids.iter().copied())],
        )
        .await?;
    rows.iter().map(evaluation_row).collect()
}

/// Scorecards of persons in evaluations: every pair that there is.
///
/// # Errors
/// A fault when the database fails.
pub async fn scores(
    sql: &impl TenantSql,
    evaluations: &[EvaluationId],
    persons: &[PersonId],
) -> Result<Vec<ScoreRow>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT {SCORE} FROM tier_score s
                 WHERE s.org_id = $1 AND s.evaluation_id {} AND s.person_id {}",
                dialect.is_one_of_ids(2),
                dialect.is_one_of_ids(3)
            ),
            vec![dialect.ids(evaluations.iter().copied()), dialect.ids(persons.iter().copied())],
        )
        .await?;
    rows.iter().map(score_row).collect()
}

/// Hands each scorecard of an evaluation to `take`, with a user id of the person, in
/// order of that id by its UTF-8 bytes.
///
/// # Errors
/// A fault when the database fails.
pub async fn each_score(
    sql: &impl TenantSql,
    evaluation: EvaluationId,
    mut take: impl FnMut(&str, &ScoreRow) -> Result<(), Fault> + Send,
) -> Result<(), Fault> {
    let mut rows = Vec::new();
    sql.each(
        &format!(
            "SELECT {SCORE}, (SELECT MIN(p.external_id) FROM person_identity p
                 WHERE p.org_id = $1 AND p.person_id = s.person_id)
             FROM tier_score s WHERE s.org_id = $1 AND s.evaluation_id = $2"
        ),
        vec![evaluation.0.into()],
        |row| {
            let user: Option<String> = column(row, 32)?;
            rows.push((user.unwrap_or_default(), score_row(row)?));
            Ok(())
        },
    )
    .await?;
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    for (user, row) in &rows {
        take(user, row)?;
    }
    Ok(())
}

/// The tiers that pins hold at `at`; the latest pin of a member wins.
pub(super) async fn pins_at(
    sql: &impl TenantSql,
    scope_id: Uuid,
    at: Timestamp,
) -> Result<HashMap<PersonId, Tier>, Fault> {
    let rows = sql
        .rows(
            "SELECT person_id, tier FROM tier_pin
             WHERE org_id = $1 AND scope_id = $2 AND pinned_at < $3
               AND (expires_at IS NULL OR expires_at >= $3) AND (lifted_at IS NULL OR lifted_at >= $3)
             ORDER BY pinned_at, id",
            vec![scope_id.into(), at.millis().into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (person, code): (Uuid, String) = (column(row, 0)?, column(row, 1)?);
            let tier = code.parse().map_err(|_| Fault::new(format!("tier_pin.tier is unknown: {code}")))?;
            Ok((person.into(), tier))
        })
        .collect()
}

/// A pin that is not lifted.
pub(super) async fn pin_by_id(sql: &impl TenantSql, id: PinId) -> Result<Option<PinnedTier>, Fault> {
    let rows = sql
        .rows(
            "SELECT community_id, group_id, person_id, tier, reason, expires_at FROM tier_pin
             WHERE org_id = $1 AND id = $2 AND lifted_at IS NULL",
            vec![id.0.into()],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let community: Option<Uuid> = column(row, 0)?;
    let group: Option<Uuid> = column(row, 1)?;
    let person: Uuid = column(row, 2)?;
    let tier: String = column(row, 3)?;
    let scope = match (group, community) {
        (Some(group), _) => Scope::Group(group.into()),
        (None, Some(community)) => Scope::Community(community.into()),
        (None, None) => Scope::Organization,
    };
    Ok(Some(PinnedTier {
        id,
        scope,
        person: person.into(),
        tier: tier.parse().map_err(|_| Fault::new(format!("tier_pin.tier of {id} is unknown: {tier}")))?,
        reason: column(row, 4)?,
        expires_at: timestamp_or_none(row, 5)?,
    }))
}

/// Every evaluation of a scope in its latest revision, in order of week.
///
/// # Errors
/// A fault when the database fails.
pub async fn all_evaluations(sql: &crate::db::OrgRead, scope: Scope) -> Result<Vec<EvaluationRow>, Fault> {
    let (scope_id, ..) = crate::groups::scope_columns(scope, sql.scope().org().0);
    let mut evaluations = evaluations(sql, scope_id, None, u64::MAX).await?;
    evaluations.reverse();
    Ok(evaluations)
}

/// Every group and community of the organization.
///
/// # Errors
/// A fault when the database fails.
pub async fn every_scope(sql: &impl TenantSql) -> Result<Vec<Scope>, Fault> {
    let groups = sql.rows("SELECT id FROM chat_group WHERE org_id = $1 ORDER BY name", vec![]).await?;
    let communities = sql.rows("SELECT id FROM community WHERE org_id = $1 ORDER BY name", vec![]).await?;
    let groups = groups.iter().map(|row| column::<Uuid>(row, 0).map(|id| Scope::Group(id.into())));
    let communities =
        communities.iter().map(|row| column::<Uuid>(row, 0).map(|id| Scope::Community(id.into())));
    groups.chain(communities).collect()
}

/// The groups and communities of the organization whose weeks are those of a zone.
///
/// # Errors
/// A fault when the database fails.
pub(crate) async fn every_scope_in(sql: &impl TenantSql, zone: &str) -> Result<Vec<Scope>, Fault> {
    let of =
        |table: &str| format!("SELECT id FROM {table} WHERE org_id = $1 AND time_zone = $2 ORDER BY name");
    let groups = sql.rows(&of("chat_group"), vec![zone.into()]).await?;
    let communities = sql.rows(&of("community"), vec![zone.into()]).await?;
    let groups = groups.iter().map(|row| column::<Uuid>(row, 0).map(|id| Scope::Group(id.into())));
    let communities =
        communities.iter().map(|row| column::<Uuid>(row, 0).map(|id| Scope::Community(id.into())));
    groups.chain(communities).collect()
}
