//! What is asked of a provider, and what of its answers is believed (OpenID Connect Core 1.0, 3.1).

use std::error::Error;
use std::sync::Arc;

use moka::sync::Cache;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreIdTokenClaims,
    CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use qun_domain::access::{Email, IdentityProvider, Issuer, Subject, UnderWay};
use qun_domain::id::IdentityProviderId;
use qun_domain::tenancy::Name;
use qun_domain::time::Timestamp;
use tracing::warn;

use super::rows::Confided;
use super::token::{Distrust, claims_of};
use crate::outgoing::{Outgoing, OutgoingProblem};

/// How long it is remembered how a provider describes itself, in milliseconds: an hour. A token
/// signed with a key that is not known makes it be read again at once.
const REMEMBERED: i64 = 3_600 * Timestamp::SECOND;
/// How many providers are remembered.
const MOST: u64 = 1_000;
/// Where in the front end a provider sends people back to.
const BACK: &str = "/log-in/oidc";

/// What a provider did not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderProblem {
    /// It is at an address that is not asked from here.
    NotAllowed,
    /// It does not answer.
    Unreachable,
    /// It answers what cannot be used or believed; the log says what.
    Invalid,
    /// It knows nothing of the code, or not any more.
    CodeRefused,
}

/// Who arrives, as far as the provider says.
#[derive(Clone, Debug)]
pub(super) struct Came {
    pub(super) subject: Subject,
    /// An address that the provider has verified.
    pub(super) email: Option<Email>,
    pub(super) name: Option<Name>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Asks providers.
pub(in crate::access) struct Providers {
    outgoing: Outgoing,
    is_anywhere: bool,
    front_url: String,
    known: Cache<IdentityProviderId, (Arc<CoreProviderMetadata>, Timestamp)>,
}

impl Providers {
    pub(in crate::access) fn new(outgoing: Outgoing, is_anywhere: bool, front_url: &str) -> Self {
        let front_url = front_url.trim_end_matches('/').to_owned();
        Self { outgoing, is_anywhere, front_url, known: Cache::new(MOST) }
    }

    /// Where a provider sends people back to.
    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{BACK}", self.front_url)
    }

    /// How a provider describes itself, with its keys.
    pub(super) async fn discover(&self, issuer: &Issuer) -> Result<CoreProviderMetadata, ProviderProblem> {
        let url = IssuerUrl::new(issuer.as_str().to_owned()).map_err(|_| ProviderProblem::Invalid)?;
        let found = CoreProviderMetadata::discover_async(url, &self.outgoing).await;
        let metadata = found.map_err(|error| {
            tell(issuer, &error);
            match error {
                DiscoveryError::Request(problem) => ProviderProblem::from(problem),
                DiscoveryError::Response(status, ..) if status.is_server_error() => {
                    ProviderProblem::Unreachable
                }
                _ => ProviderProblem::Invalid,
            }
        })?;
        // The front end leads people there: it is an address of the web, and no script.
        let is_web = |url: &Url| url.scheme() == "https" || (self.is_anywhere && url.scheme() == "http");
        if is_web(metadata.authorization_endpoint().url()) && metadata.token_endpoint().is_some() {
            Ok(metadata)
        } else {
            Err(ProviderProblem::Invalid)
        }
    }

    async fn known(
        &self,
        provider: &IdentityProvider,
        now: Timestamp,
    ) -> Result<Arc<CoreProviderMetadata>, ProviderProblem> {
        let is_fresh = |at: Timestamp| (0..REMEMBERED).contains(&(now.millis() - at.millis()));
        match self.known.get(&provider.id) {
            Some((metadata, at)) if is_fresh(at) => Ok(metadata),
            _ => self.read_again(provider, now).await,
        }
    }

    async fn read_again(
        &self,
        provider: &IdentityProvider,
        now: Timestamp,
    ) -> Result<Arc<CoreProviderMetadata>, ProviderProblem> {
        let metadata = Arc::new(self.discover(&provider.issuer).await?);
        self.known.insert(provider.id, (metadata.clone(), now));
        Ok(metadata)
    }

    /// Where somebody goes who begins to log in.
    pub(super) async fn authorization_url(
        &self,
        confided: &Confided,
        way: &UnderWay,
        state: String,
    ) -> Result<String, ProviderProblem> {
        let metadata = self.known(&confided.provider, way.begun_at).await?;
        let client = self.client(&metadata, confided)?;
        let nonce = Nonce::new(way.nonce.clone());
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(way.verifier.clone()));
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let request = client.authorize_url(flow, move || CsrfToken::new(state), move || nonce);
        let scopes = ["email", "profile"].map(|scope| Scope::new(scope.to_owned()));
        let (url, ..) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        Ok(url.into())
    }

    /// Gives in the code that somebody came back with, for who it is.
    pub(super) async fn exchange(
        &self,
        confided: &Confided,
        way: &UnderWay,
        code: &str,
        now: Timestamp,
    ) -> Result<Came, ProviderProblem> {
        let provider = &confided.provider;
        let metadata = self.known(provider, now).await?;
        let client = self.client(&metadata, confided)?;
        let answer = self.answer(&client, way, code, &provider.issuer).await?;
        let token = answer.id_token().ok_or(ProviderProblem::Invalid)?;
        let access = answer.access_token();
        let found = claims_of(token, access, &metadata, provider, way, now);
        let claims = match found {
            Err(Distrust::UnknownKey) => {
                let metadata = self.read_again(provider, now).await?;
                claims_of(token, access, &metadata, provider, way, now)
            }
            found => found,
        };
        let claims = claims.map_err(|distrust| {
            tell(&provider.issuer, &distrust);
            ProviderProblem::Invalid
        })?;
        self.came(&client, &claims, access, &provider.issuer).await
    }

    async fn answer(
        &self,
        client: &Client,
        way: &UnderWay,
        code: &str,
        issuer: &Issuer,
    ) -> Result<CoreTokenResponse, ProviderProblem> {
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| ProviderProblem::Invalid)?
            .set_pkce_verifier(PkceCodeVerifier::new(way.verifier.clone()));
        request.request_async(&self.outgoing).await.map_err(|error| {
            tell(issuer, &error);
            match error {
                RequestTokenError::Request(problem) => ProviderProblem::from(problem),
                RequestTokenError::ServerResponse(answer)
                    if *answer.error() == CoreErrorResponseType::InvalidGrant =>
                {
                    ProviderProblem::CodeRefused
                }
                _ => ProviderProblem::Invalid,
            }
        })
    }

    /// Who it is. Where the token says nothing of an address, the provider is asked for it; one that
    /// does not tell knows none.
    async fn came(
        &self,
        client: &Client,
        claims: &CoreIdTokenClaims,
        access: &AccessToken,
        issuer: &Issuer,
    ) -> Result<Came, ProviderProblem> {
        let subject = claims.subject().as_str().parse().map_err(|_| ProviderProblem::Invalid)?;
        let name = claims.name().and_then(|name| name.get(None)).and_then(|name| name.as_str().parse().ok());
        let mut told = claims.email().cloned().map(|email| (email, claims.email_verified()));
        if told.is_none()
            && let Ok(request) = client.user_info(access.clone(), Some(claims.subject().clone()))
        {
            let found: Result<CoreUserInfoClaims, _> = request.request_async(&self.outgoing).await;
            match found {
                Ok(found) => told = found.email().cloned().map(|email| (email, found.email_verified())),
                Err(error) => tell(issuer, &error),
            }
        }
        let verified = told.filter(|(_, verified)| *verified == Some(true));
        let email = verified.and_then(|(email, _)| email.as_str().parse().ok());
        Ok(Came { subject, email, name })
    }

    fn client(
        &self,
        metadata: &CoreProviderMetadata,
        confided: &Confided,
    ) -> Result<Client, ProviderProblem> {
        let redirect = RedirectUrl::new(self.redirect_uri()).map_err(|_| ProviderProblem::Invalid)?;
        let id = ClientId::new(confided.provider.client_id.reveal().to_owned());
        let secret = ClientSecret::new(confided.secret.reveal().to_owned());
        // In the header, unless the provider takes it in the body alone.
        let methods = metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let way = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, Some(secret));
        Ok(client.set_redirect_uri(redirect).set_auth_type(way))
    }
}

impl From<OutgoingProblem> for ProviderProblem {
    fn from(problem: OutgoingProblem) -> Self {
        match problem {
            OutgoingProblem::NotAllowed => Self::NotAllowed,
            OutgoingProblem::NoAnswer(_) => Self::Unreachable,
            OutgoingProblem::TooLong => Self::Invalid,
        }
    }
}

/// The operator reads what a tenant's provider did wrong; the tenant reads a code.
fn tell(issuer: &Issuer, error: &(dyn Error + 'static)) {
    warn!(provider.issuer = %issuer, error, "an identity provider is of no use");
}
