//! What has to be so of a token that says who somebody is.

use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm as Algorithm,
    CoreProviderMetadata,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, Nonce, SignatureVerificationError,
};
use qun_domain::access::{IdentityProvider, UnderWay};
use qun_domain::time::Timestamp;
use thiserror::Error;

/// By how much the clock of a provider may be wrong, in milliseconds: a minute.
const SKEW: i64 = 60 * Timestamp::SECOND;

/// What a token may be signed with: key pairs alone. A secret that both sides know, or nothing, would
/// let others sign.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// Why a token is not believed.
#[derive(Debug, Error)]
pub(super) enum Distrust {
    /// It is signed with a key that the provider is not known to have.
    #[error("signed with a key that the provider does not have")]
    UnknownKey,
    /// Its signature, or what it says.
    #[error("its signature or its claims")]
    Claims(#[source] ClaimsVerificationError),
    /// It was given to another client.
    #[error("given to another client")]
    OtherClient,
    /// It belongs to another access token than the one that it came with.
    #[error("another access token than the one that it came with")]
    OtherAccessToken,
}

impl From<ClaimsVerificationError> for Distrust {
    fn from(error: ClaimsVerificationError) -> Self {
        match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                Self::UnknownKey
            }
            error => Self::Claims(error),
        }
    }
}

/// What a token says that is believed: signed by the provider, for this client, in answer to this
/// log-in, and not over.
pub(super) fn claims_of(
    token: &CoreIdToken,
    access: &AccessToken,
    metadata: &CoreProviderMetadata,
    provider: &IdentityProvider,
    way: &UnderWay,
    now: Timestamp,
) -> Result<CoreIdTokenClaims, Distrust> {
    let client = ClientId::new(provider.client_id.reveal().to_owned());
    let (issuer, keys) = (metadata.issuer().clone(), metadata.jwks().clone());
    let begun_at = way.begun_at;
    // A public client, so that its secret verifies nothing (HS256). Whom else a token is for is all
    // the same, once it says below who it was given to.
    let verifier = CoreIdTokenVerifier::new_public_client(client.clone(), issuer, keys)
        .set_allowed_algs(ALGORITHMS)
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(move || now.plus_millis(-SKEW).to_utc())
        .set_issue_time_verifier_fn(move |at| {
            let good = begun_at.millis() - SKEW..=now.millis() + SKEW;
            let is_good = good.contains(&at.timestamp_millis());
            is_good.then_some(()).ok_or_else(|| "issued before it was asked for, or after now".to_owned())
        });
    let claims = token.claims(&verifier, &Nonce::new(way.nonce.clone()))?;
    let is_ours = match claims.authorized_party() {
        Some(party) => *party == client,
        None => claims.audiences().len() == 1,
    };
    if !is_ours {
        return Err(Distrust::OtherClient);
    }
    if let Some(hash) = claims.access_token_hash() {
        let signature = |error| Distrust::from(ClaimsVerificationError::SignatureVerification(error));
        let algorithm = token.signing_alg().map_err(signature)?;
        let key = token.signing_key(&verifier).map_err(signature)?;
        let expected = AccessTokenHash::from_token(access, algorithm, key);
        if expected.ok().as_ref() != Some(hash) {
            return Err(Distrust::OtherAccessToken);
        }
    }
    Ok(claims.clone())
}
