//! The Postgres server that everything is measured against, by its own tools.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// A server, under a log-in that may do everything.
#[derive(Clone, Debug)]
pub struct Postgres {
    url: String,
}

impl Postgres {
    pub fn new(url: String) -> Self {
        Self { url }
    }

    /// An empty database; one of this name is replaced.
    pub fn database(&self, name: &str) -> Result<Database> {
        self.create(name, "")
    }

    /// A copy of a database that nobody is connected to.
    pub fn copy(&self, of: &Database, name: &str) -> Result<Database> {
        self.create(name, &format!(" TEMPLATE {} STRATEGY file_copy", of.name))
    }

    fn create(&self, name: &str, how: &str) -> Result<Database> {
        let name = format!("qun_bench_{name}");
        psql(&self.url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        psql(&self.url, &format!("CREATE DATABASE {name}{how}"))?;
        let (base, query) = self.url.split_once('?').map_or((&*self.url, None), |(b, q)| (b, Some(q)));
        let (server, _) = base.rsplit_once('/').context("the URL names no database")?;
        let url =
            query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}"));
        Ok(Database { server: self.url.clone(), name, url })
    }
}

/// A database that is gone with its value.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
    url: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(error) = psql(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name))
        {
            eprintln!("{} stays behind: {error:#}", self.name);
        }
    }
}

impl Database {
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements; what the last of them gives, a line a row.
    pub fn run(&self, sql: &str) -> Result<String> {
        psql(&self.url, sql)
    }

    /// How long the last of these statements takes, by psql's own clock.
    pub fn time(&self, sql: &str) -> Result<Duration> {
        let output = self.run(&format!("\\timing on\n{sql}"))?;
        let millis = output
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("Time: ")?.split(' ').next()?.parse::<f64>().ok())
            .context("psql tells no time")?;
        Ok(Duration::from_secs_f64(millis / 1000.0))
    }

    /// Transactions a second of pgbench scripts, taken at random, over prepared statements as `qun_app`.
    pub fn pgbench(&self, scripts: &[PathBuf], clients: usize, seconds: u32) -> Result<f64> {
        let output = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
            .args([format!("--client={clients}"), format!("--time={seconds}")])
            .args(scripts.iter().map(|script| format!("--file={}", script.display())))
            .arg(&self.url)
            .env("PGOPTIONS", "-c role=qun_app")
            .output()
            .context("pgbench does not start")?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
        text.lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
            .context("pgbench tells no rate")
    }
}

fn psql(url: &str, sql: &str) -> Result<String> {
    let mut child = Command::new("psql")
        .args(["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1", url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("psql does not start")?;
    child.stdin.take().context("psql has no input")?.write_all(format!("{sql};\n").as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "psql: {}\n{sql}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
