//! Afterwards: is all there that was acknowledged, once?

use std::collections::HashSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::run::Run;
use crate::streams::Reader;
use crate::writes::{BATCH, ORG};

const OF_ORG: &str = "org_id = (SELECT org_id FROM organization WHERE slug = 'live')";

/// All rows of all batches that a writer was told are kept.
pub(crate) fn rows(run: &Run<'_>, writer: usize, batches: u64) -> Result<()> {
    let database = run.cluster.database;
    let missing = database.run(&format!(
        "SELECT batch || ': ' || count(i.source_id) FROM generate_series(0, {batches} - 1) batch
           CROSS JOIN generate_series(0, {BATCH}) place
           LEFT JOIN interaction i ON i.{OF_ORG} AND i.source_id = CASE WHEN place < {BATCH}
             THEN 'r{writer}-' || batch || '-' || place ELSE 'j{writer}-' || batch END
         GROUP BY batch HAVING count(i.source_id) <> {BATCH} + 1 ORDER BY batch LIMIT 5"
    ))?;
    if !missing.is_empty() {
        run.tally.wrong(&format!("rows of writer {writer} are not there whole: {missing}"));
    }
    let kept: u64 = database
        .run(&format!(
            "SELECT count(*) FROM interaction WHERE {OF_ORG} AND source_id LIKE ANY ('{{r{writer}-%,j{writer}-%}}')"
        ))?
        .parse()?;
    if kept != batches * (BATCH as u64 + 1) {
        run.tally.wrong(&format!("{kept} rows of writer {writer} are kept, of {batches} batches"));
    }
    Ok(())
}

/// The roll-ups count each message once.
pub(crate) fn messages(run: &Run<'_>, batches: u64) -> Result<()> {
    let counted = format!(
        "SELECT sum(messages) FROM group_day JOIN chat_group g ON g.id = group_id WHERE group_day.{OF_ORG} AND g.name LIKE 'g_'"
    );
    let counted = run.cluster.database.run(&counted)?;
    if counted != (batches * BATCH as u64).to_string() {
        run.tally.wrong(&format!("the days count {counted} messages of {batches} batches"));
    }
    Ok(())
}

/// There is one community for each key, the one that the answer named.
pub(crate) fn communities(run: &Run<'_>, writer: usize, ids: &[String]) -> Result<()> {
    let kept = run.cluster.database.run(&format!(
        "SELECT translate(encode(convert_to('Community:' || id, 'UTF8'), 'base64'), E'=\\n', '')
         FROM community WHERE {OF_ORG} AND name LIKE 'c-{writer}-%'"
    ))?;
    let kept: HashSet<&str> = kept.lines().collect();
    let told: HashSet<&str> = ids.iter().map(|id| id.trim_end_matches('=')).collect();
    for id in told.symmetric_difference(&kept) {
        run.tally.wrong(&format!("community {id}: told {}, kept {}", told.contains(id), kept.contains(id)));
    }
    if told.len() != ids.len() {
        run.tally.wrong(&format!("{} communities for {} keys", told.len(), ids.len()));
    }
    Ok(())
}

/// Waits a while for what readers were not told yet; all of it was told, once.
pub(crate) fn events(run: &Run<'_>, readers: &[&Reader], names: &[String]) {
    let begun = Instant::now();
    for reader in readers {
        while let Some(missing) = reader.first_missing(names) {
            if begun.elapsed() > Duration::from_secs(30) {
                run.tally.wrong(&format!("a reader was never told of {missing}"));
                break;
            }
            sleep(Duration::from_millis(100));
        }
        for repeated in reader.repeated() {
            run.tally.wrong(&format!("a reader was told of {repeated}"));
        }
    }
}

/// The roll-ups are what the rows say, and `qun doctor` has nothing to say.
pub(crate) fn state(run: &Run<'_>) -> Result<String> {
    let (qun, url) = (run.cluster.qun, run.cluster.database.url());
    let recomputed = qun.run(url, &["recompute", "--org", ORG])?;
    for group in recomputed.lines().filter(|line| !line.ends_with(" mended days 0 mended memberships 0")) {
        run.tally.wrong(&format!("recompute: {group}"));
    }
    let findings = match qun.run(url, &["doctor", "--redis-url", &run.cluster.redis_url()]) {
        Ok(findings) => findings,
        Err(error) => {
            run.tally.wrong(&format!("doctor: {error:#}"));
            String::new()
        }
    };
    Ok(format!("{recomputed}\n{findings}"))
}
