//! An import that dies anywhere is made whole by repeating it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use qun_domain::activity::{Batch, RecordInteractions, Row, Submitted, UnknownGroups, What};
use qun_domain::time::Timestamp;
use qun_infra::db::OrgScope;

use super::{derived, model};
use crate::harness::{TestQun, at, message, on_both, row};

on_both!(what_was_dropped_is_made_whole);

const GROUP: &str = "garden";
const ROWS: usize = 60;
const BATCH: usize = 12;

async fn what_was_dropped_is_made_whole(qun: &TestQun) {
    let scope = qun.with_operator().await;
    qun.group(&scope, GROUP, None).await;
    let rows = rows();
    let (mut polls, mut drops) = (1, 0);
    // 1, 2, 3, …, 8, 9, 11, 13, … awaits, until an import gets to its end. How many a batch
    // takes is not the same each time: small steps do not pass over all five of them.
    let (accepted, duplicates) = loop {
        match dropped_after(polls, import(qun, &scope, &rows)).await {
            Some(totals) => break totals,
            None => drops += 1,
        }
        polls += polls.div_ceil(8);
    };
    assert!(drops > 5, "only {drops} imports were dropped");
    assert_eq!(accepted + duplicates, ROWS as u64);
    assert!(duplicates > 0, "no batch of a dropped import was kept");
    assert_eq!(import(qun, &scope, &rows).await, (0, ROWS as u64));

    let raw = qun.system().await;
    let expected = model::expected(&rows.iter().collect::<Vec<_>>());
    assert_eq!(derived::derived(&raw, GROUP).await, expected);
}

/// As an import does it: batches in order, each in a transaction of its own.
async fn import(qun: &TestQun, scope: &OrgScope, rows: &[Row]) -> (u64, u64) {
    let (mut accepted, mut duplicates) = (0, 0);
    for rows in rows.chunks(BATCH) {
        let rows = (1..).zip(rows).map(|(position, row)| Submitted { position, row: row.clone() });
        let batch = Batch {
            rows: rows.collect(),
            group: Some(GROUP.parse().expect("a name")),
            source: None,
            unknown_groups: UnknownGroups::Refuse,
        };
        let recorded = qun.done(scope, RecordInteractions(batch)).await;
        accepted += recorded.accepted;
        duplicates += recorded.duplicates;
    }
    (accepted, duplicates)
}

/// The future's output, or nothing where it was still waiting after so many polls and was dropped.
async fn dropped_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Messages of three users, some of them deleted; a member who leaves and comes back.
fn rows() -> Vec<Row> {
    let start = at("2026-07-01 08:00");
    (0..ROWS)
        .map(|n| {
            let ts = start.plus_millis(i64::try_from(n).expect("few rows") * 1_800 * Timestamp::SECOND);
            let (id, user) = (format!("r{n}"), format!("u{}", n % 3));
            match n % 10 {
                7 => row(id, &user, ts, What::MessageDeleted { target: format!("r{}", n - 3), by: None }),
                8 => row(id, "u9", ts, What::Join { invited_by: Some(user), via: None }),
                9 => row(id, "u9", ts, What::Leave),
                _ => message(id, &user, ts),
            }
        })
        .collect()
}
