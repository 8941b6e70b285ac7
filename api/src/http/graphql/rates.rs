//! What is left of a client's budget, as headers.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::RETRY_AFTER;
use async_graphql::{Response, Value};

/// What the answer says of the budget.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rates {
    /// Points of a full budget, what is left of them, and how many come back each second.
    budget: Option<(u64, u64, u64)>,
    /// Seconds until the request may be tried again; it was not run.
    pub(super) retry_after: Option<u64>,
}

impl Rates {
    pub(super) fn of(response: &Response) -> Self {
        let budget = response.extensions.get("cost").and_then(|cost| {
            Some((number(cost, "limit")?, number(cost, "remaining")?, number(cost, "restorePerSecond")?))
        });
        let retry_after = response.errors.iter().find_map(|error| {
            let wait = error.extensions.as_ref()?.get("retryAfterSeconds")?;
            if let Value::Number(wait) = wait { wait.as_u64() } else { None }
        });
        Self { budget, retry_after }
    }

    /// `RateLimit-Policy` says how the budget is made: `q` points fill up in `w` seconds.
    /// `RateLimit` says what is left: `r` points, full again in `t` seconds
    /// (draft-ietf-httpapi-ratelimit-headers).
    pub(super) fn tell(&self, answer: &mut HttpResponseBuilder) {
        if let Some((limit, remaining, per_second)) = self.budget {
            let seconds = |points: u64| points.div_ceil(per_second.max(1));
            let policy = format!("\"points\";q={limit};w={}", seconds(limit).max(1));
            let left = format!("\"points\";r={remaining};t={}", seconds(limit.saturating_sub(remaining)));
            answer.insert_header(("ratelimit-policy", policy)).insert_header(("ratelimit", left));
        }
        if let Some(wait) = self.retry_after {
            answer.insert_header((RETRY_AFTER, wait));
        }
    }
}

fn number(cost: &Value, name: &str) -> Option<u64> {
    let Value::Object(cost) = cost else { return None };
    let Value::Number(number) = cost.get(name)? else { return None };
    number.as_u64()
}

#[cfg(test)]
mod tests {
    use actix_web::HttpResponse;
    use async_graphql::value;

    use super::*;

    #[test]
    fn the_headers_say_what_the_answer_says() {
        let cost =
            value!({ "requested": 12, "actual": 3, "limit": 1000, "remaining": 400, "restorePerSecond": 50 });
        let rates = Rates::of(&Response::new(Value::Null).extension("cost", cost));
        let mut answer = HttpResponse::Ok();
        rates.tell(&mut answer);
        let answer = answer.finish();
        let header =
            |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        assert_eq!(header("ratelimit-policy").as_deref(), Some("\"points\";q=1000;w=20"));
        assert_eq!(header("ratelimit").as_deref(), Some("\"points\";r=400;t=12"));
        assert_eq!(header("retry-after"), None);
    }

    #[test]
    fn without_a_budget_there_is_nothing_to_tell() {
        let cost = value!({ "requested": 12, "actual": 3 });
        assert_eq!(Rates::of(&Response::new(Value::Null).extension("cost", cost)), Rates::default());
    }
}
