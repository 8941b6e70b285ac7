use std::str::FromStr;

use thiserror::Error;

use crate::time::Timestamp;

/// What a token in a letter is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailPurpose {
    /// To found an organization, with the address as its first owner.
    SignUp,
    /// To choose a new password.
    ResetPassword,
}

impl MailPurpose {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::SignUp, Self::ResetPassword];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignUp => "SIGN_UP",
            Self::ResetPassword => "RESET_PASSWORD",
        }
    }

    /// How long the token is good for, in milliseconds: a day, or an hour.
    pub const fn life(self) -> i64 {
        match self {
            Self::SignUp => Timestamp::DAY,
            Self::ResetPassword => Timestamp::DAY / 24,
        }
    }
}

impl FromStr for MailPurpose {
    type Err = UnknownPurpose;

    fn from_str(code: &str) -> Result<Self, UnknownPurpose> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code).ok_or(UnknownPurpose)
    }
}

/// A text that is no code of a purpose.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a purpose of mail")]
pub struct UnknownPurpose;

/// How long a letter that did not leave waits after `tries`, in milliseconds: 1, 2, 4 … minutes,
/// an hour at most.
pub fn mail_again_after(tries: u32) -> i64 {
    60 * Timestamp::SECOND * 2_i64.pow(tries.saturating_sub(1).min(6)).min(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_waits_longer_each_time() {
        let minutes: Vec<i64> = (0..9).map(|tries| mail_again_after(tries) / 60_000).collect();
        assert_eq!(minutes, [1, 1, 2, 4, 8, 16, 32, 60, 60]);
    }
}
