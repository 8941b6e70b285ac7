use std::time::Duration;

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId, SessionId};
use qun_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Access;
use super::ring::Ring;

/// The type of an access token (RFC 9068): a token made for something else is none.
const TYPE: &str = "at+jwt";
/// Whom an access token is for.
const AUDIENCE: &str = "qun-api";

/// What an access token says. Times are seconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The installation that issued it.
    pub iss: String,
    /// Whom it is for: always `qun-api`.
    pub aud: String,
    /// The account.
    pub sub: AccountId,
    /// The one organization that it is good for.
    pub org: OrgId,
    /// The log-in in whose course it was issued (OpenID Connect's session id); none when the
    /// operator issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// Whether that log-in is good in this organization alone, because its identity provider said
    /// who it is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confined: bool,
    /// When it was issued.
    pub iat: i64,
    /// The first second at which it is no longer good.
    pub exp: i64,
    /// Its own id.
    pub jti: Uuid,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The log-in in whose course a token is issued.
#[derive(Clone, Copy, Debug)]
pub(super) struct InSession {
    pub(super) id: SessionId,
    /// Whether it is good in its organization alone.
    pub(super) is_confined: bool,
}

impl Claims {
    /// The first instant at which it is no longer good.
    pub(super) fn ends_at(&self) -> Timestamp {
        Timestamp::from_millis(self.exp.saturating_mul(Timestamp::SECOND)).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.exp.checked_mul(Timestamp::SECOND).is_none_or(|end| now.millis() >= end)
    }
}

/// A token and when it ends.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// The token: a JWT, to be sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// Why a token opens nothing.
#[derive(Debug)]
pub enum TokenProblem {
    /// It was good once.
    Expired,
    /// It is none of ours, or was tampered with.
    Invalid,
    /// The keys could not be read.
    Fault(Fault),
}

/// What reading a token against the keys at hand gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It names a key that is not at hand.
    UnknownKey,
    /// It is not ours.
    Invalid,
    /// It was ours until a while ago.
    Expired,
}

/// Signs claims.
pub(super) fn sign(ring: &Ring, claims: &Claims) -> Result<String, Fault> {
    let (kid, key) = ring.signing();
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(kid.to_owned());
    encode(&header, claims, key).map_err(|error| Fault::from_error("signing a token", error))
}

/// Reads a token that `issuer` issued, at `now`.
pub(super) fn read(ring: &Ring, issuer: &str, token: &str, now: Timestamp) -> Result<Claims, Unreadable> {
    let header = decode_header(token).map_err(|_| Unreadable::Invalid)?;
    // What `crit` names has to be understood (RFC 7515, 4.1.11), and nothing is.
    let is_ours =
        header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYPE) && header.crit.is_none();
    let kid = header.kid.filter(|_| is_ours).ok_or(Unreadable::Invalid)?;
    let key = ring.verifying(&kid).ok_or(Unreadable::UnknownKey)?;

    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // The crate asks the machine's clock; the injected one decides below, without leeway.
    validation.validate_exp = false;
    let claims = decode::<Claims>(token, key, &validation).map_err(|_| Unreadable::Invalid)?.claims;

    if claims.is_over(now) { Err(Unreadable::Expired) } else { Ok(claims) }
}

impl Access {
    /// A token for an account in an organization that it is known to belong to.
    pub(super) async fn issue(
        &self,
        account: AccountId,
        org: OrgId,
        session: Option<InSession>,
        life: Duration,
    ) -> Result<IssuedToken, Fault> {
        let iat = self.clock.now().millis() / Timestamp::SECOND;
        let exp = iat.saturating_add_unsigned(life.as_secs());
        let claims = Claims {
            iss: self.settings.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            org,
            sid: session.map(|session| session.id),
            confined: session.is_some_and(|session| session.is_confined),
            iat,
            exp,
            jti: self.ids.make(),
        };
        let access_token = sign(&*self.keys.ring().await, &claims)?;
        let expires_at = Timestamp::from_millis(exp.saturating_mul(Timestamp::SECOND))
            .ok_or_else(|| Fault::new("the life of a token ends beyond all dates"))?;
        Ok(IssuedToken { access_token, expires_at })
    }

    /// Checks signature, type, issuer, audience and expiry of a token.
    ///
    /// # Errors
    /// See [`TokenProblem`].
    pub async fn verify(&self, token: &str) -> Result<Claims, TokenProblem> {
        let now = self.clock.now();
        if let Some(claims) = self.verified.get(token, now) {
            return Ok(claims);
        }
        let (ring, issuer) = (self.keys.ring().await, self.settings.issuer.as_str());
        let outcome = match read(&ring, issuer, token, now) {
            Err(Unreadable::UnknownKey) => {
                let ring = self.keys.ring_with_unknown().await.map_err(TokenProblem::Fault)?;
                ring.map_or(Err(Unreadable::UnknownKey), |ring| read(&ring, issuer, token, now))
            }
            outcome => outcome,
        };
        let claims = outcome.map_err(|why| match why {
            Unreadable::Expired => TokenProblem::Expired,
            Unreadable::Invalid | Unreadable::UnknownKey => TokenProblem::Invalid,
        })?;
        self.verified.put(token, &claims);
        Ok(claims)
    }
}
