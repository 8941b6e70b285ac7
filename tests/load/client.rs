//! A client as they should be: it keeps its connection, goes to the other server when that
//! breaks, and asks again.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use qun_tests::stage::http::Connection;
use serde_json::{Value, json};

use crate::run::Run;
use crate::tally::Kind;

/// So long a client stays with a server.
const STAY: Duration = Duration::from_secs(5);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);
/// A refresh token whose answer was lost is good for so long: `docs/access.md`.
const PATIENCE: Duration = Duration::from_secs(25);

/// Words that stand in logs and in no answer.
const INTERNAL_WORDS: [&str; 10] = [
    "sqlx",
    "sea_orm",
    "postgres",
    "redis://",
    "terminating connection",
    "administrator command",
    "panicked",
    "broken pipe",
    "connection reset",
    ".rs:",
];

pub(crate) struct Request {
    path: &'static str,
    headers: String,
    content_type: &'static str,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn graphql(token: Option<&str>, query: &str, variables: &Value) -> Self {
        let body = json!({ "query": query, "variables": variables }).to_string().into_bytes();
        Self { path: "/graphql", headers: bearer(token), content_type: "application/json", body }
    }

    pub(crate) fn rows(token: &str, rows: String) -> Self {
        let (headers, body) = (bearer(Some(token)), rows.into_bytes());
        Self { path: "/v1/interactions", headers, content_type: "application/x-ndjson", body }
    }
}

pub(crate) fn bearer(token: Option<&str>) -> String {
    token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"))
}

pub(crate) struct Client<'a> {
    run: &'a Run<'a>,
    kind: Kind,
    server: usize,
    since: Instant,
    connection: Option<Connection>,
}

impl<'a> Client<'a> {
    pub(crate) fn new(run: &'a Run<'a>, kind: Kind, server: usize) -> Self {
        Self { run, kind, server, since: Instant::now(), connection: None }
    }

    /// Goes on with the other server.
    pub(crate) fn turn(&mut self) {
        (self.server, self.since, self.connection) = (self.server + 1, Instant::now(), None);
    }

    /// Asks once. What comes is an answer of 200 without errors; all else is told to the tally.
    pub(crate) fn ask(&mut self, request: &Request) -> Option<Vec<u8>> {
        if self.since.elapsed() > STAY {
            self.turn();
        }
        let begun = Instant::now();
        match self.exchange(request) {
            Ok((200, answer)) if !answer.starts_with(br#"{"errors""#) => {
                self.run.tally.answered(self.kind, begun.elapsed());
                return Some(answer);
            }
            Ok((status, answer)) => {
                refused(self.run, self.kind, begun, status, &String::from_utf8_lossy(&answer));
            }
            Err(error) => {
                self.run.tally.broken(self.kind, begun, &format!("{error:#}"));
                self.turn();
            }
        }
        None
    }

    /// Asks the same until it is answered; the answer, and whether an attempt had failed before.
    pub(crate) fn insist(&mut self, request: &Request) -> Option<(Value, bool)> {
        let begun = Instant::now();
        let mut again = false;
        while begun.elapsed() < PATIENCE {
            if let Some(answer) = self.ask(request) {
                let Ok(answer) = serde_json::from_slice(&answer) else {
                    self.run.tally.wrong(&format!(
                        "{:?}: no JSON: {}",
                        self.kind,
                        String::from_utf8_lossy(&answer)
                    ));
                    return None;
                };
                return Some((answer, again));
            }
            again = true;
            sleep(PAUSE);
        }
        self.run.tally.wrong(&format!("{:?}: not answered within {PATIENCE:?}", self.kind));
        None
    }

    fn exchange(&mut self, request: &Request) -> Result<(u16, Vec<u8>)> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(Connection::open(self.run.cluster.address(self.server))?),
        };
        connection.exchange(request.path, &request.headers, request.content_type, &request.body)
    }
}

/// An answer that is none: an outage is told to the tally as such, all else is wrong.
pub(crate) fn refused(run: &Run<'_>, kind: Kind, begun: Instant, status: u16, answer: &str) {
    let evidence = format!("{status} {answer}");
    let lower = answer.to_lowercase();
    if let Some(word) = INTERNAL_WORDS.iter().find(|word| lower.contains(**word)) {
        run.tally.wrong(&format!("{kind:?}: {word:?} stands in the answer {evidence}"));
    }
    if status >= 500 || answer.contains(r#""code":"INTERNAL""#) {
        run.tally.failed(kind, begun, &evidence);
    } else {
        run.tally.wrong(&format!("{kind:?}: {evidence}"));
    }
}
