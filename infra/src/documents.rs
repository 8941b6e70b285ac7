//! Texts of GraphQL documents by their SHA-256: in this process, and in Redis where it is
//! there, so that all servers know what a client has sent to one of them.
//!
//! Nothing is lost with them: a client that is told that a document is not known sends it again.

use std::sync::Arc;

use moka::sync::Cache;
use redis::AsyncCommands;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::hex::hex;
use crate::redis::Redis;

/// The bytes of all texts that a process keeps.
const TEXTS: u64 = 4 * 1024 * 1024;

/// A longer text is not kept.
const LONGEST: usize = 64 * 1024;

/// How long Redis keeps a text after it was last sent, in seconds: a day.
const SECONDS: u64 = 24 * 60 * 60;

/// The SHA-256 of a text, in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextHash([u8; 32]);

impl TextHash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// Reads 64 hexadecimal digits in lower case.
    pub fn read(hex: &str) -> Option<Self> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if hex.len() != 64 || !hex.bytes().all(is_hex) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Texts by their hash, bounded. Clones share them.
#[derive(Clone)]
pub struct Texts {
    own: Cache<TextHash, Arc<str>>,
    clock: Clock,
    redis: Option<Redis>,
}

impl Texts {
    /// None yet.
    pub fn new(clock: Clock, redis: Option<Redis>) -> Self {
        let weigh = |_: &TextHash, text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self { own: Cache::builder().max_capacity(TEXTS).weigher(weigh).build(), clock, redis }
    }

    /// The text of this hash, if anybody has kept it.
    pub async fn get(&self, hash: TextHash) -> Option<Arc<str>> {
        if let Some(text) = self.own.get(&hash) {
            return Some(text);
        }
        let redis = self.redis.as_ref()?;
        let mut connection = redis.connection();
        let call = connection.get::<_, Option<String>>(key(hash));
        let text = redis.ask(self.clock.now(), "documents", call).await??;
        // Whoever else writes into this Redis decides nothing.
        let text: Arc<str> = Some(text).filter(|text| TextHash::of(text) == hash)?.into();
        self.own.insert(hash, Arc::clone(&text));
        Some(text)
    }

    /// Keeps a text, unless it is very long; with `shared`, for all servers.
    pub async fn keep(&self, hash: TextHash, text: &str, shared: bool) {
        if text.len() > LONGEST {
            return;
        }
        self.own.insert(hash, text.into());
        if let Some(redis) = self.redis.as_ref().filter(|_| shared) {
            let mut connection = redis.connection();
            let call = connection.set_ex::<_, _, ()>(key(hash), text, SECONDS);
            redis.ask(self.clock.now(), "documents", call).await;
        }
    }
}

fn key(hash: TextHash) -> String {
    format!("qun:document:{}", hex(&hash.0))
}

#[cfg(test)]
mod tests {
    use qun_domain::time::Timestamp;

    use super::*;

    fn clock() -> Clock {
        Clock::fixed(Timestamp::from_millis(1_000_000).expect("a time"))
    }

    #[test]
    fn a_hash_is_written_in_one_way() {
        // The example of GraphQL over HTTP, appendix "Persisted Documents".
        let text = "query($id:ID!){user(id:$id){name}}";
        let hex = "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b";
        assert_eq!(TextHash::read(hex), Some(TextHash::of(text)));
        assert_eq!(crate::hex::hex(&TextHash::of(text).0), hex);
        for bad in ["", &hex[1..], &format!("{hex}0"), &hex.to_uppercase(), &format!("+{}", &hex[1..])] {
            assert_eq!(TextHash::read(bad), None, "{bad}");
        }
        assert_eq!(TextHash::read(&"é".repeat(32)), None);
    }

    #[tokio::test]
    async fn what_is_kept_is_found_again() {
        let texts = Texts::new(clock(), None);
        let hash = TextHash::of("{ a }");
        assert_eq!(texts.get(hash).await, None);
        texts.keep(hash, "{ a }", true).await;
        assert_eq!(texts.clone().get(hash).await.as_deref(), Some("{ a }"));
        let long = "x".repeat(LONGEST + 1);
        texts.keep(TextHash::of(&long), &long, true).await;
        assert_eq!(texts.get(TextHash::of(&long)).await, None);
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the server is the business of whoever runs the tests")]
    async fn redis_tells_the_other_servers() {
        let Ok(url) = std::env::var("QUN_TEST_REDIS_URL") else {
            eprintln!("skipped: QUN_TEST_REDIS_URL names no server");
            return;
        };
        let redis = Redis::connect(&url).await.expect("a server").with_much_patience();
        let texts = || Texts::new(clock(), Some(redis.clone()));
        let text = |what: &str| format!("{{ {what}{} }}", std::process::id());
        let (open, private, forged) = (text("open"), text("private"), text("forged"));
        let one = texts();
        one.keep(TextHash::of(&open), &open, true).await;
        one.keep(TextHash::of(&private), &private, false).await;
        let other = texts();
        assert_eq!(other.get(TextHash::of(&open)).await.as_deref(), Some(open.as_str()));
        assert_eq!(other.get(TextHash::of(&private)).await, None);
        let mut connection = redis.connection();
        let lives: i64 = connection.ttl(key(TextHash::of(&open))).await.expect("an answer");
        assert!(lives > 0, "it is forgotten one day");

        let () = connection.set_ex(key(TextHash::of(&forged)), &open, 60).await.expect("an answer");
        assert_eq!(other.get(TextHash::of(&forged)).await, None, "another text than its hash says");
    }
}
