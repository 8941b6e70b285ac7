//! Who goes through the one door without a tenant. A reviewer reads this list.

use std::fs;
use std::path::{Path, PathBuf};

const DOOR: &str = "SystemTx::";

/// Each file that opens it, and how often.
const WHO: [&str; 10] = [
    "access/add_account.rs 1",
    "access/create_organization.rs 1",
    "access/keys.rs 3",
    "access/log_in.rs 2",
    "access/operator.rs 1",
    "access/viewer.rs 1",
    "activity/ingest.rs 1",
    "jobs/table.rs 5",
    "streams/relay.rs 3",
    "tenancy/read.rs 2",
];

#[test]
fn who_opens_the_system_door() {
    let infra = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/src");
    let mut found = Vec::new();
    for file in files_of(&infra) {
        let name = file.strip_prefix(&infra).expect("a file of infra");
        if name.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let times = fs::read_to_string(&file).expect("a readable file").matches(DOOR).count();
        if times > 0 {
            found.push(format!("{} {times}", name.display()));
        }
    }
    found.sort();
    assert_eq!(found, WHO);
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    folders.iter().flat_map(|folder| files_of(folder)).chain(files).collect()
}
