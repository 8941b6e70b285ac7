//! An installation that is served: its own database, its own process, the system's clock.

use std::fs;
use std::path::PathBuf;

use qun_domain::time::Timestamp;
use qun_infra::clock::Clock;
use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::join;

use super::binary::{Ran, run};
use super::{Backend, Process, Raw, Store, books};

/// Names the Redis that servers on Postgres share; without it they have none.
const REDIS: &str = "QUN_TEST_REDIS_URL";

/// The password of every account.
pub(crate) const PASSWORD: &str = "correct horse 电池";

/// A server on a database, with the organizations that a test founds.
pub(crate) struct Served {
    pub(crate) backend: Backend,
    pub(crate) process: Process,
    flags: Vec<String>,
    home: TempDir,
    store: Store,
}

impl Served {
    /// A fresh one; none where the back end is not there to be tested.
    pub(crate) async fn new(backend: Backend) -> Option<Self> {
        let store = Store::migrated(backend).await?;
        let (flags, home) = (flags(backend), TempDir::new().expect("a directory"));
        let process = start(&store.url, &flags, &home).listens().await;
        Some(Self { backend, process, flags, home, store })
    }

    /// Two servers that are started at once on a database with nothing in it.
    pub(crate) async fn twins(backend: Backend) -> Option<(Self, Process)> {
        let store = Store::empty(backend).await?;
        let (flags, home) = (flags(backend), TempDir::new().expect("a directory"));
        let (one, two) = (start(&store.url, &flags, &home), start(&store.url, &flags, &home));
        let (process, other) = join!(one.listens(), two.listens());
        Some((Self { backend, process, flags, home, store }, other))
    }

    /// Kills the server, checks the books and takes the database away.
    pub(crate) async fn close(mut self) {
        self.process.kill();
        books::balance(&self.raw().await).await;
        self.store.remove().await;
    }

    /// A further server on the same database.
    pub(crate) async fn another(&self) -> Process {
        start(&self.store.url, &self.flags, &self.home).listens().await
    }

    /// Starts a server anew with further flags, for itself and for those after it.
    pub(crate) async fn restart_with(&mut self, flags: &[&str]) {
        self.process.kill();
        self.flags.extend(flags.iter().map(|&flag| flag.to_owned()));
        self.restart().await;
    }

    /// Starts a server anew that has no Redis, and so those after it.
    pub(crate) async fn restart_without_redis(&mut self) {
        self.process.kill();
        let mut flags = std::mem::take(&mut self.flags).into_iter();
        while let Some(flag) = flags.next() {
            if flag == "--redis-url" {
                flags.next();
            } else {
                self.flags.push(flag);
            }
        }
        self.restart().await;
    }

    /// Starts a server anew, in place of one that has ended.
    pub(crate) async fn restart(&mut self) {
        self.process = self.another().await;
    }

    /// Runs a command beside the server, to its end.
    pub(crate) async fn run(&self, args: &[&str]) -> Ran {
        run(&self.store.url, args).await
    }

    /// What a command prints that succeeds.
    pub(crate) async fn printed(&self, args: &[&str]) -> String {
        let ran = self.run(args).await;
        assert_eq!(ran.code, Some(0), "qun {}: {}", args.join(" "), ran.err);
        ran.out.trim().to_owned()
    }

    /// An organization of Shanghai with the account `owner`; the owner's token.
    pub(crate) async fn found(&self, slug: &str) -> String {
        let email = email(slug, "owner");
        let create = ["org", "create", "--slug", slug, "--name", slug, "--time-zone", "Asia/Shanghai"];
        let owner = ["--owner-email", &email, "--owner-password", PASSWORD];
        self.printed(&[&create[..], &owner[..]].concat()).await;
        self.token(slug, "owner").await
    }

    /// A further account; its token.
    pub(crate) async fn join(&self, slug: &str, name: &str, role: &str) -> String {
        let email = email(slug, name);
        let (role, rank) = role.split_once('/').map_or((role, None), |(role, rank)| (role, Some(rank)));
        let mut add = vec!["account", "add", "--org", slug, "--email", &email, "--role", role];
        add.extend(rank.iter().flat_map(|rank| ["--rank", rank]));
        self.printed(&[&add[..], &["--password", PASSWORD]].concat()).await;
        self.token(slug, name).await
    }

    /// A token by the command line, for longer than any test.
    pub(crate) async fn token(&self, slug: &str, name: &str) -> String {
        self.printed(&["token", "--org", slug, "--email", &email(slug, name), "--minutes", "60"]).await
    }

    /// A group of Shanghai, made over HTTP.
    pub(crate) async fn group(&self, token: &str, name: &str) {
        let create = format!(
            "mutation {{ createGroup(input: {{name: {name:?}, platform: OTHER, timeZone: \"Asia/Shanghai\"}}) {{
               group {{ name }} userErrors {{ code }}
             }} }}"
        );
        let data = self.process.data(token, &create).await;
        assert_eq!(data["createGroup"]["group"]["name"], name, "{data}");
    }

    /// The days of a group as `qun export` prints them.
    pub(crate) async fn exported(&self, slug: &str, group: &str) -> Vec<Json> {
        let printed = self.printed(&["export", "--org", slug, "activity", "--group", group]).await;
        printed.lines().map(|line| serde_json::from_str(line).expect("a row of JSON")).collect()
    }

    /// The database without any wall, through a connection beside the server's.
    pub(crate) async fn raw(&self) -> Raw {
        Raw::open(self.backend, &self.store.url, "qun_system").await
    }

    /// How many rows there are, of all organizations.
    pub(crate) async fn rows(&self) -> i64 {
        self.raw().await.count("SELECT COUNT(*) FROM interaction", vec![]).await
    }

    pub(crate) fn url(&self) -> &str {
        &self.store.url
    }

    /// A file in a directory of the test's own.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.home.path().join(name);
        fs::write(&path, content).expect("a file");
        path
    }
}

/// The time by the clock that the server goes by.
pub(crate) fn now() -> Timestamp {
    Clock::System.now()
}

/// Where the accounts of the harness get their mail.
pub(crate) fn email(slug: &str, name: &str) -> String {
    format!("{name}@{slug}.example")
}

#[expect(clippy::disallowed_methods, reason = "the Redis is the business of whoever runs the tests")]
pub(crate) fn redis() -> Option<String> {
    std::env::var(REDIS).ok()
}

/// What every server of a test is told: to stop within seconds, and where Redis is.
fn flags(backend: Backend) -> Vec<String> {
    let mut flags = vec!["--shutdown-seconds".to_owned(), "12".to_owned()];
    if let (Backend::Postgres, Some(url)) = (backend, redis()) {
        flags.extend(["--redis-url".to_owned(), url]);
    }
    flags
}

/// A server with a log of its own.
fn start(url: &str, flags: &[String], home: &TempDir) -> Process {
    let (_, log) = tempfile::Builder::new()
        .prefix("serve-")
        .suffix(".log")
        .tempfile_in(home)
        .and_then(|file| Ok(file.keep()?))
        .expect("a log");
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    Process::spawn(url, &flags, &log)
}
