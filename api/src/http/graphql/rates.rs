//! What is left of a client's budget, as headers.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::RETRY_AFTER;
use async_graphql::{Response, Value};

use super::super::rate_limit;

/// What the answer says of the budget.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rates {
    /// Points of a full budget, what is left of them, and how many come back each second.
    budget: Option<(u64, u64, u64)>,
    /// Seconds until the request may be tried again; it was not run.
    pub(super) retry_after: Option<u64>,
}

impl Rates {
    /// A field of a request that was run may have failed for want of points; the request as a
    /// whole did not.
    pub(super) fn of(response: &Response, executed: bool) -> Self {
        let budget = response.extensions.get("cost").and_then(|cost| {
            Some((number(cost, "limit")?, number(cost, "remaining")?, number(cost, "restorePerSecond")?))
        });
        let retry_after = response.errors.iter().find_map(|error| {
            let wait = error.extensions.as_ref()?.get("retryAfterSeconds")?;
            if let Value::Number(wait) = wait { wait.as_u64() } else { None }
        });
        Self { budget, retry_after: retry_after.filter(|_| !executed) }
    }

    pub(super) fn tell(&self, answer: &mut HttpResponseBuilder) {
        if let Some((limit, remaining, per_second)) = self.budget {
            rate_limit::tell(answer, "points", limit, remaining, per_second);
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
        let rates = Rates::of(&Response::new(Value::Null).extension("cost", cost), true);
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
        assert_eq!(Rates::of(&Response::new(Value::Null).extension("cost", cost), true), Rates::default());
    }
}
