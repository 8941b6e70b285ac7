//! Server-sent events, as graphql-sse has them in its mode of distinct connections.

use std::fmt::Write;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Bytes;
use async_graphql::Response;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use metrics::counter;
use qun_domain::locale::Locale;
use qun_infra::access::AuthProblem;
use qun_infra::clock::Clock;
use qun_infra::supervise;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, sleep, timeout};
use tracing::Instrument;

use super::super::auth::Entered;
use super::super::graphql::{Body, is_failed};
use super::seats::Seat;
use super::{PATIENCE, until_look};
use crate::graphql::{Live, Operation, problem_response};

/// How often a comment is written, so that nothing in between takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";

/// Who holds the stream open, and what it tells.
pub(in crate::http) struct Told {
    pub(in crate::http) operation: Operation,
    pub(in crate::http) live: Option<Arc<Live>>,
    pub(in crate::http) entered: Option<Entered>,
    pub(in crate::http) clock: Clock,
    pub(in crate::http) locale: Locale,
    pub(in crate::http) seat: Seat,
}

/// What is written after everything else: a client that was cut off for being slow finds it
/// when it reads on.
type Farewell = Arc<Mutex<Option<Bytes>>>;

/// The answer whose body is the stream.
pub(in crate::http) fn answer(told: Told) -> HttpResponse {
    let (sender, pieces) = mpsc::channel(1);
    let farewell = Farewell::default();
    supervise::spawn("event stream", tell(told, sender, Arc::clone(&farewell)).in_current_span());
    let body = unfold((pieces, farewell), |(mut pieces, farewell)| async move {
        let piece = match pieces.recv().await {
            Some(piece) => piece,
            None => farewell.lock().unwrap_or_else(PoisonError::into_inner).take()?,
        };
        Some((Ok::<_, actix_web::Error>(piece), (pieces, farewell)))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // Compressed, an event would wait for the next one; buffered by a proxy, as well.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(body)
}

/// Tells until there is no more to tell, or nobody to tell it to.
async fn tell(mut told: Told, sender: mpsc::Sender<Bytes>, farewell: Farewell) {
    let last = |text: Bytes| *farewell.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    let mut closing = told.seat.closing();
    let mut heartbeats = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let mut entered = told.entered.take();
    // It goes on waiting while other things are told.
    let mut ended = pin!(may_no_more(entered.as_mut(), &told.clock, told.locale));
    loop {
        let piece = tokio::select! {
            answer = told.operation.answers.next() => match answer {
                None => return last(Bytes::from_static(COMPLETE)),
                Some(answer) if is_failed(&answer, told.operation.follows) => {
                    return last(final_event(&answer));
                }
                Some(answer) => event(&answer, told.live.as_deref()),
            },
            _ = heartbeats.tick() => Bytes::from_static(b":\n\n"),
            ended = &mut ended => return last(final_event(&ended)),
            () = closing.wait() => return last(Bytes::from_static(COMPLETE)),
            () = sender.closed() => return,
        };
        match timeout(PATIENCE, sender.send(piece)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                counter!("qun_streams_cut_total", "reason" => "slow_socket").increment(1);
                return last(final_event(&problem_response::slow_reader(told.locale)));
            }
        }
    }
}

/// Waits until the caller may follow no more; what it is told then.
async fn may_no_more(entered: Option<&mut Entered>, clock: &Clock, locale: Locale) -> Response {
    let Some(entered) = entered else { return std::future::pending().await };
    loop {
        sleep(until_look(clock.now(), entered.until)).await;
        match entered.caller.scope().await {
            Ok((_, until)) => entered.until = until,
            Err(AuthProblem::Expired | AuthProblem::Invalid | AuthProblem::NotAMember) => {
                return problem_response::unauthenticated(locale);
            }
            // Whoever cannot be asked now is asked again, unless the token is over.
            Err(AuthProblem::Fault(_)) if clock.now() < entered.until => {}
            Err(AuthProblem::Fault(_)) => return problem_response::unauthenticated(locale),
        }
    }
}

/// An answer as an event, under the id of what it tells.
fn event(answer: &Response, live: Option<&Live>) -> Bytes {
    let mut text = String::from("event: next\n");
    if let Some(id) = live.and_then(Live::event_id) {
        let _ = writeln!(text, "id: {id}");
    }
    push_data(&mut text, answer);
    text.into()
}

/// An answer after which nothing comes.
fn final_event(answer: &Response) -> Bytes {
    let mut text = String::from("event: next\n");
    push_data(&mut text, answer);
    let mut text = text.into_bytes();
    text.extend_from_slice(COMPLETE);
    text.into()
}

/// JSON has no line breaks of its own, so that an answer is one line.
fn push_data(text: &mut String, answer: &Response) {
    let body = serde_json::to_string(&Body::of(answer)).unwrap_or_default();
    let _ = write!(text, "data: {body}\n\n");
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;

    #[test]
    fn an_answer_is_an_event_of_one_line() {
        let answer = Response::new(value!({ "a": "one\ntwo" }));
        assert_eq!(&event(&answer, None)[..], b"event: next\ndata: {\"data\":{\"a\":\"one\\ntwo\"}}\n\n");
        let text = final_event(&problem_response::unauthenticated(Locale::En));
        let text = String::from_utf8(text.to_vec()).expect("UTF-8");
        assert!(text.starts_with("event: next\ndata: {\"errors\":[{\"message\":"), "{text}");
        assert!(text.ends_with("}\n\nevent: complete\ndata:\n\n"), "{text}");
    }
}
