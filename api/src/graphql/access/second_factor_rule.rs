//! Whether an organization requires a second factor.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::access::{RequireSecondFactor, RequireSecondFactorRefusal};

use super::object::OrganizationObject;
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::{Problem, settled};
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// What is settled.
#[derive(InputObject)]
struct RequireSecondFactorInput {
    /// Whether everybody who logs in to the organization needs a second factor.
    required: bool,
    /// Under which the mutation is done once: 1 to 200 characters.
    idempotency_key: Option<String>,
}

/// What was settled.
#[derive(Default, SimpleObject)]
struct RequireSecondFactorPayload {
    /// The organization as it is now; null when `userErrors` says why nothing was settled.
    organization: Option<OrganizationObject>,
    /// How many sessions ended because they had proven no second factor; null when nothing was
    /// settled.
    ended_sessions: Option<u64>,
    /// Why nothing was settled; empty when something was.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct SecondFactorRuleMutation;

#[Object]
impl SecondFactorRuleMutation {
    /// Requires a second factor of everybody who logs in to your organization, or no more. Who
    /// requires it has to have one; sessions of accounts that have none end. Keys of machines are
    /// not concerned. Needs the capability `MANAGE_ORGANIZATION`.
    async fn require_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether it is required.")] input: RequireSecondFactorInput,
    ) -> Result<RequireSecondFactorPayload, Problem> {
        let asked = Asked::to_run::<RequireSecondFactor>(ctx, input.idempotency_key.as_deref())?;
        let command = RequireSecondFactor { required: input.required, session: asked.scope.session() };
        let tell = |refusal| match refusal {
            RequireSecondFactorRefusal::NoSecondFactor => {
                vec![asked.refusal(Code::SecondFactorMissing, &["input", "required"])]
            }
        };
        match settled(asked.execute(command).await?, tell)? {
            Ok(settled) => {
                app(ctx).access.forget_sessions();
                Ok(RequireSecondFactorPayload {
                    organization: OrganizationObject::find(&asked).await?,
                    ended_sessions: Some(settled.ended_sessions),
                    user_errors: Vec::new(),
                })
            }
            Err(user_errors) => {
                Ok(RequireSecondFactorPayload { user_errors, ..RequireSecondFactorPayload::default() })
            }
        }
    }
}
