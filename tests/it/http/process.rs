//! `qun` as a process of its own.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use crate::harness::{Backend, Store, balance};

/// An organization's owner in these tests.
pub(super) const OWNER: &str = "owner@acme.example";

/// How often something that will come is looked for.
const GLANCE: Duration = Duration::from_millis(5);

/// A database, and the binary to run on it.
pub(super) struct Qun {
    pub(super) backend: Backend,
    store: Store,
}

/// The binary, brought up to date: a runner of single packages does not build it.
fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let built = build.args(["build", "--quiet", "--workspace", "--all-targets"]).status();
        assert!(built.expect("cargo").success(), "the binary does not build");
        let test = std::env::current_exe().expect("this test");
        test.ancestors().nth(2).expect("the folder of binaries").join("qun")
    })
}

impl Qun {
    /// A database with the organization `acme` in it.
    pub(super) async fn new(backend: Backend) -> Option<Self> {
        let qun = Self { backend, store: Store::migrated(backend).await? };
        qun.found("acme");
        Some(qun)
    }

    pub(super) fn found(&self, slug: &str) {
        let create = ["org", "create", "--slug", slug, "--name", slug, "--time-zone", "Asia/Shanghai"];
        self.done(
            &[&create[..], &["--owner-email", OWNER, "--owner-password", "correct horse battery"]].concat(),
        );
    }

    pub(super) fn url(&self) -> &str {
        &self.store.url
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(["--database-url", &self.store.url, "--log", "error"]).args(args).stdin(Stdio::null());
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("qun")
    }

    /// What a command that succeeds prints.
    pub(super) fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "qun {}: {errors}", args.join(" "));
        String::from_utf8(output.stdout).expect("a text").trim().to_owned()
    }

    pub(super) fn start(&self, args: &[&str]) -> Running {
        let mut command = self.command(args);
        Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("qun"))
    }

    /// A server that listens.
    pub(super) async fn serve(&self) -> Server {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let address = free.to_string();
        let mut running = self.start(&["serve", "--listen", &address]);
        while TcpStream::connect(&address).is_err() {
            assert!(running.runs(), "qun serve ended");
            tokio::time::sleep(GLANCE).await;
        }
        Server { running, address }
    }

    pub(super) fn token(&self) -> String {
        self.done(&["token", "--org", "acme", "--email", OWNER])
    }

    /// Waits until the audit log tells of so many batches, or `running` has ended.
    pub(super) async fn batches(&self, least: i64, running: &mut Running) {
        let raw = self.store.system(self.backend).await;
        let sql = "SELECT COUNT(*) FROM audit_log WHERE verb = 'activity.record'";
        while raw.count(sql, vec![]).await < least && running.runs() {
            tokio::time::sleep(GLANCE).await;
        }
    }

    pub(super) async fn interactions(&self) -> i64 {
        let raw = self.store.system(self.backend).await;
        raw.count("SELECT COUNT(*) FROM interaction", vec![]).await
    }

    pub(super) async fn close(self) {
        balance(&self.store.system(self.backend).await).await;
        self.store.remove().await;
    }
}

/// A process that ends with its value.
pub(super) struct Running(Child);

impl Running {
    pub(super) fn runs(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_none()
    }

    /// Ends it as a loss of power would: SIGKILL.
    pub(super) fn kill(&mut self) {
        self.0.kill().expect("a killed process");
        self.0.wait().expect("its end");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(super) struct Server {
    pub(super) running: Running,
    address: String,
}

impl Server {
    pub(super) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
