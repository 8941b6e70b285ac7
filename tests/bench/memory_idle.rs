//! `memory.idle`: what a server holds that nobody talks to.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use qun_tests::stage::postgres::Postgres;
use qun_tests::stage::qun::{ORG, Qun};

use crate::report::Row;

/// The most it may hold, in MiB.
const LIMIT: f64 = 80.0;

/// What it is left alone for.
const IDLE: Duration = Duration::from_secs(10);

pub(crate) fn measure(qun: &Qun, postgres: &Postgres) -> Result<Row> {
    let database = postgres.database("idle")?;
    qun.found(database.url(), ORG)?;
    let server = qun.serve(database.url())?;
    sleep(IDLE);
    let resident = server.resident()? as f64 / 1024.0;
    let note = format!(
        "resident memory of a server on Postgres, {} s after its start; the limit is the most it may hold",
        IDLE.as_secs()
    );
    Ok(Row::cost("memory.idle", "MiB", resident, LIMIT, 1.0, note))
}
