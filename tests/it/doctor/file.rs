//! What may be wrong with a file of SQLite.

use std::fs;
use std::path::Path;

use qun_infra::clock::Clock;
use qun_infra::doctor::{Finding, Level, examine_database};
use tempfile::TempDir;

use super::{has_problem, one};
use crate::harness::{Backend, Store};

async fn examined(file: &Path) -> Vec<Finding> {
    examine_database(&format!("sqlite://{}", file.display()), &Clock::System).await
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made() {
    let dir = TempDir::new().expect("a directory");
    let found = examined(&dir.path().join("qun.db")).await;
    assert!(found.iter().all(|finding| finding.level != Level::Problem), "{found:?}");
    assert!(one(&found, "database").message.contains("`qun serve` makes it"), "{found:?}");
    assert_eq!(fs::read_dir(dir.path()).expect("a directory").count(), 0);
    let found = examined(&dir.path().join("nowhere/qun.db")).await;
    assert!(has_problem(&found, "database", "is not there"), "{found:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_a_problem() {
    let dir = TempDir::new().expect("a directory");
    let file = dir.path().join("qun.db");
    fs::write(&file, "not a database, but long enough to have a head".repeat(100)).expect("a file");
    assert!(examined(&file).await.iter().any(|finding| finding.level == Level::Problem));
}

#[tokio::test]
async fn damage_is_found() {
    let store = Store::migrated(Backend::Sqlite).await.expect("a file");
    let file = Path::new(store.url.trim_start_matches("sqlite://"));
    assert_eq!(one(&examined(file).await, "integrity").level, Level::Ok);
    // The second page is the root of some table or index.
    let mut bytes = fs::read(file).expect("a file");
    bytes[4096..4096 + 512].fill(0xff);
    fs::write(file, bytes).expect("a damaged file");
    let found = examined(file).await;
    assert!(found.iter().any(|finding| finding.level == Level::Problem), "{found:?}");
    store.remove().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;

    let store = Store::migrated(Backend::Sqlite).await.expect("a file");
    let file = Path::new(store.url.trim_start_matches("sqlite://"));
    for (mode, level) in [(0o600, Level::Ok), (0o640, Level::Ok), (0o644, Level::Warning)] {
        fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("a mode");
        assert_eq!(one(&examined(file).await, "file permissions").level, level, "{mode:o}");
    }
    store.remove().await;
}
