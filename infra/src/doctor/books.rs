//! Keys, jobs and events that wait: what a current schema can be asked.

use qun_domain::time::Timestamp;
use sea_orm::DbErr;

use super::finding::{counted, span};
use super::{Finding, or_broken};
use crate::clock::Clock;
use crate::db::Plain;

/// After so long a signing key should be followed by another.
const OLD_KEY: i64 = 365 * Timestamp::DAY;
/// How long a due job may wait, and a lease be over, before nobody seems to work.
const OVERDUE: i64 = 10 * 60 * Timestamp::SECOND;

pub(super) async fn examine(conn: &mut Plain, clock: &Clock) -> Vec<Finding> {
    let now = clock.now().millis();
    let mut found = or_broken("signing keys", keys(conn, now).await);
    found.extend(or_broken("jobs", jobs(conn, now).await));
    found.extend(or_broken("outbox", outbox(conn, now).await));
    found
}

async fn keys(conn: &mut Plain, now: i64) -> Result<Vec<Finding>, DbErr> {
    const CHECK: &str = "signing keys";
    const ROTATE: &str = "`qun keys rotate` makes a new one; tokens that are out stay good.";
    let sql = "SELECT COUNT(*) - COUNT(retired_at), COUNT(retired_at),
                      MIN(CASE WHEN retired_at IS NULL THEN created_at END),
                      (SELECT COUNT(*) FROM organization)
               FROM signing_key";
    let row = conn.row(sql).await?;
    let (active, retired, organizations): (i64, i64, i64) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(3)?);
    let made_at: Option<i64> = row.try_get_by_index(2)?;
    let age = made_at.map_or(0, |at| now - at);
    Ok(vec![match active {
        0 if retired == 0 && organizations == 0 => Finding::ok(CHECK, "none yet; the first start makes one"),
        0 => Finding::problem(
            CHECK,
            "no key signs: nobody can log in",
            "`qun keys rotate` makes one, as the next start of a server does. Tokens of a key that is gone are lost.",
        ),
        1 if age > OLD_KEY => {
            Finding::warning(CHECK, format_args!("the key that signs is {} old", span(age)), ROTATE)
        }
        1 => Finding::ok(CHECK, format_args!("one signs, {} old; {retired} retired", span(age))),
        _ => Finding::warning(
            CHECK,
            format_args!("{active} keys are active; the oldest signs and all verify"),
            "`qun keys rotate` leaves one.",
        ),
    }])
}

async fn jobs(conn: &mut Plain, now: i64) -> Result<Vec<Finding>, DbErr> {
    const CHECK: &str = "jobs";
    let late = now - OVERDUE;
    let sql = format!(
        "SELECT COUNT(CASE WHEN state = 'DEAD' THEN 1 END),
                COUNT(CASE WHEN state = 'WAITING' AND due_at < {late} THEN 1 END),
                COUNT(CASE WHEN state = 'RUNNING' AND lease_until < {late} THEN 1 END),
                COUNT(CASE WHEN state IN ('WAITING', 'RUNNING') THEN 1 END)
         FROM job"
    );
    let row = conn.row(&sql).await?;
    let count = |index| row.try_get_by_index::<i64>(index);
    let (dead, waiting, lost, open) = (count(0)?, count(1)?, count(2)?, count(3)?);
    let mut found = Vec::new();
    if dead > 0 {
        found.push(Finding::warning(
            CHECK,
            format_args!("{} failed five times and will not be tried again", counted(dead, "job")),
            "Read last_error in the table job, mend the cause and set them back: docs/operations.md, \"Jobs\".",
        ));
    }
    if waiting + lost > 0 {
        found.push(Finding::warning(
            CHECK,
            format_args!("{waiting} due and {lost} abandoned for more than {}", span(OVERDUE)),
            "Is a server running? Each takes jobs over within a minute.",
        ));
    }
    if found.is_empty() {
        found.push(Finding::ok(CHECK, format_args!("none dead, none overdue; {open} open")));
    }
    Ok(found)
}

async fn outbox(conn: &mut Plain, now: i64) -> Result<Vec<Finding>, DbErr> {
    let row = conn.row("SELECT COUNT(*), MIN(at) FROM outbox WHERE delivered_at IS NULL").await?;
    let (waiting, oldest): (i64, Option<i64>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(vec![match oldest {
        Some(at) => {
            let (waiting, age) = (counted(waiting, "event"), span((now - at).max(0)));
            Finding::ok("outbox", format_args!("{waiting} not delivered, the oldest {age} old"))
        }
        None => Finding::ok("outbox", "no event waits"),
    }])
}
