//! The languages that texts for people are written in (Z10).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A language of ours. Codes never depend on it, sentences do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English, which is also given to those who ask for neither.
    #[default]
    #[serde(rename = "en")]
    En,
}

/// A text that is no locale code of ours.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a locale: zh-CN or en")]
pub struct UnknownLocale;

impl Locale {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The language tag, as in `Content-Language`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The best answer to an `Accept-Language` header; English where it asks for none of ours.
    pub fn negotiate(accept_language: Option<&str>) -> Self {
        Self::asked_for(accept_language).unwrap_or_default()
    }

    /// The language that an `Accept-Language` header asks for.
    ///
    /// The highest quality wins, the first of equals; every Chinese or English
    /// range is taken for ours. What is absent, malformed or unknown counts for
    /// nothing, and `*` leaves the choice to us.
    pub fn asked_for(accept_language: Option<&str>) -> Option<Self> {
        let mut best = (0, None);
        for range in accept_language.unwrap_or_default().split(',') {
            if let Some((locale, quality)) = accepted(range)
                && quality > best.0
            {
                best = (quality, locale);
            }
        }
        best.1
    }
}

/// A locale of ours, or any, and its quality in thousandths.
fn accepted(range: &str) -> Option<(Option<Locale>, u32)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let locale = match tag.split('-').next()?.to_ascii_lowercase().as_str() {
        "zh" => Some(Locale::ZhCn),
        "en" => Some(Locale::En),
        "*" => None,
        _ => return None,
    };
    match parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="))) {
        None => Some((locale, 1_000)),
        Some(quality) => thousandths(quality.trim()).map(|quality| (locale, quality)),
    }
}

/// RFC 9110's qvalue: 0 to 1 with at most three decimals.
fn thousandths(quality: &str) -> Option<u32> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    if !matches!(whole, "0" | "1")
        || decimals.len() > 3
        || !decimals.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let value: u32 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (value <= 1_000).then_some(value)
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(code: &str) -> Result<Self, UnknownLocale> {
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(code)).ok_or(UnknownLocale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_quality_wins_and_english_remains() {
        for (header, locale) in [
            (None, Locale::En),
            (Some(""), Locale::En),
            (Some("zh-CN,zh;q=0.9,en;q=0.8"), Locale::ZhCn),
            (Some("en;q=0.5, zh-Hant-TW;q=0.51"), Locale::ZhCn),
            (Some("EN-us, ZH"), Locale::En),
            (Some("zh;q=0, fr"), Locale::En),
            (Some("fr, zh;q=0.1"), Locale::ZhCn),
            (Some("*, zh;q=0.9"), Locale::En),
            (Some("zh;q=2, en;q=0.1"), Locale::En),
            (Some("zh;q=0.1234"), Locale::En),
            (Some("zh ; Q=1.000"), Locale::ZhCn),
        ] {
            assert_eq!(Locale::negotiate(header), locale, "{header:?}");
        }
    }

    #[test]
    fn a_header_may_leave_the_choice_to_us() {
        for (header, locale) in [
            (None, None),
            (Some("fr, de;q=0.5"), None),
            (Some("*"), None),
            (Some("*, zh;q=0.9"), None),
            (Some("zh, *;q=0.5"), Some(Locale::ZhCn)),
            (Some("fr, en;q=0.1"), Some(Locale::En)),
        ] {
            assert_eq!(Locale::asked_for(header), locale, "{header:?}");
        }
    }

    #[test]
    fn codes_are_read_back() {
        for locale in Locale::ALL {
            assert_eq!(locale.code().parse(), Ok(locale));
        }
        assert_eq!("fr".parse::<Locale>(), Err(UnknownLocale));
    }
}
