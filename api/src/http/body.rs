//! A body of any length, decoded as it comes, in constant memory.

use std::io::{self, Write};
use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use flate2::write::MultiGzDecoder;
use futures_util::{Stream, StreamExt};
use thiserror::Error;
use tokio::time::timeout;

/// How long a client may be silent in the middle of a body.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a body ended before its end.
#[derive(Debug, Error)]
pub enum BodyError {
    /// The connection broke.
    #[error("the connection broke")]
    Broken(#[source] PayloadError),
    /// Nothing came for a while.
    #[error("nothing came for {} seconds", PATIENCE.as_secs())]
    Silent,
    /// The gzip stream is damaged or has no end.
    #[error("the gzip stream is damaged or cut off")]
    BadGzip(#[source] io::Error),
}

/// The bytes of a body, piece by piece.
pub struct RowBody<S> {
    payload: S,
    decoder: Option<Gunzip>,
}

impl<S> RowBody<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    /// A body that is what it is.
    pub fn plain(payload: S) -> Self {
        Self { payload, decoder: None }
    }

    /// A body that is gzip, in one member or several.
    pub fn gzip(payload: S) -> Self {
        Self { payload, decoder: Some(Gunzip::new()) }
    }

    /// The next bytes, never empty; `None` after the last.
    ///
    /// # Errors
    /// See [`BodyError`]. What came before is good, but the body is not whole.
    pub async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        loop {
            if let Some(decoder) = &mut self.decoder
                && let Some(bytes) = decoder.step().map_err(BodyError::BadGzip)?
            {
                return Ok(Some(bytes));
            }
            let received = timeout(PATIENCE, self.payload.next()).await.map_err(|_| BodyError::Silent)?;
            match (received.transpose().map_err(BodyError::Broken)?, &mut self.decoder) {
                (Some(bytes), None) if bytes.is_empty() => {}
                (Some(bytes), None) => return Ok(Some(bytes)),
                (Some(bytes), Some(decoder)) => decoder.input = bytes,
                (None, None) => return Ok(None),
                (None, Some(decoder)) => return decoder.end().map_err(BodyError::BadGzip),
            }
        }
    }
}

/// Decodes a little at a time: however far the input expands, no more than a buffer of
/// the decoder (32 KiB) is ever in memory.
struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    input: Bytes,
    /// The last piece was handed out.
    ended: bool,
}

impl Gunzip {
    fn new() -> Self {
        Self { decoder: MultiGzDecoder::new(Vec::new()), input: Bytes::new(), ended: false }
    }

    /// Decoded bytes, if the input has any left.
    fn step(&mut self) -> io::Result<Option<Bytes>> {
        while !self.input.is_empty() {
            let consumed = self.decoder.write(&self.input)?;
            if consumed == 0 && self.decoder.get_ref().is_empty() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let _ = self.input.split_to(consumed);
            if let Some(bytes) = self.decoded() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// What the decoder still held back; an error unless the stream has come to its end.
    fn end(&mut self) -> io::Result<Option<Bytes>> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(None);
        }
        self.decoder.try_finish()?;
        Ok(self.decoded())
    }

    fn decoded(&mut self) -> Option<Bytes> {
        let bytes = std::mem::take(self.decoder.get_mut());
        (!bytes.is_empty()).then(|| bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use futures_util::stream;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).and_then(|()| encoder.finish()).expect("gzip")
    }

    /// The decoded bytes, the longest piece, and the error that ended it.
    async fn read(body: &[u8], size: usize) -> (Vec<u8>, usize, Option<BodyError>) {
        let pieces: Vec<_> = body.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let mut body = RowBody::gzip(stream::iter(pieces));
        let (mut text, mut longest) = (Vec::new(), 0);
        loop {
            match body.next().await {
                Ok(Some(bytes)) => {
                    longest = longest.max(bytes.len());
                    text.extend_from_slice(&bytes);
                }
                Ok(None) => return (text, longest, None),
                Err(error) => return (text, longest, Some(error)),
            }
        }
    }

    #[tokio::test]
    async fn gzip_is_decoded_however_it_arrives() {
        let text = (0..5_000).fold(String::new(), |text, n| text + "{\"id\": \"m" + &n.to_string() + "\"}\n");
        let whole = gzip(text.as_bytes());
        for size in [1, 7, 1_000, usize::MAX] {
            let (read, _, error) = read(&whole, size).await;
            assert!(read == text.as_bytes() && error.is_none(), "{size} {error:?}");
        }
        let two = [gzip(b"one\n"), gzip(b"two\n")].concat();
        for size in [1, usize::MAX] {
            let (read, _, error) = read(&two, size).await;
            assert!(read == b"one\ntwo\n" && error.is_none(), "{size} {error:?}");
        }
    }

    #[tokio::test]
    async fn a_bomb_comes_out_in_small_pieces() {
        let (read, longest, error) = read(&gzip(&vec![b'x'; 50_000_000]), usize::MAX).await;
        assert_eq!((read.len(), error.is_none()), (50_000_000, true));
        assert!(longest <= 128 * 1024, "{longest}");
    }

    #[tokio::test]
    async fn a_cut_or_damaged_stream_is_noticed() {
        let whole = gzip("line\n".repeat(1_000).as_bytes());
        for cut in [0, 1, 9, 10, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
            let (_, _, error) = read(&whole[..cut], 16).await;
            assert!(matches!(error, Some(BodyError::BadGzip(_))), "{cut} {error:?}");
        }
        let mut damaged = whole.clone();
        let middle = damaged.len() - 6;
        damaged[middle] ^= 0xff;
        assert!(matches!(read(&damaged, 16).await.2, Some(BodyError::BadGzip(_))));
        assert!(matches!(read(b"{\"id\": 1}\n", 16).await.2, Some(BodyError::BadGzip(_))));
        let trailed = [whole, b"garbage".to_vec()].concat();
        assert!(matches!(read(&trailed, 16).await.2, Some(BodyError::BadGzip(_))));
    }

    #[tokio::test]
    async fn a_plain_body_passes_through() {
        let pieces = [&b"a"[..], b"", b"b"].map(|piece| Ok(Bytes::from_static(piece)));
        let mut body = RowBody::plain(stream::iter(pieces));
        let mut text = Vec::new();
        while let Some(bytes) = body.next().await.expect("bytes") {
            text.extend_from_slice(&bytes);
        }
        assert_eq!(text, b"ab");
    }
}
