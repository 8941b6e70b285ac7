//! One WebSocket: what it hears, what it tells, and how it ends.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use actix_ws::{AggregatedMessage, CloseReason, ProtocolError, Session};
use async_graphql::Request;
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, once};
use metrics::counter;
use qun_domain::locale::Locale;
use qun_infra::access::{AuthProblem, Caller as Guest};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_stream::StreamMap;
use tracing::{debug, error};

use super::super::auth::{bearer_token, payer_of};
use super::super::graphql::is_failed;
use super::super::language::spoken;
use super::super::request_id::RequestId;
use super::protocol::{self, Close};
use super::seats::Seat;
use super::{PATIENCE, until_look};
use crate::app::App;
use crate::graphql::{Caller, Executor, Live, Operation, Payer, problem_response};

/// How long a client may take to say who it is.
const INIT: Duration = Duration::from_secs(10);

/// How long a client that was too slow may take to hear that it was.
const FAREWELL: Duration = Duration::from_secs(20);

/// The most operations of one socket that run at once.
const MOST: usize = 100;

/// How many looks may pass without a word of the client.
const SILENCE: u8 = 2;

/// What comes in.
pub(super) type Heard = Result<AggregatedMessage, ProtocolError>;

/// What the request said that became the socket.
pub(super) struct Settings {
    pub(super) token: Option<Arc<str>>,
    /// Whether the client speaks the protocol.
    pub(super) is_ours: bool,
    /// The language that was asked for.
    pub(super) asked_for: Option<Locale>,
    pub(super) request_id: RequestId,
    pub(super) introspection: bool,
    /// Who comes, as far as that is known without a token.
    pub(super) guest: Guest,
}

/// What an operation has to tell.
enum Step {
    Next(String),
    Failed(String),
    Complete,
}

pub(super) struct Socket {
    session: Session,
    executor: Executor,
    app: App,
    seat: Seat,
    settings: Settings,
    /// Who it is, once that was said.
    caller: Option<Caller>,
    operations: StreamMap<String, BoxStream<'static, Step>>,
    look_at: Instant,
    /// Looks since something was heard.
    silent: u8,
}

/// Why a socket ends: with a word to the client, or without one.
enum End {
    Close(Close),
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

impl Socket {
    pub(super) fn new(
        session: Session,
        executor: Executor,
        app: App,
        seat: Seat,
        settings: Settings,
    ) -> Self {
        Self {
            session,
            executor,
            app,
            seat,
            settings,
            caller: None,
            operations: StreamMap::new(),
            look_at: Instant::now() + INIT,
            silent: 0,
        }
    }

    /// Serves the socket to its end.
    pub(super) async fn serve(mut self, mut heard: mpsc::Receiver<Heard>) {
        let mut closing = self.seat.closing();
        let end = loop {
            if !self.settings.is_ours {
                break End::Close(Close::OTHER_PROTOCOL);
            }
            let turn = tokio::select! {
                message = heard.recv() => self.hear(message).await,
                Some((id, step)) = self.operations.next(), if !self.operations.is_empty() => {
                    self.tell(&id, step).await
                }
                () = sleep_until(self.look_at) => self.look().await,
                () = closing.wait() => Err(Close::GOING_AWAY.into()),
            };
            if let Err(end) = turn {
                break end;
            }
        };
        self.operations.clear();
        if let End::Close(Close(code, reason)) = end {
            counter!("qun_sockets_closed_total", "code" => code.to_string()).increment(1);
            debug!(code, %reason, "a socket is closed");
            let reason = CloseReason { code: code.into(), description: Some(reason.into_owned()) };
            // A client that does not read does not hear it either.
            let _ = timeout(FAREWELL, self.session.close(Some(reason))).await;
        }
    }

    async fn hear(&mut self, message: Option<Heard>) -> Result<(), End> {
        self.silent = 0;
        match message {
            None | Some(Err(ProtocolError::Io(_))) => Err(End::Gone),
            Some(Ok(AggregatedMessage::Text(text))) => self.obey(protocol::read(&text)?).await,
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                let pong = timeout(PATIENCE, self.session.pong(&bytes)).await;
                pong.map_err(|_| Close::SLOW_READER)?.map_err(|_| End::Gone)
            }
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Binary(_))) => Err(Close::bad("A message must be a text").into()),
            Some(Ok(AggregatedMessage::Close(_))) => Err(Close(1000, "".into()).into()),
            Some(Err(ProtocolError::Overflow)) => Err(Close::TOO_LONG.into()),
            Some(Err(_)) => Err(Close(1002, "Not the WebSocket protocol".into()).into()),
        }
    }

    async fn obey(&mut self, heard: protocol::Heard) -> Result<(), End> {
        match heard {
            protocol::Heard::Init(payload) => self.init(&payload).await,
            protocol::Heard::Ping(payload) => self.send(protocol::pong(payload.as_ref())).await,
            protocol::Heard::Pong => Ok(()),
            protocol::Heard::Subscribe { id, request } => self.subscribe(id, *request).await,
            protocol::Heard::Complete { id } => {
                self.operations.remove(&id);
                Ok(())
            }
        }
    }

    /// The token of the message, or else that of the request.
    async fn init(&mut self, payload: &Map<String, Value>) -> Result<(), End> {
        if self.caller.is_some() {
            return Err(Close::SECOND_INIT.into());
        }
        let said = payload.iter().find(|(key, _)| key.eq_ignore_ascii_case("authorization"));
        let token = match said {
            None => self.settings.token.as_deref().ok_or(Close::NO_TOKEN)?,
            Some((_, Value::String(said))) => bearer_token(said).ok_or(Close::BAD_TOKEN)?,
            Some(_) => return Err(Close::bad("authorization must be a text").into()),
        };
        let caller = Caller::new(self.app.access.clone(), token, self.settings.request_id.clone());
        let (scope, until) = caller.scope().await.map_err(closing)?;
        if !self.seat.belongs_to(scope.org()) {
            return Err(Close::FULL.into());
        }
        self.look_at = Instant::now() + until_look(self.app.clock.now(), until);
        self.caller = Some(caller);
        self.send(protocol::ack()).await
    }

    async fn subscribe(&mut self, id: String, request: Request) -> Result<(), End> {
        let caller = self.caller.as_ref().ok_or(Close::TOO_EARLY)?;
        protocol::is_free(&id, self.operations.contains_key(&id))?;
        if self.operations.len() >= MOST {
            let locale = self.settings.asked_for.unwrap_or_default();
            let errors = problem_response::too_many_operations(MOST, locale);
            return self.send(protocol::failed(&id, &errors)).await;
        }
        let (scope, _) = caller.scope().await.map_err(closing)?;
        let locale = spoken(self.settings.asked_for, Some(&scope));
        let mut request = request
            .data(Payer(payer_of(&scope)))
            .data(scope)
            .data(self.settings.guest.clone())
            .data(locale)
            .data(self.settings.request_id.clone());
        if !self.settings.introspection {
            request = request.disable_introspection();
        }
        let live = Arc::new(Live::new(caller.clone(), None));
        let steps = steps(&id, self.executor.open(request, Some(live)).await);
        self.operations.insert(id, steps);
        Ok(())
    }

    async fn tell(&mut self, id: &str, step: Step) -> Result<(), End> {
        match step {
            Step::Next(text) => self.send(text).await,
            Step::Failed(text) => {
                self.operations.remove(id);
                self.send(text).await
            }
            Step::Complete => {
                self.operations.remove(id);
                self.send(protocol::complete(id)).await
            }
        }
    }

    /// Whether the client is still who it was, and still there.
    async fn look(&mut self) -> Result<(), End> {
        let caller = self.caller.as_ref().ok_or(Close::NO_INIT)?;
        let until = match caller.scope().await {
            Ok((_, until)) => until,
            Err(problem) => return Err(closing(problem).into()),
        };
        self.look_at = Instant::now() + until_look(self.app.clock.now(), until);
        self.silent += 1;
        if self.silent > SILENCE {
            return Err(Close::SILENT.into());
        }
        let ping = timeout(PATIENCE, self.session.ping(b"")).await;
        ping.map_err(|_| Close::SLOW_READER)?.map_err(|_| End::Gone)
    }

    async fn send(&mut self, text: String) -> Result<(), End> {
        match timeout(PATIENCE, self.session.text(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => {
                counter!("qun_streams_cut_total", "reason" => "slow_socket").increment(1);
                Err(Close::SLOW_READER.into())
            }
        }
    }
}

fn closing(problem: AuthProblem) -> Close {
    match problem {
        AuthProblem::Expired | AuthProblem::Invalid | AuthProblem::NotAMember => Close::BAD_TOKEN,
        AuthProblem::Fault(fault) => {
            error!(fault = fault.chain(), "a token could not be checked");
            Close::BROKEN
        }
    }
}

/// What an operation tells, as texts of the protocol.
fn steps(id: &str, operation: Operation) -> BoxStream<'static, Step> {
    let Operation { answers, follows } = operation;
    let id: Arc<str> = id.into();
    let told = answers.map(move |answer| {
        if is_failed(&answer, follows) {
            Step::Failed(protocol::failed(&id, &answer.errors))
        } else {
            Step::Next(protocol::next(&id, &answer))
        }
    });
    told.chain(once(ready(Step::Complete))).boxed()
}
