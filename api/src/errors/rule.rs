use qun_domain::policy::RuleCode;

use super::Advice;
use super::Again::Changed;

/// What is said of a rule of the policy beside the numbers, which `message` names.
pub(super) const fn advice(code: RuleCode) -> Advice {
    let (cause, remedy) = match code {
        RuleCode::NotJson => ("the text is no JSON", "mend it"),
        RuleCode::UnknownKey => ("the document has no such key", "look the key up in [policy.md](policy.md)"),
        RuleCode::Null => ("null is not a value", "leave out what is not to change"),
        RuleCode::WrongType => ("another JSON type belongs there", "give what `message` says"),
        RuleCode::UnknownValue => ("none of the words that the key knows", "take one that `message` lists"),
        RuleCode::OutOfRange => ("too low or too high", "stay between the two numbers in `message`"),
        RuleCode::WrongLength => ("too few or too many elements", "give as many as `message` says"),
        RuleCode::BadLine => {
            ("a text is too long, or has control characters or white space around it", "mend it")
        }
        RuleCode::CurveNotRising => {
            ("the first number of a point is not above that of the point before", "order the points")
        }
        RuleCode::CurveFalling => {
            ("the second number of a point is below that of the point before", "let the curve rise or stay")
        }
        RuleCode::ViolationScoresRising => {
            ("more strikes are worth more", "let the scores fall or stay from strike to strike")
        }
        RuleCode::WeightsNot100 => {
            ("the weights add to something else than 100", "change all that it takes at once")
        }
        RuleCode::CutoffsNotFalling => ("not core > active > ordinary", "order them"),
        RuleCode::BandReversed => ("the lower end of a band is above its upper end", "exchange them"),
        RuleCode::BandsImpossible => {
            ("the minima of the bands add to more than 100, or the maxima to less", "widen the bands")
        }
        RuleCode::RetainedAfterTooLong => {
            ("not shorter than the window of invites", "shorten it, or lengthen `tiering.windows.invites`")
        }
    };
    Advice { cause, remedy, again: Changed }
}
