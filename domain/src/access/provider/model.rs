use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::access::SecretHash;
use crate::id::{AccountId, IdentityId, IdentityProviderId, InvitationId, ProviderLogInId};
use crate::time::Timestamp;

/// Who says who somebody is: the address under which a provider describes itself, to the letter, as
/// it stands in the tokens that it signs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer(String);

impl Issuer {
    /// The longest, in bytes.
    pub const MAX_BYTES: usize = 500;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Issuer {
    type Err = BadIssuer;

    /// Checks the shape alone (OpenID Connect Core 1.0, 2: no query and no fragment), without names
    /// and passwords. What is there, only asking can tell.
    fn from_str(text: &str) -> Result<Self, BadIssuer> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let is_good = text.len() <= Self::MAX_BYTES
            && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', ':']))
            && text.bytes().all(|b| b.is_ascii_graphic() && !b"?#@\\<>\"".contains(&b));
        is_good.then(|| Self(text.to_owned())).ok_or(BadIssuer)
    }
}

/// A text that can be no issuer.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not an address such as https://id.example.org, of at most 500 bytes, without query and fragment")]
pub struct BadIssuer;

/// As what the organization is known to its provider, or what it proves that with: 1 to 500 visible
/// characters of ASCII (RFC 6749, appendix A).
#[derive(Clone, PartialEq, Eq)]
pub struct ClientText(String);

impl ClientText {
    /// The longest, in bytes.
    pub const MAX_BYTES: usize = 500;

    /// The text; that of a secret is sent to the provider, and shown to nobody.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientText(…)")
    }
}

impl FromStr for ClientText {
    type Err = BadClientText;

    fn from_str(text: &str) -> Result<Self, BadClientText> {
        let is_good = (1..=Self::MAX_BYTES).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        is_good.then(|| Self(text.to_owned())).ok_or(BadClientText)
    }
}

/// A text that is no name and no secret of a client.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not 1 to 500 visible characters of ASCII")]
pub struct BadClientText;

/// The provider of an organization, as far as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its id: another one for another issuer or client.
    pub id: IdentityProviderId,
    /// Who it is.
    pub issuer: Issuer,
    /// As what the organization is known to it.
    pub client_id: ClientText,
    /// When it was set.
    pub changed_at: Timestamp,
}

/// A provider that is about to be set. It cannot be printed whole, as it holds a secret.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// The id of a provider that there was not before.
    pub id: IdentityProviderId,
    /// Who it is.
    pub issuer: Issuer,
    /// As what the organization is known to it.
    pub client_id: ClientText,
    /// By what the organization proves that.
    pub client_secret: ClientText,
}

impl NewProvider {
    /// Whether sessions that the one before began go on: whoever it is says the same of the same
    /// people to the same client. Another secret changes nothing of that.
    pub fn is_same(&self, before: &IdentityProvider) -> bool {
        self.issuer == before.issuer && self.client_id == before.client_id
    }
}

/// As what a provider knows somebody, for ever: 1 to 255 bytes of text (OpenID Connect Core 1.0, 2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// The longest, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subject {
    type Err = BadSubject;

    fn from_str(text: &str) -> Result<Self, BadSubject> {
        let is_good = (1..=Self::MAX_BYTES).contains(&text.len()) && !text.chars().any(char::is_control);
        is_good.then(|| Self(text.to_owned())).ok_or(BadSubject)
    }
}

/// A text that can be no subject.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not 1 to 255 bytes of text")]
pub struct BadSubject;

/// That an account is who a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// Who says so.
    pub issuer: Issuer,
    /// As what it knows the account.
    pub subject: Subject,
    /// The account.
    pub account: AccountId,
}

/// A log-in that leads by the provider, and is under way.
#[derive(Clone, Debug)]
pub struct UnderWay {
    /// Its id.
    pub id: ProviderLogInId,
    /// The provider that it leads by.
    pub provider: IdentityProviderId,
    /// Hash of what goes through the address bar.
    pub state_hash: SecretHash,
    /// Hash of what stays in the browser that began.
    pub secret_hash: SecretHash,
    /// What the provider has to say again in what it signs.
    pub nonce: String,
    /// What shows that whoever brings the code began (PKCE, RFC 7636).
    pub verifier: String,
    /// The invitation that whoever comes holds, and the hash of its secret.
    pub invitation: Option<(InvitationId, SecretHash)>,
    /// When it was begun.
    pub begun_at: Timestamp,
}

impl UnderWay {
    /// How long a log-in may be under way, in milliseconds: 10 minutes.
    pub const LIFE: i64 = 10 * 60 * Timestamp::SECOND;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_address_without_query() {
        for good in ["https://id.example.org", "https://id.example.org/realms/acme/", "http://127.0.0.1:3000"]
        {
            assert_eq!(good.parse::<Issuer>().map(|issuer| issuer.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "id.example.org",
            "ftp://id.example.org",
            "https://",
            "https:///x",
            "https://id.example.org?x=1",
            "https://id.example.org/#x",
            "https://ann:secret@id.example.org",
            "https://id.example.org/ x",
            "https://群.example.org",
            &format!("https://{}", "a".repeat(493)),
        ] {
            assert_eq!(bad.parse::<Issuer>(), Err(BadIssuer), "{bad:?}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let secret: ClientText = "s3cr3t of a client".parse().expect("a secret");
        assert_eq!(format!("{secret:?}"), "ClientText(…)");
        for bad in ["", "秘密", "a\nb", &"x".repeat(501)] {
            assert_eq!(bad.parse::<ClientText>(), Err(BadClientText), "{bad:?}");
        }
    }

    #[test]
    fn a_subject_is_any_text_that_is_not_too_long() {
        for good in ["248289761001", "群", &"x".repeat(255)] {
            assert!(good.parse::<Subject>().is_ok(), "{good:?}");
        }
        for bad in ["", "a\u{0}b", &"x".repeat(256)] {
            assert_eq!(bad.parse::<Subject>(), Err(BadSubject), "{bad:?}");
        }
    }
}
