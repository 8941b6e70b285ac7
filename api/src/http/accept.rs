//! Which of the two media types of a GraphQL response the client takes (RFC 9110, section 12.5.1).

use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};

use super::media::MediaType;

/// How a GraphQL response is labelled, and therefore which status codes it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseType {
    /// `application/json`: a well-formed request is answered with 200, whatever comes of it.
    Json,
    /// `application/graphql-response+json`: a request that is not executed is answered with 400.
    GraphqlResponse,
}

impl ResponseType {
    /// The value of `Content-Type`.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    const fn subtype(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::GraphqlResponse => "graphql-response+json",
        }
    }
}

/// The type that the client likes best; `None` when it takes neither.
///
/// The plain type goes to those who have no preference, as old clients do; of two that
/// are named with the same weight the newer one is taken, since it says more.
pub(super) fn negotiate(headers: &HeaderMap) -> Option<ResponseType> {
    let values: Option<Vec<&str>> = headers.get_all(ACCEPT).map(|value| value.to_str().ok()).collect();
    choose(&values?.join(","))
}

/// Whether the client names server-sent events among what it takes.
pub(super) fn takes_events(headers: &HeaderMap) -> bool {
    let ranges = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        split_unquoted(text, ',').filter_map(Range::read).any(|range| range.is_events())
    };
    headers.get_all(ACCEPT).any(ranges)
}

fn choose(accept: &str) -> Option<ResponseType> {
    if accept.trim().is_empty() {
        return Some(ResponseType::Json);
    }
    let ranges: Vec<Range> = split_unquoted(accept, ',').filter_map(Range::read).collect();
    let json = weight(&ranges, ResponseType::Json);
    let graphql = weight(&ranges, ResponseType::GraphqlResponse);
    match (json.thousandths, graphql.thousandths) {
        (0, 0) => None,
        (json_weight, graphql_weight) if json_weight > graphql_weight => Some(ResponseType::Json),
        (json_weight, graphql_weight) if json_weight < graphql_weight => Some(ResponseType::GraphqlResponse),
        _ if graphql.closeness == Closeness::Named => Some(ResponseType::GraphqlResponse),
        _ => Some(ResponseType::Json),
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    #[default]
    Absent,
    Anything,
    AnyApplication,
    Named,
}

#[derive(Clone, Copy, Default)]
struct Weight {
    closeness: Closeness,
    thousandths: u16,
}

/// The weight of a type is that of the range that names it most closely.
fn weight(ranges: &[Range], wanted: ResponseType) -> Weight {
    let mut best = Weight::default();
    for range in ranges {
        let closeness = range.closeness(wanted);
        if closeness > best.closeness {
            best = Weight { closeness, thousandths: range.thousandths };
        } else if closeness == best.closeness && closeness != Closeness::Absent {
            best.thousandths = best.thousandths.max(range.thousandths);
        }
    }
    best
}

struct Range {
    media: MediaType,
    thousandths: u16,
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let media = MediaType::read(text)?;
        let thousandths = media.parameter("q").map_or(Some(1_000), thousandths)?;
        Some(Self { media, thousandths })
    }

    fn is_events(&self) -> bool {
        self.media.essence() == ("text", "event-stream") && self.media.is_utf8() && self.thousandths > 0
    }

    fn closeness(&self, wanted: ResponseType) -> Closeness {
        if !self.media.is_utf8() {
            return Closeness::Absent;
        }
        match self.media.essence() {
            ("*", "*") => Closeness::Anything,
            ("application", "*") => Closeness::AnyApplication,
            ("application", subtype) if subtype == wanted.subtype() => Closeness::Named,
            _ => Closeness::Absent,
        }
    }
}

/// RFC 9110's qvalue: 0 to 1 with at most three decimals.
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let is_good =
        matches!(whole, "0" | "1") && decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let value: u16 = is_good.then(|| format!("{whole}{decimals:0<3}").parse().ok())??;
    (value <= 1_000).then_some(value)
}

/// The parts between separators that do not stand in a quoted string.
pub(super) fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |c: char| {
        let splits = c == separator && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && quoted && !escaped;
        splits
    })
}

#[cfg(test)]
mod tests {
    use super::ResponseType::{GraphqlResponse, Json};
    use super::*;

    #[test]
    fn the_better_liked_type_is_taken() {
        for (accept, chosen) in [
            ("", Some(Json)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            ("APPLICATION/Graphql-Response+JSON; charset=UTF-8", Some(GraphqlResponse)),
            ("application/json, application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json, application/graphql-response+json;q=0.9", Some(Json)),
            ("application/graphql-response+json;q=0.5, application/json;q=0.501", Some(Json)),
            ("application/graphql-response+json, */*;q=0.1", Some(GraphqlResponse)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("application/*;q=0.2, application/json;q=0.1", Some(GraphqlResponse)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(Json)),
            ("application/json;q=0, application/graphql-response+json;q=0", None),
            ("text/html", None),
            ("application/json; charset=utf-16", None),
            ("application/json; charset=\"utf-8\"", Some(Json)),
            ("text/plain; note=\"a,b;application/json\"", None),
            ("application/json;q=2, application/json;q=x", None),
            ("nonsense, application/json", Some(Json)),
            ("text/event-stream, multipart/mixed, application/json;q=0.1", Some(Json)),
        ] {
            assert_eq!(choose(accept), chosen, "{accept}");
        }
    }

    #[test]
    fn qualities_are_held_to_three_decimals() {
        for (text, value) in [("1", Some(1_000)), ("0.5", Some(500)), ("1.000", Some(1_000)), ("0.", Some(0))]
        {
            assert_eq!(thousandths(text), value, "{text}");
        }
        for bad in ["1.001", "0.1234", "-1", "2", "", ".5", "0.x"] {
            assert_eq!(thousandths(bad), None, "{bad}");
        }
    }
}
