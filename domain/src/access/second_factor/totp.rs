use std::fmt;

use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::access::Email;
use crate::fault::Fault;
use crate::time::Timestamp;

/// How long a code stands, in seconds.
const STEP: u64 = 30;
/// How many digits a code has.
const DIGITS: u8 = 6;
/// How many steps the clock of the app may be ahead or behind.
const SKEW: u16 = 1;

/// The secret that an account shares with its authenticator app: 160 bits, as RFC 4226 has it.
/// Its codes are those of RFC 6238 by SHA-1, the one hash that every app knows.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; Self::BYTES]);

impl TotpSecret {
    /// The length, in bytes.
    pub const BYTES: usize = 20;

    /// A secret of these bytes, which nobody should be able to guess.
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept.
    pub const fn bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// The secret as it is typed into an app: base32.
    pub fn reveal(&self) -> String {
        Secret::new_stack(self.0).to_base32()
    }

    /// What an app reads off a picture: `otpauth://totp/…`. The app shows the name of the issuer
    /// and the address of the account.
    ///
    /// # Errors
    /// A fault when the crate cannot write these as an address.
    pub fn url(&self, issuer: &str, account: &Email) -> Result<String, Fault> {
        let totp = self
            .codes()
            .with_issuer(Some(name_of(issuer)))
            .with_account_name(account.as_str())
            .build()
            .map_err(|error| Fault::from_error("naming a second factor", error))?;
        totp.to_url().map_err(|error| Fault::from_error("writing the address of a second factor", error))
    }

    /// The time step that `code` is of, if it is the present one or its neighbor.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let step = self.totp().check(code, seconds(now))?;
        i64::try_from(step).ok()
    }

    /// The code of the time step of `at`.
    pub fn code_at(&self, at: Timestamp) -> String {
        self.totp().generate(seconds(at)).to_string()
    }

    fn codes(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP)
            .with_skew(SKEW)
            .with_secret(Secret::new_stack(self.0))
    }

    /// What the crate would check are the numbers above, and the length of the secret.
    fn totp(&self) -> Totp {
        self.codes().build_noncompliant()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.millis() / Timestamp::SECOND).unwrap_or_default()
}

/// An issuer that is an address, without its scheme; an app takes no colon.
fn name_of(issuer: &str) -> String {
    issuer.rsplit("://").next().unwrap_or(issuer).replace(':', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * Timestamp::SECOND).expect("a time")
    }

    /// RFC 6238, appendix B: the secret for SHA-1 and the last six of eight digits.
    #[test]
    fn the_vectors_of_the_rfc() {
        let secret = TotpSecret::new(*b"12345678901234567890");
        for (second, code, step) in [
            (59, "287082", 1),
            (1_111_111_109, "081804", 37_037_036),
            (1_111_111_111, "050471", 37_037_037),
            (1_234_567_890, "005924", 41_152_263),
            (2_000_000_000, "279037", 66_666_666),
            (20_000_000_000, "353130", 666_666_666),
        ] {
            assert_eq!(secret.code_at(at(second)), code, "{second}");
            assert_eq!(secret.step_of(code, at(second)), Some(step), "{second}");
        }
    }

    #[test]
    fn the_clock_of_an_app_may_be_half_a_minute_off() {
        let secret = TotpSecret::new([9; 20]);
        let code = secret.code_at(at(3_000));
        for (second, is_good) in
            [(2_969, false), (2_970, true), (3_000, true), (3_029, true), (3_059, true), (3_060, false)]
        {
            assert_eq!(secret.step_of(&code, at(second)), is_good.then_some(100), "{second}");
        }
        assert!(secret.step_of(&secret.code_at(at(0)), at(0)).is_some(), "at the beginning of time");
    }

    #[test]
    fn nothing_but_six_digits_is_a_code() {
        let secret = TotpSecret::new([9; 20]);
        let code = secret.code_at(at(3_000));
        for bad in ["", "12345", &format!("{code}0"), &format!(" {code}"), "+12345", "１２３４５６"] {
            assert_eq!(secret.step_of(bad, at(3_000)), None, "{bad:?}");
        }
    }

    #[test]
    fn an_app_is_told_who_and_where() {
        let secret = TotpSecret::new(*b"12345678901234567890");
        let revealed = secret.reveal();
        assert_eq!(revealed, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(format!("{secret:?}"), "TotpSecret(…)");
        let ann = "ann+x@example.org".parse().expect("an address");
        for (issuer, name) in
            [("qun", "qun"), ("https://qun.example", "qun.example"), ("a:b", "a%20b"), ("群", "%E7%BE%A4")]
        {
            let url = format!("otpauth://totp/{name}:ann%2Bx%40example.org?secret={revealed}&issuer={name}");
            assert_eq!(secret.url(issuer, &ann).expect("an address"), url);
        }
    }
}
