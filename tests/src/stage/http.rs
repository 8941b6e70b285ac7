//! A client that costs next to nothing, as it shares the machine with what it measures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// What is not answered for so long is broken.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A connection that is kept open.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to `HOST:PORT`.
    pub fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends a request and reads its answer, which has to be 200.
    pub fn post(&mut self, token: &str, path: &str, content_type: &str, body: &[u8]) -> Result<Vec<u8>> {
        self.post_with(path, &format!("Authorization: Bearer {token}\r\n"), content_type, body)
    }

    /// As [`Connection::post`], with header lines of the caller's, each with its line end.
    pub fn post_with(
        &mut self,
        path: &str,
        headers: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<Vec<u8>> {
        let (status, answer) = self.exchange(path, headers, content_type, body)?;
        ensure!(status == 200, "{path} answers {status}: {}", String::from_utf8_lossy(&answer));
        Ok(answer)
    }

    /// As [`Connection::post_with`], whatever the status is: it comes with the answer.
    pub fn exchange(
        &mut self,
        path: &str,
        headers: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<(u16, Vec<u8>)> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\n{headers}Content-Type: {content_type}\r\n\
             Accept: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        // Head and a short body go out as one packet.
        let mut request = head.into_bytes();
        if body.len() < 64 * 1024 {
            request.extend_from_slice(body);
            self.stream.get_mut().write_all(&request)?;
        } else {
            self.stream.get_mut().write_all(&request)?;
            self.stream.get_mut().write_all(body)?;
        }
        self.answer()
    }

    fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).context("no status line")?.parse()?;
        let mut length = None;
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse()?);
            }
        }
        let Some(length) = length else { bail!("an answer without Content-Length") };
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, body))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}
