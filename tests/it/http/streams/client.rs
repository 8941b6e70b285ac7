//! A client of graphql-transport-ws.

use std::io::ErrorKind;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::harness::Process;

/// How long anything may take before a test gives up: far longer than it ever does.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// A socket that has said nothing.
    pub(super) async fn open(process: &Process) -> Self {
        Self::open_with(process, Some("graphql-transport-ws"), None).await.expect("a socket")
    }

    /// With a subprotocol and a token in the request's header, over a connection that takes in
    /// only a little where it is not read.
    pub(super) async fn open_with(
        process: &Process,
        protocol: Option<&str>,
        token: Option<&str>,
    ) -> Result<Self, Error> {
        let address = process.authority();
        let mut request = format!("ws://{address}/graphql").into_client_request()?;
        let mut header = |name: &'static str, value: &str| {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        };
        if let Some(protocol) = protocol {
            header("sec-websocket-protocol", protocol);
        }
        if let Some(token) = token {
            header("authorization", &format!("Bearer {token}"));
        }
        let tcp = TcpSocket::new_v4().expect("a socket");
        tcp.set_recv_buffer_size(8 * 1024).expect("a small buffer");
        let tcp = tcp.connect(address.parse().expect("an address")).await.expect("a connection");
        Ok(Self(client_async(request, tcp).await?.0))
    }

    /// A socket that said who it is and was let in.
    pub(super) async fn entered(process: &Process, token: &str) -> Self {
        let mut socket = Self::open(process).await;
        socket.init(token).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket
    }

    pub(super) async fn init(&mut self, token: &str) {
        let payload = json!({ "authorization": format!("Bearer {token}") });
        self.say(&json!({ "type": "connection_init", "payload": payload })).await;
    }

    pub(super) async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    pub(super) async fn say(&mut self, message: &Json) {
        self.send(Message::text(message.to_string())).await;
    }

    /// What a server that has closed does not hear any more is no failure of the client.
    pub(super) async fn send(&mut self, message: Message) {
        let _ = self.0.send(message).await;
    }

    /// The next message.
    pub(super) async fn hear(&mut self) -> Json {
        match self.frame().await {
            Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("not a message: {other:?}"),
        }
    }

    /// The payload of the next message, which tells something of the operation.
    pub(super) async fn told(&mut self, id: &str) -> Json {
        let mut message = self.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "{message}");
        message["payload"].take()
    }

    /// The membership event that is told next: its id, and who is in it.
    pub(super) async fn joined(&mut self) -> (String, String) {
        let payload = self.told("1").await;
        let event = &payload["data"]["membershipChanged"];
        let name = event["changes"][0]["person"]["displayName"].as_str();
        let id = event["eventId"].as_str();
        let id = id.unwrap_or_else(|| panic!("no event: {payload}"));
        (id.to_owned(), name.expect("a name").to_owned())
    }

    /// The code with which the server closes; what it says before is passed over.
    pub(super) async fn closed(&mut self) -> u16 {
        loop {
            match self.frame().await {
                Message::Close(Some(CloseFrame { code, .. })) => return code.into(),
                Message::Close(None) => return 1005,
                _ => {}
            }
        }
    }

    /// The next frame that means something.
    pub(super) async fn frame(&mut self) -> Message {
        self.frame_or_reset().await.expect("a frame")
    }

    /// As [`Self::frame`]; `None` where the connection was reset.
    pub(super) async fn frame_or_reset(&mut self) -> Option<Message> {
        loop {
            let frame = timeout(PATIENCE, self.0.next()).await.expect("a frame in time");
            match frame.expect("an open socket") {
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(frame) => return Some(frame),
                Err(Error::Io(error)) if error.kind() == ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("{error}"),
            }
        }
    }
}
