//! Refresh tokens: opaque to clients, and nothing of them is kept but hashes.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use qun_domain::access::SecretHash;
use qun_domain::fault::Fault;
use qun_domain::id::{OrgId, SessionId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// By what a token of this kind is known, to people and to scanners for leaked secrets.
const PREFIX: &str = "qrt_";

/// One refresh token. It cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RefreshToken {
    pub(super) org: OrgId,
    pub(super) session: SessionId,
    /// The same in all tokens of a session: who has it had a token of this session once.
    pub(super) family: [u8; 16],
    /// This token's own.
    pub(super) secret: [u8; 32],
}

/// A text that is no refresh token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoToken;

impl RefreshToken {
    pub(super) fn family_hash(&self) -> SecretHash {
        Sha256::digest(self.family).into()
    }

    pub(super) fn token_hash(&self) -> SecretHash {
        Sha256::digest(self.secret).into()
    }

    /// The token that comes after this one. It takes both the key, which only the database
    /// has, and the token, which only the client has; so a client that asks twice is given
    /// the same.
    pub(super) fn next(&self, chain_key: &[u8]) -> Result<Self, Fault> {
        let mut mac = Hmac::<Sha256>::new_from_slice(chain_key)
            .map_err(|error| Fault::from_error("session.chain_key", error))?;
        mac.update(&self.secret);
        Ok(Self { secret: mac.finalize().into_bytes().into(), ..self.clone() })
    }

    /// The token as a client has it.
    pub(super) fn reveal(&self) -> String {
        let bytes =
            [&self.org.0.into_bytes()[..], self.session.0.as_bytes(), &self.family, &self.secret].concat();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshToken(session:{}, …)", self.session)
    }
}

impl FromStr for RefreshToken {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let bytes = text.strip_prefix(PREFIX).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let bytes: [u8; 80] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(NoToken)?;
        let (org, rest) = bytes.split_first_chunk().ok_or(NoToken)?;
        let (session, rest) = rest.split_first_chunk().ok_or(NoToken)?;
        let (family, rest) = rest.split_first_chunk().ok_or(NoToken)?;
        let secret = rest.first_chunk().ok_or(NoToken)?;
        Ok(Self {
            org: Uuid::from_bytes(*org).into(),
            session: Uuid::from_bytes(*session).into(),
            family: *family,
            secret: *secret,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> RefreshToken {
        RefreshToken {
            org: Uuid::from_u128(1).into(),
            session: Uuid::from_u128(2).into(),
            family: [3; 16],
            secret: [4; 32],
        }
    }

    #[test]
    fn a_token_is_read_back_and_never_shown() {
        let text = token().reveal();
        assert_eq!(text.parse(), Ok(token()));
        assert_eq!(format!("{:?}", token()), format!("RefreshToken(session:{}, …)", Uuid::from_u128(2)));
        for bad in ["", "qrt_", &text[4..], &text[..text.len() - 1], &format!("{text}A"), "qrt_群"] {
            assert_eq!(bad.parse::<RefreshToken>(), Err(NoToken), "{bad}");
        }
    }

    #[test]
    fn the_next_token_takes_both_key_and_token() {
        let next = |key: u8, secret: u8| {
            let token = RefreshToken { secret: [secret; 32], ..token() };
            token.next(&[key; 32]).expect("a token")
        };
        assert_eq!(next(9, 4), next(9, 4));
        assert_ne!(next(9, 4), next(8, 4));
        assert_ne!(next(9, 4), next(9, 5));
        assert_eq!(next(9, 4).family_hash(), token().family_hash());
        assert_ne!(next(9, 4).token_hash(), token().token_hash());
    }
}
