//! The Postgres server on which databases are made, and the templates there.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use qun_infra::db::migrate;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

/// Names the server, and a database on it to begin from; without it tests on
/// Postgres pass unrun.
const SERVER: &str = "QUN_TEST_POSTGRES_URL";

/// The session lock under which one test process makes the template that all use.
const LOCK: i64 = 0x7175_6e74;

/// A server on which databases may be made.
pub(super) struct Server {
    url: String,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "the server is the business of whoever runs the tests")]
    pub(super) fn find() -> Option<Self> {
        let server = std::env::var(SERVER).ok().map(|url| Self { url });
        if server.is_none() {
            eprintln!("skipped on Postgres: {SERVER} names no server");
        }
        server
    }

    /// The URL of a database on this server.
    pub(super) fn url_of(&self, name: &str) -> String {
        let (address, options) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let (base, _) = address.rsplit_once('/').expect("a URL with a database");
        let mark = if options.is_empty() { "" } else { "?" };
        format!("{base}/{name}{mark}{options}")
    }

    pub(super) async fn create(&self, name: &str) {
        self.run(&format!("CREATE DATABASE {name}")).await;
    }

    pub(super) async fn remove(&self, name: &str) {
        self.run(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }

    /// A new database with the schema in it, copied from a template.
    pub(super) async fn create_migrated(&self, name: &str) {
        let template = self.template().await;
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    }

    /// The template for the migrations of this checkout. Each test is a process of its
    /// own, so the first one makes it while the others wait; it gets its name when it
    /// is complete.
    async fn template(&self) -> String {
        let template = format!("qun_template_{:016x}", migrations_hash());
        let admin = self.connect().await;
        admin.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})")).await.expect("the lock");
        let is_there = Statement::from_string(
            admin.get_database_backend(),
            format!("SELECT 1 FROM pg_database WHERE datname = '{template}'"),
        );
        if admin.query_one_raw(is_there).await.expect("an answer").is_none() {
            let draft = format!("{template}_draft");
            self.run(&format!("DROP DATABASE IF EXISTS {draft}")).await;
            self.create(&draft).await;
            migrate(&self.url_of(&draft)).await.expect("migrations");
            self.run(&format!("ALTER DATABASE {draft} RENAME TO {template}")).await;
        }
        admin.close().await.expect("a closed connection");
        template
    }

    async fn run(&self, sql: &str) {
        let admin = self.connect().await;
        admin.execute_unprepared(sql).await.expect(sql);
        admin.close().await.expect("a closed connection");
    }

    async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(1).sqlx_logging(false);
        Database::connect(options).await.expect("a server")
    }
}

/// Changes with every text that a schema is made of.
pub(super) fn migrations_hash() -> u64 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("migration/src");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the migrations").map(|file| file.expect("a file").path()).collect();
    files.push(root.join("infra/src/db/migrate.rs"));
    files.sort();
    let mut hash = DefaultHasher::new();
    for file in files {
        fs::read(&file).expect("a readable file").hash(&mut hash);
    }
    hash.finish()
}
