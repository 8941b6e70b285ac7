//! Ids for rows of a file that has none.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use sha2::{Digest, Sha256};

/// Makes the ids, and remembers what stood in the last two days of the file: an
/// export stands in the order of time.
#[derive(Debug, Default)]
pub(super) struct Identities {
    seen: HashMap<u128, (u32, NaiveDate)>,
    latest: Option<NaiveDate>,
}

impl Identities {
    /// The id of what `parts` say at `local`.
    ///
    /// The local time, not the instant: another zone given at the next import
    /// must not double the group.
    pub(super) fn next(&mut self, local: NaiveDateTime, parts: &[&str]) -> String {
        let mut hash = Sha256::new();
        hash.update(local.and_utc().timestamp_millis().to_le_bytes());
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let base = number(hash.clone());
        hash.update(self.occurrence(base, local.date()).to_le_bytes());
        format!("wa-{:032x}", number(hash))
    }

    fn occurrence(&mut self, base: u128, date: NaiveDate) -> u32 {
        if self.latest.is_none_or(|latest| latest < date) {
            self.latest = Some(date);
            self.seen.retain(|_, (_, seen)| date - *seen <= TimeDelta::days(1));
        }
        let (count, _) = self.seen.entry(base).or_insert((0, date));
        *count += 1;
        *count
    }
}

fn number(hash: Sha256) -> u128 {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(bytes)
}
