//! What may stand at each place of the document, one value at a time.

use serde_json::Value;

use super::diff::joined;
use super::number::{as_whole, canonical};
use super::problem::{Expected, PolicyProblem, Rule};
use crate::money::CURRENCIES;

/// What a leaf of the document holds. A list is one leaf.
enum Leaf {
    Word(&'static [&'static str]),
    Whole(u32, u32),
    Percent,
    Curve,
    ViolationScores,
    Band,
    /// A number from 0 to this.
    UpTo(f64),
    /// Words of these, each at most once, at least so many.
    Words(&'static [&'static str], usize),
    /// A text of one line with at most so many characters.
    Text(usize),
}

/// Roles with ranks.
const ROLES: &[&str] =
    &["ADMINISTRATOR", "CONTENT_EDITOR", "CUSTOMER_SERVICE", "FACILITATOR", "ANALYST", "CROSS_PLATFORM_LEAD"];
const WEEKDAYS: &[&str] = &["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

const RESPONSES: Leaf = Leaf::Word(&["SLOW", "AVERAGE", "FAIRLY_FAST", "FAST"]);
const PROFESSIONALISM: Leaf = Leaf::Word(&["LOW", "MEDIUM", "MEDIUM_HIGH", "HIGH"]);
const COSTS: Leaf = Leaf::Word(&["POOR", "FAIR", "GOOD", "EXCELLENT"]);

const SETTING: Leaf = Leaf::Word(&["ON", "OFF", "AUTO"]);
/// Ten years.
const DAYS: Leaf = Leaf::Whole(1, 3_650);
/// Days; 0 for never again.
const CADENCE: Leaf = Leaf::Whole(0, 3_650);
/// Ten years.
const MONTHS: Leaf = Leaf::Whole(0, 120);
const WEIGHT: Leaf = Leaf::Whole(0, 100);
/// Empty for none.
const TITLE: Leaf = Leaf::Text(60);
/// Minor units of a currency; 0 for none.
const AMOUNT: Leaf = Leaf::Whole(0, 1_000_000_000);
const BASIS_POINTS: Leaf = Leaf::Whole(0, 10_000);
/// A curve is drawn by people: more points than this are a mistake.
const MAX_POINTS: usize = 100;
const MAX_X: f64 = 1e9;

/// Every leaf. What has no bound in TIERING.md, section 9, has one here that no
/// honest policy meets, so that sums stay inside their types.
static LEAVES: &[(&str, Leaf)] = &[
    ("tiering.mode", Leaf::Word(&["HYBRID", "SCORE", "BEHAVIOR", "QUOTA"])),
    ("tiering.normalization", Leaf::Word(&["CURVE", "PERCENTILE", "MINMAX"])),
    ("tiering.minMembers", Leaf::Whole(1, 1_000_000)),
    ("tiering.weights.frequency", Leaf::Whole(1, 100)),
    ("tiering.weights.quality", WEIGHT),
    ("tiering.weights.events", WEIGHT),
    ("tiering.weights.invites", WEIGHT),
    ("tiering.weights.violations", WEIGHT),
    ("tiering.applies.quality", SETTING),
    ("tiering.applies.events", SETTING),
    ("tiering.applies.invites", SETTING),
    ("tiering.applies.violations", Leaf::Word(&["ON", "OFF"])),
    ("tiering.curves.frequency", Leaf::Curve),
    ("tiering.curves.quality", Leaf::Curve),
    ("tiering.curves.events", Leaf::Curve),
    ("tiering.curves.invites", Leaf::Curve),
    ("tiering.violationScores", Leaf::ViolationScores),
    ("tiering.windows.frequency", DAYS),
    ("tiering.windows.quality", DAYS),
    ("tiering.windows.events", DAYS),
    ("tiering.windows.invites", DAYS),
    ("tiering.windows.violations", DAYS),
    ("tiering.windows.retainedAfter", DAYS),
    ("tiering.counting.minGraphemes", Leaf::Whole(0, 10_000)),
    ("tiering.counting.minGapSeconds", Leaf::Whole(0, 86_400)),
    ("tiering.counting.dailyCap", Leaf::Whole(1, 1_000)),
    ("tiering.cutoffs.core", Leaf::Percent),
    ("tiering.cutoffs.active", Leaf::Percent),
    ("tiering.cutoffs.ordinary", Leaf::Percent),
    ("tiering.hysteresis", Leaf::Percent),
    ("tiering.demoteAfter", Leaf::Whole(1, 52)),
    ("tiering.floors.core", Leaf::Whole(0, 10_000)),
    ("tiering.floors.active", Leaf::Whole(0, 10_000)),
    ("tiering.newDays", DAYS),
    ("tiering.silentDays", DAYS),
    ("tiering.fadingDays", DAYS),
    ("tiering.bands.core", Leaf::Band),
    ("tiering.bands.active", Leaf::Band),
    ("tiering.bands.ordinary", Leaf::Band),
    ("tiering.bands.silent", Leaf::Band),
    ("retention.messageTextDays", DAYS),
    ("tasks.escalateAfterHours", Leaf::Whole(1, 720)),
    ("staff.workingDays", Leaf::Words(WEEKDAYS, 1)),
    ("staff.targets.casesPerDay", Leaf::UpTo(1_000.0)),
    ("staff.targets.satisfaction", Leaf::UpTo(1.0)),
    ("staff.targets.contributionsPerWeek", Leaf::UpTo(100.0)),
    ("staff.minRatings", Leaf::Whole(1, 10_000)),
    ("staff.training.graceDays", Leaf::Whole(0, 3_650)),
    ("staff.training.remindDays", Leaf::Whole(0, 365)),
    ("staff.training.productDays", CADENCE),
    ("staff.training.communicationDays", CADENCE),
    ("staff.training.crisisDays", CADENCE),
    ("staff.training.toolDays", CADENCE),
    ("staff.staffing.membersPerFte", Leaf::Whole(1, 100_000)),
    ("staff.divisions.rotation.response", RESPONSES),
    ("staff.divisions.rotation.professionalism", PROFESSIONALISM),
    ("staff.divisions.rotation.costControl", COSTS),
    ("staff.divisions.dedicated.response", RESPONSES),
    ("staff.divisions.dedicated.professionalism", PROFESSIONALISM),
    ("staff.divisions.dedicated.costControl", COSTS),
    ("staff.divisions.mixed.response", RESPONSES),
    ("staff.divisions.mixed.professionalism", PROFESSIONALISM),
    ("staff.divisions.mixed.costControl", COSTS),
    ("staff.bench.minSuccessors", Leaf::Whole(0, 100)),
    ("ladder.intern.months", MONTHS),
    ("ladder.intern.dutyDays", CADENCE),
    ("ladder.junior.months", MONTHS),
    ("ladder.junior.dutyDays", CADENCE),
    ("ladder.senior.months", MONTHS),
    ("ladder.senior.dutyDays", CADENCE),
    ("ladder.kpis.cases", Leaf::Words(ROLES, 0)),
    ("ladder.kpis.satisfaction", Leaf::Words(ROLES, 0)),
    ("ladder.kpis.contributions", Leaf::Words(ROLES, 0)),
    ("ladder.kpiMonths", Leaf::Whole(1, 12)),
    ("ladder.unknownKpis", Leaf::Word(&["PASS", "HOLD"])),
    ("ladder.complaintDays", CADENCE),
    ("ladder.againAfterDays", DAYS),
    ("incentives.titles.zh-CN.intern", TITLE),
    ("incentives.titles.zh-CN.junior", TITLE),
    ("incentives.titles.zh-CN.senior", TITLE),
    ("incentives.titles.zh-CN.ownerCandidate", TITLE),
    ("incentives.titles.zh-CN.owner", TITLE),
    ("incentives.titles.en.intern", TITLE),
    ("incentives.titles.en.junior", TITLE),
    ("incentives.titles.en.senior", TITLE),
    ("incentives.titles.en.ownerCandidate", TITLE),
    ("incentives.titles.en.owner", TITLE),
    ("incentives.bonus.currency", Leaf::Word(CURRENCIES)),
    ("incentives.bonus.base.intern", AMOUNT),
    ("incentives.bonus.base.junior", AMOUNT),
    ("incentives.bonus.base.senior", AMOUNT),
    ("incentives.bonus.base.ownerCandidate", AMOUNT),
    ("incentives.bonus.base.owner", AMOUNT),
    ("incentives.bonus.parts.cases", BASIS_POINTS),
    ("incentives.bonus.parts.satisfaction", BASIS_POINTS),
    ("incentives.bonus.parts.contributions", BASIS_POINTS),
    ("incentives.combined.check", Leaf::Word(&["ON", "OFF"])),
    ("incentives.combined.roles", Leaf::Words(ROLES, 1)),
];

/// The paths of all leaves.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    LEAVES.iter().map(|(path, _)| *path)
}

/// The value with its numbers written canonically; what is wrong goes to `problems`.
pub(super) fn check(path: &str, value: &Value, problems: &mut Vec<PolicyProblem>) -> Value {
    let checked = if value.is_null() {
        Err(Rule::Null)
    } else if let Some((_, leaf)) = LEAVES.iter().find(|(known, _)| *known == path) {
        leaf.check(value)
    } else if let Value::Object(map) = value {
        return map.iter().map(|(key, value)| (key.clone(), check_key(path, key, value, problems))).collect();
    } else {
        Err(Rule::WrongType { expected: Expected::Object })
    };
    checked.unwrap_or_else(|rule| {
        problems.push(PolicyProblem::new(path, rule));
        Value::Null
    })
}

fn check_key(path: &str, key: &str, value: &Value, problems: &mut Vec<PolicyProblem>) -> Value {
    let place = joined(path, key);
    // A key with a dot in it must not pass for a path.
    if key.contains('.') || !is_known(&place) {
        problems.push(PolicyProblem::new(place, Rule::UnknownKey));
        return Value::Null;
    }
    check(&place, value, problems)
}

fn is_known(place: &str) -> bool {
    paths().any(|path| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

impl Leaf {
    fn check(&self, value: &Value) -> Result<Value, Rule> {
        match self {
            Self::Word(known) => word(value, known),
            Self::Whole(min, max) => whole(value, *min, *max),
            Self::Percent => number(value, 100.0).map(|_| tidy(value)),
            Self::Curve => curve(value),
            Self::ViolationScores => violation_scores(value),
            Self::Band => band(value),
            Self::UpTo(max) => number(value, *max).map(|_| tidy(value)),
            Self::Words(known, least) => words(value, known, *least),
            Self::Text(max) => line(value, *max),
        }
    }
}

fn word(value: &Value, known: &'static [&'static str]) -> Result<Value, Rule> {
    let text = value.as_str().ok_or(Rule::WrongType { expected: Expected::Text })?;
    if known.contains(&text) { Ok(value.clone()) } else { Err(Rule::UnknownValue { known }) }
}

fn line(value: &Value, max: usize) -> Result<Value, Rule> {
    let text = value.as_str().ok_or(Rule::WrongType { expected: Expected::Text })?;
    let is_good = text.trim() == text && text.chars().count() <= max && !text.chars().any(char::is_control);
    if is_good { Ok(value.clone()) } else { Err(Rule::BadLine { max }) }
}

fn whole(value: &Value, min: u32, max: u32) -> Result<Value, Rule> {
    let number = value.as_f64().ok_or(Rule::WrongType { expected: Expected::Whole })?;
    let (low, high) = (f64::from(min), f64::from(max));
    let whole = match as_whole(number) {
        Some(whole) => whole,
        None if number.fract() != 0.0 => return Err(Rule::WrongType { expected: Expected::Whole }),
        None => return Err(Rule::OutOfRange { min: low, max: high }),
    };
    if (i64::from(min)..=i64::from(max)).contains(&whole) {
        Ok(Value::from(whole))
    } else {
        Err(Rule::OutOfRange { min: low, max: high })
    }
}

fn number(value: &Value, max: f64) -> Result<f64, Rule> {
    let number = value.as_f64().ok_or(Rule::WrongType { expected: Expected::Number })?;
    if (0.0..=max).contains(&number) { Ok(number) } else { Err(Rule::OutOfRange { min: 0.0, max }) }
}

/// Exactly as many numbers from 0 to each's maximum.
fn numbers<const N: usize>(value: &Value, max: [f64; N], expected: Expected) -> Result<[f64; N], Rule> {
    let list = value.as_array().ok_or(Rule::WrongType { expected })?;
    if list.len() != N {
        return Err(Rule::WrongLength { min: N, max: N });
    }
    let mut found = [0.0; N];
    for ((place, max), value) in found.iter_mut().zip(max).zip(list) {
        if !value.is_number() {
            return Err(Rule::WrongType { expected });
        }
        *place = number(value, max)?;
    }
    Ok(found)
}

fn curve(value: &Value) -> Result<Value, Rule> {
    let list = value.as_array().ok_or(Rule::WrongType { expected: Expected::Pairs })?;
    if list.is_empty() || list.len() > MAX_POINTS {
        return Err(Rule::WrongLength { min: 1, max: MAX_POINTS });
    }
    let mut before: Option<[f64; 2]> = None;
    for point in list {
        let [x, y] = numbers(point, [MAX_X, 100.0], Expected::Pairs)?;
        if before.is_some_and(|[x0, _]| x <= x0) {
            return Err(Rule::CurveNotRising);
        }
        if before.is_some_and(|[_, y0]| y < y0) {
            return Err(Rule::CurveFalling);
        }
        before = Some([x, y]);
    }
    Ok(tidy(value))
}

fn violation_scores(value: &Value) -> Result<Value, Rule> {
    let scores = numbers(value, [100.0; 4], Expected::Numbers)?;
    if scores.is_sorted_by(|more, less| more >= less) {
        Ok(tidy(value))
    } else {
        Err(Rule::ViolationScoresRising)
    }
}

fn band(value: &Value) -> Result<Value, Rule> {
    let [low, high] = numbers(value, [100.0; 2], Expected::Numbers)?;
    if low <= high { Ok(tidy(value)) } else { Err(Rule::BandReversed) }
}

/// At least one day of the week, in the order of the week: the same set is the same document.
fn words(value: &Value, known: &'static [&'static str], least: usize) -> Result<Value, Rule> {
    let list = value.as_array().ok_or(Rule::WrongType { expected: Expected::Texts })?;
    let bad_length = Rule::WrongLength { min: least, max: known.len() };
    let mut found = Vec::with_capacity(list.len());
    for each in list {
        let each = word(each, known)?;
        if found.contains(&each) {
            return Err(bad_length);
        }
        found.push(each);
    }
    if found.len() < least {
        return Err(bad_length);
    }
    found.sort_by_key(|each| known.iter().position(|known| each == known));
    Ok(found.into())
}

/// The same with every number written canonically.
fn tidy(value: &Value) -> Value {
    match value {
        Value::Number(number) => canonical(number),
        Value::Array(list) => list.iter().map(tidy).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::OrgPolicy;
    use crate::policy::diff::leaves;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_has_exactly_the_leaves_of_the_document() {
        let document = OrgPolicy::default().to_value();
        let held: BTreeSet<String> = leaves(&document).into_keys().collect();
        assert_eq!(held, paths().map(str::to_owned).collect());
        let mut problems = Vec::new();
        assert_eq!(check("", &document, &mut problems), document);
        assert_eq!(problems, []);
    }
}
