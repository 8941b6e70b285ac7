//! A log-in that lasts: one refresh token at a time, each good once.

use super::FactorProof;
use crate::id::{IdentityProviderId, SessionId};
use crate::time::Timestamp;

/// The SHA-256 of a secret: all that is kept of it.
pub type SecretHash = [u8; 32];

/// How long after a refresh the token before is answered as if it came for the first time,
/// in milliseconds: whoever lost the answer asks again.
pub const GRACE: i64 = 30 * Timestamp::SECOND;

/// How long a session lives at most, however often it is refreshed, in milliseconds: a year.
pub const LONGEST: i64 = 365 * Timestamp::DAY;

/// A session that is about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Hash of the part that all of its refresh tokens have in common.
    pub family_hash: SecretHash,
    /// Hash of the part that its first refresh token has for itself.
    pub token_hash: SecretHash,
    /// The key by which one refresh token gives the next; useless without the token.
    pub chain_key: [u8; 32],
    /// Until when it has to be refreshed.
    pub expires_at: Timestamp,
    /// How the second factor of the account was proven; none where it has none.
    pub second_factor: Option<FactorProof>,
    /// The identity provider that said who it is; none where the account proved that itself. Such
    /// a session is good in its organization alone: the provider speaks for nobody else.
    pub provider: Option<IdentityProviderId>,
    /// From where it was opened.
    pub client: Client,
}

/// From where an account comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The network address, as it is known to the server.
    pub address: Option<String>,
    /// What the client calls itself, at most [`Client::MAX_AGENT_CHARS`] characters.
    pub user_agent: Option<String>,
}

impl Client {
    /// The longest name of a client that is kept, in characters.
    pub const MAX_AGENT_CHARS: usize = 200;

    /// A client whose name is cut to what is kept, without control characters.
    pub fn new(address: Option<String>, user_agent: Option<&str>) -> Self {
        let agent = user_agent.map(|text| {
            text.chars().filter(|c| !c.is_control()).take(Self::MAX_AGENT_CHARS).collect::<String>()
        });
        Self { address, user_agent: agent.filter(|text| !text.is_empty()) }
    }
}

/// Why a session ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionEnd {
    /// The account logged out.
    LoggedOut,
    /// The account ended it from another session.
    Revoked,
    /// A refresh token came a second time: somebody else has it.
    Reused,
    /// The password was changed or reset.
    PasswordChanged,
    /// The second factor of the account was activated, or ended.
    SecondFactorChanged,
    /// The organization requires a second factor now, and the session had proven none.
    SecondFactorRequired,
    /// The identity provider that began it is not that of the organization any more.
    ProviderChanged,
}

impl SessionEnd {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::LoggedOut,
        Self::Revoked,
        Self::Reused,
        Self::PasswordChanged,
        Self::SecondFactorChanged,
        Self::SecondFactorRequired,
        Self::ProviderChanged,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LoggedOut => "LOGGED_OUT",
            Self::Revoked => "REVOKED",
            Self::Reused => "REUSED",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::SecondFactorChanged => "SECOND_FACTOR_CHANGED",
            Self::SecondFactorRequired => "SECOND_FACTOR_REQUIRED",
            Self::ProviderChanged => "PROVIDER_CHANGED",
        }
    }
}

/// What decides about a refresh token of a session.
#[derive(Clone, Copy, Debug)]
pub struct SessionState {
    /// Hash of the token that is good now.
    pub token_hash: SecretHash,
    /// Hash of the one before.
    pub previous_hash: Option<SecretHash>,
    /// When the session began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub refreshed_at: Timestamp,
    /// Until when it has to be refreshed.
    pub expires_at: Timestamp,
    /// When it ended before its time.
    pub ended_at: Option<Timestamp>,
}

/// What comes of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It is good: the next one takes its place.
    Next,
    /// Its answer was lost: the same next one is given again.
    Again,
    /// It was good once: somebody has copied it, and the session ends (RFC 9700, 4.14.2).
    Reused,
    /// The session is over.
    Over,
}

impl SessionState {
    /// Judges a token of this session's family.
    pub fn judge(&self, presented: &SecretHash, now: Timestamp) -> Refresh {
        let age = now.millis() - self.created_at.millis();
        if self.ended_at.is_some() || now >= self.expires_at || age >= LONGEST {
            return Refresh::Over;
        }
        if *presented == self.token_hash {
            return Refresh::Next;
        }
        let is_fresh = now.millis() - self.refreshed_at.millis() < GRACE;
        if self.previous_hash.as_ref() == Some(presented) && is_fresh {
            Refresh::Again
        } else {
            Refresh::Reused
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis).expect("a time")
    }

    fn state() -> SessionState {
        SessionState {
            token_hash: [2; 32],
            previous_hash: Some([1; 32]),
            created_at: at(0),
            refreshed_at: at(1_000),
            expires_at: at(900_000),
            ended_at: None,
        }
    }

    #[test]
    fn a_token_is_good_once_and_a_moment_longer() {
        let state = state();
        assert_eq!(state.judge(&[2; 32], at(1_000)), Refresh::Next);
        assert_eq!(state.judge(&[2; 32], at(899_999)), Refresh::Next);
        assert_eq!(state.judge(&[1; 32], at(1_000 + GRACE - 1)), Refresh::Again);
        assert_eq!(state.judge(&[1; 32], at(1_000 + GRACE)), Refresh::Reused);
        assert_eq!(state.judge(&[0; 32], at(1_000)), Refresh::Reused);
    }

    #[test]
    fn a_session_that_is_over_judges_nothing_else() {
        for token in [[2; 32], [1; 32], [0; 32]] {
            assert_eq!(state().judge(&token, at(900_000)), Refresh::Over);
            let ended = SessionState { ended_at: Some(at(2_000)), ..state() };
            assert_eq!(ended.judge(&token, at(2_000)), Refresh::Over);
            let old = SessionState { expires_at: at(LONGEST + 900_000), ..state() };
            assert_eq!(old.judge(&token, at(LONGEST)), Refresh::Over);
        }
    }

    #[test]
    fn the_name_of_a_client_is_cut() {
        let client = Client::new(None, Some(&format!("a\tb{}", "群".repeat(300))));
        let agent = client.user_agent.expect("a name");
        assert!(agent.starts_with("ab群"));
        assert_eq!(agent.chars().count(), Client::MAX_AGENT_CHARS);
        assert_eq!(Client::new(None, Some("\n")).user_agent, None);
    }
}
