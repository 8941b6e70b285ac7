//! Single rows: what is refused, what stays, what is replaced, what is forgotten.

use qun_domain::activity::{MAX_LINE_BYTES, Row, RowCode, RowError, UnknownGroups, parse};
use qun_domain::time::Timestamp;
use qun_infra::activity::{Ingest, IngestSettings};

use crate::harness::{Raw, TestQun, at, event, message, on_both};

on_both!(
    bad_rows_do_not_stop_good_ones,
    the_first_row_of_an_id_stays,
    the_latest_version_of_an_event_holds,
    old_texts_are_not_kept,
);

/// Lines between good ones, each breaking the rule of its code.
fn bad_line(code: RowCode) -> Vec<u8> {
    let long = "x".repeat(201);
    let line = match code {
        RowCode::NotUtf8 => return b"{\"id\": \"\xff\"}".to_vec(),
        RowCode::NotJson => r#"{"id": "b1", "kind": "leave""#.to_owned(),
        RowCode::NotAnObject => "[1]".to_owned(),
        RowCode::Missing => r#"{"id":"b","kind":"reaction","ts":"2026-07-01T09:00:00Z","user":"ann"}"#.to_owned(),
        RowCode::WrongType => r#"{"id":"b","kind":"leave","ts":"2026-07-01T09:00:00Z","user":7}"#.to_owned(),
        RowCode::Empty => r#"{"id":"b","kind":"leave","ts":"2026-07-01T09:00:00Z","user":""}"#.to_owned(),
        RowCode::TooLong => {
            format!(r#"{{"id":"{long}","kind":"leave","ts":"2026-07-01T09:00:00Z","user":"ann"}}"#)
        }
        RowCode::UnknownKind => r#"{"id":"b","kind":"sneeze","ts":"2026-07-01T09:00:00Z","user":"ann"}"#.to_owned(),
        RowCode::BadTime => r#"{"id":"b","kind":"leave","ts":"2026-07-01 09:00","user":"ann"}"#.to_owned(),
        RowCode::InTheFuture => r#"{"id":"b","kind":"leave","ts":"2031-07-01T09:00:00Z","user":"ann"}"#.to_owned(),
        RowCode::OutOfRange => {
            r#"{"id":"b","kind":"contribution_accepted","ts":"2026-07-01T09:00:00Z","user":"ann","item":"i","points":60}"#
                .to_owned()
        }
        RowCode::UnknownValue => {
            r#"{"id":"b","kind":"message","ts":"2026-07-01T09:00:00Z","user":"ann","media":["smell"]}"#.to_owned()
        }
        RowCode::EndsBeforeStarts => {
            r#"{"id":"b","kind":"event","ts":"2026-07-01T09:00:00Z","startsAt":"2026-07-02T09:00:00Z","endsAt":"2026-07-02T08:00:00Z"}"#
                .to_owned()
        }
        RowCode::LineTooLong => "x".repeat(MAX_LINE_BYTES + 1),
        RowCode::Conflict => {
            r#"{"id":"g0","kind":"leave","ts":"2026-07-01T09:00:00Z","user":"ann","group":"garden"}"#.to_owned()
        }
        RowCode::NoGroup => r#"{"id":"b","kind":"leave","ts":"2026-07-01T09:00:00Z","user":"ann"}"#.to_owned(),
        RowCode::UnknownGroup => {
            r#"{"id":"b","kind":"leave","ts":"2026-07-01T09:00:00Z","user":"ann","group":"desert"}"#.to_owned()
        }
    };
    line.into_bytes()
}

/// As the doors read a line.
fn read(line: &[u8], now: Timestamp) -> Result<Row, RowError> {
    if line.len() > MAX_LINE_BYTES { Err(RowError::of_line(RowCode::LineTooLong)) } else { parse(line, now) }
}

fn good_line(n: usize) -> Vec<u8> {
    format!(r#"{{"id":"g{n}","kind":"message","ts":"2026-07-01T09:00:00Z","user":"ann","group":"garden","text":"hi"}}"#)
        .into_bytes()
}

async fn bad_rows_do_not_stop_good_ones(qun: &TestQun) {
    let scope = qun.with_operator().await;
    qun.group(&scope, "garden", None).await;
    let settings = IngestSettings { group: None, source: None, unknown_groups: UnknownGroups::Refuse };
    let mut ingest = Ingest::new(&qun.writer, &scope, settings);
    let now = qun.clock.now();
    let codes = RowCode::ALL;
    for (n, code) in codes.iter().enumerate() {
        let position = 2 * n as u64;
        ingest.push(position, read(&good_line(n), now)).await.expect("a row taken");
        ingest.push(position + 1, read(&bad_line(*code), now)).await.expect("a row taken");
    }
    let totals = ingest.finish().await.expect("rows taken");
    let told: Vec<_> =
        totals.errors.iter().map(|rejected| (rejected.position, rejected.error.code)).collect();
    let expected: Vec<_> = codes.iter().enumerate().map(|(n, code)| (2 * n as u64 + 1, *code)).collect();
    assert_eq!(told, expected);
    assert_eq!(
        (totals.accepted, totals.rejected, totals.conflicts),
        (codes.len() as u64, codes.len() as u64, 1)
    );
    assert!(!totals.errors_truncated());
}

async fn the_first_row_of_an_id_stays(qun: &TestQun) {
    let scope = qun.with_operator().await;
    qun.group(&scope, "garden", None).await;
    let first = message("m1", "ann", at("2026-07-02 09:00"));
    let other = message("m1", "bob", at("2026-07-01 09:00"));
    let both = qun.record(&scope, "garden", [first.clone(), other.clone()]).await;
    assert_eq!((both.accepted, both.conflicts), (1, 1), "in one batch");
    let again = qun.record(&scope, "garden", [other, first]).await;
    assert_eq!((again.accepted, again.duplicates, again.conflicts), (0, 1, 1), "in a later one");
    assert_eq!(again.errors[0].position, 1);
    assert_eq!(users(&qun.system().await).await, ["ann"]);

    let from_elsewhere =
        Row { source: Some("archive".to_owned()), ..message("m1", "bob", at("2026-07-01 09:00")) };
    assert_eq!(
        qun.record(&scope, "garden", [from_elsewhere]).await.accepted,
        1,
        "another source is another id"
    );
}

async fn users(raw: &Raw) -> Vec<String> {
    raw.texts("SELECT external_id FROM person_identity ORDER BY external_id", vec![]).await
}

async fn the_latest_version_of_an_event_holds(qun: &TestQun) {
    let scope = qun.with_operator().await;
    let starts = at("2026-07-10 19:00");
    let versions = [
        event("e1", at("2026-07-01 09:00"), starts, false),
        event("e1", at("2026-07-02 09:00"), starts, true),
        event("e1", at("2026-07-03 09:00"), starts.plus_millis(Timestamp::DAY), false),
    ];
    for (n, order) in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]].into_iter().enumerate() {
        let group = format!("garden {n}");
        qun.group(&scope, &group, None).await;
        for index in order {
            let row = Row { source: Some(group.clone()), ..versions[index].clone() };
            qun.recorded(&scope, &group, vec![row]).await;
        }
        let again = Row { source: Some(group.clone()), ..versions[1].clone() };
        assert_eq!(qun.record(&scope, &group, [again]).await.duplicates, 1);
        let changed = Row { source: Some(group.clone()), ..event("e1", versions[1].ts, starts, false) };
        assert_eq!(
            qun.record(&scope, &group, [changed]).await.conflicts,
            1,
            "of one instant the first stays"
        );

        let sql = "SELECT COUNT(*) FROM event_version WHERE source = $1 AND latest AND starts_at = $2 AND NOT cancelled";
        let starts_at = starts.plus_millis(Timestamp::DAY).millis();
        let raw = qun.system().await;
        assert_eq!(raw.count(sql, vec![group.as_str().into(), starts_at.into()]).await, 1, "{order:?}");
        let sql = "SELECT COUNT(*) FROM event_version WHERE source = $1 AND latest";
        assert_eq!(raw.count(sql, vec![group.as_str().into()]).await, 1, "{order:?}");
    }
}

async fn old_texts_are_not_kept(qun: &TestQun) {
    let scope = qun.with_operator().await;
    qun.group(&scope, "garden", None).await;
    // 180 local days before 2026-07-15.
    let kept_from = at("2026-01-16 00:00");
    let rows = vec![message("old", "ann", kept_from.plus_millis(-1)), message("new", "ann", kept_from)];
    qun.recorded(&scope, "garden", rows).await;
    let raw = qun.system().await;
    let with_text = raw.texts("SELECT source_id FROM interaction WHERE text IS NOT NULL", vec![]).await;
    assert_eq!(with_text, ["new"]);
    let lengths = raw.count("SELECT COUNT(*) FROM interaction WHERE length = 3", vec![]).await;
    assert_eq!(lengths, 2, "what counting needs stays");
    let again = qun.record(&scope, "garden", [message("old", "ann", kept_from.plus_millis(-1))]).await;
    assert_eq!(again.duplicates, 1, "and so does what tells duplicates from conflicts");
}
