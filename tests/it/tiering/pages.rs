//! A page of scores costs what it shows, however far down the order it lies.

use std::collections::BTreeSet;

use qun_domain::groups::Scope;
use qun_infra::db::{OrgRead, TenantSql};
use qun_infra::tiering::{Rank, ScoreOrder, ScorePage, all_evaluations, score_pages};

use crate::harness::{Backend, Raw, TestQun, at, message, on_both};

const MEMBERS: usize = 300;
const PAGE: u32 = 20;

on_both!(pages_meet_where_scores_are_equal);

/// A group of which every tenth member writes, and the last page of its order of scores.
async fn scene(qun: &TestQun) -> (OrgRead, ScorePage) {
    let scope = qun.with_operator().await;
    let group = qun.group(&scope, "crowd", None).await;
    let joined = (0..MEMBERS).map(|n| message(format!("j{n}"), &format!("u{n}"), at("2026-05-04 08:00")));
    let wrote = (0..MEMBERS / 10).map(|n| message(format!("w{n}"), &format!("u{n}"), at("2026-07-06 08:00")));
    qun.recorded(&scope, "crowd", joined.chain(wrote).collect()).await;
    qun.evaluate(&scope, Scope::Group(group.id)).await;
    let read = qun.read(&scope);
    let evaluations = all_evaluations(&read, Scope::Group(group.id)).await.expect("evaluations");
    let evaluation = evaluations.last().expect("an evaluation").id;
    let first = ScorePage {
        evaluation,
        tier: None,
        to_review: false,
        order: ScoreOrder::Ranked,
        after: None,
        limit: PAGE,
    };
    (read, first)
}

/// The places of a page.
async fn places(read: &OrgRead, page: ScorePage) -> Vec<Rank> {
    let pages = score_pages(read, &[page]).await.expect("pages");
    pages[0].iter().map(|(row, _)| Rank::of(row.score, row.person)).collect()
}

async fn pages_meet_where_scores_are_equal(qun: &TestQun) {
    let (read, mut page) = scene(qun).await;
    let (mut seen, mut last) = (BTreeSet::new(), f64::INFINITY);
    loop {
        let places = places(&read, page).await;
        for place in &places {
            assert!(place.score() <= last, "the order falls");
            assert!(seen.insert(place.person), "nobody is shown twice");
            last = place.score();
        }
        page.after = places.last().copied();
        if places.len() < PAGE as usize {
            break;
        }
    }
    assert_eq!(seen.len(), MEMBERS);
}

#[tokio::test]
async fn a_page_far_down_reads_no_more_of_the_index() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let (read, mut page) = scene(&qun).await;
    qun.login().await.script("ANALYZE").await;
    while seen_from(&read, &mut page).await < MEMBERS - 2 * PAGE as usize {}
    let login = qun.login().await;
    let before = entries_read(&read, &login).await;
    assert_eq!(places(&read, page).await.len(), PAGE as usize);
    let read = entries_read(&read, &login).await - before;
    assert!((1..=2 * i64::from(PAGE)).contains(&read), "{read} entries were read for {PAGE} rows");
    drop(login);
    qun.close().await;
}

/// Turns to the next page; how many members lie before it.
async fn seen_from(read: &OrgRead, page: &mut ScorePage) -> usize {
    page.after = places(read, *page).await.last().copied();
    let rest = score_pages(read, &[ScorePage { limit: 1_000, ..*page }]).await.expect("pages");
    MEMBERS - rest[0].len()
}

/// How many entries of the index were ever read. A session tells the statistics of what it
/// did when it is asked to, else within a second.
async fn entries_read(read: &OrgRead, login: &Raw) -> i64 {
    read.rows("SELECT pg_stat_force_next_flush()::text WHERE $1::uuid IS NOT NULL", vec![])
        .await
        .expect("told");
    login
        .count(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'tier_score_ranked'",
            vec![],
        )
        .await
}
