//! Rows of any number, recorded in batches: the second half of every door.

use std::sync::Arc;

use qun_domain::activity::{
    Batch, RecordInteractions, RecordRefusal, Recorded, Rejected, Row, RowCode, RowError, Submitted,
    UnknownGroups,
};
use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::groups::Name;
use tracing::warn;

use super::metrics::count_rows;
use super::purse::{Purse, Spent};
use crate::db::{OrgScope, SystemTx, Writer};

/// Rows that are committed at once: large enough to spread the cost of a transaction,
/// small enough that a group is not held for long.
pub(super) const BATCH: usize = 10_000;

/// Bytes of text that are committed at once: rows may be up to 1 MiB long each, and
/// memory has to stay constant.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// After so many rows the tables are no longer what the database knows of them.
const MANY: u64 = 10_000;

/// Errors that are kept to be listed (NDJSON.md).
const LISTED: usize = 1_000;

/// What holds for all rows.
#[derive(Clone, Debug)]
pub struct IngestSettings {
    /// The group of all rows, whatever they say.
    pub group: Option<Name>,
    /// The source of all rows, whatever they say.
    pub source: Option<String>,
    /// What happens to rows of groups that do not exist.
    pub unknown_groups: UnknownGroups,
}

/// What became of the rows.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Rows that went in.
    pub accepted: u64,
    /// Rows that were there already.
    pub duplicates: u64,
    /// Rows that were not taken, conflicts included.
    pub rejected: u64,
    /// Those of them that have the id of another row and other content.
    pub conflicts: u64,
    /// The first thousand rejections, in order of position.
    pub errors: Vec<Rejected>,
}

impl Totals {
    /// Whether there are more rejections than are listed.
    pub fn errors_truncated(&self) -> bool {
        self.rejected > self.errors.len() as u64
    }

    fn reject(&mut self, rejected: Rejected) {
        self.rejected += 1;
        self.conflicts += u64::from(rejected.error.code == RowCode::Conflict);
        self.errors.push(rejected);
    }

    fn cut(&mut self) {
        self.errors.sort_by_key(|rejected| rejected.position);
        self.errors.truncate(LISTED);
    }
}

/// Why ingestion stopped; what was committed before stays.
#[derive(Debug)]
pub enum IngestProblem {
    /// The group of all rows does not exist.
    NoSuchGroup,
    /// The actor may not record interactions.
    Forbidden,
    /// The budget does not have the points of the next batch, of which nothing was recorded.
    Spent {
        /// When it may be tried again.
        spent: Spent,
        /// The position of the first row of the batch; all before it were recorded.
        resume_at: u64,
    },
    /// Something broke.
    Fault(Fault),
}

/// Takes rows one by one and records them in batches.
#[derive(Debug)]
pub struct Ingest<'a> {
    writer: &'a Writer,
    scope: &'a OrgScope,
    settings: IngestSettings,
    purse: Option<Purse>,
    batch: usize,
    waiting: Vec<Submitted>,
    waiting_bytes: usize,
    /// Those that are none, of the batch that waits.
    refused: Vec<Rejected>,
    /// The position of the first row of the batch that waits.
    first: Option<u64>,
    totals: Totals,
}

impl<'a> Ingest<'a> {
    /// Begins with nothing read.
    pub fn new(writer: &'a Writer, scope: &'a OrgScope, settings: IngestSettings) -> Self {
        Self {
            writer,
            scope,
            settings,
            purse: None,
            batch: BATCH,
            waiting: Vec::new(),
            waiting_bytes: 0,
            refused: Vec::new(),
            first: None,
            totals: Totals::default(),
        }
    }

    /// Each row costs a point out of this purse, also one that is refused; one that is there
    /// already costs nothing, so that what broke off can be sent again from its beginning.
    #[must_use]
    pub fn paying(self, purse: Option<Purse>) -> Self {
        let batch = purse.as_ref().map_or(BATCH, Purse::batch);
        Self { purse, batch, ..self }
    }

    /// Takes the next row, or why it is none.
    ///
    /// # Errors
    /// See [`IngestProblem`].
    pub async fn push(&mut self, position: u64, row: Result<Row, RowError>) -> Result<(), IngestProblem> {
        self.first.get_or_insert(position);
        match row {
            Ok(row) => {
                self.waiting_bytes += row.text_bytes();
                self.waiting.push(Submitted { position, row });
            }
            Err(error) => self.refused.push(Rejected { position, error }),
        }
        let rows = self.waiting.len() + self.refused.len();
        if rows >= self.batch || self.waiting_bytes >= BATCH_BYTES { self.flush().await } else { Ok(()) }
    }

    /// What became of the rows so far; those of an open batch are still to come.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Records what waits, and says what became of everything.
    ///
    /// # Errors
    /// See [`IngestProblem`].
    pub async fn finish(mut self) -> Result<Totals, IngestProblem> {
        self.flush().await?;
        Ok(self.close().await)
    }

    /// What became of the rows that were recorded; those of an open batch are let go.
    pub async fn close(mut self) -> Totals {
        if self.totals.accepted >= MANY {
            // What was recorded stays recorded, whatever comes of this.
            if let Err(fault) = SystemTx::gather_statistics(self.writer.db()).await {
                warn!(fault = fault.chain(), "no statistics were gathered after an import");
            }
        }
        self.totals.cut();
        self.totals
    }

    /// Records what waits.
    ///
    /// # Errors
    /// See [`IngestProblem`].
    pub async fn flush(&mut self) -> Result<(), IngestProblem> {
        let Some(resume_at) = self.first else { return Ok(()) };
        if let Some(purse) = &self.purse {
            let rows = self.waiting.len() + self.refused.len();
            let paid = purse.take_patiently(rows).await;
            paid.map_err(|spent| IngestProblem::Spent { spent, resume_at })?;
        }
        self.first = None;
        let refused = std::mem::take(&mut self.refused);
        count_rows(&Recorded::default(), refused.len() as u64);
        for rejected in refused {
            self.totals.reject(rejected);
        }
        if !self.waiting.is_empty() {
            self.record().await?;
        }
        if self.totals.errors.len() >= 2 * LISTED {
            self.totals.cut();
        }
        Ok(())
    }

    async fn record(&mut self) -> Result<(), IngestProblem> {
        let rows: Arc<[Submitted]> = std::mem::take(&mut self.waiting).into();
        self.waiting_bytes = 0;
        let batch = Batch {
            rows,
            group: self.settings.group.clone(),
            source: self.settings.source.clone(),
            unknown_groups: self.settings.unknown_groups.clone(),
        };
        let recorded = self.writer.execute(self.scope, RecordInteractions(batch)).await.map_err(
            |failure| match failure {
                Failure::Refused(RecordRefusal::NoSuchGroup) => IngestProblem::NoSuchGroup,
                Failure::Forbidden(_) | Failure::Proposed(_) => IngestProblem::Forbidden,
                Failure::Fault(fault) => IngestProblem::Fault(fault),
            },
        )?;
        count_rows(&recorded, 0);
        if let Some(purse) = &self.purse {
            purse.give_back(recorded.duplicates).await;
        }
        self.totals.accepted += recorded.accepted;
        self.totals.duplicates += recorded.duplicates;
        for rejected in recorded.rejected {
            self.totals.reject(rejected);
        }
        Ok(())
    }
}
