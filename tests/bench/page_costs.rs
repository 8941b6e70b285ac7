//! What the contract costs: the page of 50 members with and without the budget and the layer over
//! HTTP, and a mutation with and without an idempotency key.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use qun_tests::stage::http::Connection;
use qun_tests::stage::postgres::Postgres;
use qun_tests::stage::qun::{Qun, Server};
use serde_json::json;

use crate::read_member_page::{Request, pages, rate, stage};
use crate::report::Row;

const ROUNDS: usize = 3;

/// Mutations that are sent in a round.
const MUTATIONS: usize = 4_000;

pub(crate) fn measure(qun: &Qun, postgres: &Postgres, scratch: &Path, seconds: u32) -> Result<Vec<Row>> {
    let database = postgres.database("costs")?;
    stage(qun, &database, scratch)?;
    let with = qun.serve(database.url())?;
    let without = qun.serve_with(database.url(), &["--query-points=0"])?;
    let requests = pages(qun, &database, &with)?;
    let empty: Vec<Request> = requests
        .iter()
        .map(|request| Request {
            token: request.token.clone(),
            body: br#"{"query":"{__typename}"}"#.to_vec(),
        })
        .collect();

    let (mut all, mut unpaid, mut layer) = (0.0_f64, 0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        all = all.max(rate(&with, &requests, seconds)?);
        unpaid = unpaid.max(rate(&without, &requests, seconds)?);
        layer = layer.max(rate(&without, &empty, seconds)?);
    }
    // Time of a page less the time of a request that asks for nothing.
    let bare = 1.0 / (1.0 / unpaid - 1.0 / layer);
    let token = &requests.first().context("no pages")?.token;
    let (mut keyed, mut plain) = (0.0_f64, 0.0_f64);
    for round in 0..ROUNDS {
        plain = plain.max(mutations(&with, token, &format!("plain {round}"), false)?);
        keyed = keyed.max(mutations(&with, token, &format!("keyed {round}"), true)?);
    }
    let rounds = format!("best of {ROUNDS} alternating rounds of {seconds} s over 4 connections");
    Ok(vec![
        Row::rate(
            "page.budget",
            "pages/s",
            all,
            unpaid,
            0.9,
            format!(
                "the page of read.member_page with the budget on; the limit is the page with --query-points=0; {rounds}"
            ),
        ),
        Row::rate(
            "page.http",
            "pages/s",
            unpaid,
            bare,
            0.8,
            format!(
                "the page without budget; the limit is a page whose request costs nothing: what is left of its time \
                 without that of {{__typename}}, {layer:.0} a second, with log-in, parsing and limits; {rounds}"
            ),
        ),
        Row::rate(
            "mutation.once",
            "mutations/s",
            keyed,
            plain,
            0.6,
            format!(
                "createCommunity under an idempotency key over one connection; the limit is the same without; best of {ROUNDS} rounds of {MUTATIONS}"
            ),
        ),
    ])
}

/// New communities a second, over one connection.
fn mutations(server: &Server, token: &str, name: &str, keyed: bool) -> Result<f64> {
    let mut connection = Connection::open(server.address())?;
    let begun = std::time::Instant::now();
    for n in 0..MUTATIONS {
        let name = format!("{name} {n}");
        let mut input = json!({ "name": name, "timeZone": "UTC" });
        if keyed {
            input["idempotencyKey"] = json!(name);
        }
        let query = "mutation($input: CreateCommunityInput!) { createCommunity(input: $input) { userErrors { code } } }";
        let body = serde_json::to_vec(&json!({ "query": query, "variables": { "input": input } }))?;
        let answer = connection.post(token, "/graphql", "application/json", &body)?;
        ensure!(
            answer.starts_with(br#"{"data":{"createCommunity":{"userErrors":[]}}"#),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    Ok(MUTATIONS as f64 / begun.elapsed().as_secs_f64())
}
