//! The rows of one `POST /v1/interactions`, into the database as they come.

use std::convert::Infallible;

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use qun_domain::access::Capability;
use qun_domain::activity::{Rejected, Row, RowCode, RowError, UnknownGroups, parse};
use qun_domain::fault::Fault;
use qun_domain::groups::Name;
use qun_domain::locale::Locale;
use qun_domain::time::Timestamp;
use qun_infra::activity::{Ingest, IngestProblem, IngestSettings, Purse, Totals};
use qun_infra::db::{OrgRead, OrgScope};
use qun_infra::groups::group_named;
use serde::Serialize;

use super::body::{BodyError, RowBody};
use super::lines::{Content, Line, LineSplitter};
use super::stopped::Stopped;
use crate::app::App;

/// What the request says beside its rows.
#[derive(Debug)]
pub struct Ingestion<'a> {
    /// Whose rows these are, and who sends them.
    pub scope: &'a OrgScope,
    /// The group that all rows go to, instead of each row's own.
    pub group: Option<Name>,
    /// The source of all rows, instead of each row's own.
    pub source: Option<String>,
    /// The language of the sentences in the report.
    pub locale: Locale,
    /// What rows are paid from; without it they cost nothing.
    pub purse: Option<Purse>,
}

/// The answer: counts, and the rows that were refused (NDJSON.md).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    accepted: u64,
    duplicates: u64,
    rejected: u64,
    errors: Vec<RowProblem>,
    errors_truncated: bool,
    /// Why rows are left over.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<Stopped>,
}

#[derive(Debug, Serialize)]
struct RowProblem {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    code: &'static str,
    message: String,
}

impl Report {
    fn of(totals: Totals, stopped: Option<Stopped>, locale: Locale) -> Self {
        Self {
            stopped,
            accepted: totals.accepted,
            duplicates: totals.duplicates,
            rejected: totals.rejected,
            errors_truncated: totals.errors_truncated(),
            errors: totals.errors.into_iter().map(|rejected| RowProblem::of(rejected, locale)).collect(),
        }
    }

    /// When rows are left over: how long to wait before they are sent.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.stopped.as_ref().map(Stopped::retry_after_seconds)
    }
}

impl RowProblem {
    fn of(Rejected { position, error }: Rejected, locale: Locale) -> Self {
        Self { line: position, code: error.code.code(), message: error.message(locale), id: error.id }
    }
}

/// Why an ingestion ended before its end. Rows committed until then stay.
#[derive(Debug)]
pub enum IngestError {
    /// The body broke off.
    Body(BodyError),
    /// The body has lines, but not one of them is JSON.
    NotNdjson,
    /// There is no group of the name that all rows were to go to.
    NoSuchGroup,
    /// The actor may not record activity.
    Forbidden,
    /// Something broke.
    Fault(Fault),
}

/// Reads the body to its end, or as far as it and the budget go, records its rows in batches,
/// and reports. A body that comes faster than its rows are paid for is read more slowly.
///
/// # Errors
/// See [`IngestError`].
pub async fn ingest<S>(
    app: &App,
    ingestion: Ingestion<'_>,
    body: &mut RowBody<S>,
) -> Result<Report, IngestError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let Ingestion { scope, group, source, locale, purse } = ingestion;
    if !scope.actor().may(Capability::RecordActivity) {
        return Err(IngestError::Forbidden);
    }
    if let Some(name) = &group {
        is_there(app, scope, name).await?;
    }
    if let Some(purse) = &purse
        && let Err(spent) = purse.look().await
    {
        return Ok(Report::of(Totals::default(), Some(Stopped::at(1, spent, locale)), locale));
    }
    let settings = IngestSettings { group, source, unknown_groups: UnknownGroups::Refuse };
    let mut ingest = Ingest::new(&app.writer, scope, settings).paying(purse);
    let mut reading = Reading::default();
    let outcome = match reading.read(app, body, &mut ingest).await {
        Ok(outcome) => outcome,
        Err(IngestProblem::Spent { spent, resume_at }) => {
            let stopped = Stopped::at(resume_at, spent, locale);
            return Ok(Report::of(ingest.close().await, Some(stopped), locale));
        }
        Err(IngestProblem::NoSuchGroup) => return Err(IngestError::NoSuchGroup),
        Err(IngestProblem::Forbidden) => return Err(IngestError::Forbidden),
        Err(IngestProblem::Fault(fault)) => return Err(IngestError::Fault(fault)),
    };
    let totals = ingest.close().await;
    outcome.map_err(IngestError::Body)?;
    if reading.is_no_ndjson() { Err(IngestError::NotNdjson) } else { Ok(Report::of(totals, None, locale)) }
}

/// Asked before anything is read, so that the answer does not depend on the rows.
async fn is_there(app: &App, scope: &OrgScope, name: &Name) -> Result<(), IngestError> {
    let read = OrgRead::to_record(&app.db, scope).ok_or(IngestError::Forbidden)?;
    let group = group_named(&read, name.as_str()).await.map_err(IngestError::Fault)?;
    group.map(|_| ()).ok_or(IngestError::NoSuchGroup)
}

type NumberedRow = (u64, Result<Row, RowError>);

/// Bytes into rows.
#[derive(Default)]
struct Reading {
    splitter: LineSplitter,
    lines: u64,
    lines_of_json: u64,
}

impl Reading {
    /// Hands on all rows, and has them recorded; whether the body came to its end.
    async fn read<S>(
        &mut self,
        app: &App,
        body: &mut RowBody<S>,
        ingest: &mut Ingest<'_>,
    ) -> Result<Result<(), BodyError>, IngestProblem>
    where
        S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    {
        let outcome = loop {
            match body.next().await {
                Ok(Some(bytes)) => {
                    for (line, row) in self.rows(&bytes, app.clock.now()) {
                        ingest.push(line, row).await?;
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        // A line that the end of a broken body cut off is not a row; the last of a whole one is.
        if outcome.is_ok() {
            for (line, row) in self.last(app.clock.now()) {
                ingest.push(line, row).await?;
            }
        }
        ingest.flush().await?;
        Ok(outcome)
    }

    fn rows(&mut self, bytes: &[u8], now: Timestamp) -> Vec<NumberedRow> {
        let mut rows = Vec::new();
        let mut splitter = std::mem::take(&mut self.splitter);
        let Ok(()) = splitter.push(bytes, |line| -> Result<(), Infallible> {
            rows.push(self.row(line, now));
            Ok(())
        });
        self.splitter = splitter;
        rows
    }

    fn last(&mut self, now: Timestamp) -> Vec<NumberedRow> {
        let mut rows = Vec::new();
        let Ok(()) = std::mem::take(&mut self.splitter).finish(|line| -> Result<(), Infallible> {
            rows.push(self.row(line, now));
            Ok(())
        });
        rows
    }

    fn row(&mut self, line: Line<'_>, now: Timestamp) -> NumberedRow {
        let row = match line.content {
            Content::Bytes(bytes) => parse(bytes, now),
            Content::TooLong => Err(RowError::of_line(RowCode::LineTooLong)),
        };
        let is_json =
            !matches!(&row, Err(error) if matches!(error.code, RowCode::NotJson | RowCode::NotUtf8));
        self.lines += 1;
        self.lines_of_json += u64::from(is_json);
        (line.number, row)
    }

    fn is_no_ndjson(&self) -> bool {
        self.lines > 0 && self.lines_of_json == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(pieces: &[&[u8]]) -> (Vec<(u64, Option<RowCode>)>, bool) {
        let now = Timestamp::from_millis(1_800_000_000_000).expect("a time");
        let mut reading = Reading::default();
        let mut rows: Vec<_> = pieces.iter().flat_map(|piece| reading.rows(piece, now)).collect();
        rows.extend(reading.last(now));
        let codes = rows.into_iter().map(|(line, row)| (line, row.err().map(|error| error.code))).collect();
        (codes, reading.is_no_ndjson())
    }

    #[test]
    fn lines_become_rows_or_reasons() {
        let good = br#"{"id": "m1", "kind": "leave", "ts": "2026-01-05T08:00:00Z", "user": "u"}"#;
        let (begin, end) = good.split_at(20);
        let (codes, no_ndjson) = codes(&[b"\n", begin, end, b"\nnonsense\r\n[]\n", good]);
        let expected = [(2, None), (3, Some(RowCode::NotJson)), (4, Some(RowCode::NotAnObject)), (5, None)];
        assert_eq!((codes.as_slice(), no_ndjson), (&expected[..], false));
    }

    #[test]
    fn a_body_without_a_line_of_json_is_no_ndjson() {
        assert!(codes(&[b"PK\x03\x04\xff\n\x00"]).1);
        assert!(!codes(&[b" \n\n"]).1, "an empty body has no bad rows");
        assert!(!codes(&[b"{}"]).1, "a row may be wrong and the body still be NDJSON");
    }
}
