//! The identity provider of an organization.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use qun_domain::access::{
    IdentityProvider, Issuer, NewProvider, RemoveIdentityProvider, RemoveIdentityProviderRefusal,
    SetIdentityProvider, SetIdentityProviderRefusal,
};
use qun_domain::command::Failure;
use qun_infra::access::{ProviderProblem, identity_provider};

use crate::graphql::asked::{Asked, app};
use crate::graphql::error::{Problem, settled};
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Who says who somebody is who logs in to an organization (OpenID Connect).
#[derive(SimpleObject)]
#[graphql(name = "IdentityProvider")]
pub(super) struct IdentityProviderObject {
    /// The address under which it describes itself.
    issuer: String,
    /// As what the organization is known to it.
    client_id: String,
    /// Where it sends people back to: to be registered there.
    redirect_uri: String,
    /// When it was set, or its secret changed.
    changed_at: DateTime,
}

impl IdentityProviderObject {
    /// That of the organization of who asks.
    pub(super) async fn find(ctx: &Context<'_>) -> Result<Option<Self>, Problem> {
        let found = identity_provider(&Asked::of(ctx)?.read).await.map_err(|failure| match failure {
            Failure::Refused(never) => match never {},
            Failure::Forbidden(_) | Failure::Proposed(_) => Problem::Forbidden,
            Failure::Fault(fault) => fault.into(),
        })?;
        let redirect_uri = app(ctx).access.redirect_uri();
        Ok(found.map(|IdentityProvider { issuer, client_id, changed_at, .. }| Self {
            issuer: issuer.to_string(),
            client_id: client_id.reveal().to_owned(),
            redirect_uri,
            changed_at: DateTime(changed_at),
        }))
    }
}

/// The provider that is set.
#[derive(InputObject)]
struct SetIdentityProviderInput {
    /// The address under which it describes itself, to the letter as in its own
    /// `/.well-known/openid-configuration`, which is read there: https, at most 500 bytes.
    issuer: String,
    /// As what the organization is known to it: 1 to 500 visible characters of ASCII.
    client_id: String,
    /// By what the organization proves that: 1 to 500 visible characters of ASCII. It is sent to the
    /// provider, and never shown again.
    #[graphql(secret)]
    client_secret: String,
    /// Under which the mutation is done once: 1 to 200 characters.
    idempotency_key: Option<String>,
}

/// What was set.
#[derive(Default, SimpleObject)]
struct SetIdentityProviderPayload {
    /// The provider as it is now; null when `userErrors` says why nothing was set.
    identity_provider: Option<IdentityProviderObject>,
    /// How many sessions ended because another provider began them; null when nothing was set.
    ended_sessions: Option<u64>,
    /// Why nothing was set; empty when something was.
    user_errors: Vec<UserError>,
}

/// How the provider is removed.
#[derive(InputObject)]
struct RemoveIdentityProviderInput {
    /// Under which the mutation is done once: 1 to 200 characters.
    idempotency_key: Option<String>,
}

/// What was removed.
#[derive(SimpleObject)]
struct RemoveIdentityProviderPayload {
    /// How many sessions ended because the provider began them; 0 where there was none.
    ended_sessions: u64,
    /// Always empty: there may be no provider.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct IdentityProviderMutation;

#[Object]
impl IdentityProviderMutation {
    /// Lets an OpenID Connect provider say who somebody is who logs in to your organization. It is
    /// asked how it describes itself before it is set. Sessions that another provider began end;
    /// with the same issuer and client id only the secret changes. Needs the capability
    /// `MANAGE_ORGANIZATION`.
    async fn set_identity_provider(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The provider.")] input: SetIdentityProviderInput,
    ) -> Result<SetIdentityProviderPayload, Problem> {
        let asked = Asked::to_run::<SetIdentityProvider>(ctx, input.idempotency_key.as_deref())?;
        asked.must_hold::<SetIdentityProvider>()?;
        let access = &app(ctx).access;
        let refused = |code, field: &str| {
            let user_errors = vec![asked.refusal(code, &["input", field])];
            Ok(SetIdentityProviderPayload { user_errors, ..SetIdentityProviderPayload::default() })
        };
        let Ok(issuer) = input.issuer.parse::<Issuer>() else {
            return refused(Code::InvalidIssuer, "issuer");
        };
        let Ok(client_id) = input.client_id.parse() else { return refused(Code::InvalidClient, "clientId") };
        let Ok(client_secret) = input.client_secret.parse() else {
            return refused(Code::InvalidClient, "clientSecret");
        };
        if let Err(problem) = access.try_provider(&issuer).await {
            return refused(code_of(problem), "issuer");
        }
        let provider = NewProvider { id: access.fresh_provider(), issuer, client_id, client_secret };
        let tell = |refusal: SetIdentityProviderRefusal| match refusal {};
        match settled(asked.execute(SetIdentityProvider(provider)).await?, tell)? {
            Ok(set) => {
                access.forget_sessions();
                Ok(SetIdentityProviderPayload {
                    identity_provider: IdentityProviderObject::find(ctx).await?,
                    ended_sessions: Some(set.ended_sessions),
                    user_errors: Vec::new(),
                })
            }
            Err(user_errors) => {
                Ok(SetIdentityProviderPayload { user_errors, ..SetIdentityProviderPayload::default() })
            }
        }
    }

    /// Lets nobody log in by the identity provider of your organization any more. Sessions that it
    /// began end; who it knew as whom is kept. Needs the capability `MANAGE_ORGANIZATION`.
    async fn remove_identity_provider(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How.")] input: RemoveIdentityProviderInput,
    ) -> Result<RemoveIdentityProviderPayload, Problem> {
        let asked = Asked::to_run::<RemoveIdentityProvider>(ctx, input.idempotency_key.as_deref())?;
        let tell = |refusal: RemoveIdentityProviderRefusal| match refusal {};
        match settled(asked.execute(RemoveIdentityProvider).await?, tell)? {
            Ok(removed) => {
                app(ctx).access.forget_sessions();
                let ended_sessions = removed.ended_sessions;
                Ok(RemoveIdentityProviderPayload { ended_sessions, user_errors: Vec::new() })
            }
            Err(user_errors) => Ok(RemoveIdentityProviderPayload { ended_sessions: 0, user_errors }),
        }
    }
}

/// What is told of a provider that did not do its part.
pub(super) const fn code_of(problem: ProviderProblem) -> Code {
    match problem {
        ProviderProblem::NotAllowed => Code::ProviderNotPublic,
        ProviderProblem::Unreachable => Code::ProviderUnreachable,
        ProviderProblem::Invalid => Code::ProviderInvalid,
        ProviderProblem::CodeRefused => Code::LogInOver,
    }
}
