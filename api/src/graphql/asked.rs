use async_graphql::Context;
use qun_domain::locale::Locale;
use qun_domain::time::Timestamp;
use qun_infra::db::{OrgRead, OrgScope, Writer};

use super::error::Problem;
use super::loaders::Loaders;
use super::tiering::KnownEvaluations;
use super::user_error::{UserError, UserErrorCode};
use crate::app::App;

/// One request of somebody who is logged in.
pub(super) struct Asked {
    /// Whose data, and who asks.
    pub(super) scope: OrgScope,
    /// The reading door.
    pub(super) read: OrgRead,
    /// The language of sentences.
    pub(super) locale: Locale,
    /// The instant of the request.
    pub(super) now: Timestamp,
    /// The batches of the request.
    pub(super) loaders: Loaders,
    /// What need not be read again.
    pub(super) evaluations: KnownEvaluations,
}

impl Asked {
    /// `None` when the account may not read.
    pub(super) fn new(
        writer: &Writer,
        evaluations: &KnownEvaluations,
        scope: OrgScope,
        locale: Locale,
    ) -> Option<Self> {
        let read = OrgRead::open(writer.db(), &scope)?;
        let (now, loaders) = (writer.clock().now(), Loaders::default());
        Some(Self { scope, read, locale, now, loaders, evaluations: evaluations.clone() })
    }

    /// The request that a field belongs to. Every root field begins with this, but those
    /// that begin a log-in.
    pub(super) fn of<'a>(ctx: &Context<'a>) -> Result<&'a Self, Problem> {
        match ctx.data_opt::<Self>() {
            Some(asked) => Ok(asked),
            None if ctx.data_opt::<OrgScope>().is_some() => Err(Problem::Forbidden),
            None => Err(Problem::Unauthenticated),
        }
    }

    /// An error of a payload, in the language of the request.
    pub(super) fn refusal(&self, code: UserErrorCode, field: &[&str]) -> UserError {
        UserError::new(code, field, self.locale)
    }
}

/// What resolvers work with, the same for all requests.
pub(super) fn app<'a>(ctx: &Context<'a>) -> &'a App {
    ctx.data_unchecked::<App>()
}
