//! Texts that people write, within bounds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text of several lines: 1 to `MAX` characters, not blank, white space around it removed. Of
/// control characters it has line ends and tabs alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prose<const MAX: usize>(String);

/// A text of one line: 1 to `MAX` characters, not blank, white space around it removed, without
/// control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Line<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Prose<MAX> {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        bounded(text, MAX, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).map(Self)
    }
}

impl<const MAX: usize> TryFrom<String> for Prose<MAX> {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        text.parse()
    }
}

impl<const MAX: usize> From<Prose<MAX>> for String {
    fn from(text: Prose<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        text.parse()
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(text: Line<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> FromStr for Line<MAX> {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        bounded(text, MAX, char::is_control).map(Self)
    }
}

impl<const MAX: usize> fmt::Display for Prose<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is blank, too long, or has control characters.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a text that is blank, too long, or has control characters")]
pub struct BadText;

fn bounded(text: &str, max: usize, is_bad: impl Fn(char) -> bool) -> Result<String, BadText> {
    let text = text.trim();
    let is_good = !text.is_empty() && text.chars().count() <= max && !text.chars().any(is_bad);
    is_good.then(|| text.to_owned()).ok_or(BadText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_bounded() {
        let prose = |text: &str| text.parse::<Prose<5>>().map(|text| text.to_string());
        let line = |text: &str| text.parse::<Line<5>>().map(|text| text.to_string());
        assert_eq!(
            (prose(" 早上好 \n"), line(" 早上好 \n")),
            (Ok("早上好".to_owned()), Ok("早上好".to_owned()))
        );
        assert_eq!((prose("a\n\tb"), line("a\n\tb")), (Ok("a\n\tb".to_owned()), Err(BadText)));
        for bad in ["", " \n", "123456", "a\0b", "a\u{7f}b"] {
            assert_eq!((prose(bad), line(bad)), (Err(BadText), Err(BadText)), "{bad:?}");
        }
    }
}
