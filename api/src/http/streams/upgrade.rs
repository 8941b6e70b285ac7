//! From a request to a socket.

use std::sync::Arc;

use actix_web::guard::GuardContext;
use actix_web::http::header::{SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::MessageStream;
use futures_util::StreamExt;
use qun_infra::supervise;
use tokio::sync::mpsc;
use tracing::Instrument;

use super::super::auth::bearer;
use super::super::graphql::{Limits, caller};
use super::super::language::asked_for;
use super::super::problem::Problem;
use super::super::request_id::RequestId;
use super::protocol;
use super::seats::{Seats, Transport};
use super::socket::{Heard, Settings, Socket};
use crate::app::App;
use crate::graphql::Executor;

/// The longest message that a client may send, in bytes.
const LONGEST: usize = 128 * 1024;

/// Whether a request wants a WebSocket.
pub(in crate::http) fn is_upgrade(guard: &GuardContext<'_>) -> bool {
    let wanted = guard.head().headers().get(UPGRADE).and_then(|value| value.to_str().ok());
    wanted.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"))
}

/// `GET /graphql` with `Upgrade: websocket`.
///
/// Whatever page opens the socket, it has no cookie and no other authority of its own: only who
/// has a token can say anything. So the origin does not matter.
pub(in crate::http) async fn upgrade(
    request: HttpRequest,
    payload: web::Payload,
    executor: web::Data<Executor>,
    app: web::Data<App>,
    limits: web::Data<Limits>,
    seats: web::Data<Seats>,
) -> HttpResponse {
    let Some(seat) = seats.take(Transport::WebSocket) else {
        return Problem::TooManyStreams.answer(&request);
    };
    let token = match bearer(request.headers()) {
        Ok(token) => token.map(Arc::from),
        Err(problem) => return problem.answer(&request),
    };
    let (response, session, messages) =
        match actix_ws::handle_with_protocols(&request, payload, &[protocol::NAME]) {
            Ok(parts) => parts,
            Err(error) => return error.error_response(),
        };
    let settings = Settings {
        token,
        is_ours: response.headers().contains_key(SEC_WEBSOCKET_PROTOCOL),
        asked_for: asked_for(request.headers()),
        request_id: RequestId::of(&request),
        introspection: limits.introspection,
        guest: caller(&request, limits.proxies),
    };
    let (sender, heard) = mpsc::channel(1);
    let socket = Socket::new(session, executor.get_ref().clone(), app.get_ref().clone(), seat, settings);
    supervise::spawn("socket", socket.serve(heard).in_current_span());
    // What comes in is bound to this thread; it waits while the socket is busy.
    actix_web::rt::spawn(hand_on(messages, sender));
    response
}

async fn hand_on(messages: MessageStream, sender: mpsc::Sender<Heard>) {
    let messages = messages.max_frame_size(LONGEST).aggregate_continuations();
    let mut messages = messages.max_continuation_size(LONGEST);
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => if sender.send(message).await.is_err() { return },
                None => return,
            },
            () = sender.closed() => return,
        }
    }
}
