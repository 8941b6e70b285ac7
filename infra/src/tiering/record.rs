//! Writing an evaluation away.

use qun_domain::fault::Fault;
use qun_domain::id::EvaluationId;
use qun_domain::tiering::{Applicability, Applies, Dimension, Dimensions, Scorecard, Tier, WeekRecord};
use sea_orm::prelude::Uuid;
use serde_json::{Map, Value, json};

use crate::db::{Column, OrgTx, TenantSql, column, json as to_json};
use crate::groups::scope_columns;

/// How many scorecards go into one statement.
const AT_ONCE: usize = 20_000;

/// Writes the next revision of the week and makes it the latest.
pub(super) async fn record(tx: &mut OrgTx, record: WeekRecord<'_>) -> Result<(EvaluationId, u32), Fault> {
    let (scope_id, community, group) = scope_columns(record.scope, tx.scope().org().0);
    let week = record.week.to_string();
    let revision = next_revision(tx, scope_id, &week).await?;
    tx.run(
        "UPDATE tier_evaluation SET latest = FALSE WHERE org_id = $1 AND scope_id = $2 AND week = $3 AND latest",
        vec![scope_id.into(), week.as_str().into()],
    )
    .await?;
    let applicability = applicability_json(record.facts.applicability);
    let changed = dimensions_changed(tx, scope_id, &week, &applicability).await?;
    let id: EvaluationId = tx.new_id();
    let text = |value: String| Column::Text(vec![value]);
    tx.insert_many(
        "tier_evaluation",
        vec![
            ("id", Column::Id(vec![id.0])),
            ("scope_id", Column::Id(vec![scope_id])),
            ("community_id", Column::OptId(vec![community])),
            ("group_id", Column::OptId(vec![group])),
            ("week", text(week)),
            ("revision", Column::Int(vec![i32::try_from(revision).unwrap_or(i32::MAX)])),
            ("latest", Column::Bool(vec![true])),
            ("as_of", Column::Time(vec![record.as_of.millis()])),
            ("policy_versions", text(to_json(record.policy_versions)?)),
            ("policy", text(to_json(&record.policy.policy.to_value())?)),
            ("applicability", text(to_json(&applicability)?)),
            ("dimensions_changed", Column::OptText(vec![changed.map(|lists| to_json(&lists)).transpose()?])),
            ("leaves_observed", Column::Bool(vec![record.leaves_observed])),
            ("members", Column::Int(vec![i32::try_from(record.cards.len()).unwrap_or(i32::MAX)])),
            ("distribution", text(to_json(&record.distribution)?)),
            ("movements", text(to_json(&record.movements)?)),
            ("evaluated_at", Column::Time(vec![tx.now().millis()])),
        ],
        "",
    )
    .await?;
    for (cards, strikes) in record.cards.chunks(AT_ONCE).zip(record.strikes.chunks(AT_ONCE)) {
        tx.insert_many("tier_score", score_columns(id, cards, strikes), "").await?;
    }
    Ok((id, revision))
}

async fn next_revision(tx: &OrgTx, scope_id: Uuid, week: &str) -> Result<u32, Fault> {
    let rows = tx
        .rows(
            "SELECT MAX(revision) FROM tier_evaluation WHERE org_id = $1 AND scope_id = $2 AND week = $3",
            vec![scope_id.into(), week.into()],
        )
        .await?;
    let last: Option<i32> = rows.first().map(|row| column(row, 0)).transpose()?.flatten();
    Ok(u32::try_from(last.unwrap_or_default()).unwrap_or_default() + 1)
}

fn applicability_json(applicability: Applicability) -> Value {
    let entries = applicability.0.iter().map(|(dimension, applies)| {
        let code = match applies {
            Applies::Yes => "YES",
            Applies::Off => "OFF",
            Applies::TooFewValues => "TOO_FEW_VALUES",
        };
        (dimension.code().to_owned(), Value::from(code))
    });
    Value::Object(entries.collect::<Map<_, _>>())
}

/// The lists before and after where the applicable dimensions are not those of the
/// scope's previous evaluation (`DIMENSIONS_CHANGED`, TIERING.md, section 5).
async fn dimensions_changed(
    tx: &OrgTx,
    scope_id: Uuid,
    week: &str,
    applicability: &Value,
) -> Result<Option<Value>, Fault> {
    let rows = tx
        .rows(
            "SELECT applicability FROM tier_evaluation
             WHERE org_id = $1 AND scope_id = $2 AND latest AND week < $3 ORDER BY week DESC LIMIT 1",
            vec![scope_id.into(), week.into()],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let before: String = column(row, 0)?;
    let before: Value = serde_json::from_str(&before)
        .map_err(|error| Fault::from_error("tier_evaluation.applicability", error))?;
    let applicable = |value: &Value| -> Vec<&'static str> {
        let codes = Dimension::ALL.iter().map(|dimension| dimension.code());
        codes.filter(|code| value.get(code).and_then(Value::as_str) == Some("YES")).collect()
    };
    let (before, after) = (applicable(&before), applicable(applicability));
    Ok((before != after).then(|| json!({ "before": before, "after": after })))
}

/// One of the three sets of five numbers of a scorecard.
type Part = fn(&Scorecard) -> Option<&Dimensions<Option<f64>>>;

fn score_columns(id: EvaluationId, cards: &[Scorecard], strikes: &[u32]) -> Vec<(&'static str, Column)> {
    fn all<T>(cards: &[Scorecard], read: impl Fn(&Scorecard) -> T) -> Vec<T> {
        cards.iter().map(read).collect()
    }
    let code = |tier: Tier| tier.code().to_owned();
    let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let mut columns = vec![
        ("evaluation_id", Column::SameId(id.0)),
        ("person_id", Column::Id(all(cards, |card| card.person.0))),
        ("tier", Column::Text(all(cards, |card| code(card.tier)))),
        ("week_tier", Column::Text(all(cards, |card| code(card.week_tier)))),
        ("previous_tier", Column::OptText(all(cards, |card| card.previous_tier.map(code)))),
        ("score", Column::OptDouble(all(cards, |card| card.score))),
        ("band", Column::OptText(all(cards, |card| card.band.map(|band| band.code().to_owned())))),
        ("fading", Column::Bool(all(cards, |card| card.fading))),
        ("silent", Column::Bool(all(cards, |card| card.silent))),
        ("fell_to_watch", Column::Bool(all(cards, |card| card.fell_to_watch))),
        ("pinned", Column::Bool(all(cards, |card| card.pinned))),
        ("age_days", Column::Int(all(cards, |card| i32::try_from(card.age_days).unwrap_or(i32::MAX)))),
        ("counted_in_week", Column::Int(all(cards, |card| count(card.counted_in_week)))),
        ("strikes", Column::Int(strikes.iter().copied().map(count).collect())),
        ("lower_than_core", Column::Int(all(cards, |card| i32::from(card.lower_than_core)))),
        ("lower_than_active", Column::Int(all(cards, |card| i32::from(card.lower_than_active)))),
        ("reasons", Column::Text(all(cards, |card| card.reasons.to_text()))),
    ];
    let parts: [(Part, [&'static str; 5]); 3] = [
        (
            |card| card.raw.as_ref(),
            ["raw_frequency", "raw_quality", "raw_events", "raw_invites", "raw_violations"],
        ),
        (
            |card| card.normalized.as_ref(),
            [
                "normalized_frequency",
                "normalized_quality",
                "normalized_events",
                "normalized_invites",
                "normalized_violations",
            ],
        ),
        (
            |card| card.weights.as_ref(),
            ["weight_frequency", "weight_quality", "weight_events", "weight_invites", "weight_violations"],
        ),
    ];
    for (part, names) in parts {
        for (dimension, name) in Dimension::ALL.into_iter().zip(names) {
            let values = all(cards, |card| part(card).and_then(|values| *values.get(dimension)));
            columns.push((name, Column::OptDouble(values)));
        }
    }
    columns
}
