//! Measures Qun against what the machine could do at best, in one run, in alternating rounds.

mod jobs_tiering;
mod log_in_timing;
mod memory_idle;
mod page_costs;
mod read_member_page;
mod report;
mod write_ingest;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use qun_tests::stage::postgres::Postgres;
use qun_tests::stage::qun::Qun;

/// Measure Qun against the physical limit of this machine.
#[derive(Debug, Parser)]
struct Args {
    /// Smaller data: ten minutes instead of half an hour.
    #[arg(long)]
    quick: bool,
    /// Also write the figures as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure only these.
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// A Postgres log-in that may do everything.
    #[arg(long, value_name = "URL", env = "QUN_BENCH_POSTGRES_URL")]
    postgres_url: String,
    /// The release binary.
    #[arg(long, value_name = "FILE", env = "QUN_BENCH_BINARY", default_value = "target/release/qun")]
    binary: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let (qun, postgres) = (Qun::new(args.binary), Postgres::new(args.postgres_url));
    let scratch = tempfile::tempdir()?;
    let (seconds, rows, sizes) =
        if args.quick { (5, 100_000, &[100_000][..]) } else { (10, 200_000, &[100_000, 1_000_000][..]) };
    let is_wanted = |id: &str| args.only.is_empty() || args.only.iter().any(|wanted| wanted == id);
    let mut figures = Vec::new();
    if is_wanted("memory.idle") {
        figures.push(memory_idle::measure(&qun, &postgres)?);
    }
    if is_wanted("read.member_page") {
        figures.push(read_member_page::measure(&qun, &postgres, scratch.path(), seconds)?);
    }
    if ["page.budget", "page.http", "mutation.once"].into_iter().any(is_wanted) {
        figures.extend(page_costs::measure(&qun, &postgres, scratch.path(), seconds)?);
    }
    if is_wanted("log_in.timing") {
        figures.push(log_in_timing::measure(&qun, &postgres)?);
    }
    if is_wanted("write.ingest") {
        figures.push(write_ingest::measure(&qun, &postgres, scratch.path(), rows)?);
    }
    if is_wanted("jobs.tiering") {
        figures.push(jobs_tiering::measure(&qun, &postgres, scratch.path(), sizes)?);
    }
    print!("{}", report::table(&figures));
    if let Some(file) = args.json {
        std::fs::write(file, serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(())
}
