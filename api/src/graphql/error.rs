//! The one place where something that went wrong becomes a GraphQL error.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Error, ErrorExtensionValues, Pos, Response, ServerError};
use qun_domain::command::{Failure, Outcome};
use qun_domain::fault::Fault;
use qun_infra::db::KeyReused;
use qun_infra::tiering::RunProblem;
use tracing::error;

use super::limits::TooMuch;
use super::user_error::UserError;

const CODE: &str = "code";

/// Why a field has no answer. It has no `Display`, so that async-graphql's conversion of
/// everything printable cannot take it, nor the text of a database error reach a client.
#[derive(Clone, Debug)]
pub(super) enum Problem {
    /// Nobody is logged in.
    Unauthenticated,
    /// The account may not do this.
    Forbidden,
    /// The idempotency key came with another request before.
    KeyReused,
    /// What an id names is not in the organization.
    NotFound,
    /// What came after an event is too old to be told.
    CursorExpired,
    /// A reader was too far behind.
    SlowReader,
    /// An argument cannot be used.
    BadInput(Cow<'static, str>),
    /// Something beneath broke.
    Fault(Arc<Fault>),
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(Arc::new(fault))
    }
}

impl From<KeyReused> for Problem {
    fn from(KeyReused: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let (code, message): (&str, Cow<'static, str>) = match &problem {
            Problem::Unauthenticated => {
                ("UNAUTHENTICATED", "Log in first: this needs an access token.".into())
            }
            Problem::Forbidden => ("FORBIDDEN", "Your account may not do this.".into()),
            Problem::KeyReused => (
                "IDEMPOTENCY_KEY_REUSED",
                "This idempotency key was used for another request. Take a new one.".into(),
            ),
            Problem::NotFound => ("NOT_FOUND", "There is no such thing in your organization.".into()),
            Problem::CursorExpired => (
                "CURSOR_EXPIRED",
                "What came after this event is too old to be told. Read the state anew, and follow from now on.".into(),
            ),
            Problem::SlowReader => (
                "SLOW_READER",
                "You read too slowly. Go on after the eventId that you saw last.".into(),
            ),
            Problem::BadInput(why) => ("BAD_USER_INPUT", why.clone()),
            Problem::Fault(_) => ("INTERNAL", "Something broke on our side. Try again later.".into()),
        };
        let mut error = Self::new(message);
        error.extensions.get_or_insert_default().set(CODE, code);
        if let Problem::Fault(fault) = problem {
            error.source = Some(fault);
        }
        error
    }
}

/// The outcome of a command as a payload has it: what came of it, or what the user is told.
pub(super) fn settled<T, R>(
    outcome: Outcome<T, R>,
    tell: impl FnOnce(R) -> Vec<UserError>,
) -> Result<Result<T, Vec<UserError>>, Problem> {
    match outcome {
        Ok(out) => Ok(Ok(out)),
        Err(Failure::Refused(refusal)) => Ok(Err(tell(refusal))),
        Err(Failure::Forbidden(_)) => Err(Problem::Forbidden),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}

/// As [`settled`], for runs over several weeks.
pub(super) fn settled_run<T>(
    outcome: Result<T, RunProblem>,
    tell: impl FnOnce(Option<qun_domain::time::Week>) -> UserError,
) -> Result<Result<T, Vec<UserError>>, Problem> {
    match outcome {
        Ok(out) => Ok(Ok(out)),
        Err(RunProblem::NoSuchScope) => Ok(Err(vec![tell(None)])),
        Err(RunProblem::NotEnded(week)) => Ok(Err(vec![tell(Some(week))])),
        Err(RunProblem::Forbidden) => Err(Problem::Forbidden),
        Err(RunProblem::Fault(fault)) => Err(fault.into()),
    }
}

/// The answer to a document that is beyond what is looked at at all.
pub(super) fn too_much(why: TooMuch) -> Response {
    refused("QUERY_TOO_COMPLEX", why.message())
}

/// The answer to queries that took too long.
pub(super) fn too_slow() -> Response {
    refused("TIMEOUT", "The query took too long. Ask for less at once.".to_owned())
}

/// The answer to a stream whose reader is too slow.
pub(super) fn slow_reader() -> Response {
    told(Problem::SlowReader)
}

/// The answer to a stream whose caller may not follow any more.
pub(super) fn unauthenticated() -> Response {
    told(Problem::Unauthenticated)
}

fn told(problem: Problem) -> Response {
    Response::from_errors(vec![Error::from(problem).into_server_error(Pos::default())])
}

/// The answer to a subscription that is not one field alone.
pub(super) fn several_fields() -> Response {
    refused(
        "BAD_USER_INPUT",
        "A subscription has one field, without fragment or directive around it.".to_owned(),
    )
}

fn refused(code: &str, message: String) -> Response {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(CODE, code);
    Response::from_errors(vec![error])
}

/// Gives every error its code, logs each fault once, and tells its reader under which id.
pub(super) fn finish(mut response: Response, request_id: Option<&str>) -> Response {
    let mut logged: Vec<Arc<Fault>> = Vec::new();
    for error in &mut response.errors {
        if let Some(fault) = fault_of(error) {
            let mut extensions = error.extensions.take().unwrap_or_default();
            if let Some(id) = request_id {
                extensions.set("requestId", id);
            }
            error.extensions = Some(extensions);
            if !logged.iter().any(|known| Arc::ptr_eq(known, &fault)) {
                error!(request.id = request_id, fault = fault.chain(), path = %path(error), "a field broke");
                logged.push(fault);
            }
        } else if error.extensions.as_ref().and_then(|extensions| extensions.get(CODE)).is_none() {
            let code = code_of(&error.message);
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(CODE, code);
        }
    }
    response
}

/// The code of an error of the library: of syntax, validation or a limit.
fn code_of(message: &str) -> &'static str {
    match message {
        "Query is too complex."
        | "Query is nested too deep."
        | "The recursion depth of the query cannot be greater than `32`" => "QUERY_TOO_COMPLEX",
        _ => "BAD_USER_INPUT",
    }
}

fn fault_of(error: &ServerError) -> Option<Arc<Fault>> {
    Arc::clone(error.source.as_ref()?).downcast().ok()
}

fn path(error: &ServerError) -> String {
    let segments = error.path.iter().map(|segment| match segment {
        async_graphql::PathSegment::Field(name) => name.clone(),
        async_graphql::PathSegment::Index(index) => index.to_string(),
    });
    segments.collect::<Vec<_>>().join(".")
}
