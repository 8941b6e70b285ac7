//! Weekly tiers: evaluations, scores with their reasons, pins, what-if.

mod codes;
mod counts;
mod evaluation;
mod known;
mod mutation;
mod pin;
mod query;
mod reason;
mod score;
mod subscription;

pub(super) use codes::Tier;
pub(super) use evaluation::{Evaluation, EvaluationConnection, EvaluationObject, evaluations_page};
pub(super) use known::KnownEvaluations;
pub(super) use mutation::TieringMutation;
pub(super) use pin::PinObject;
pub(super) use query::TieringQuery;
pub(super) use score::ScoreObject;
pub(super) use subscription::TieringSubscription;
