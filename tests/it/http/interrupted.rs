//! Killed anywhere in an import, repeated, exact (issue 3, "Kill the server at any time").

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;
use tempfile::TempDir;

use super::process::{Qun, Server};
use crate::harness::Backend;

/// More rows than four batches take.
const ROWS: usize = 22_000;
const USERS: usize = 40;

#[tokio::test]
async fn sqlite_import() {
    a_killed_import_is_made_whole(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres_import() {
    a_killed_import_is_made_whole(Backend::Postgres).await;
}

#[tokio::test]
async fn sqlite_server() {
    a_killed_server_is_made_whole(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres_server() {
    a_killed_server_is_made_whole(Backend::Postgres).await;
}

/// A message every two minutes, some deleted, some of them before they come.
fn rows() -> String {
    let start = qun_domain::time::Timestamp::from_millis(1_767_225_600_000).expect("a time");
    let mut rows = String::new();
    for n in 0..ROWS {
        let ts = start.plus_millis(i64::try_from(n).expect("a number") * 120_000);
        let what = match n % 50 {
            17 => format!(r#""kind":"message_deleted","target":"r{}""#, n - 9),
            31 => format!(r#""kind":"message_deleted","target":"r{}""#, n + 3_000),
            40 => format!(r#""kind":"reaction","target":"r{}""#, n - 20),
            _ => r#""kind":"message","text":"早上好""#.to_owned(),
        };
        let user = (n * 7) % USERS;
        writeln!(rows, r#"{{"id":"r{n}","ts":"{ts}","group":"garden","user":"u{user}",{what}}}"#)
            .expect("a text");
    }
    rows
}

struct File {
    path: PathBuf,
    _dir: TempDir,
}

fn file(rows: &str) -> File {
    let dir = TempDir::new().expect("a directory");
    let path = dir.path().join("rows.ndjson");
    fs::write(&path, rows).expect("a file");
    File { path, _dir: dir }
}

/// Days and memberships come out of the rows as they were kept.
fn nothing_to_mend(qun: &Qun) {
    let found = qun.done(&["recompute", "--org", "acme", "--group", "garden"]);
    assert!(found.ends_with("mended days 0 mended memberships 0"), "{found}");
}

async fn a_killed_import_is_made_whole(backend: Backend) {
    let Some(qun) = Qun::new(backend).await else { return };
    let file = file(&rows());
    let import = ["import", "--org", "acme", file.path.to_str().expect("a path")];
    for batches in [0, 1, 3] {
        let mut running = qun.start(&import);
        qun.batches(batches, &mut running).await;
        running.kill();
    }
    let kept = qun.interactions().await;
    assert!(kept > 0, "a batch that was committed is kept");
    let told = qun.done(&import);
    let whole = i64::try_from(ROWS).expect("a count");
    assert_eq!(told, format!("accepted {} · duplicates {kept} · conflicts 0 · refused 0", whole - kept));
    assert_eq!(qun.interactions().await, whole);
    nothing_to_mend(&qun);
    let again = qun.done(&import);
    assert_eq!(again, format!("accepted 0 · duplicates {whole} · conflicts 0 · refused 0"));
    qun.close().await;
}

fn send(server: &Server, token: &str) -> impl Future<Output = reqwest::Result<reqwest::Response>> + use<> {
    let request = reqwest::Client::new().post(server.at("/v1/interactions")).bearer_auth(token);
    request.header("content-type", "application/x-ndjson").body(rows()).send()
}

async fn a_killed_server_is_made_whole(backend: Backend) {
    let Some(qun) = Qun::new(backend).await else { return };
    let (token, whole) = (qun.token(), i64::try_from(ROWS).expect("a count"));
    // The first row founds the group, which this door does not.
    let first = file(rows().lines().next().expect("a row"));
    qun.done(&["import", "--org", "acme", first.path.to_str().expect("a path")]);
    for batches in [2, 4] {
        let mut server = qun.serve().await;
        let sent = send(&server, &token);
        let killed = async {
            qun.batches(batches, &mut server.running).await;
            server.running.kill();
        };
        // Whether the answer still came is a matter of luck.
        let _ = tokio::join!(sent, killed);
    }
    let kept = qun.interactions().await;
    assert!(kept > 1, "a batch that was committed is kept");
    let server = qun.serve().await;
    let answer = send(&server, &token).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let told: Json = answer.json().await.expect("JSON");
    assert_eq!((told["accepted"].as_i64(), told["duplicates"].as_i64()), (Some(whole - kept), Some(kept)));
    assert_eq!((told["rejected"].as_i64(), told["errorsTruncated"].as_bool()), (Some(0), Some(false)));
    assert_eq!(qun.interactions().await, whole);
    drop(server);
    nothing_to_mend(&qun);
    qun.close().await;
}
