//! What is left of a budget, as headers (draft-ietf-httpapi-ratelimit-headers).

use actix_web::HttpResponseBuilder;

/// `RateLimit-Policy` says how the budget is made: `q` points fill up in `w` seconds.
/// `RateLimit` says what is left: `r` points, full again in `t` seconds.
pub(super) fn tell(
    answer: &mut HttpResponseBuilder,
    what: &'static str,
    limit: u64,
    remaining: u64,
    per_second: u64,
) {
    let seconds = |points: u64| points.div_ceil(per_second.max(1));
    let policy = format!("\"{what}\";q={limit};w={}", seconds(limit).max(1));
    let left = format!("\"{what}\";r={remaining};t={}", seconds(limit.saturating_sub(remaining)));
    answer.insert_header(("ratelimit-policy", policy)).insert_header(("ratelimit", left));
}
