//! The binary that is measured.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// The organization of every measurement.
pub const ORG: &str = "bench";
/// Its owner.
pub const OWNER: &str = "owner@bench.example";
/// The owner's password.
pub const PASSWORD: &str = "correct horse battery";

/// How often a child is looked at.
const GLANCE: Duration = Duration::from_millis(10);

/// The release binary.
#[derive(Clone, Debug)]
pub struct Qun {
    binary: PathBuf,
}

impl Qun {
    pub fn new(binary: PathBuf) -> Self {
        Self { binary }
    }

    fn command(&self, database: &str, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["--database-url", database, "--log", "error"]).args(args).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end; what it printed.
    pub fn run(&self, database: &str, args: &[&str]) -> Result<String> {
        let output = self.command(database, args).output().context("qun does not start")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "qun {}: {errors}", args.join(" "));
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Makes an organization.
    pub fn found(&self, database: &str, slug: &str) -> Result<()> {
        let create = ["org", "create", "--slug", slug, "--name", slug, "--time-zone", "UTC"];
        let owner = ["--owner-email", OWNER, "--owner-password", PASSWORD];
        self.run(database, &[&create[..], &owner[..]].concat()).map(|_| ())
    }

    /// An access token of the owner.
    pub fn token(&self, database: &str, slug: &str) -> Result<String> {
        self.run(database, &["token", "--org", slug, "--email", OWNER, "--minutes", "240"])
    }

    /// Runs a command that prints a line a step: when each came, and the most memory it held, in KiB.
    pub fn steps(&self, database: &str, args: &[&str]) -> Result<(Vec<Duration>, u64)> {
        let begun = Instant::now();
        let mut child = self.command(database, args).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(child.stdout.take().context("qun has no output")?);
        let steps = std::thread::spawn(move || lines.lines().map(|_| begun.elapsed()).collect());
        let mut peak = 0;
        let status = loop {
            peak = peak.max(memory(child.id(), "VmHWM").unwrap_or_default());
            match child.try_wait()? {
                Some(status) => break status,
                None => sleep(GLANCE),
            }
        };
        ensure!(status.success(), "qun {} failed", args.join(" "));
        let Ok(steps) = steps.join() else { bail!("the output of qun cannot be read") };
        Ok((steps, peak))
    }

    /// Starts a server on a free port, with budgets that are never spent, and waits until it
    /// is ready.
    pub fn serve(&self, database: &str) -> Result<Server> {
        let budget = ["--query-points=1000000000", "--query-points-per-second=1000000000"];
        self.serve_with(database, &[&budget[..], &["--interaction-rows=0"]].concat())
    }

    /// Starts a server on a free port, under these flags, and waits until it is ready.
    pub fn serve_with(&self, database: &str, flags: &[&str]) -> Result<Server> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        self.serve_at(database, &address, flags)
    }

    /// Starts a server at an address, under these flags, and waits until it is ready.
    pub fn serve_at(&self, database: &str, address: &str, flags: &[&str]) -> Result<Server> {
        let child = self.command(database, &[&["serve", "--listen", address][..], flags].concat()).spawn()?;
        let mut server = Server { child, address: address.to_owned() };
        for _ in 0..1_000 {
            if let Some(status) = server.child.try_wait()? {
                bail!("qun serve ended with {status}");
            }
            if TcpStream::connect(&server.address).is_ok() {
                return Ok(server);
            }
            sleep(GLANCE);
        }
        bail!("qun serve does not listen")
    }
}

/// A running server, ended with its value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Resident memory now, in KiB.
    pub fn resident(&self) -> Result<u64> {
        memory(self.child.id(), "VmRSS").context("the server's memory cannot be read")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            eprintln!("a server stays behind: {error}");
        }
    }
}

/// A figure of `/proc/PID/status`, in KiB.
fn memory(pid: u32, figure: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
