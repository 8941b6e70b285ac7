use std::fmt;
use std::process::ExitCode;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use qun_infra::db::{Moved, MovedTable, Step, move_everything};

use super::{refused, wrongly_used};
use crate::settings::{SecretUrl, Settings};

/// Move the whole installation to another database
///
/// Copies every row of every organization from the database of the settings to that of
/// --to, which must be empty or not there yet: SQLite to Postgres to grow, Postgres to
/// SQLite to take a copy along, or one to another of its kind. Everything is read back:
/// the rows of each table and the sum over them must be the same on both sides, or nothing
/// is moved at all. A move that broke off left nothing behind and is simply run again.
/// The source stays as it is.
///
/// Stop the servers first: what they write meanwhile is left behind.
///
/// Example: qun move --to postgres://qun@db.example/qun
/// Example: qun move --database-url postgres://qun@db.example/qun --to sqlite://copy.db
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the text is for a terminal")]
pub(super) struct Args {
    /// The database to move to: sqlite://FILE or postgres://…; others on this machine can see flags
    #[arg(long, value_name = "URL", env = "QUN_MOVE_TO", hide_env_values = true)]
    to: String,
}

impl fmt::Debug for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Args")
    }
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let Some(to) = SecretUrl::of_database(&args.to) else {
        return Ok(wrongly_used("--to must be sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE"));
    };
    let from = &settings.database_url;
    if *from == to {
        return Ok(wrongly_used(format_args!("--to names the database of the settings, {from}")));
    }
    let progress = ProgressBar::hidden();
    let mut tell = |step: Step<'_>| show(&progress, step);
    let outcome = move_everything(from.expose(), to.expose(), &mut tell).await;
    progress.finish_and_clear();
    match outcome {
        Ok(moved) => {
            print(&moved);
            if !moved.not_ours.is_empty() {
                eprintln!("not Qun's, and not moved: {}", moved.not_ours.join(", "));
            }
            if moved.left_behind {
                eprintln!("{from} was written to meanwhile: that is not in {to}");
            }
            println!("moved from {from} to {to}; name the latter in database_url from now on");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.is_refusal() => Ok(refused(error)),
        Err(error) => Err(anyhow::Error::new(error).context("nothing was moved")),
    }
}

fn show(progress: &ProgressBar, step: Step<'_>) {
    match step {
        Step::SourceInUse => {
            eprintln!("warning: somebody has the source open; what is written from now on is left behind");
        }
        // Every row goes over and is read back.
        Step::Counted(rows) => {
            let style = ProgressStyle::with_template("{bar:40} {percent}% {msg} {eta}");
            progress.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            progress.set_length(2 * rows);
            progress.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        }
        Step::Copied(table, rows) => {
            progress.set_message(format!("copying {table}"));
            progress.inc(rows);
        }
        Step::Checked(table, rows) => {
            progress.set_message(format!("checking {table}"));
            progress.inc(rows);
        }
    }
}

fn print(moved: &Moved) {
    let width = moved.tables.iter().map(|table| table.name.len()).max().unwrap_or_default();
    println!("{:<width$}  {:>11}  {:<32}", "table", "rows", "sum");
    for MovedTable { name, rows, sum } in &moved.tables {
        println!("{name:<width$}  {:>11}  {sum:032x}", HumanCount(*rows).to_string());
    }
    let rows = moved.tables.iter().map(|table| table.rows).sum();
    println!("{} tables, {} rows: the same on both sides", moved.tables.len(), HumanCount(rows));
}
