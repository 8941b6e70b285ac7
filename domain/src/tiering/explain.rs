//! Why a member stands where the member stands, in sentences (T29; section 9).

mod chinese;
mod english;
mod numbers;

use super::model::Dimension;
use super::reason::Reason;
use super::scorecard::Scorecard;
use crate::locale::Locale;
use crate::policy::TieringPolicy;
use numbers::DimensionFacts;

/// What a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// A dimension that carries part of the score.
    Dimension(Dimension),
    /// The score and its band.
    Score,
    /// A reason code.
    Reason(Reason),
}

impl About {
    /// The stable code: a dimension's key, `SCORE`, or the reason's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dimension(dimension) => dimension.code(),
            Self::Score => "SCORE",
            Self::Reason(reason) => reason.code(),
        }
    }
}

/// One sentence for the member, without a word about other members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What it is about.
    pub about: About,
    /// The text.
    pub text: String,
}

/// The sentences of one scorecard: one for each dimension that applies, one for
/// the score, then one for each reason in the order of the codes.
///
/// `policy` is the one that the evaluation names.
pub fn explain(policy: &TieringPolicy, card: &Scorecard, locale: Locale) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for dimension in Dimension::ALL {
        if let Some(facts) = DimensionFacts::of(policy, card, dimension) {
            let text = match locale {
                Locale::En => english::dimension(&facts),
                Locale::ZhCn => chinese::dimension(&facts),
            };
            sentences.push(Sentence { about: About::Dimension(dimension), text });
        }
    }
    if let (Some(score), Some(band)) = (card.score, card.band) {
        let text = match locale {
            Locale::En => english::score(score, band),
            Locale::ZhCn => chinese::score(score, band),
        };
        sentences.push(Sentence { about: About::Score, text });
    }
    sentences.extend(card.reasons.iter().map(|reason| {
        let text = match locale {
            Locale::En => english::reason(policy, card, reason),
            Locale::ZhCn => chinese::reason(policy, card, reason),
        };
        Sentence { about: About::Reason(reason), text }
    }));
    sentences
}

#[cfg(test)]
mod tests;
