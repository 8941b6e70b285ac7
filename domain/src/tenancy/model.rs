use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;
use thiserror::Error;

use crate::id::OrgId;

/// The short name of an organization: 2 to 63 lower-case letters, digits and
/// hyphens, with a letter or digit at both ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slug(String);

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = BadSlug;

    fn from_str(text: &str) -> Result<Self, BadSlug> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_good = (2..=63).contains(&text.len())
            && text.chars().all(|c| is_plain(c) || c == '-')
            && text.starts_with(is_plain)
            && text.ends_with(is_plain);
        is_good.then(|| Self(text.to_owned())).ok_or(BadSlug)
    }
}

/// A text that can be no slug.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a slug has 2 to 63 lower-case letters, digits and hyphens, and no hyphen at its ends")]
pub struct BadSlug;

/// The longest name of an organization or an account, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// A name for people to read: 1 to [`MAX_NAME_CHARS`] characters, not blank, white
/// space around it removed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        let is_good =
            !text.is_empty() && text.chars().count() <= MAX_NAME_CHARS && !text.chars().any(char::is_control);
        is_good.then(|| Self(text.to_owned())).ok_or(BadName)
    }
}

/// A text that can be no name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a name has 1 to 200 characters and no control characters")]
pub struct BadName;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrgId,
    /// Its short name, unique in the installation.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The zone in which its schedules are read; the default of its groups.
    pub zone: Tz,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for good in ["demo", "a1", "qun-2026"] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in ["", "a", "-a", "a-", "Demo", "群", "a b", &"x".repeat(64)] {
            assert_eq!(bad.parse::<Slug>(), Err(BadSlug), "{bad}");
        }
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(
            " 城市花园 ".parse::<Name>().map(|name| name.as_str().to_owned()),
            Ok("城市花园".to_owned())
        );
        for bad in ["", " ", "a\nb", &"x".repeat(MAX_NAME_CHARS + 1)] {
            assert_eq!(bad.parse::<Name>(), Err(BadName), "{bad:?}");
        }
    }
}
