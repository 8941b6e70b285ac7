//! The binary that is served: the one beside the tests, run as a process of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// What a command of the binary left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The command line `qun --database-url URL ARGS…`. Settings of whoever runs the tests do
/// not reach it.
pub(crate) fn command(database: &str, args: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.env_clear().args(["--database-url", database]).args(args).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) async fn run(database: &str, args: &[&str]) -> Ran {
    let mut command = tokio::process::Command::from(command(database, args));
    let output = command.kill_on_drop(true).output().await.expect("a binary that starts");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// `target/PROFILE/qun`, built where it is missing or older than what it is made of.
fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.ancestors().nth(2).expect("target/PROFILE/deps").to_owned();
    let binary = profile.join(format!("qun{}", std::env::consts::EXE_SUFFIX));
    let built = fs::metadata(&binary).and_then(|file| file.modified()).ok();
    if built.is_none_or(|built| built < newest_source()) {
        eprintln!("{} is missing or old: building it", binary.display());
        build(&profile);
    }
    binary
}

/// Cargo lets one process build at a time, so tests that begin together build once.
fn build(profile: &Path) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--package", "qun-api", "--bin", "qun", "--target-dir"]);
    cargo.arg(profile.parent().expect("target")).current_dir(root());
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().expect("cargo").success(), "the binary cannot be built");
    // Cargo leaves a binary alone whose sources were touched and say the same.
    let binary = fs::File::open(profile.join("qun")).expect("the binary");
    binary.set_modified(newest_source().max(modified(&profile.join("qun")))).expect("a file's time");
}

fn newest_source() -> SystemTime {
    let mut newest = modified(&root().join("Cargo.lock"));
    let mut folders: Vec<PathBuf> =
        ["api", "domain", "infra", "migration"].iter().map(|part| root().join(part)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                newest = newest.max(modified(&path));
            }
        }
    }
    newest
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|file| file.modified()).expect("a file's time")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
