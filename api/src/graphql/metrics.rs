//! How operations end, and how long they take.

use std::time::Instant;

use async_graphql::{Response, Value};
use metrics::{Unit, describe_histogram, histogram};

use super::Does;
use crate::errors::Code;

const DURATION: &str = "qun_graphql_operation_duration_seconds";

/// Explains the metric.
pub(crate) fn describe() {
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Time that operations took, by kind and by outcome: OK or the code of the first error"
    );
}

/// Records an operation that has its answer, and what it did; nothing where it was not run.
pub(super) fn record(began: Instant, does: Option<Does>, response: &Response) {
    let kind = match does {
        Some(Does::Reads) => "query",
        Some(Does::Writes) => "mutation",
        Some(Does::Follows | Does::FollowsSeveral) => "subscription",
        None => "none",
    };
    histogram!(DURATION, "kind" => kind, "outcome" => outcome(response)).record(began.elapsed());
}

fn outcome(response: &Response) -> &'static str {
    let Some(error) = response.errors.first() else { return "OK" };
    let code = match error.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
        Some(Value::String(code)) => code.as_str(),
        _ => "",
    };
    // A client can make up none of them.
    Code::ALL.iter().map(|known| known.word()).find(|known| *known == code).unwrap_or("OTHER")
}
