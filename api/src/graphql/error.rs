//! The one place where something that went wrong becomes a GraphQL error.

use std::sync::Arc;

use async_graphql::{Error, ErrorExtensionValues, Response, ServerError};
use qun_domain::command::{Failure, Outcome};
use qun_domain::fault::Fault;
use qun_domain::id::CourseId;
use qun_domain::locale::Locale;
use qun_infra::activity::Spent;
use qun_infra::db::KeyReused;
use qun_infra::tiering::RunProblem;
use tracing::error;

use super::access::ProposalObject;
use super::node::NodeId;
use super::persisted::NoDocument;
use super::user_error::UserError;
use crate::errors::{Code, Sentence};

/// Why a field, or the whole document, has no answer. It has no `Display`, so that async-graphql's
/// conversion of everything printable cannot take it, nor the text of a database error reach a
/// client.
#[derive(Clone, Debug)]
pub(super) enum Problem {
    /// Nobody is logged in.
    Unauthenticated,
    /// The account may not do this.
    Forbidden,
    /// The account may not do this before it has done a course.
    Untrained(CourseId),
    /// The idempotency key came with another request before.
    KeyReused,
    /// What an id names is not in the organization.
    NotFound,
    /// What came after an event is too old to be told.
    CursorExpired,
    /// A reader was too far behind.
    SlowReader,
    /// A subscription is not one field alone.
    SeveralFields,
    /// A subscription came where there can be one answer only.
    NeedsStream,
    /// So many operations of one socket run already.
    TooManyOperations(usize),
    /// An argument cannot be used.
    BadInput(Sentence),
    /// The document asks for more than is looked at, or than anybody may spend.
    TooComplex(Sentence),
    /// The queries took too long.
    TooSlow,
    /// There is no document to run.
    NoDocument(NoDocument),
    /// The budget of rows is spent.
    RowsSpent(Spent),
    /// The budget of points for queries is spent.
    QuerySpent {
        /// What the document costs.
        points: u32,
        /// What is left of the budget.
        left: u32,
        /// In how many seconds there is enough of it.
        wait: u32,
    },
    /// Something beneath broke.
    Fault(Arc<Fault>),
}

impl Problem {
    const fn code(&self) -> Code {
        match self {
            Self::Unauthenticated => Code::Unauthenticated,
            Self::Forbidden | Self::Untrained(_) => Code::Forbidden,
            Self::KeyReused => Code::IdempotencyKeyReused,
            Self::NotFound => Code::NotFound,
            Self::CursorExpired => Code::CursorExpired,
            Self::SlowReader => Code::SlowReader,
            Self::TooManyOperations(_) => Code::TooManyStreams,
            Self::SeveralFields | Self::NeedsStream | Self::BadInput(_) => Code::BadUserInput,
            Self::TooComplex(_) => Code::QueryTooComplex,
            Self::TooSlow => Code::Timeout,
            Self::NoDocument(why) => why.code(),
            Self::RowsSpent(_) | Self::QuerySpent { .. } => Code::RateLimited,
            Self::Fault(_) => Code::Internal,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Unauthenticated => {
                Sentence::fixed("Log in first: this needs an access token.", "请先登录：此操作需要访问令牌。")
            }
            Self::Forbidden => Sentence::fixed("Your account may not do this.", "您的账号无权执行此操作。"),
            Self::Untrained(_) => Sentence::fixed(
                "You may do this once you have done the course that it asks for.",
                "完成所要求的课程后，您才能执行此操作。",
            ),
            Self::KeyReused => Sentence::fixed(
                "This idempotency key was used for another request. Take a new one.",
                "该幂等键已用于另一个请求，请换一个新的。",
            ),
            Self::NotFound => {
                Sentence::fixed("There is no such thing in your organization.", "您的组织中没有这一项。")
            }
            Self::CursorExpired => Sentence::fixed(
                "What came after this event is too old to be told. Read the state anew, and follow from now on.",
                "此事件之后的内容已过久，无法补发。请重新读取当前状态，再从现在起订阅。",
            ),
            Self::SlowReader => Sentence::fixed(
                "You read too slowly. Go on after the eventId that you saw last.",
                "读取过慢。请从最后收到的 eventId 之后继续。",
            ),
            Self::SeveralFields => Sentence::fixed(
                "A subscription has one field, without fragment or directive around it.",
                "一个订阅只能有一个字段，且外面不能有片段或指令。",
            ),
            Self::NeedsStream => Sentence::fixed(
                "A subscription is answered by a stream: accept text/event-stream, or open a WebSocket.",
                "订阅以流的方式应答：请接受 text/event-stream，或打开 WebSocket。",
            ),
            Self::TooManyOperations(most) => Sentence::of(
                format!("At most {most} operations of a socket run at once."),
                format!("一个连接最多同时运行 {most} 个操作。"),
            ),
            Self::BadInput(sentence) | Self::TooComplex(sentence) => sentence.clone(),
            Self::TooSlow => Sentence::fixed(
                "The query took too long. Ask for less at once.",
                "查询耗时过长，请减少一次请求的内容。",
            ),
            Self::NoDocument(why) => why.sentence(),
            Self::RowsSpent(Spent { wait_seconds }) => Sentence::of(
                format!("The budget for rows is spent. Try again in {wait_seconds} s."),
                format!("行数额度已用完，请在 {wait_seconds} 秒后重试。"),
            ),
            Self::QuerySpent { points, left, wait } => Sentence::of(
                format!("The query costs {points} points, and {left} are left. Try again in {wait} s."),
                format!("该查询需要 {points} 点，目前剩余 {left} 点，请在 {wait} 秒后重试。"),
            ),
            Self::Fault(_) => Sentence::fixed(
                "Something broke on our side. Try again later.",
                "我们这边出了故障，请稍后再试。",
            ),
        }
    }

    /// What the library says of its own limits; all else that it says is of the document's text.
    fn of_library(message: &str) -> Option<Self> {
        let zh = match message {
            "Query is too complex." => "查询过于复杂。",
            "Query is nested too deep." => "查询嵌套过深。",
            "The recursion depth of the query cannot be greater than `32`" => "查询的递归深度不得超过 32。",
            _ => return None,
        };
        Some(Self::TooComplex(Sentence::of(message.to_owned(), zh.to_owned())))
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(Arc::new(fault))
    }
}

impl From<Spent> for Problem {
    fn from(spent: Spent) -> Self {
        Self::RowsSpent(spent)
    }
}

impl From<NoDocument> for Problem {
    fn from(why: NoDocument) -> Self {
        Self::NoDocument(why)
    }
}

impl From<KeyReused> for Problem {
    fn from(KeyReused: KeyReused) -> Self {
        Self::KeyReused
    }
}

/// Code and sentence are given by [`finish`], which knows the language of the request.
impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { message: String::new(), source: Some(Arc::new(problem)), extensions: None }
    }
}

/// As above, for what is wrong with a document as a whole.
impl From<Problem> for ServerError {
    fn from(problem: Problem) -> Self {
        Self { source: Some(Arc::new(problem)), ..Self::new("", None) }
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        Self::from_errors(vec![problem.into()])
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
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => Err(Problem::Forbidden),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}

/// Why a payload has no object: what the user is told, or the proposal that was made instead.
#[derive(Default)]
pub(super) struct Undone {
    pub(super) user_errors: Vec<UserError>,
    pub(super) proposal: Option<ProposalObject>,
}

/// As [`settled`], for what becomes a proposal where its actor may not do it.
pub(super) fn settled_or_proposed<T, R>(
    outcome: Outcome<T, R>,
    tell: impl FnOnce(R) -> Vec<UserError>,
) -> Result<Result<T, Undone>, Problem> {
    match outcome {
        Err(Failure::Proposed(id)) => {
            Ok(Err(Undone { proposal: Some(ProposalObject(id)), ..Undone::default() }))
        }
        outcome => {
            let settled = settled(outcome, tell)?;
            Ok(settled.map_err(|user_errors| Undone { user_errors, ..Undone::default() }))
        }
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

/// Gives every error its code and its sentence, logs each fault once, and tells its reader under
/// which id.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(super) fn finish(mut response: Response, locale: Locale, request_id: Option<&str>) -> Response {
    let mut logged: Vec<Arc<Fault>> = Vec::new();
    for error in &mut response.errors {
        let known = error.source::<Problem>().cloned().or_else(|| Problem::of_library(&error.message));
        let mut extensions = ErrorExtensionValues::default();
        let code = known.as_ref().map_or(Code::BadUserInput, Problem::code);
        extensions.set("code", code.word());
        if let Some(problem) = &known {
            problem.sentence().text(locale).clone_into(&mut error.message);
        }
        match known {
            Some(Problem::QuerySpent { wait, .. } | Problem::RowsSpent(Spent { wait_seconds: wait })) => {
                extensions.set("retryAfterSeconds", wait);
            }
            Some(Problem::Untrained(course)) => {
                extensions.set("course", NodeId::Course(course).id().as_str());
            }
            Some(Problem::Fault(fault)) => {
                if let Some(id) = request_id {
                    extensions.set("requestId", id);
                }
                if !logged.iter().any(|known| Arc::ptr_eq(known, &fault)) {
                    error!(request.id = request_id, fault = fault.chain(), path = %path(error), "a field broke");
                    logged.push(fault);
                }
            }
            _ => {}
        }
        error.extensions = Some(extensions);
    }
    response
}

fn path(error: &ServerError) -> String {
    let segments = error.path.iter().map(|segment| match segment {
        async_graphql::PathSegment::Field(name) => name.clone(),
        async_graphql::PathSegment::Index(index) => index.to_string(),
    });
    segments.collect::<Vec<_>>().join(".")
}
