//! What an account says of itself.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use qun_infra::access::{AccountChange, LocaleChange, UpdateAccountProblem};

use super::codes::Locale;
use super::object::Account;
use super::session::logged_in;
use crate::graphql::asked::app;
use crate::graphql::error::Problem;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// What is to be so of your account.
#[derive(InputObject)]
struct UpdateAccountInput {
    /// What others call it: 1 to 200 characters; left out or null, it stays.
    display_name: Option<String>,
    /// The language that it wants; left out, it stays; null, it is for the client to say.
    locale: MaybeUndefined<Locale>,
}

/// What an account says of itself now.
#[derive(SimpleObject)]
struct UpdateAccountPayload {
    /// The account as it is now; null when `userErrors` says why it stayed as it was.
    account: Option<Account>,
    /// Why nothing changed; empty when all is as it was asked for.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Changes what your account says of itself, in all of its organizations. Needs a log-in.
    async fn update_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be so.")] input: UpdateAccountInput,
    ) -> Result<UpdateAccountPayload, Problem> {
        let asked = logged_in(ctx)?;
        let Ok(display_name) = input.display_name.as_deref().map(str::parse).transpose() else {
            let user_errors = vec![asked.refusal(Code::InvalidName, &["input", "displayName"])];
            return Ok(UpdateAccountPayload { account: None, user_errors });
        };
        let locale = match input.locale {
            MaybeUndefined::Undefined => LocaleChange::Keep,
            MaybeUndefined::Null => LocaleChange::Clear,
            MaybeUndefined::Value(locale) => LocaleChange::Set(locale.into()),
        };
        let change = AccountChange { display_name, locale };
        match app(ctx).access.update_account(&asked.scope, change).await {
            Ok(account) => {
                Ok(UpdateAccountPayload { account: Some(account.into()), user_errors: Vec::new() })
            }
            Err(UpdateAccountProblem::NoSession) => Err(Problem::Forbidden),
            Err(UpdateAccountProblem::Fault(fault)) => Err(fault.into()),
        }
    }
}
