//! `read.member_page`: a GraphQL page of 50 members with person, tier and score, in order of
//! score, against pgbench with the page's SQL in a transaction of the same shape.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use qun_tests::stage::crowd::{GROUP, PAGE_QUERY, populate, week_before};
use qun_tests::stage::http::Connection;
use qun_tests::stage::postgres::{Database, Postgres};
use qun_tests::stage::qun::{Qun, Server};
use serde_json::{Value, json};

use crate::report::Row;

const ORGS: [&str; 8] = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
const MEMBERS: u64 = 5_000;
const PAGES: usize = 8;
const CLIENTS: usize = 4;
const ROUNDS: usize = 3;

/// The statement behind the page: the scores after a place and the persons they are of.
/// One row more than the page tells whether there is another.
const PAGE: &str = "SELECT s.evaluation_id, s.person_id, s.tier, s.week_tier, s.previous_tier, s.score, s.band, \
    s.fading, s.silent, s.pinned, s.age_days, s.counted_in_week, s.strikes, p.display_name \
    FROM tier_score s JOIN person p ON p.org_id = '{org}' AND p.id = s.person_id \
    WHERE s.org_id = '{org}' AND s.evaluation_id = '{evaluation}' \
    AND (CASE WHEN s.score IS NULL THEN -1 ELSE s.score END, s.person_id) < ({score}, '{person}') \
    ORDER BY CASE WHEN s.score IS NULL THEN -1 ELSE s.score END DESC, s.person_id DESC LIMIT 51";

/// A request that is sent again and again.
pub(crate) struct Request {
    pub(crate) token: String,
    pub(crate) body: Vec<u8>,
}

/// Organizations with an evaluated group each.
pub(crate) fn stage(qun: &Qun, database: &Database, scratch: &Path) -> Result<()> {
    populate(qun, database, scratch, &ORGS, MEMBERS)?;
    let week = week_before(database, 1)?;
    for org in ORGS {
        let evaluate = ["tiers", "evaluate", "--org", org, "--group", GROUP, "--from", &week, "--to", &week];
        qun.run(database.url(), &evaluate)?;
    }
    database.run("VACUUM ANALYZE")?;
    Ok(())
}

/// The requests for the pages of all organizations.
pub(crate) fn pages(qun: &Qun, database: &Database, server: &Server) -> Result<Vec<Request>> {
    let mut requests = Vec::new();
    for org in ORGS {
        requests.extend(pages_of(qun, database, server, org)?);
    }
    Ok(requests)
}

pub(crate) fn measure(qun: &Qun, postgres: &Postgres, scratch: &Path, seconds: u32) -> Result<Row> {
    let database = postgres.database("pages")?;
    stage(qun, &database, scratch)?;
    let scripts = scripts(&database, scratch)?;
    let server = qun.serve(database.url())?;
    let requests = pages(qun, &database, &server)?;

    let (mut ours, mut limit) = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        limit = limit.max(database.pgbench(&scripts, CLIENTS, seconds)?);
        ours = ours.max(rate(&server, &requests, seconds)?);
    }
    let note = format!(
        "pages of 50 of {MEMBERS} members over {CLIENTS} connections, rotating over {} organizations with \
         {PAGES} pages each; the limit is pgbench as qun_app over as many connections: BEGIN, the tenant, the \
         statement of the page, COMMIT; best of {ROUNDS} alternating rounds of {seconds} s",
        ORGS.len()
    );
    Ok(Row::rate("read.member_page", "pages/s", ours, limit, 0.5, note))
}

/// The requests of the first pages after the first one, by the cursors that the server gives.
fn pages_of(qun: &Qun, database: &Database, server: &Server, org: &str) -> Result<Vec<Request>> {
    let token = qun.token(database.url(), org)?;
    let mut connection = Connection::open(server.address())?;
    let mut after = Value::Null;
    let mut requests = Vec::new();
    for page in 0..=PAGES {
        let body = serde_json::to_vec(
            &json!({ "query": PAGE_QUERY, "variables": { "group": GROUP, "after": after } }),
        )?;
        let answer = connection.post(&token, "/graphql", "application/json", &body)?;
        let answer: Value = serde_json::from_slice(&answer)?;
        let members = &answer["data"]["group"]["members"];
        let nodes = members["nodes"].as_array().context("no members")?;
        ensure!(nodes.len() == 50 && nodes.iter().all(|node| node["score"]["tier"].is_string()), "{answer}");
        after = members["pageInfo"]["endCursor"].clone();
        if page > 0 {
            requests.push(Request { token: token.clone(), body });
        }
    }
    Ok(requests)
}

/// Answers a second over a few connections, each of which begins at another request.
pub(crate) fn rate(server: &Server, requests: &[Request], seconds: u32) -> Result<f64> {
    let end = Instant::now() + Duration::from_secs(seconds.into());
    let counts = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn(move || -> Result<u32> {
                    let mut connection = Connection::open(server.address())?;
                    let mut answered = 0;
                    for request in requests.iter().cycle().skip(client * requests.len() / CLIENTS) {
                        if Instant::now() >= end {
                            break;
                        }
                        connection.post(&request.token, "/graphql", "application/json", &request.body)?;
                        answered += 1;
                    }
                    Ok(answered)
                })
            })
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| bail!("a client ended early")))
            .collect::<Result<Vec<u32>>>()
    })?;
    Ok(f64::from(counts.iter().sum::<u32>()) / f64::from(seconds))
}

/// A pgbench script for each of the same pages.
fn scripts(database: &Database, scratch: &Path) -> Result<Vec<PathBuf>> {
    let places = database.run(&format!(
        "SELECT org_id || '|' || evaluation_id || '|' || coalesce(score, -1) || '|' || person_id FROM (
           SELECT *, row_number() OVER (PARTITION BY org_id ORDER BY coalesce(score, -1) DESC, person_id DESC) AS place
           FROM tier_score) ranked
         WHERE place % 50 = 0 AND place / 50 BETWEEN 1 AND {PAGES}"
    ))?;
    let mut scripts = Vec::new();
    for place in places.lines() {
        let [org, evaluation, score, person] = place.split('|').collect::<Vec<_>>()[..] else {
            bail!("not a place: {place}")
        };
        let page = PAGE
            .replace("{org}", org)
            .replace("{evaluation}", evaluation)
            .replace("{score}", score)
            .replace("{person}", person);
        let script = scratch.join(format!("page-{}.sql", scripts.len()));
        std::fs::write(&script, format!("BEGIN;\nSET LOCAL qun.org_id = '{org}';\n{page};\nCOMMIT;\n"))?;
        scripts.push(script);
    }
    Ok(scripts)
}
