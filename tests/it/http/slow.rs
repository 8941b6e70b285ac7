//! A body that comes piece by piece, and may stay without its end.

use std::io;

use futures_util::stream::unfold;
use reqwest::Body;
use tokio::sync::mpsc::{Sender, channel};

/// Bytes that are sent at once.
const PIECE: usize = 64 * 1024;

/// The end of a body that is written to; the body ends when it is dropped.
pub(super) struct Pen(Sender<Vec<u8>>);

impl Pen {
    /// Writes as fast as the server reads. What a server does not read that was killed is lost.
    pub(super) async fn write(&self, text: &str) {
        for piece in text.as_bytes().chunks(PIECE) {
            if self.0.send(piece.to_vec()).await.is_err() {
                return;
            }
        }
    }
}

/// A body, and the pen that writes it.
pub(super) fn slow_body() -> (Pen, Body) {
    let (sender, pieces) = channel(1);
    let pieces = unfold(pieces, async |mut pieces| {
        pieces.recv().await.map(|piece| (Ok::<_, io::Error>(piece), pieces))
    });
    (Pen(sender), Body::wrap_stream(pieces))
}
