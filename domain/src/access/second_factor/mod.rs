//! A second factor beside the password: the codes of an authenticator app (RFC 6238), and codes
//! on paper for who has lost it.

mod code;
mod port;
mod totp;

pub use code::{GivenCode, NoCode, RecoveryCode};
pub use port::SecondFactorPort;
pub use totp::TotpSecret;

use super::SecretHash;
use crate::time::Timestamp;

/// How long a secret that was shown can be confirmed by a code, in milliseconds: an hour.
pub const ENROLLMENT: i64 = Timestamp::DAY / 24;

/// How many recovery codes an account is given at once.
pub const RECOVERY_CODES: usize = 10;

/// How an account that has a second factor proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorProof {
    /// By a code of its authenticator app.
    Code,
    /// By one of its recovery codes.
    RecoveryCode,
    /// By a session, which had proven it.
    Session,
}

impl FactorProof {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Code => "CODE",
            Self::RecoveryCode => "RECOVERY_CODE",
            Self::Session => "SESSION",
        }
    }
}

/// What an account keeps of its second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// What it shares with the authenticator app.
    pub secret: TotpSecret,
    /// When the secret was shown.
    pub begun_at: Timestamp,
    /// Since when it is asked for; none before it was confirmed, when it has no effect.
    pub active: Option<ActiveFactor>,
}

/// What is so of a second factor that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveFactor {
    /// When it was confirmed.
    pub since: Timestamp,
    /// The time step of the code that was taken last.
    pub last_step: i64,
    /// Hashes of the recovery codes that are left.
    pub recovery_codes: Vec<SecretHash>,
}

/// A code that is good, and what makes that it is good once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoodCode {
    /// Of this time step: none of it or of one before is good after it.
    Step(i64),
    /// The recovery code of this hash, which is then gone.
    Recovery(SecretHash),
}

impl GoodCode {
    /// What is told of it.
    pub const fn proof(self) -> FactorProof {
        match self {
            Self::Step(_) => FactorProof::Code,
            Self::Recovery(_) => FactorProof::RecoveryCode,
        }
    }
}

impl SecondFactor {
    /// Judges a code as proof of an active second factor at `now`. One of the app that is not
    /// later than the one that was taken last is wrong: each is good once (RFC 6238, 5.2).
    pub fn judge(&self, given: &GivenCode, now: Timestamp) -> Option<GoodCode> {
        let active = self.active.as_ref()?;
        match given {
            GivenCode::Totp(code) => {
                self.secret.step_of(code, now).filter(|step| *step > active.last_step).map(GoodCode::Step)
            }
            GivenCode::Recovery(hash) => {
                active.recovery_codes.contains(hash).then_some(GoodCode::Recovery(*hash))
            }
        }
    }

    /// The time step of the code that confirms the secret at `now`.
    pub fn confirm(&self, given: &GivenCode, now: Timestamp) -> Option<i64> {
        match given {
            GivenCode::Totp(code) => self.secret.step_of(code, now),
            GivenCode::Recovery(_) => None,
        }
    }

    /// Whether a code can still confirm it.
    pub fn waits(&self, now: Timestamp) -> bool {
        let age = now.millis() - self.begun_at.millis();
        self.active.is_none() && (0..ENROLLMENT).contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_020_000 + second * Timestamp::SECOND).expect("a time")
    }

    fn begun() -> SecondFactor {
        SecondFactor { secret: TotpSecret::new([7; 20]), begun_at: at(0), active: None }
    }

    fn active(last_step: i64, recovery_codes: Vec<SecretHash>) -> SecondFactor {
        SecondFactor { active: Some(ActiveFactor { since: at(0), last_step, recovery_codes }), ..begun() }
    }

    fn given(code: &str) -> GivenCode {
        code.parse().expect("a code")
    }

    #[test]
    fn a_code_is_taken_once_and_none_from_before_it() {
        let [before, present, next] = [-30, 0, 30].map(|second| given(&begun().secret.code_at(at(second))));
        assert_eq!(begun().judge(&present, at(0)), None, "nothing was confirmed");
        let step = begun().confirm(&present, at(0)).expect("a good code");
        let taken = active(step - 1, Vec::new());
        assert_eq!(taken.judge(&present, at(0)), Some(GoodCode::Step(step)));
        let taken = active(step, Vec::new());
        assert_eq!(taken.judge(&present, at(0)), None, "it was taken");
        assert_eq!(taken.judge(&present, at(29)), None, "in the same step");
        assert_eq!(taken.judge(&present, at(59)), None, "and as that of the step before");
        assert_eq!(taken.judge(&before, at(0)), None, "one that is older than what was taken");
        assert_eq!(taken.judge(&next, at(0)), Some(GoodCode::Step(step + 1)));
        assert_eq!(taken.judge(&next, at(30)), Some(GoodCode::Step(step + 1)));
    }

    #[test]
    fn a_recovery_code_proves_and_confirms_nothing() {
        let [kept, other] = [1, 2].map(|byte| RecoveryCode::new([byte; RecoveryCode::BYTES]));
        let factor = active(0, vec![kept.hash()]);
        assert_eq!(factor.judge(&given(&kept.reveal()), at(0)), Some(GoodCode::Recovery(kept.hash())));
        assert_eq!(factor.judge(&given(&other.reveal()), at(0)), None);
        assert_eq!(begun().judge(&given(&kept.reveal()), at(0)), None);
        assert_eq!(begun().confirm(&given(&kept.reveal()), at(0)), None, "it shows no app");
    }

    #[test]
    fn a_secret_waits_for_an_hour() {
        assert!(begun().waits(at(0)) && begun().waits(at(3_599)));
        assert!(!begun().waits(at(3_600)) && !begun().waits(at(-1)));
        assert!(!active(1, Vec::new()).waits(at(2)));
    }
}
