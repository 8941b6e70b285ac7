//! Traces: the caller's is followed into the log, and spans are sent where the settings say.

use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{Answer, Served, served_on_both};

served_on_both!(the_log_names_the_trace_of_the_caller, spans_are_sent_to_the_collector);

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn traceparent() -> String {
    format!("00-{TRACE}-00f067aa0ba902b7-01")
}

async fn the_log_names_the_trace_of_the_caller(served: &mut Served) {
    let asked = |id: &'static str, parent: &str| {
        let request = served.process.request(Method::GET, "/nowhere").header("x-request-id", id);
        Answer::of(request.header("traceparent", parent))
    };
    asked("followed", &traceparent()).await;
    for bad in ["", "none", &traceparent().to_uppercase(), &traceparent()[1..]] {
        assert_eq!(asked("ignored", bad).await.status, 404, "{bad}");
    }
    let log = served.process.log();
    let lines =
        |id: &str| log.lines().filter(|line| line.contains(id)).map(str::to_owned).collect::<Vec<_>>();
    assert!(lines("followed").iter().all(|line| line.contains(TRACE)), "{log}");
    assert_eq!((lines("followed").len(), lines("ignored").len()), (1, 4), "{log}");
    assert!(!lines("ignored").iter().any(|line| line.contains("trace.id")), "{log}");
}

async fn spans_are_sent_to_the_collector(served: &mut Served) {
    let collector = Collector::new().await;
    served.restart_with(&["--otlp-endpoint", &collector.address]).await;
    let token = served.found("acme").await;
    let create = "mutation Found($name: String!) { createCommunity(input: {name: $name, timeZone: \"Asia/Shanghai\"}) {
        community { name } userErrors { code } } }";
    let body = json!({ "query": create, "variables": { "name": "Hush Garden" }, "operationName": "Found" });
    let request = served.process.request(Method::POST, "/graphql").json(&body).bearer_auth(&token);
    let answer = Answer::of(request.header("traceparent", traceparent())).await;
    assert_eq!(answer.json()["data"]["createCommunity"]["community"]["name"], "Hush Garden");
    served.process.get("/livez").await;
    served.process.terminate();
    assert!(served.process.ended().await.success(), "{}", served.process.log());

    let sent = collector.sent.lock().expect("what was sent").clone();
    assert!(sent.iter().all(|(head, _)| head.starts_with("POST /v1/traces ")), "{sent:?}");
    assert!(sent.iter().all(|(head, _)| head.to_lowercase().contains("application/x-protobuf")), "{sent:?}");
    let bytes: Vec<u8> = sent.into_iter().flat_map(|(_, body)| body).collect();
    let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    let trace = u128::from_str_radix(TRACE, 16).expect("a trace").to_be_bytes();
    let parent = 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes();
    assert!(has(&trace) && has(&parent), "the spans are the caller's");
    for name in ["service.name", "POST /graphql", "graphql", "Found", "command", "groups.create_community"] {
        assert!(has(name.as_bytes()), "{name}");
    }
    for hush in ["Hush Garden", "livez", token.as_str()] {
        assert!(!has(hush.as_bytes()), "{hush}");
    }
    served.restart().await;
}

/// The heads and bodies of requests.
type Sent = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Takes whatever is posted to it.
struct Collector {
    address: String,
    sent: Sent,
}

impl Collector {
    #[expect(clippy::disallowed_methods, reason = "it ends with the runtime of the test")]
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let sent = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sent);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, Arc::clone(&kept)));
            }
        });
        Self { address, sent }
    }
}

/// Reads requests with a `Content-Length` until the connection ends.
async fn take(mut stream: TcpStream, sent: Sent) {
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        while let Some((head, body, end)) = request(&bytes) {
            sent.lock().expect("what was sent").push((head, body));
            bytes.drain(..end);
            if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.is_err() {
                return;
            }
        }
    }
}

/// The head and body of a request that is there whole, and where it ends.
fn request(bytes: &[u8]) -> Option<(String, Vec<u8>, usize)> {
    let begin = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8(bytes[..begin].to_vec()).expect("a head");
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let end = begin + length.unwrap_or(0_usize);
    Some((head, bytes.get(begin..end)?.to_vec(), end))
}
