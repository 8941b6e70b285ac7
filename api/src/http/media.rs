//! Media types, as far as `Accept` and `Content-Type` need them (RFC 9110, section 8.3.1).

use actix_web::http::header::{HeaderMap, HeaderName};

use super::accept::split_unquoted;

/// A media type or range with its parameters; names in lower case.
pub(super) struct MediaType {
    kind: String,
    subtype: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads `type/subtype; name=value; …`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = split_unquoted(text, ';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let parameters = parts
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=')?;
                let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
                is_token(name).then(|| (name.to_ascii_lowercase(), value.to_owned()))
            })
            .collect::<Option<_>>()?;
        Some(Self { kind: kind.to_ascii_lowercase(), subtype: subtype.to_ascii_lowercase(), parameters })
    }

    /// Type and subtype.
    pub(super) fn essence(&self) -> (&str, &str) {
        (&self.kind, &self.subtype)
    }

    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Whether the text is UTF-8, as it is when nothing else is said.
    pub(super) fn is_utf8(&self) -> bool {
        self.parameter("charset").is_none_or(|charset| {
            charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
        })
    }

    /// Whether a `Content-Type` says that the body is this type, in UTF-8.
    pub(super) fn says(content_type: Option<&str>, kind: &str, subtype: &str) -> bool {
        content_type
            .and_then(Self::read)
            .is_some_and(|media| media.essence() == (kind, subtype) && media.is_utf8())
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// A header that is text and is there once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_compared_without_its_dress() {
        for (given, is_json) in [
            (Some("application/json"), true),
            (Some("Application/JSON;charset=UTF-8"), true),
            (Some("application/json; charset=\"utf-8\""), true),
            (Some("application/json;"), true),
            (Some("application/json; charset=latin1"), false),
            (Some("application/json; broken"), false),
            (Some("application/jsonp"), false),
            (Some("text/plain, application/json"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(MediaType::says(given, "application", "json"), is_json, "{given:?}");
        }
    }
}
