//! Who goes through the one door without a tenant, and who goes past the doors. A reviewer
//! reads these lists.

use std::fs;
use std::path::{Path, PathBuf};

const DOOR: &str = "SystemTx::";

/// Connections of the operator's command line, behind all walls.
const PLAIN: &str = "Plain::";

/// Each file that opens the door, and how often.
const WHO: [&str; 29] = [
    "access/accounts.rs 2",
    "access/add_account.rs 1",
    "access/api_keys.rs 1",
    "access/create_organization.rs 1",
    "access/invitations/accept.rs 1",
    "access/invitations/letters.rs 2",
    "access/invitations/mod.rs 1",
    "access/keys.rs 3",
    "access/log_in.rs 1",
    "access/mailed.rs 4",
    "access/members.rs 1",
    "access/new_password.rs 2",
    "access/own_sessions.rs 1",
    "access/provider/complete.rs 5",
    "access/provider/mod.rs 2",
    "access/refresh.rs 2",
    "access/second_factor/end.rs 2",
    "access/second_factor/enroll.rs 3",
    "access/second_factor/mod.rs 1",
    "access/second_factor/proof.rs 1",
    "access/sessions.rs 1",
    "access/sign_up.rs 1",
    "access/update_account.rs 1",
    "access/viewer.rs 1",
    "activity/ingest.rs 1",
    "audit/seal.rs 2",
    "jobs/table.rs 6",
    "streams/relay.rs 3",
    "tenancy/read.rs 2",
];

/// Each file that opens a plain connection, and how often: none that serves.
const WHO_PLAIN: [&str; 4] =
    ["db/moving/rows.rs 2", "db/moving/sides.rs 7", "doctor/postgres.rs 4", "doctor/sqlite.rs 1"];

#[test]
fn who_opens_the_system_door() {
    assert_eq!(who_says(DOOR), WHO);
}

#[test]
fn who_opens_plain_connections() {
    assert_eq!(who_says(PLAIN), WHO_PLAIN);
}

fn who_says(what: &str) -> Vec<String> {
    let infra = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/src");
    let mut found = Vec::new();
    for file in files_of(&infra) {
        let name = file.strip_prefix(&infra).expect("a file of infra");
        if name.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let times = fs::read_to_string(&file).expect("a readable file").matches(what).count();
        if times > 0 {
            found.push(format!("{} {times}", name.display()));
        }
    }
    found.sort();
    found
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    folders.iter().flat_map(|folder| files_of(folder)).chain(files).collect()
}
