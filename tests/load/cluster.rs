//! Two servers on one database and one Redis, each of which can be killed and started again.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context, Result};
use qun_tests::stage::postgres::Database;
use qun_tests::stage::qun::{Qun, Server};

use crate::tally::locked;

pub(crate) const SERVERS: usize = 2;

pub(crate) struct Cluster<'a> {
    pub(crate) qun: &'a Qun,
    pub(crate) database: &'a Database,
    redis_port: u16,
    redis: Mutex<Option<Child>>,
    addresses: [String; SERVERS],
    servers: [Mutex<Option<Server>>; SERVERS],
}

impl<'a> Cluster<'a> {
    pub(crate) fn start(qun: &'a Qun, database: &'a Database) -> Result<Self> {
        // Not among the ports that clients are given: one of those could have it while a server is away.
        let mut free = (18_000..32_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
        let mut port = || free.next().context("no port is free");
        let cluster = Self {
            qun,
            database,
            redis_port: port()?,
            redis: Mutex::default(),
            addresses: [format!("127.0.0.1:{}", port()?), format!("127.0.0.1:{}", port()?)],
            servers: Default::default(),
        };
        cluster.start_redis()?;
        for server in 0..SERVERS {
            cluster.start_server(server)?;
        }
        Ok(cluster)
    }

    pub(crate) fn address(&self, server: usize) -> &str {
        &self.addresses[server % SERVERS]
    }

    pub(crate) fn redis_url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.redis_port)
    }

    pub(crate) fn start_server(&self, server: usize) -> Result<()> {
        let redis = format!("--redis-url={}", self.redis_url());
        let flags = [
            &*redis,
            "--query-points=1000000000",
            "--query-points-per-second=1000000000",
            "--interaction-rows=1000000000",
            "--interaction-rows-per-second=1000000000",
        ];
        let started = self.qun.serve_at(self.database.url(), self.address(server), &flags)?;
        *locked(&self.servers[server]) = Some(started);
        Ok(())
    }

    /// As `kill -9`.
    pub(crate) fn kill_server(&self, server: usize) {
        drop(locked(&self.servers[server]).take());
    }

    /// Resident memory of a server, in MiB; none while it is away.
    pub(crate) fn resident(&self, server: usize) -> Option<f64> {
        let kib = locked(&self.servers[server]).as_ref()?.resident().ok()?;
        Some(kib as f64 / 1024.0)
    }

    /// An empty one, as a Redis is that was killed.
    pub(crate) fn start_redis(&self) -> Result<()> {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.redis_port.to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .context("redis-server does not start")?;
        *locked(&self.redis) = Some(child);
        while std::net::TcpStream::connect(("127.0.0.1", self.redis_port)).is_err() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Ok(())
    }

    pub(crate) fn kill_redis(&self) -> Result<()> {
        if let Some(mut child) = locked(&self.redis).take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Cluster<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.kill_redis() {
            eprintln!("a Redis stays behind: {error:#}");
        }
    }
}
