//! Lines become messages, messages become rows.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::body::{self, Body};
use super::header::Header;
use super::identity::Identities;
use super::layout::Layout;
use super::notice::{self, Passage};
use super::plain;
use crate::activity::formats::local::instant;
use crate::activity::formats::{ExportError, Skip, Skipped};
use crate::activity::{DeletedBy, MAX_LINE_BYTES, Row, RowError, What};
use crate::time::Timestamp;

/// What the rows of a file need beside the file.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// How the file writes its times, see [`Layout::detect`].
    pub layout: Layout,
    /// Zone of the telephone that made the export.
    pub zone: Tz,
    /// The group at its source: names the rows' group and keeps their ids apart
    /// from those of other groups.
    pub group: &'a str,
    /// The clock's time.
    pub now: Timestamp,
}

/// Reads an export and hands each row, with the line on which its message
/// begins, to `each`; only one message is held in memory at a time, and the
/// hashes of two days. Stops when `each` says so.
///
/// Persons are known by the name or number that the export shows.
///
/// # Errors
/// [`ExportError::Io`] when the file cannot be read; rows handed over before stand.
pub fn read(
    input: impl BufRead,
    reading: Reading<'_>,
    each: impl FnMut(u64, Result<Row, RowError>) -> ControlFlow<()>,
) -> Result<Skipped, ExportError> {
    let mut rows = Rows { reading, each, ids: Identities::default(), skipped: Skipped::default() };
    let mut open: Option<Message> = None;
    let mut lines = Lines::new(input);
    while let Some((number, line)) = lines.next().map_err(ExportError::Io)? {
        let header = Header::read(line).filter(|header| header.bracketed == reading.layout.bracketed);
        let begun = header.and_then(|header| Some((header.local(reading.layout.order)?, header.rest)));
        let Some((local, rest)) = begun else {
            match &mut open {
                Some(message) => message.go_on(line),
                None => rows.skipped.add(Skip::Unknown),
            }
            continue;
        };
        let next = Message { line: number, local, rest: rest.to_owned() };
        if open.replace(next).is_some_and(|message| rows.tell(&message).is_break()) {
            return Ok(rows.skipped);
        }
    }
    if let Some(message) = open {
        let _ = rows.tell(&message);
    }
    Ok(rows.skipped)
}

/// A message with all its lines.
struct Message {
    line: u64,
    local: NaiveDateTime,
    rest: String,
}

impl Message {
    fn go_on(&mut self, line: &str) {
        if self.rest.len() + line.len() < MAX_LINE_BYTES {
            self.rest.push('\n');
            self.rest.push_str(line);
        }
    }

    /// Author and text, unless the message is a notice.
    fn written(&self) -> Option<(String, &str)> {
        let first = self.rest.split('\n').next()?;
        let length = first.find(": ").or_else(|| first.strip_suffix(':').map(str::len))?;
        let (author, text) = self.rest.split_at(length);
        let author = plain(author);
        let text = text.strip_prefix(": ").or_else(|| text.strip_prefix(':'))?;
        (!notice::is_notice(&author)).then_some((author, text))
    }
}

struct Rows<'a, F> {
    reading: Reading<'a>,
    each: F,
    ids: Identities,
    skipped: Skipped,
}

impl<F: FnMut(u64, Result<Row, RowError>) -> ControlFlow<()>> Rows<'_, F> {
    fn tell(&mut self, message: &Message) -> ControlFlow<()> {
        let Some(ts) = instant(message.local, self.reading.zone) else {
            self.skipped.add(Skip::NoTime);
            return ControlFlow::Continue(());
        };
        let at = At { line: message.line, local: message.local, ts };
        let Some((author, text)) = message.written() else {
            return self.notice(at, &plain(&message.rest));
        };
        match body::read(text, self.reading.layout.bracketed) {
            Body::Notice(words) => self.notice(at, &words),
            Body::Content { text, media } => {
                let what = What::Message { text, media: media.into_iter().collect(), reply_to: None };
                self.row(at, &author, what, "").map_continue(|_| ())
            }
            Body::Deleted => self.deleted(at, &author, &author, DeletedBy::Author),
            Body::DeletedByAdmin(admin) => {
                let by = admin.filter(|admin| !notice::is_exporter(admin));
                self.deleted(at, &author, by.as_deref().unwrap_or(&author), DeletedBy::Moderator)
            }
        }
    }

    /// A deleted message was there, and counts no longer.
    fn deleted(&mut self, at: At, author: &str, who: &str, by: DeletedBy) -> ControlFlow<()> {
        let gone = What::Message { text: None, media: Vec::new(), reply_to: None };
        let target = self.row(at, author, gone, "deleted")?;
        self.row(at, who, What::MessageDeleted { target, by: Some(by) }, "").map_continue(|_| ())
    }

    fn notice(&mut self, at: At, words: &str) -> ControlFlow<()> {
        let passages = notice::passages(words);
        if passages.is_empty() {
            self.skipped.add(Skip::Notice);
        }
        for told in passages {
            if notice::is_exporter(told.who) {
                self.skipped.add(Skip::Exporter);
                continue;
            }
            let known = |by: Option<&str>| by.filter(|by| !notice::is_exporter(by)).map(str::to_owned);
            let what = match told.what {
                Passage::Joined(by) => What::Join { invited_by: known(by), via: None },
                Passage::Left => What::Leave,
                Passage::Removed(by) => What::Remove { by: known(by), reason: None },
            };
            self.row(at, told.who, what, "")?;
        }
        ControlFlow::Continue(())
    }

    /// Hands a row over and gives its id. `note` stands for a text that is gone.
    fn row(&mut self, at: At, user: &str, what: What, note: &str) -> ControlFlow<(), String> {
        let text = match &what {
            What::Message { text: Some(text), .. } => text,
            What::MessageDeleted { target, .. } => target,
            _ => note,
        };
        let id = self.ids.next(at.local, &[self.reading.group, what.kind().code(), user, text]);
        let row = Row {
            id: id.clone(),
            source: None,
            group: Some(self.reading.group.to_owned()),
            user: Some(user.to_owned()),
            name: Some(user.trim_start_matches(['~', ' ']).to_owned()),
            ts: at.ts,
            what,
        };
        (self.each)(at.line, row.admitted(self.reading.now)).map_continue(|()| id)
    }
}

#[derive(Clone, Copy)]
struct At {
    line: u64,
    local: NaiveDateTime,
    ts: Timestamp,
}

/// The lines of a file, one at a time; a longer one than [`MAX_LINE_BYTES`] is
/// cut into several. What is not UTF-8 becomes U+FFFD.
pub(super) struct Lines<R> {
    input: R,
    bytes: Vec<u8>,
    text: String,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, bytes: Vec::new(), text: String::new(), number: 0 }
    }

    /// The next line, with its number from 1.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, &str)>> {
        self.bytes.clear();
        let limit = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        if self.input.by_ref().take(limit).read_until(b'\n', &mut self.bytes)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let line = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.text.clear();
        self.text.push_str(&String::from_utf8_lossy(line));
        Ok(Some((self.number, &self.text)))
    }
}
