use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use qun_domain::command::Failure;
use qun_domain::locale::Locale;
use qun_domain::team::{FactCode, FactError, RecordedFacts};
use qun_infra::team::{BATCH, FactLine, record_lines};

use super::REFUSED;
use super::scope::{Opened, OrgArgs, or_refuse};
use crate::app::{App, fault};
use crate::settings::Settings;

/// The longest line, in bytes.
const MAX_LINE: u64 = 64 * 1024;

/// Rows that are listed one by one.
const LISTED: usize = 1_000;

/// Import what members of the team did
///
/// One JSON object a line: kind, source, key, member (an e-mail address), at, and what the
/// kind needs; group or community by name. Importing the same file again changes nothing;
/// a line with other content under the same key corrects what is there.
///
/// Exit code 0 when every line was taken or was there, 1 when lines were refused; each
/// refused line is reported with its number and reason.
///
/// Example: qun import-staff --org acme facts.ndjson
/// Example: zcat facts.ndjson.gz | qun import-staff --org acme -
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    pub org: OrgArgs,
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    let app = App::open(settings).await?;
    let opened = or_refuse!(Opened::open(&app, &args.org.org).await?);
    let mut lines = Lines::open(&args.file)?;
    let mut total = RecordedFacts::default();
    let mut refused: u64 = 0;
    loop {
        let batch = tokio::task::spawn_blocking(move || lines.batch().map(|batch| (batch, lines)));
        let (batch, rest) = batch.await?.with_context(|| format!("reading {}", args.file.display()))?;
        lines = rest;
        if batch.is_empty() {
            break;
        }
        let done = match record_lines(&app.writer, &opened.scope, &opened.read, batch).await {
            Ok(done) => done,
            Err(Failure::Refused(never)) => match never {},
            Err(Failure::Forbidden(_) | Failure::Proposed(_)) => bail!("the operator may not record this"),
            Err(Failure::Fault(broken)) => return Err(fault(broken)),
        };
        total.recorded += done.recorded;
        total.corrected += done.corrected;
        total.unchanged += done.unchanged;
        refused += done.rejected.len() as u64;
        let room = LISTED.saturating_sub(total.rejected.len());
        total.rejected.extend(done.rejected.into_iter().take(room));
    }
    report(&total, refused);
    Ok(if refused > 0 { REFUSED.into() } else { ExitCode::SUCCESS })
}

fn report(total: &RecordedFacts, refused: u64) {
    for rejected in &total.rejected {
        let error = &rejected.error;
        eprintln!("line {}: {} {}", rejected.position, error.code.code(), error.message(Locale::En));
    }
    if refused > total.rejected.len() as u64 {
        eprintln!("only the first {} are listed", total.rejected.len());
    }
    println!(
        "recorded {} · corrected {} · unchanged {} · refused {refused}",
        total.recorded, total.corrected, total.unchanged
    );
}

/// A line, with its number from 1, or why it is no fact.
type Line = (u64, Result<FactLine, FactError>);

/// The lines of a file, of which no more than a batch is in memory.
struct Lines {
    from: Box<dyn BufRead + Send>,
    number: u64,
}

impl Lines {
    fn open(file: &Path) -> anyhow::Result<Self> {
        let from: Box<dyn BufRead + Send> = if file == Path::new("-") {
            Box::new(BufReader::new(std::io::stdin()))
        } else {
            Box::new(BufReader::new(File::open(file).with_context(|| format!("opening {}", file.display()))?))
        };
        Ok(Self { from, number: 0 })
    }

    /// The next lines that are not blank; none at the end.
    fn batch(&mut self) -> std::io::Result<Vec<Line>> {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let Some(line) = self.line()? else { break };
            if !line.trim_ascii().is_empty() {
                let fact = serde_json::from_slice(&line);
                batch.push((self.number, fact.map_err(|_| FactError::of_whole(FactCode::NotAFact))));
            }
        }
        Ok(batch)
    }

    /// The next line, cut where it is too long: then it is no fact.
    fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        if self.from.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if line.len() as u64 == MAX_LINE && !line.ends_with(b"\n") {
            self.from.skip_until(b'\n')?;
        }
        Ok(Some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_bad_ones_stay_in_their_place() {
        let good = r#"{"kind":"RATING","source":"desk","key":"1","member":"a@b.example","at":"2026-07-01T08:00:00Z","stars":5}"#;
        let long = "x".repeat(100_000);
        let text = format!("{good}\n\n{long}\n{{\"kind\":\"RATING\"}}\n{good}");
        let mut lines = Lines { from: Box::new(std::io::Cursor::new(text.into_bytes())), number: 0 };
        let read = lines.batch().expect("lines");
        let found: Vec<(u64, bool)> = read.iter().map(|(number, line)| (*number, line.is_ok())).collect();
        assert_eq!(found, [(1, true), (3, false), (4, false), (5, true)]);
        assert!(lines.batch().expect("lines").is_empty());
    }
}
