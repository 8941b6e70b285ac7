use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use qun_domain::access::Password;
use qun_domain::fault::Fault;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// Memory of one hash, in KiB. These three are OWASP's first choice for argon2id.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash that is verified when there is no account, so that the time a log-in
/// takes does not tell which addresses have one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$UVFRUVFRUVFRUVFRUVFRUQ$VVHWk1pRK1FuuiaF/bPv1T92y6C+DvTEkjFB86hCO+I";

/// At most so many passwords are verified at once, whatever the number of cores:
/// each takes 19 MiB, and fewer than the throttle's tries can be in flight.
const AT_ONCE: usize = 8;

/// Verifies and hashes passwords, a few at a time.
#[derive(Clone)]
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { turns: Arc::new(Semaphore::new(cores.min(AT_ONCE))) }
    }
}

/// The right to verify or hash one password.
pub(super) struct Turn {
    permit: OwnedSemaphorePermit,
}

impl Passwords {
    /// Waits for a turn.
    pub(super) async fn turn(&self) -> Result<Turn, Fault> {
        let permit = Arc::clone(&self.turns).acquire_owned().await;
        permit.map(|permit| Turn { permit }).map_err(|error| Fault::from_error("waiting for a turn", error))
    }
}

impl Turn {
    /// The argon2id hash of a password, as a PHC string.
    pub(super) async fn hash(self, password: Password, salt: [u8; 16]) -> Result<String, Fault> {
        spawn_blocking(move || {
            // The turn ends with the work, also when nobody waits for it anymore.
            let _permit = self.permit;
            hash_now(password.reveal(), &salt)
        })
        .await
        .map_err(|error| Fault::from_error("hashing a password", error))?
    }

    /// Whether `password` is the one behind `hash`; never, when there is no hash.
    pub(super) async fn verify(self, hash: Option<String>, password: &str) -> Result<bool, Fault> {
        // What is too long can have been given to no account: it is not worth hashing whole.
        let is_short_enough = password.chars().count() <= Password::MAX_CHARS;
        let password = if is_short_enough { password.to_owned() } else { String::new() };
        let is_somebody = hash.is_some() && is_short_enough;
        let matches = spawn_blocking(move || {
            // The turn ends with the work, also when nobody waits for it anymore.
            let _permit = self.permit;
            is_behind(hash.as_deref().unwrap_or(NOBODY), &password)
        })
        .await
        .map_err(|error| Fault::from_error("verifying a password", error))??;
        Ok(matches && is_somebody)
    }
}

fn is_behind(hash: &str, password: &str) -> Result<bool, Fault> {
    let hash = PasswordHash::new(hash).map_err(|error| Fault::from_error("account.password_hash", error))?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Fault::from_error("verifying a password", error)),
    }
}

/// As [`Turn::hash`], at the command line, where nobody waits.
pub(super) async fn hash(password: Password, salt: [u8; 16]) -> Result<String, Fault> {
    spawn_blocking(move || hash_now(password.reveal(), &salt))
        .await
        .map_err(|error| Fault::from_error("hashing a password", error))?
}

fn hash_now(password: &str, salt: &[u8]) -> Result<String, Fault> {
    let params = Params::new(MEMORY, PASSES, LANES, None)
        .map_err(|error| Fault::new(format!("argon2 parameters: {error}")))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), salt)
        .map(|hash| hash.to_string())
        .map_err(|error| Fault::from_error("hashing a password", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn verify(hash: Option<&str>, password: &str) -> bool {
        let turn = Passwords::default().turn().await.expect("a turn");
        turn.verify(hash.map(str::to_owned), password).await.expect("an answer")
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_alone() {
        let password: Password = "correct horse 电池".parse().expect("a password");
        let stored = hash(password, [7; 16]).await.expect("a hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify(Some(&stored), "correct horse 电池").await);
        assert!(!verify(Some(&stored), "correct horse 电").await);
        assert!(!verify(Some(&stored), &"x".repeat(1_000_000)).await);
    }

    #[tokio::test]
    async fn nobody_gets_in_by_any_password_and_pays_the_same() {
        assert!(!verify(None, "").await);
        assert!(!verify(None, "correct horse battery").await);
        let nobody = PasswordHash::new(NOBODY).expect("a hash");
        let somebody = hash_now("correct horse battery", &[7; 16]).expect("a hash");
        let somebody = PasswordHash::new(&somebody).expect("a hash");
        assert_eq!(nobody.params, somebody.params);
        assert_eq!((nobody.algorithm, nobody.version), (somebody.algorithm, somebody.version));
        assert_eq!(nobody.hash.map(|hash| hash.len()), somebody.hash.map(|hash| hash.len()));
    }

    #[tokio::test]
    async fn a_stored_hash_that_is_none_is_a_fault() {
        let turn = Passwords::default().turn().await.expect("a turn");
        let fault = turn.verify(Some("plain".to_owned()), "plain").await.expect_err("a fault");
        assert!(fault.chain().starts_with("account.password_hash"), "{}", fault.chain());
    }
}
