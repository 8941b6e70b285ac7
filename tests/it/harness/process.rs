//! A server of its own process, and what is asked of it over HTTP.

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use qun_infra::outgoing::settle_on_tls;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Client, Method, RequestBuilder};
use serde_json::{Value as Json, json};
use tokio::time::{interval, timeout};

use super::binary::command;

/// How long anything may take before a test gives up: far longer than it ever does.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a process is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// A running `qun serve`. It is killed when its value ends.
pub(crate) struct Process {
    child: Child,
    address: String,
    log: PathBuf,
    client: Client,
}

/// What came back for a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Looks again and again until there is something to see; panics with `what` where it
/// never comes.
pub(crate) async fn until<T>(what: impl Fn() -> String, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let seen = timeout(PATIENCE, async {
        let mut glances = interval(GLANCE);
        loop {
            glances.tick().await;
            if let Some(seen) = look().await {
                return seen;
            }
        }
    });
    seen.await.unwrap_or_else(|_| panic!("never seen: {}", what()))
}

impl Process {
    /// Starts a server on a free port; it may not listen yet. The log goes to a file.
    #[expect(clippy::disallowed_methods, reason = "it asks a server of its own")]
    pub(crate) fn spawn(database: &str, flags: &[&str], log: &Path) -> Self {
        let file = File::create(log).expect("a log");
        let child = command(database, &[&["serve", "--listen", "127.0.0.1:0"], flags].concat())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .expect("a server that starts");
        settle_on_tls();
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Self { child, address: String::new(), log: log.to_owned(), client }
    }

    /// Waits until the server says where it listens.
    pub(crate) async fn listens(mut self) -> Self {
        let log = self.log.clone();
        let child = &mut self.child;
        let address = until(
            || format!("a server that listens; its log:\n{}", text_of(&log)),
            async || {
                let text = text_of(&log);
                let status = child.try_wait().expect("a child");
                assert!(status.is_none(), "the server ended with {status:?}; its log:\n{text}");
                let (_, after) = text.split_once("listening on ")?;
                after.split_once('\n').map(|(address, _)| address.trim().to_owned())
            },
        );
        self.address = address.await;
        self
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        text_of(&self.log)
    }

    /// SIGKILL: no code of the server runs any more.
    pub(crate) fn kill(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("a killed server");
    }

    /// SIGTERM, as an orchestrator does it.
    pub(crate) fn terminate(&self) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(status.success(), "the server cannot be signalled");
    }

    /// Whether it takes new connections.
    pub(crate) fn is_listening(&self) -> bool {
        TcpStream::connect(self.authority()).is_ok()
    }

    /// Host and port.
    pub(crate) fn authority(&self) -> &str {
        self.address.strip_prefix("http://").expect("an address")
    }

    /// How much memory it has, in KiB; none where the system does not say.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let log = self.log.clone();
        let child = &mut self.child;
        until(
            || format!("the end of the server; its log:\n{}", text_of(&log)),
            async || child.try_wait().expect("a child"),
        )
        .await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// A GraphQL request, not sent yet.
    pub(crate) fn asking(&self, query: &str) -> RequestBuilder {
        self.request(Method::POST, "/graphql").json(&json!({ "query": query }))
    }

    /// The data of a GraphQL request that meets no error.
    pub(crate) async fn data(&self, token: &str, query: &str) -> Json {
        let answer = Answer::of(self.asking(query).bearer_auth(token)).await;
        let body = answer.json();
        assert_eq!((answer.status, body.get("errors")), (200, None), "{query}");
        body["data"].clone()
    }

    /// Rows, not sent yet; `query` is that of the address, with its question mark.
    pub(crate) fn sending(&self, query: &str, rows: impl Into<Body>) -> RequestBuilder {
        self.request(Method::POST, &format!("/v1/interactions{query}"))
            .header("content-type", "application/x-ndjson")
            .body(rows)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            eprintln!("a server stays behind: {error}");
        }
        if std::thread::panicking() {
            eprintln!("the log of the server:\n{}", self.log());
        }
    }
}

impl Answer {
    /// Sends a request and reads what comes back.
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        Self::or_broken(request).await.expect("an answer")
    }

    /// As [`Answer::of`], where the connection may break.
    pub(crate) async fn or_broken(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { status, headers, body: response.bytes().await?.to_vec() })
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// A header that is there once; empty where it is not.
    pub(crate) fn header(&self, name: &'static str) -> &str {
        let mut values = self.headers.get_all(HeaderName::from_static(name)).iter();
        let value = values.next().map_or("", |value: &HeaderValue| value.to_str().expect("ASCII"));
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    /// The code of the one error in an answer that is nothing but an error.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        let errors = body["errors"].as_array().expect("errors");
        assert_eq!((errors.len(), body.get("data")), (1, None), "{body}");
        errors[0]["extensions"]["code"].as_str().expect("a code").to_owned()
    }
}

fn text_of(log: &Path) -> String {
    fs::read_to_string(log).expect("a log")
}
