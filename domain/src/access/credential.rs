use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The address under which an account logs in: trimmed and in lower case, so that
/// one mailbox is one account however it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The longest address that mail can carry (RFC 5321), in bytes.
    pub const MAX_BYTES: usize = 254;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = BadEmail;

    fn try_from(text: String) -> Result<Self, BadEmail> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl FromStr for Email {
    type Err = BadEmail;

    /// Checks the shape alone: whether a mailbox exists, only a letter to it can tell. It is
    /// the plain one (RFC 5321's Dot-string at a host of letters, digits and hyphens), so that
    /// one mailbox has one spelling: without quotes, comments and names, and with a host of
    /// other letters as `xn--…`.
    fn from_str(text: &str) -> Result<Self, BadEmail> {
        let text = text.trim().to_ascii_lowercase();
        let is_good = text.len() <= Self::MAX_BYTES
            && text.split_once('@').is_some_and(|(mailbox, host)| is_mailbox(mailbox) && is_host(host));
        is_good.then_some(Self(text)).ok_or(BadEmail)
    }
}

/// The longest part before the `@`, in bytes (RFC 5321).
const MAILBOX_BYTES: usize = 64;

fn is_mailbox(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    text.len() <= MAILBOX_BYTES && text.split('.').all(|part| !part.is_empty() && part.bytes().all(is_plain))
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.split('.').all(is_label)
}

/// A text that can be no e-mail address.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not an e-mail address such as ann@example.org")]
pub struct BadEmail;

/// A password that an account may be given: [`Password::MIN_CHARS`] to
/// [`Password::MAX_CHARS`] characters, any of them; length is what counts.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The shortest, in characters.
    pub const MIN_CHARS: usize = 10;
    /// The longest, in characters: what is hashed has to end somewhere.
    pub const MAX_CHARS: usize = 200;

    /// The secret itself, to be hashed and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl FromStr for Password {
    type Err = WeakPassword;

    fn from_str(text: &str) -> Result<Self, WeakPassword> {
        let is_good = (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&text.chars().count());
        is_good.then(|| Self(text.to_owned())).ok_or(WeakPassword)
    }
}

/// A text that is too short or too long for a password.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a password has 10 to 200 characters")]
pub struct WeakPassword;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_is_one_address() {
        let ann = |text: &str| text.parse::<Email>().map(|email| email.to_string());
        assert_eq!(ann(" Ann@Example.ORG\n"), Ok("ann@example.org".to_owned()));
        assert_eq!(ann("owner@localhost"), Ok("owner@localhost".to_owned()));
        for bad in [
            "",
            "ann",
            "@example.org",
            "ann@",
            "a@b@c",
            "an n@example.org",
            "ann@exam\tple",
            "x<ann@example.org>",
            "ann <ann@example.org>",
            "\"ann\"@example.org",
            "ann@[127.0.0.1]",
            "ann@example.org,bob@example.org",
            "ann@-example.org",
            "ann..b@example.org",
            "ann@ｅxample.org",
            "a\u{ad}nn@example.org",
            &format!("{}@example.org", "a".repeat(65)),
            &"x@".repeat(130),
        ] {
            assert_eq!(ann(bad), Err(BadEmail), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_measured_in_characters_and_never_shown() {
        let good: Password = "十个字的密码也是好的".parse().expect("ten characters");
        assert_eq!(format!("{good:?}"), "Password(…)");
        assert_eq!("123456789".parse::<Password>().err(), Some(WeakPassword));
        assert!("群".repeat(200).parse::<Password>().is_ok());
        assert_eq!("x".repeat(201).parse::<Password>().err(), Some(WeakPassword));
    }
}
