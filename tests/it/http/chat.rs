//! A chat log as it is sent, and what it comes to, worked out beside the server.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use qun_domain::time::Timestamp;
use serde_json::{Value as Json, json};

use crate::harness::{SHANGHAI, now};

/// Bytes of text that the server commits at once, see `infra/src/activity/ingest.rs`.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of one text.
const TEXT: usize = 32 * 1024;
/// Messages of one batch.
pub(super) const BATCH: usize = BATCH_BYTES / TEXT;
/// Members who write.
const AUTHORS: usize = 5;

/// A message as one line, with its line break.
pub(super) fn message(id: &str, user: &str, ts: Timestamp, text: &str) -> String {
    line(&json!({ "id": id, "kind": "message", "ts": ts.to_string(), "user": user, "text": text }))
}

pub(super) fn line(row: &Json) -> String {
    format!("{row}\n")
}

/// Lines, and the days that they come to.
pub(super) struct Chat {
    lines: Vec<String>,
    days: Vec<Json>,
}

impl Chat {
    /// Messages of the last three days, long enough that `batches` of them take that many
    /// transactions, and among them joins, leaves and deletions.
    pub(super) fn of(batches: f64) -> Self {
        let start = now().plus_millis(-3 * Timestamp::DAY);
        let minutes = 3 * 24 * 60;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
        let count = (batches * BATCH as f64) as usize;
        let text = "x".repeat(TEXT);
        let (mut lines, mut messages, mut deleted) = (Vec::new(), Vec::new(), BTreeSet::new());
        for n in 0..count {
            let minute = i64::try_from(n * 7).expect("few rows") % minutes;
            let ts = start.plus_millis(minute * 60 * Timestamp::SECOND);
            let (id, author) = (format!("m{n}"), format!("u{}", n * n % AUTHORS));
            lines.push(message(&id, &author, ts, &text));
            messages.push((id, author, ts));
            let also = |kind: &str| json!({ "id": format!("{kind}{n}"), "kind": kind, "ts": ts.to_string() });
            match n % 20 {
                3 => lines.push(line(&with(also("join"), "user", "guest"))),
                13 => lines.push(line(&with(also("leave"), "user", "guest"))),
                17 => {
                    let target = format!("m{}", n - 10);
                    lines.push(line(&with(
                        with(also("message_deleted"), "user", "guest"),
                        "target",
                        &target,
                    )));
                    deleted.insert(target);
                }
                _ => {}
            }
        }
        let days = days(messages.iter().filter(|(id, _, _)| !deleted.contains(id)));
        Self { lines, days }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> u64 {
        self.lines.len() as u64
    }

    /// Lines up to those of so many messages.
    pub(super) fn until(&self, messages: usize) -> String {
        let end = self.lines.iter().position(|line| line.contains(&format!("\"m{messages}\"")));
        self.lines[..end.unwrap_or(self.lines.len())].concat()
    }

    pub(super) fn whole(&self) -> String {
        self.lines.concat()
    }

    /// What `qun export` has to print.
    pub(super) fn days(&self) -> &[Json] {
        &self.days
    }
}

fn with(mut row: Json, key: &str, value: &str) -> Json {
    row[key] = value.into();
    row
}

fn days<'a>(messages: impl Iterator<Item = &'a (String, String, Timestamp)>) -> Vec<Json> {
    let mut days: BTreeMap<NaiveDate, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for (_, author, ts) in messages {
        let (count, authors) = days.entry(ts.local_date(SHANGHAI)).or_default();
        *count += 1;
        authors.insert(author);
    }
    days.iter()
        .map(|(day, (count, authors))| json!({ "day": day, "messages": count, "speakers": authors.len() }))
        .collect()
}
