//! Tokens whose signature was found good, so that a client that keeps its token pays for
//! the curve once.

use moka::sync::Cache;
use qun_domain::time::Timestamp;
use sha2::{Digest, Sha256};

use super::Claims;

/// How many tokens are remembered at most; a few megabytes.
const MOST: u64 = 10_000;

/// By hash: a copy of this memory holds no token.
pub(super) struct Verified(Cache<[u8; 32], Claims>);

impl Default for Verified {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Verified {
    /// What a token says that was verified before, and whether it is over by now. A key is
    /// only ever retired, never called back: its tokens stay good until they expire.
    pub(super) fn get(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let key = key(token);
        let claims = self.0.get(&key)?;
        if claims.is_over(now) {
            self.0.invalidate(&key);
            return None;
        }
        Some(claims)
    }

    pub(super) fn put(&self, token: &str, claims: &Claims) {
        self.0.insert(key(token), claims.clone());
    }
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
