//! Large groups, written past the API: what is measured is not how they came about.

use std::path::Path;

use anyhow::{Context, Result};

use super::postgres::Database;
use super::qun::Qun;

/// The name of the group in each organization.
pub const GROUP: &str = "crowd";

/// A page of its members with person, tier and score, in order of score.
pub const PAGE_QUERY: &str = r"query Page($group: String!, $after: String) {
  group(name: $group) {
    members(first: 50, after: $after, order: SCORE) {
      nodes { person { id displayName } score { tier score } }
      pageInfo { hasNextPage endCursor }
    }
  }
}";

/// The ISO week so many weeks ago: 1 is the last that has ended.
pub fn week_before(database: &Database, weeks: u32) -> Result<String> {
    let days = 7 * weeks;
    database
        .run(&format!(r#"SELECT to_char(now() AT TIME ZONE 'UTC' - interval '{days} days', 'IYYY-"W"IW')"#))
}

/// Founds organizations with a group of so many members each: two in five active on ten of
/// the last 90 days, the others on none to two.
///
/// One imported message makes the group and tells the key under which its days are counted.
pub fn populate(
    qun: &Qun,
    database: &Database,
    scratch: &Path,
    organizations: &[&str],
    members: u64,
) -> Result<()> {
    let day = database.run("SELECT current_date - 120")?;
    let message = format!(
        r#"{{"id":"1","kind":"message","ts":"{day}T08:00:00Z","group":"{GROUP}","user":"u","text":"hello"}}"#
    );
    let file = scratch.join("crowd.ndjson");
    std::fs::write(&file, message)?;
    let file = file.to_str().context("the path of scratch files is no UTF-8")?;
    for slug in organizations {
        qun.found(database.url(), slug)?;
        qun.run(
            database.url(),
            &["import", "--org", slug, "--platform", "other", "--time-zone", "UTC", file],
        )?;
    }
    database.run(&POPULATION.replace("{members}", &members.to_string()))?;
    database.run("VACUUM ANALYZE")?;
    Ok(())
}

const POPULATION: &str = "
CREATE TEMP TABLE one AS SELECT g.org_id, g.id AS group_id, d.counted_under
  FROM chat_group g JOIN member_day d ON d.group_id = g.id;
CREATE TEMP TABLE crowd AS SELECT n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
  FROM generate_series(1, {members}) n;
INSERT INTO person (org_id, id, display_name, named_at, created_at)
  SELECT org_id, id, 'member ' || n, 1700000000000, 1700000000000 FROM one, crowd ORDER BY org_id, n;
INSERT INTO membership (org_id, group_id, person_id, joined_at, began_at, join_observed, began_observed, sequence)
  SELECT org_id, group_id, id, joined, joined, true, true, 0
  FROM one, crowd, LATERAL (SELECT (extract(epoch FROM current_date - 110 - (n % 200)::integer) * 1000)::bigint AS joined) j
  ORDER BY n;
INSERT INTO member_day (org_id, group_id, day, person_id, messages, counted, counted_under, presence, signs,
                        last_counted_at, last_message_at)
  SELECT org_id, group_id, day, id, messages, LEAST(messages, 20), counted_under, messages, messages, at, at
  FROM one, (
    SELECT n, id, current_date - 1 - (k * 9 + (n * 7 + k * 5) % 9)::integer AS day, 1 + (n * 13 + k * 31) % 17 AS messages
    FROM crowd, generate_series(0, CASE WHEN n % 5 < 2 THEN 9 ELSE n % 3 - 1 END) k
  ) active, LATERAL (SELECT (extract(epoch FROM day) * 1000)::bigint + 36000000 AS at) t
  ORDER BY day, n;
INSERT INTO group_day (org_id, group_id, day, messages, speakers, presence)
  SELECT org_id, group_id, day, sum(messages), count(*), sum(presence) FROM member_day
  WHERE day > current_date - 100 GROUP BY 1, 2, 3";
