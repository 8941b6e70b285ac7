//! Reads and parses a file on a thread of its own, a bounded number of rows ahead.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use chrono_tz::Tz;
use flate2::read::MultiGzDecoder;
use qun_domain::activity::formats::{Format, Skipped, detect, telegram, whatsapp};
use qun_domain::activity::{Row, RowCode, RowError, parse};
use qun_domain::time::Timestamp;
use tokio::sync::mpsc::Sender;

use crate::http::lines::{Content, Line, LineSplitter};

/// Rows that are handed over at once.
const AT_ONCE: usize = 1_000;

/// Bytes of text that are handed over at once: rows may be up to 1 MiB long each.
const BYTES_AT_ONCE: usize = 1024 * 1024;

/// Bytes of the beginning that show the format.
const HEAD: usize = 64 * 1024;

/// Rows with their line, or message number.
pub type Incoming = Vec<(u64, Result<Row, RowError>)>;

/// What is read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file; `-` is standard input.
    pub file: PathBuf,
    /// The zone of local times in exports.
    pub zone: Tz,
    /// The group of all rows, where the caller says so.
    pub group: Option<String>,
    /// The present, which no row may be far ahead of.
    pub now: Timestamp,
}

/// What came out beside the rows.
#[derive(Debug, Default)]
pub struct ReadOutcome {
    /// Lines or messages that are no interactions, by reason.
    pub skipped: Vec<(String, u64)>,
}

/// Reads all rows and sends them. `read_bytes` counts what was read of the file.
///
/// # Errors
/// When the file cannot be read to its end; the rows before that were sent.
pub fn read(
    source: &Source,
    sender: &Sender<Incoming>,
    read_bytes: &Arc<AtomicU64>,
) -> anyhow::Result<ReadOutcome> {
    let mut input = open(source, read_bytes)?;
    let head = fill(&mut input)?;
    if head.is_empty() {
        return Ok(ReadOutcome::default());
    }
    let format = detect(&head);
    let mut out = Out { sender, waiting: Vec::with_capacity(AT_ONCE), waiting_bytes: 0 };
    let input = io::Cursor::new(head).chain(input);
    let skipped = match format {
        Format::Ndjson => {
            ndjson(input, source.now, &mut out)?;
            Skipped::default()
        }
        Format::Telegram => {
            let reading = telegram::Reading { zone: source.zone, now: source.now };
            telegram::read(input, reading, |position, row| out.take(position, row))?
        }
        Format::Whatsapp => whatsapp_export(source, read_bytes, &mut out)?,
    };
    // Nobody listens any more when this breaks; the listener says why.
    let _ = out.flush();
    Ok(ReadOutcome { skipped: skipped.iter().map(|(why, n)| (why.code().to_owned(), n)).collect() })
}

fn whatsapp_export(
    source: &Source,
    read_bytes: &Arc<AtomicU64>,
    out: &mut Out<'_>,
) -> anyhow::Result<Skipped> {
    let Some(group) = &source.group else {
        bail!("a WhatsApp export does not say which group it is of: name it with --group");
    };
    if source.file.as_os_str() == "-" {
        bail!("a WhatsApp export is read twice, so it has to be a file");
    }
    let layout = whatsapp::Layout::detect(BufReader::new(open(source, read_bytes)?))?;
    let reading = whatsapp::Reading { layout, zone: source.zone, group, now: source.now };
    let input = BufReader::new(open(source, &Arc::default())?);
    Ok(whatsapp::read(input, reading, |position, row| out.take(position, row))?)
}

fn ndjson(mut input: impl Read, now: Timestamp, out: &mut Out<'_>) -> anyhow::Result<()> {
    let mut lines = LineSplitter::default();
    let mut buffer = vec![0; HEAD];
    let mut take = |line: Line<'_>| {
        let row = match line.content {
            Content::Bytes(bytes) => parse(bytes, now),
            Content::TooLong => Err(RowError::of_line(RowCode::LineTooLong)),
        };
        match out.take(line.number, row) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(()),
        }
    };
    loop {
        let n = input.read(&mut buffer).context("the file cannot be read to its end")?;
        // An error here means that nobody listens any more; the listener says why.
        if n == 0 {
            let _ = lines.finish(&mut take);
            return Ok(());
        }
        if lines.push(&buffer[..n], &mut take).is_err() {
            return Ok(());
        }
    }
}

fn open(source: &Source, read_bytes: &Arc<AtomicU64>) -> anyhow::Result<Box<dyn Read>> {
    let raw: Box<dyn Read> = if source.file.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(&source.file).with_context(|| format!("cannot open {}", source.file.display()))?)
    };
    let mut input = BufReader::new(Counting { inner: raw, read: Arc::clone(read_bytes) });
    let is_gzip = input.fill_buf().context("the file cannot be read")?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) })
}

/// The beginning of the input, as much as there is of [`HEAD`].
fn fill(input: &mut impl Read) -> anyhow::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD as u64).read_to_end(&mut head).context("the file cannot be read")?;
    Ok(head)
}

struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

struct Out<'a> {
    sender: &'a Sender<Incoming>,
    waiting: Incoming,
    waiting_bytes: usize,
}

impl Out<'_> {
    fn take(&mut self, position: u64, row: Result<Row, RowError>) -> ControlFlow<()> {
        self.waiting_bytes += row.as_ref().map_or(0, Row::text_bytes);
        self.waiting.push((position, row));
        if self.waiting.len() >= AT_ONCE || self.waiting_bytes >= BYTES_AT_ONCE {
            self.flush()
        } else {
            ControlFlow::Continue(())
        }
    }

    fn flush(&mut self) -> ControlFlow<()> {
        let rows = std::mem::replace(&mut self.waiting, Vec::with_capacity(AT_ONCE));
        self.waiting_bytes = 0;
        if rows.is_empty() || self.sender.blocking_send(rows).is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}
