//! Why a policy is refused, in both languages.

use thiserror::Error;

use crate::codes::coded;
use crate::locale::Locale;

/// A rule of the policy document that was broken.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// The text is no JSON.
    NotJson,
    /// The document has no such key.
    UnknownKey,
    /// Null: a key that is not to change is left out.
    Null,
    /// A value of another JSON type.
    WrongType {
        /// What belongs there.
        expected: Expected,
    },
    /// A word that is none of these.
    UnknownValue {
        /// The words that are known.
        known: &'static [&'static str],
    },
    /// A number below `min` or above `max`.
    OutOfRange {
        /// The lowest that is allowed.
        min: f64,
        /// The highest that is allowed.
        max: f64,
    },
    /// A list with too few or too many elements.
    WrongLength {
        /// The fewest that are allowed.
        min: usize,
        /// The most that are allowed.
        max: usize,
    },
    /// A text that is too long, or has control characters or white space around it.
    BadLine {
        /// The most characters.
        max: usize,
    },
    /// The x of a curve's points do not rise strictly.
    CurveNotRising,
    /// The y of a curve's points fall.
    CurveFalling,
    /// More strikes are worth more.
    ViolationScoresRising,
    /// The weights do not add to 100 (T18).
    WeightsNot100 {
        /// What they add to.
        sum: u32,
    },
    /// Not core > active > ordinary.
    CutoffsNotFalling,
    /// A share band whose lower end is above its upper.
    BandReversed,
    /// The minima of the bands add to more than 100, or the maxima to less (T6).
    BandsImpossible {
        /// The sum of the minima.
        minima: f64,
        /// The sum of the maxima.
        maxima: f64,
    },
    /// `retainedAfter` is not shorter than the window of invites.
    RetainedAfterTooLong {
        /// The window of invites, in days.
        window: u32,
    },
}

coded! {
    /// A rule of the policy document, without what was found in its place.
    pub enum RuleCode {
        /// The text is no JSON.
        NotJson = "NOT_JSON",
        /// The document has no such key.
        UnknownKey = "UNKNOWN_KEY",
        /// A value is null.
        Null = "NULL_VALUE",
        /// A value is of another JSON type.
        WrongType = "WRONG_TYPE",
        /// A word is none of those that its key knows.
        UnknownValue = "UNKNOWN_VALUE",
        /// A number is below or above what is allowed.
        OutOfRange = "OUT_OF_RANGE",
        /// A list has too few or too many elements.
        WrongLength = "WRONG_LENGTH",
        /// A text is too long, or has control characters or white space around it.
        BadLine = "BAD_LINE",
        /// The x of a curve's points do not rise strictly.
        CurveNotRising = "CURVE_NOT_RISING",
        /// The y of a curve's points fall.
        CurveFalling = "CURVE_FALLING",
        /// More strikes are worth more.
        ViolationScoresRising = "VIOLATION_SCORES_RISING",
        /// The weights do not add to 100 (T18).
        WeightsNot100 = "WEIGHTS_NOT_100",
        /// The cutoffs are not core > active > ordinary.
        CutoffsNotFalling = "CUTOFFS_NOT_FALLING",
        /// The lower end of a share band is above its upper.
        BandReversed = "BAND_REVERSED",
        /// The minima of the bands add to more than 100, or the maxima to less (T6).
        BandsImpossible = "BANDS_IMPOSSIBLE",
        /// `retainedAfter` is not shorter than the window of invites.
        RetainedAfterTooLong = "RETAINED_AFTER_TOO_LONG",
    }
}

/// What belongs at a place of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An object.
    Object,
    /// A string.
    Text,
    /// A number without decimals.
    Whole,
    /// Any number.
    Number,
    /// A list of numbers.
    Numbers,
    /// A list of pairs of numbers.
    Pairs,
    /// A list of strings.
    Texts,
}

impl Expected {
    const fn name(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Object, Locale::En) => "an object",
            (Self::Object, Locale::ZhCn) => "对象",
            (Self::Text, Locale::En) => "a string",
            (Self::Text, Locale::ZhCn) => "字符串",
            (Self::Whole, Locale::En) => "a whole number",
            (Self::Whole, Locale::ZhCn) => "整数",
            (Self::Number, Locale::En) => "a number",
            (Self::Number, Locale::ZhCn) => "数字",
            (Self::Numbers, Locale::En) => "a list of numbers",
            (Self::Numbers, Locale::ZhCn) => "数字列表",
            (Self::Pairs, Locale::En) => "a list of pairs of numbers",
            (Self::Pairs, Locale::ZhCn) => "数字对列表",
            (Self::Texts, Locale::En) => "a list of strings",
            (Self::Texts, Locale::ZhCn) => "字符串列表",
        }
    }
}

/// One broken rule and the place where it was broken.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{}", self.message(Locale::En))]
pub struct PolicyProblem {
    /// The JSON path, such as `tiering.weights.events`; empty for the whole.
    pub path: String,
    /// The rule.
    pub rule: Rule,
}

impl PolicyProblem {
    pub(super) fn new(path: impl Into<String>, rule: Rule) -> Self {
        Self { path: path.into(), rule }
    }

    /// The stable code of the rule.
    pub const fn code(&self) -> RuleCode {
        self.rule.code()
    }

    /// The sentence for a person, beginning with the path.
    pub fn message(&self, locale: Locale) -> String {
        let sentence = match locale {
            Locale::En => self.rule.english(),
            Locale::ZhCn => self.rule.chinese(),
        };
        match (self.path.as_str(), locale) {
            ("", _) => sentence,
            (path, Locale::En) => format!("{path}: {sentence}"),
            (path, Locale::ZhCn) => format!("{path}：{sentence}"),
        }
    }
}

impl Rule {
    /// Which rule it is.
    pub const fn code(&self) -> RuleCode {
        match self {
            Self::NotJson => RuleCode::NotJson,
            Self::UnknownKey => RuleCode::UnknownKey,
            Self::Null => RuleCode::Null,
            Self::WrongType { .. } => RuleCode::WrongType,
            Self::UnknownValue { .. } => RuleCode::UnknownValue,
            Self::OutOfRange { .. } => RuleCode::OutOfRange,
            Self::WrongLength { .. } => RuleCode::WrongLength,
            Self::BadLine { .. } => RuleCode::BadLine,
            Self::CurveNotRising => RuleCode::CurveNotRising,
            Self::CurveFalling => RuleCode::CurveFalling,
            Self::ViolationScoresRising => RuleCode::ViolationScoresRising,
            Self::WeightsNot100 { .. } => RuleCode::WeightsNot100,
            Self::CutoffsNotFalling => RuleCode::CutoffsNotFalling,
            Self::BandReversed => RuleCode::BandReversed,
            Self::BandsImpossible { .. } => RuleCode::BandsImpossible,
            Self::RetainedAfterTooLong { .. } => RuleCode::RetainedAfterTooLong,
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotJson => "the policy is not valid JSON".into(),
            Self::UnknownKey => "the policy has no such key".into(),
            Self::Null => "null is not a value; leave out what is not to change".into(),
            Self::WrongType { expected } => format!("must be {}", expected.name(Locale::En)),
            Self::UnknownValue { known } => format!("must be one of {}", known.join(", ")),
            Self::OutOfRange { min, max } => format!("must lie between {min} and {max}"),
            Self::WrongLength { min, max } if min == max => format!("must have {min} elements"),
            Self::WrongLength { min, max } => format!("must have {min} to {max} elements"),
            Self::BadLine { max } => {
                format!("must be one line of at most {max} characters, without white space around it")
            }
            Self::CurveNotRising => {
                "the first number of each point must be above that of the point before".into()
            }
            Self::CurveFalling => {
                "the second number of a point must not be below that of the point before".into()
            }
            Self::ViolationScoresRising => "more strikes must not be worth more".into(),
            Self::WeightsNot100 { sum } => format!("the weights must add to 100, not to {sum}"),
            Self::CutoffsNotFalling => "core must be above active, and active above ordinary".into(),
            Self::BandReversed => "the lower end must not be above the upper end".into(),
            Self::BandsImpossible { minima, maxima } => format!(
                "the minima must add to at most 100 and the maxima to at least 100, not to {minima} and {maxima}"
            ),
            Self::RetainedAfterTooLong { window } => {
                format!("must be shorter than the {window} days of tiering.windows.invites")
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotJson => "策略不是有效的 JSON".into(),
            Self::UnknownKey => "策略中没有这个键".into(),
            Self::Null => "不接受 null；不需要修改的键请省略".into(),
            Self::WrongType { expected } => format!("必须是{}", expected.name(Locale::ZhCn)),
            Self::UnknownValue { known } => format!("必须是以下之一：{}", known.join("、")),
            Self::OutOfRange { min, max } => format!("必须在 {min} 到 {max} 之间"),
            Self::WrongLength { min, max } if min == max => format!("必须有 {min} 个元素"),
            Self::WrongLength { min, max } => format!("必须有 {min} 到 {max} 个元素"),
            Self::BadLine { max } => format!("必须是不超过 {max} 个字符的单行文本，且首尾没有空白"),
            Self::CurveNotRising => "每个点的第一个数必须大于前一个点的第一个数".into(),
            Self::CurveFalling => "每个点的第二个数不得小于前一个点的第二个数".into(),
            Self::ViolationScoresRising => "违规次数越多，得分不得越高".into(),
            Self::WeightsNot100 { sum } => format!("各项权重之和必须为 100，现为 {sum}"),
            Self::CutoffsNotFalling => "core 必须大于 active，active 必须大于 ordinary".into(),
            Self::BandReversed => "下限不得大于上限".into(),
            Self::BandsImpossible { minima, maxima } => {
                format!("下限之和不得超过 100，上限之和不得低于 100；现为 {minima} 和 {maxima}")
            }
            Self::RetainedAfterTooLong { window } => {
                format!("必须小于 tiering.windows.invites 的 {window} 天")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_place_and_the_numbers() {
        let problem = PolicyProblem::new("tiering.weights", Rule::WeightsNot100 { sum: 99 });
        assert_eq!(problem.to_string(), "tiering.weights: the weights must add to 100, not to 99");
        assert_eq!(problem.message(Locale::ZhCn), "tiering.weights：各项权重之和必须为 100，现为 99");
        assert_eq!(problem.code().code(), "WEIGHTS_NOT_100");
        let range = PolicyProblem::new("a", Rule::OutOfRange { min: 1.0, max: 3650.0 });
        assert_eq!(range.to_string(), "a: must lie between 1 and 3650");
    }
}
