//! What has let somebody in lately, so that not every request asks the database.

use std::hash::Hash;

use moka::sync::Cache;
use qun_domain::time::Timestamp;

/// How long something that was taken back may still let in, in milliseconds.
pub(super) const KEPT: i64 = 10 * Timestamp::SECOND;
/// How many values are remembered at most; a few megabytes.
const MOST: u64 = 10_000;

/// Values remembered for ten seconds.
pub(super) struct Recent<K, V>(Cache<K, (V, Timestamp)>);

impl<K, V> Default for Recent<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl<K, V> Recent<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(super) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        // A clock that was set back makes nothing fresh.
        let is_fresh = |at: Timestamp| (0..KEPT).contains(&(now.millis() - at.millis()));
        self.0.get(key).filter(|(_, at)| is_fresh(*at)).map(|(value, _)| value)
    }

    pub(super) fn put(&self, key: K, value: V, now: Timestamp) {
        self.0.insert(key, (value, now));
    }

    pub(super) fn forget(&self, key: &K) {
        self.0.invalidate(key);
    }

    pub(super) fn forget_all(&self) {
        self.0.invalidate_all();
    }
}
