//! A database of its own for each test.

use std::fs;
use std::path::{Path, PathBuf};

use qun_infra::db::migrate;
use tempfile::TempDir;

use super::server::{Server, migrations_hash};

/// Where a test keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// A file in a directory of its own.
    Sqlite,
    /// A database of its own on the server of the run.
    Postgres,
}

/// A database that lives as long as its test.
pub(crate) struct Store {
    pub(crate) url: String,
    home: Home,
}

enum Home {
    File(TempDir),
    Database { server: Server, name: String },
}

impl Store {
    /// A database with the schema in it; none where the back end is not there to be tested.
    pub(crate) async fn migrated(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let store = Self::file();
                let Home::File(dir) = &store.home else { return None };
                fs::copy(template().await, file_in(dir)).expect("a copy of the template");
                Some(store)
            }
            Backend::Postgres => {
                let (server, name) = (Server::find()?, fresh_name());
                server.create_migrated(&name).await;
                Some(Self { url: server.url_of(&name), home: Home::Database { server, name } })
            }
        }
    }

    /// A database with nothing in it.
    pub(crate) async fn empty(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => Some(Self::file()),
            Backend::Postgres => {
                let (server, name) = (Server::find()?, fresh_name());
                server.create(&name).await;
                Some(Self { url: server.url_of(&name), home: Home::Database { server, name } })
            }
        }
    }

    fn file() -> Self {
        let dir = TempDir::new().expect("a directory");
        Self { url: sqlite_url(&file_in(&dir)), home: Home::File(dir) }
    }

    /// Takes the database away. That of a failed test on Postgres stays, to be looked at.
    pub(crate) async fn remove(self) {
        match self.home {
            Home::File(dir) => dir.close().expect("a removed directory"),
            Home::Database { server, name } => server.remove(&name).await,
        }
    }
}

fn file_in(dir: &TempDir) -> PathBuf {
    dir.path().join("qun.db")
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn fresh_name() -> String {
    format!("qun_test_{:016x}", rand::random::<u64>())
}

/// A migrated file for the migrations of this checkout; it gets its name when it is
/// complete, so that processes may make it at the same time.
async fn template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = folder.join(format!("qun-template-{:016x}.db", migrations_hash()));
    if !template.exists() {
        let draft = TempDir::new_in(folder).expect("a directory");
        migrate(&sqlite_url(&file_in(&draft))).await.expect("migrations");
        fs::rename(file_in(&draft), &template).expect("the template");
    }
    template
}
