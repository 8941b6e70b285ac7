//! Every code that a client may be answered with: its cause, what to do, and whether to ask again.
//!
//! | what has no answer | its codes |
//! |---|---|
//! | a request, or a field of it | [`Code`] |
//! | a mutation | [`UserErrorCode`] |
//! | a row that was sent | [`qun_domain::activity::RowCode`] |
//! | a fact about staff | [`qun_domain::team::FactCode`] |
//! | a document of the policy | [`qun_domain::policy::RuleCode`] |
//!
//! Answers are made of these types, never of texts, so a code that is not in the catalogue
//! cannot be answered. `docs/errors.md` is printed from it: `qun errors`.

mod code;
mod fact;
mod page;
mod row;
mod rule;
mod sentence;
mod user;

pub(crate) use code::Code;
pub(crate) use page::page;
pub(crate) use sentence::Sentence;
pub(crate) use user::UserErrorCode;

/// What whoever meets a code should know.
#[derive(Clone, Copy, Debug)]
struct Advice {
    /// What brought it about.
    cause: &'static str,
    /// What to do about it, as an order.
    remedy: &'static str,
    /// Whether the same can then be asked again.
    again: Again,
}

/// When asking again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    /// The answer stays the same.
    Never,
    /// The same, later.
    Later,
    /// The same, when the remedy is done.
    AfterThat,
    /// With something else in the request.
    Changed,
    /// The same with a new access token.
    WithNewToken,
    /// With a new idempotency key.
    WithNewKey,
}

impl Again {
    const fn words(self) -> &'static str {
        match self {
            Self::Never => "no",
            Self::Later => "yes, later",
            Self::AfterThat => "yes, after that",
            Self::Changed => "changed",
            Self::WithNewToken => "with a new token",
            Self::WithNewKey => "with a new key",
        }
    }
}
