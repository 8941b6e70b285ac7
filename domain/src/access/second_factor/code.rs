use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;
use totp_rs::Secret;

use crate::access::SecretHash;

/// A code on paper, good once, for who has lost the authenticator app: 80 bits, so that nobody
/// finds it by its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// The length of what it is made of, in bytes.
    pub const BYTES: usize = 10;
    /// The letters that stand together on paper.
    const TOGETHER: usize = 4;
    /// The letters.
    const CHARS: usize = 16;

    /// A code of these bytes, which nobody should be able to guess.
    pub fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(Secret::from(bytes).to_base32())
    }

    /// As it is shown: `ABCD-EFGH-IJKL-MNOP`.
    pub fn reveal(&self) -> String {
        let mut shown = String::new();
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % Self::TOGETHER == 0 {
                shown.push('-');
            }
            shown.push(letter);
        }
        shown
    }

    /// All that is kept of it.
    pub fn hash(&self) -> SecretHash {
        Sha256::digest(&self.0).into()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// What somebody types as proof of a second factor, told apart by its shape. Blanks, hyphens and
/// small letters do not matter.
#[derive(Clone, PartialEq, Eq)]
pub enum GivenCode {
    /// The digits that an authenticator app shows.
    Totp(String),
    /// A recovery code, by its hash.
    Recovery(SecretHash),
}

/// A text that can be no code.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a code of a second factor")]
pub struct NoCode;

impl FromStr for GivenCode {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        let typed: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            // One more than the longest tells a text that is too long.
            .take(RecoveryCode::CHARS + 1)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let is_base32 = |c: char| c.is_ascii_uppercase() || ('2'..='7').contains(&c);
        if typed.len() == 6 && typed.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self::Totp(typed))
        } else if typed.len() == RecoveryCode::CHARS && typed.chars().all(is_base32) {
            Ok(Self::Recovery(RecoveryCode(typed).hash()))
        } else {
            Err(NoCode)
        }
    }
}

impl fmt::Debug for GivenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Totp(_) => "Totp(…)",
            Self::Recovery(_) => "Recovery(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::new([0, 68, 50, 20, 199, 66, 84, 182, 53, 207]);
        assert_eq!(code.reveal(), "ABCD-EFGH-IJKL-MNOP");
        let given = |text: &str| text.parse::<GivenCode>();
        for typed in ["ABCD-EFGH-IJKL-MNOP", "abcdefghijklmnop", " abcd efgh\tijkl mnop\n"] {
            assert_eq!(given(typed), Ok(GivenCode::Recovery(code.hash())), "{typed:?}");
        }
        for typed in ["012345", "012 345", " 012-345 "] {
            assert_eq!(given(typed), Ok(GivenCode::Totp("012345".to_owned())), "{typed:?}");
        }
    }

    #[test]
    fn what_has_another_shape_is_no_code() {
        for bad in [
            "",
            "12345",
            "1234567",
            "ABCD-EFGH-IJKL-MNO",
            "ABCD-EFGH-IJKL-MNOP-Q",
            "0BCD-EFGH-IJKL-MNOP",
            "１２３４５６",
            &"A".repeat(1_000_000),
        ] {
            assert_eq!(bad.parse::<GivenCode>(), Err(NoCode), "{:?}", bad.get(..20));
        }
    }

    #[test]
    fn codes_are_not_printed_by_accident() {
        let code = RecoveryCode::new([1; 10]);
        let given = [code.reveal().parse::<GivenCode>(), "123456".parse()];
        assert_eq!(format!("{code:?} {given:?}"), "RecoveryCode(…) [Ok(Recovery(…)), Ok(Totp(…))]");
    }
}
