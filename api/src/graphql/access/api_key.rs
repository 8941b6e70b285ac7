//! Keys by which machines come in.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use qun_domain::access::{
    ApiKey, CreateApiKey, CreateApiKeyRefusal, KeyScope as DomainScope, KeyScopes, NewApiKey, RevokeApiKey,
    RevokeApiKeyRefusal, RotateApiKey, RotateApiKeyRefusal,
};
use qun_domain::command::Failure;
use qun_domain::id::ApiKeyId;
use qun_domain::time::Timestamp;
use qun_infra::access::{FreshKey, api_key, api_keys_page};

use crate::graphql::asked::{Asked, app};
use crate::graphql::error::{Problem, settled};
use crate::graphql::node::NodeId;
use crate::graphql::page::{Slice, connection};
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// What a key may be good for. No key administers an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainScope")]
enum ApiKeyScope {
    /// Read everything of the organization except its audit log. GraphQL takes this scope,
    /// `POST /v1/interactions` does not.
    Read,
    /// Record interactions.
    RecordActivity,
    /// Create and change communities and groups.
    ManageGroups,
    /// Publish a policy version.
    PublishPolicy,
    /// Evaluate tiers, pin a tier, lift a pin.
    EvaluateTiers,
    /// Give, confirm, send back and cancel tasks.
    ManageTasks,
    /// Record what staff did.
    RecordStaffFacts,
}

connection!(
    ApiKeyConnection,
    ApiKeyEdge,
    ApiKeyObject,
    "A page of keys.",
    "A key and its place in the list."
);

/// A page of the organization's keys, newest first.
pub(super) async fn api_keys(
    asked: &Asked,
    first: Option<i32>,
    after: Option<String>,
) -> Result<ApiKeyConnection, Problem> {
    let slice = Slice::<ApiKeyId>::new(first, after.as_deref())?;
    let found =
        api_keys_page(&asked.read, slice.after, slice.limit()).await.map_err(|failure| match failure {
            Failure::Refused(never) => match never {},
            Failure::Forbidden(_) | Failure::Proposed(_) => Problem::Forbidden,
            Failure::Fault(fault) => fault.into(),
        })?;
    Ok(ApiKeyConnection { page: slice.page(found.into_iter().map(ApiKeyObject), |key| key.0.id) })
}

/// A key by which a machine comes in.
#[derive(Clone)]
pub(super) struct ApiKeyObject(pub(super) ApiKey);

/// A key by which a machine comes in.
#[Object(name = "ApiKey")]
impl ApiKeyObject {
    /// The global id.
    async fn id(&self) -> ID {
        NodeId::ApiKey(self.0.id).id()
    }

    /// What it is for.
    async fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// What it is good for.
    async fn scopes(&self) -> Vec<ApiKeyScope> {
        self.0.scopes.iter().map(Into::into).collect()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// From when on it is refused.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was last used, give or take a minute; null when it never was.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// When it was called back; null when it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// The global id of the key whose place it takes; null when it takes none's.
    async fn replaces_id(&self) -> Option<ID> {
        self.0.replaces.map(|id| NodeId::ApiKey(id).id())
    }
}

/// A key that is to be.
#[derive(InputObject)]
struct CreateApiKeyInput {
    /// What it is for: 1 to 200 characters.
    name: String,
    /// What it is good for: at least one scope.
    scopes: Vec<ApiKeyScope>,
    /// From when on it is refused: at most two years from now; in a year when left out.
    expires_at: Option<DateTime>,
    /// Under which the mutation is done once: 1 to 200 characters.
    idempotency_key: Option<String>,
}

/// What came of making a key.
#[derive(Default, SimpleObject)]
struct CreateApiKeyPayload {
    /// The key; null when `userErrors` says why there is none.
    api_key: Option<ApiKeyObject>,
    /// The secret, for the header `Authorization: Bearer …`. It is shown this once: null when
    /// the mutation was done before under the same idempotency key, and when there is no key.
    secret: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The key that is replaced.
#[derive(InputObject)]
struct RotateApiKeyInput {
    /// Its global id.
    api_key_id: ID,
    /// For how many hours it may still be used: 0 to 168.
    #[graphql(default = 24)]
    overlap_hours: i32,
    /// Under which the mutation is done once: 1 to 200 characters.
    idempotency_key: Option<String>,
}

/// What came of replacing a key.
#[derive(Default, SimpleObject)]
struct RotateApiKeyPayload {
    /// The new key, with the name, the scopes and the length of life of the old one; null when
    /// `userErrors` says why there is none.
    api_key: Option<ApiKeyObject>,
    /// The secret of the new key, for the header `Authorization: Bearer …`. It is shown this
    /// once: null when the mutation was done before under the same idempotency key, and when
    /// there is no new key.
    secret: Option<String>,
    /// The key that was replaced, as it is now; null when none was.
    replaced: Option<ApiKeyObject>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The key that is called back.
#[derive(InputObject)]
struct RevokeApiKeyInput {
    /// Its global id.
    api_key_id: ID,
    /// Under which the mutation is done once: 1 to 200 characters.
    idempotency_key: Option<String>,
}

/// What came of calling a key back.
#[derive(Default, SimpleObject)]
struct RevokeApiKeyPayload {
    /// The key as it is now; null when `userErrors` says why nothing was done.
    api_key: Option<ApiKeyObject>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

async fn read(asked: &Asked, id: ApiKeyId) -> Result<Option<ApiKeyObject>, Problem> {
    Ok(api_key(&asked.read, id).await?.map(ApiKeyObject))
}

fn key_id(id: &ID) -> Option<ApiKeyId> {
    match NodeId::read(id)? {
        NodeId::ApiKey(id) => Some(id),
        _ => None,
    }
}

/// The secret, if the key that there is now is the one that it was made for.
fn shown(fresh: FreshKey, id: ApiKeyId) -> Option<String> {
    (fresh.id == id).then_some(fresh.secret)
}

#[derive(Default)]
pub(in crate::graphql) struct ApiKeyMutation;

#[Object]
impl ApiKeyMutation {
    /// Makes a key by which a machine comes in. Needs the capability `MANAGE_ORGANIZATION`.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload, Problem> {
        let asked = Asked::to_run::<CreateApiKey>(ctx, input.idempotency_key.as_deref())?;
        let refused = |code, field: &[&str]| {
            let user_errors = vec![asked.refusal(code, field)];
            Ok(CreateApiKeyPayload { user_errors, ..CreateApiKeyPayload::default() })
        };
        let Ok(name) = input.name.parse() else { return refused(Code::InvalidName, &["input", "name"]) };
        let Ok(scopes) = KeyScopes::new(input.scopes.into_iter().map(Into::into)) else {
            return refused(Code::NoScope, &["input", "scopes"]);
        };
        let fresh = app(ctx).access.fresh_key(&asked.scope);
        let expires_at = input.expires_at.map_or(asked.now.plus_millis(ApiKey::LIFE), |at| at.0);
        let key = NewApiKey {
            id: fresh.id,
            name,
            scopes,
            secret_hash: fresh.secret_hash,
            expires_at,
            replaces: None,
        };
        let tell = |refusal| match refusal {
            CreateApiKeyRefusal::BadExpiry => {
                vec![asked.refusal(Code::ExpiryOutOfRange, &["input", "expiresAt"])]
            }
        };
        match settled(asked.execute(CreateApiKey(key)).await?, tell)? {
            Ok(id) => Ok(CreateApiKeyPayload {
                api_key: read(&asked, id).await?,
                secret: shown(fresh, id),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(CreateApiKeyPayload { user_errors, ..CreateApiKeyPayload::default() }),
        }
    }

    /// Puts another key in the place of one, which goes on for a while. Needs the capability
    /// `MANAGE_ORGANIZATION`.
    async fn rotate_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that is replaced.")] input: RotateApiKeyInput,
    ) -> Result<RotateApiKeyPayload, Problem> {
        let asked = Asked::to_run::<RotateApiKey>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(RotateApiKeyPayload { user_errors, ..RotateApiKeyPayload::default() });
        let missing = |code| vec![asked.refusal(code, &["input", "apiKeyId"])];
        let Some(old) = key_id(&input.api_key_id) else { return refused(missing(Code::NotFound)) };
        let fresh = app(ctx).access.fresh_key(&asked.scope);
        let command = RotateApiKey {
            id: old,
            new_id: fresh.id,
            secret_hash: fresh.secret_hash,
            overlap: i64::from(input.overlap_hours) * (Timestamp::DAY / 24),
        };
        let tell = |refusal| match refusal {
            RotateApiKeyRefusal::NoSuchKey => missing(Code::NotFound),
            RotateApiKeyRefusal::Over => missing(Code::ApiKeyOver),
            RotateApiKeyRefusal::BadOverlap => {
                vec![asked.refusal(Code::OverlapOutOfRange, &["input", "overlapHours"])]
            }
        };
        match settled(asked.execute(command).await?, tell)? {
            Ok(id) => {
                app(ctx).access.forget_keys();
                Ok(RotateApiKeyPayload {
                    api_key: read(&asked, id).await?,
                    secret: shown(fresh, id),
                    replaced: read(&asked, old).await?,
                    user_errors: Vec::new(),
                })
            }
            Err(user_errors) => refused(user_errors),
        }
    }

    /// Calls a key back: it is refused within ten seconds. Needs the capability
    /// `MANAGE_ORGANIZATION`.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that is called back.")] input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload, Problem> {
        let asked = Asked::to_run::<RevokeApiKey>(ctx, input.idempotency_key.as_deref())?;
        let missing = || RevokeApiKeyPayload {
            api_key: None,
            user_errors: vec![asked.refusal(Code::NotFound, &["input", "apiKeyId"])],
        };
        let Some(id) = key_id(&input.api_key_id) else { return Ok(missing()) };
        let tell = |refusal| match refusal {
            RevokeApiKeyRefusal::NoSuchKey => missing().user_errors,
        };
        match settled(asked.execute(RevokeApiKey { id }).await?, tell)? {
            Ok(id) => {
                app(ctx).access.forget_keys();
                Ok(RevokeApiKeyPayload { api_key: read(&asked, id).await?, user_errors: Vec::new() })
            }
            Err(user_errors) => Ok(RevokeApiKeyPayload { api_key: None, user_errors }),
        }
    }
}
