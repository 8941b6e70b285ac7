//! What is written: rows, communities, evaluations, sessions. Each comes until it is
//! acknowledged, and gives what was.

use std::fmt::Write;
use std::thread::sleep;
use std::time::Duration;

use qun_tests::stage::qun::{OWNER, PASSWORD};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::client::{Client, Request};
use crate::run::Run;
use crate::tally::Kind;

/// The organization that is written to.
pub(crate) const ORG: &str = "live";
/// Its groups for rows.
pub(crate) const GROUPS: usize = 4;
/// Its group that is evaluated.
pub(crate) const WEEKLY: &str = "weekly";
/// Messages in a batch; one row more is a join.
pub(crate) const BATCH: usize = 100;

const USERS: usize = 200;
const DAYS: i64 = 20;
/// One thing in so many is asked for once more, of the other server.
const AGAIN: u64 = 20;

/// Who joins with a batch.
pub(crate) fn newcomer(writer: usize, batch: u64) -> String {
    format!("n-{writer}-{batch}")
}

/// Sends batches of rows; how many were acknowledged, each of them whole.
pub(crate) fn rows(run: &Run<'_>, token: &str, midnight: i64, writer: usize) -> u64 {
    let mut client = Client::new(run, Kind::Rows, writer);
    let mut random = ChaCha8Rng::seed_from_u64(writer as u64);
    let mut sent = 0;
    while !run.is_over() {
        let request = Request::rows(token, batch(&mut random, midnight, writer, sent));
        let Some((report, again)) = client.insist(&request) else { break };
        let count = |name: &str| report[name].as_u64().unwrap_or_default();
        let (accepted, duplicates) = (count("accepted"), count("duplicates"));
        if accepted + duplicates != BATCH as u64 + 1 || (duplicates > 0 && !again) {
            run.tally.wrong(&format!("Rows: batch {writer}-{sent}, sent before: {again}: {report}"));
        }
        sent += 1;
        sleep(Duration::from_millis(40));
    }
    sent
}

fn batch(random: &mut ChaCha8Rng, midnight: i64, writer: usize, batch: u64) -> String {
    let mut rows = String::new();
    let mut row = |random: &mut ChaCha8Rng, id: &str, kind: &str, user: &str, text: &str| {
        let millis = midnight - random.random_range(1..DAYS * 86_400_000);
        let at = chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default().to_rfc3339();
        let group = random.random_range(0..GROUPS);
        let _ = writeln!(
            rows,
            r#"{{"id":"{id}","kind":"{kind}","ts":"{at}","group":"g{group}","user":"{user}","name":"{user}"{text}}}"#
        );
    };
    for place in 0..BATCH {
        let user = format!("u{}", random.random_range(0..USERS));
        row(random, &format!("r{writer}-{batch}-{place}"), "message", &user, r#","text":"谢谢大家，明天见""#);
    }
    row(random, &format!("j{writer}-{batch}"), "join", &newcomer(writer, batch), "");
    rows
}

/// Creates communities under idempotency keys; the id of each, in order.
pub(crate) fn communities(run: &Run<'_>, token: &str, writer: usize) -> Vec<String> {
    const QUERY: &str = "mutation Create($input: CreateCommunityInput!) {
      createCommunity(input: $input) { community { id name } userErrors { code } } }";
    let mut client = Client::new(run, Kind::Community, writer);
    let mut ids = Vec::new();
    while !run.is_over() {
        let name = format!("c-{writer}-{}", ids.len());
        let input = json!({ "name": name, "timeZone": "UTC", "idempotencyKey": name });
        let request = Request::graphql(Some(token), QUERY, &json!({ "input": input }));
        let ask = |client: &mut Client<'_>| {
            let (answer, _) = client.insist(&request)?;
            let community = &answer["data"]["createCommunity"]["community"];
            let id = community["id"].as_str().filter(|_| community["name"] == *name);
            if id.is_none() {
                run.tally.wrong(&format!("Community {name}: {answer}"));
            }
            id.map(str::to_owned)
        };
        let Some(id) = ask(&mut client) else { break };
        if (ids.len() as u64).is_multiple_of(AGAIN) {
            client.turn();
            let once_more = ask(&mut client);
            if once_more.as_ref() != Some(&id) {
                run.tally.wrong(&format!("Community {name}: first {id}, then {once_more:?}"));
            }
        }
        ids.push(id);
        sleep(Duration::from_millis(20));
    }
    ids
}

/// Evaluates a week again and again; the ids of the evaluations.
pub(crate) fn evaluations(run: &Run<'_>, token: &str, group: &str, week: &str) -> Vec<String> {
    const QUERY: &str = "mutation Evaluate($input: EvaluateTiersInput!) {
      evaluateTiers(input: $input) { evaluations { id revision } userErrors { code } } }";
    let mut client = Client::new(run, Kind::Evaluation, 0);
    let mut ids: Vec<String> = Vec::new();
    while !run.is_over() {
        let key = format!("e-{}", ids.len());
        let input = json!({ "scope": group, "fromWeek": week, "toWeek": week, "idempotencyKey": key });
        let request = Request::graphql(Some(token), QUERY, &json!({ "input": input }));
        let Some((answer, _)) = client.insist(&request) else { break };
        let made = &answer["data"]["evaluateTiers"]["evaluations"];
        match (made.as_array().map_or(0, Vec::len), made[0]["id"].as_str()) {
            (1, Some(id)) if made[0]["revision"] == ids.len() + 1 => ids.push(id.to_owned()),
            _ => {
                run.tally.wrong(&format!("Evaluation {key}: {answer}"));
                break;
            }
        }
        sleep(Duration::from_millis(500));
    }
    ids
}

/// Stays logged in by one refresh token after the other.
pub(crate) fn sessions(run: &Run<'_>, chain: usize) {
    const REFRESH: &str = "mutation Refresh($token: String!) {
      refreshSession(input: {refreshToken: $token}) { accessToken refreshToken userErrors { code } } }";
    let mut client = Client::new(run, Kind::Refresh, chain);
    let Some(mut token) = log_in(run, &mut client) else { return };
    for turn in 0_u64.. {
        if run.is_over() {
            break;
        }
        let request = Request::graphql(None, REFRESH, &json!({ "token": token }));
        let Some((answer, _)) = client.insist(&request) else { return };
        let next = &answer["data"]["refreshSession"];
        let (Some(access), Some(refresh)) = (next["accessToken"].as_str(), next["refreshToken"].as_str())
        else {
            return run.tally.wrong(&format!("Refresh {turn} of chain {chain}: {answer}"));
        };
        client.turn();
        let viewer = Request::graphql(Some(access), "{ viewer { assignments { role } } }", &Value::Null);
        let Some((answer, _)) = client.insist(&viewer) else { return };
        if answer["data"]["viewer"]["assignments"][0]["role"] != "OWNER" {
            run.tally.wrong(&format!("Refresh {turn} of chain {chain}: the token gives {answer}"));
        }
        if turn.is_multiple_of(AGAIN) {
            let Some((answer, _)) = client.insist(&request) else { return };
            if answer["data"]["refreshSession"]["refreshToken"] != *refresh {
                run.tally.wrong(&format!("Refresh {turn} of chain {chain}, sent again: {answer}"));
            }
        }
        refresh.clone_into(&mut token);
        sleep(Duration::from_millis(50));
    }
}

fn log_in(run: &Run<'_>, client: &mut Client<'_>) -> Option<String> {
    const QUERY: &str = "mutation LogIn($input: LogInInput!) {
      logIn(input: $input) { refreshToken userErrors { code } } }";
    let input = json!({ "email": OWNER, "password": PASSWORD, "organization": ORG });
    let (answer, _) = client.insist(&Request::graphql(None, QUERY, &json!({ "input": input })))?;
    let token = answer["data"]["logIn"]["refreshToken"].as_str();
    if token.is_none() {
        run.tally.wrong(&format!("log-in: {answer}"));
    }
    token.map(str::to_owned)
}
