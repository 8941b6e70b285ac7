//! `log_in.timing`: whether the time of a log-in that fails tells if the address has an account.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use qun_tests::stage::http::Connection;
use qun_tests::stage::postgres::Postgres;
use qun_tests::stage::qun::{ORG, Qun};
use serde_json::{Value, json};

use crate::report::Row;

/// Accounts that there are, each tried so many times: fewer than are throttled.
const ACCOUNTS: usize = 60;
const TRIES: usize = 8;

/// How much of the spread of single tries the difference may be. A stranger who has to average
/// over many tries to see less meets the throttle first.
const SHARE: f64 = 0.2;

pub(crate) fn measure(qun: &Qun, postgres: &Postgres) -> Result<Row> {
    let database = postgres.database("timing")?;
    qun.found(database.url(), ORG)?;
    for n in 0..ACCOUNTS {
        let email = known(n);
        let add = ["account", "add", "--org", ORG, "--email", &email, "--role", "facilitator"];
        qun.run(database.url(), &[&add[..], &["--password", "correct horse battery"]].concat())?;
    }
    let server = qun.serve_with(database.url(), &["--proxies=1"])?;
    let mut connection = Connection::open(server.address())?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for round in 0..TRIES {
        for n in 0..ACCOUNTS {
            // Each try comes from an address of its own: what is timed is the log-in, not the throttle.
            let from = format!("10.{round}.{n}.1");
            with.push(failed(&mut connection, &known(n), &from)?);
            without.push(failed(&mut connection, &format!("nobody-{n}@bench.example"), &from)?);
        }
    }
    let (with, without) = (Times::of(with), Times::of(without));
    let difference = (with.median - without.median).abs();
    let spread = with.spread.max(without.spread);
    let note = format!(
        "difference of the medians of {} failed log-ins each for addresses with an account ({:.3} ms) and without \
         ({:.3} ms); the limit is {SHARE} of the spread between the quartiles ({spread:.3} ms)",
        ACCOUNTS * TRIES,
        with.median,
        without.median
    );
    Ok(Row::cost("log_in.timing", "ms", difference.max(1e-6), SHARE * spread, 1.0, note))
}

fn known(n: usize) -> String {
    format!("account-{n}@bench.example")
}

/// How long a log-in with a wrong password takes.
fn failed(connection: &mut Connection, email: &str, from: &str) -> Result<Duration> {
    let query = "mutation($input: LogInInput!) { logIn(input: $input) { userErrors { code } } }";
    let input = json!({ "email": email, "password": "another horse battery" });
    let body = serde_json::to_vec(&json!({ "query": query, "variables": { "input": input } }))?;
    let begun = Instant::now();
    let headers = format!("X-Forwarded-For: {from}\r\n");
    let answer = connection.post_with("/graphql", &headers, "application/json", &body)?;
    let took = begun.elapsed();
    let answer: Value = serde_json::from_slice(&answer)?;
    ensure!(answer["data"]["logIn"]["userErrors"][0]["code"] == "BAD_CREDENTIALS", "{answer}");
    Ok(took)
}

/// In milliseconds.
struct Times {
    median: f64,
    /// Between the quartiles.
    spread: f64,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: usize| times[times.len() * share / 4].as_secs_f64() * 1_000.0;
        Self { median: at(2), spread: at(3) - at(1) }
    }
}
