//! Readers of server-sent events, which come again after the last event they have seen.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::client::{bearer, refused};
use crate::run::Run;
use crate::tally::{Kind, locked};

/// A stream that says nothing for so long is dead: there is a comment each 15 seconds.
const SILENCE: Duration = Duration::from_secs(20);
/// After so long a reader goes to the other server.
const STAY: Duration = Duration::from_secs(20);

pub(crate) const MEMBERSHIPS: &str =
    "subscription { membershipChanged { eventId changes { person { displayName } } } }";
pub(crate) const EVALUATIONS: &str = "subscription { tierEvaluationFinished { eventId evaluation { id } } }";

/// What a reader was told.
pub(crate) struct Reader {
    query: &'static str,
    /// Newcomers or evaluations, and how often.
    seen: Mutex<HashMap<String, usize>>,
}

impl Reader {
    pub(crate) fn of(query: &'static str) -> Self {
        Self { query, seen: Mutex::default() }
    }

    /// The first of these that it was not told.
    pub(crate) fn first_missing<'n>(&self, names: &'n [String]) -> Option<&'n String> {
        let seen = locked(&self.seen);
        names.iter().find(|name| !seen.contains_key(*name))
    }

    /// Those that it was told more than once.
    pub(crate) fn repeated(&self) -> Vec<String> {
        let seen = locked(&self.seen);
        seen.iter()
            .filter(|(_, times)| **times > 1)
            .map(|(name, times)| format!("{name} {times} times"))
            .collect()
    }

    /// Reads until the run is closed.
    pub(crate) fn follow(&self, run: &Run<'_>, token: &str, mut last: String, mut server: usize) {
        let mut ids = HashSet::new();
        while !run.is_closed() {
            if let Err(error) = self.read(run, token, &mut last, &mut ids, server) {
                run.tally.broken(Kind::Stream, Instant::now(), &format!("{error:#}"));
                sleep(Duration::from_millis(100));
            }
            server += 1;
        }
    }

    /// One stream, to its end or for a while.
    fn read(
        &self,
        run: &Run<'_>,
        token: &str,
        last: &mut String,
        ids: &mut HashSet<String>,
        server: usize,
    ) -> Result<()> {
        let begun = Instant::now();
        let mut stream = EventStream::open(run.cluster.address(server), token, self.query, last)?;
        while !run.is_closed() && begun.elapsed() < STAY {
            let Some((id, data)) = stream.next()? else { continue };
            let Some(id) = id else {
                refused(run, Kind::Stream, Instant::now(), 200, &data);
                return Ok(());
            };
            run.tally.answered(Kind::Stream, Duration::ZERO);
            if !ids.insert(id.clone()) {
                run.tally.wrong(&format!("Stream: {id} was told twice, the second time after {last}"));
            }
            *last = id;
            let mut seen = locked(&self.seen);
            for name in names(&data)? {
                *seen.entry(name).or_default() += 1;
            }
        }
        Ok(())
    }
}

/// The newcomers, or the evaluation, of an event.
fn names(data: &str) -> Result<Vec<String>> {
    let event: Value = serde_json::from_str(data)?;
    if let Some(id) = event["data"]["tierEvaluationFinished"]["evaluation"]["id"].as_str() {
        return Ok(vec![id.to_owned()]);
    }
    let changes = event["data"]["membershipChanged"]["changes"].as_array();
    let persons = changes.with_context(|| format!("not an event: {data}"))?.iter();
    let names = persons.filter_map(|change| change["person"]["displayName"].as_str());
    Ok(names.filter(|name| name.starts_with("n-")).map(str::to_owned).collect())
}

struct EventStream {
    lines: BufReader<Chunks>,
}

impl EventStream {
    fn open(address: &str, token: &str, query: &str, last: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(SILENCE))?;
        let mut stream = BufReader::new(stream);
        let (body, token) = (json!({ "query": query }).to_string(), bearer(Some(token)));
        let request = format!(
            "POST /graphql HTTP/1.1\r\nHost: load\r\n{token}Content-Type: application/json\r\n\
             Accept: text/event-stream\r\nLast-Event-ID: {last}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.get_mut().write_all(request.as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                bail!("the answer breaks off: {head}");
            }
        }
        if !head.starts_with("HTTP/1.1 200") {
            bail!("no stream: {head}");
        }
        Ok(Self { lines: BufReader::new(Chunks { of: stream, left: 0 }) })
    }

    /// The id, if it has one, and the data of the next event; none for a comment.
    fn next(&mut self) -> Result<Option<(Option<String>, String)>> {
        let (mut id, mut data) = (None, None);
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line)? == 0 {
                bail!("the stream breaks off");
            }
            match line.trim_end().split_once(": ") {
                None if line == "\n" => return Ok(data.map(|data| (id, data))),
                Some(("id", text)) => id = Some(text.to_owned()),
                Some(("data", text)) => data = Some(text.to_owned()),
                Some(("event", "complete")) => bail!("the stream is complete"),
                _ => {}
            }
        }
    }
}

/// The body of an answer that comes in chunks.
struct Chunks {
    of: BufReader<TcpStream>,
    left: usize,
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let mut size = String::new();
            // The chunk before ends with an empty line.
            while size.trim().is_empty() {
                size.clear();
                if self.of.read_line(&mut size)? == 0 {
                    return Ok(0);
                }
            }
            self.left = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        }
        let most = self.left.min(buffer.len());
        let read = self.of.read(&mut buffer[..most])?;
        self.left -= read;
        Ok(read)
    }
}
