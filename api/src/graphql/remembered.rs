//! What is known of texts that clients send again and again.

use moka::sync::Cache;

/// All texts together, in bytes.
const TEXTS: u64 = 1024 * 1024;

/// Of a longer text nothing is remembered.
const LONGEST: usize = 16 * 1024;

/// Values by text. Clones share them.
#[derive(Clone)]
pub(super) struct Remembered<V>(Cache<String, V>);

impl<V: Clone + Send + Sync + 'static> Remembered<V> {
    pub(super) fn new() -> Self {
        let weigh = |text: &String, _: &V| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(TEXTS).weigher(weigh).build())
    }

    pub(super) fn get(&self, text: &str) -> Option<V> {
        self.0.get(text)
    }

    /// Remembers a value, unless the text is too long.
    pub(super) fn keep(&self, text: String, value: V) {
        if is_short(&text) {
            self.0.insert(text, value);
        }
    }
}

/// Whether anything is remembered of the text.
pub(super) fn is_short(text: &str) -> bool {
    text.len() <= LONGEST
}
