use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The address under which an account logs in: trimmed and in lower case, so that
/// one mailbox is one account however it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

impl FromStr for Email {
    type Err = BadEmail;

    /// Checks the shape alone: whether a mailbox exists, only a letter to it can tell.
    fn from_str(text: &str) -> Result<Self, BadEmail> {
        let text = text.trim().to_lowercase();
        let is_plain = |part: &str| {
            !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@')
        };
        let is_good = text.len() <= Self::MAX_BYTES
            && text.split_once('@').is_some_and(|(mailbox, host)| is_plain(mailbox) && is_plain(host));
        is_good.then_some(Self(text)).ok_or(BadEmail)
    }
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
