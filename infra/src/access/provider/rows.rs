//! Log-ins that are under way: they belong to nobody yet, and are read and written through the system
//! door.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qun_domain::access::{
    Arrival, ClientText, Email, IdentityProvider, Issuer, Known, SecretHash, Subject, UnderWay,
};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, IdentityProviderId, InvitationId, OrgId, ProviderLogInId};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::exchange::Came;
use super::port::{OF_ACCOUNT, OF_SUBJECT, PROVIDER, provider_model};
use crate::access::{accounts, named_secret};
use crate::db::{SystemTx, column, timestamp};
use crate::ids::Ids;

/// By what a state is known that goes through the address bar.
const PREFIX: &str = "qst_";

/// A provider, and what is confided to it alone.
pub(super) struct Confided {
    pub(super) provider: IdentityProvider,
    pub(super) secret: ClientText,
}

/// The provider of an organization.
pub(super) async fn confided(door: &SystemTx, org: OrgId) -> Result<Option<Confided>, Fault> {
    let sql = format!("SELECT {PROVIDER}, client_secret FROM identity_provider WHERE org_id = $1");
    let found = door.rows(&sql, vec![org.0.into()]).await?;
    let Some(row) = found.first() else { return Ok(None) };
    let secret = column::<String>(row, 4)?.parse();
    let secret = secret.map_err(|error| Fault::from_error("identity_provider.client_secret", error))?;
    Ok(Some(Confided { provider: provider_model(row)?, secret }))
}

/// What somebody is given who begins.
pub(super) struct Begun {
    pub(super) way: UnderWay,
    /// What goes through the address bar, there and back.
    pub(super) state: String,
    /// What stays in the browser.
    pub(super) secret: String,
}

/// A log-in that begins.
pub(super) fn begin(
    ids: &Ids,
    org: OrgId,
    provider: IdentityProviderId,
    invitation: Option<(InvitationId, SecretHash)>,
    now: Timestamp,
) -> Begun {
    let random = || URL_SAFE_NO_PAD.encode(ids.bytes::<32>());
    let id: ProviderLogInId = ids.make();
    let (state, state_hash) = named_secret::make(ids, PREFIX, org, id.0);
    let secret = random();
    let secret_hash = hash_of(&secret);
    let (nonce, verifier) = (random(), random());
    let way = UnderWay { id, provider, state_hash, secret_hash, nonce, verifier, invitation, begun_at: now };
    Begun { way, state, secret }
}

/// Keeps a log-in that begins; `false` where its provider is not there any more.
pub(super) async fn add(door: &SystemTx, org: OrgId, way: &UnderWay) -> Result<bool, Fault> {
    let lock = door.dialect().for_share("identity_provider");
    let sql = format!("SELECT 1 FROM identity_provider WHERE org_id = $1 AND id = $2{lock}");
    if door.rows(&sql, vec![org.0.into(), way.provider.0.into()]).await?.is_empty() {
        return Ok(false);
    }
    door.run(
        "INSERT INTO provider_log_in (org_id, id, provider_id, state_hash, secret_hash, nonce, verifier,
                                      invitation_id, invitation_hash, begun_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            org.0.into(),
            way.id.0.into(),
            way.provider.0.into(),
            way.state_hash.to_vec().into(),
            way.secret_hash.to_vec().into(),
            way.nonce.as_str().into(),
            way.verifier.as_str().into(),
            way.invitation.map(|(id, _)| id.0).into(),
            way.invitation.map(|(_, hash)| hash.to_vec()).into(),
            way.begun_at.millis().into(),
            way.begun_at.plus_millis(UnderWay::LIFE).millis().into(),
        ],
    )
    .await?;
    Ok(true)
}

/// A log-in that is under way, as whoever comes back finds it.
pub(super) struct Back {
    pub(super) org: OrgId,
    pub(super) way: UnderWay,
    /// Whether a code was given in.
    pub(super) is_exchanged: bool,
    /// Who it is, once the provider has said so: whoever was asked for a second factor comes again.
    pub(super) came: Option<Came>,
}

/// The log-in that a state and a secret belong to, both of them.
pub(super) async fn back(
    door: &SystemTx,
    state: &str,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Back>, Fault> {
    let Some(presented) = named_secret::read::<ProviderLogInId>(PREFIX, state) else { return Ok(None) };
    let rows = door
        .rows(
            "SELECT provider_id, state_hash, secret_hash, nonce, verifier, invitation_id, invitation_hash, begun_at,
                    exchanged_at IS NOT NULL, subject, email
             FROM provider_log_in WHERE org_id = $1 AND id = $2 AND expires_at > $3",
            vec![presented.org.0.into(), presented.id.0.into(), now.millis().into()],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let way = under_way(row, presented.id)?;
    if way.state_hash != presented.secret_hash || way.secret_hash != hash_of(secret) {
        return Ok(None);
    }
    Ok(Some(Back { org: presented.org, way, is_exchanged: column(row, 8)?, came: came(row)? }))
}

fn under_way(row: &QueryResult, id: ProviderLogInId) -> Result<UnderWay, Fault> {
    let invitation: Option<Uuid> = column(row, 5)?;
    let hash: Option<Vec<u8>> = column(row, 6)?;
    let invitation = match (invitation, hash) {
        (Some(invitation), Some(hash)) => Some((InvitationId(invitation), whole(hash)?)),
        _ => None,
    };
    Ok(UnderWay {
        id,
        provider: IdentityProviderId(column(row, 0)?),
        state_hash: whole(column(row, 1)?)?,
        secret_hash: whole(column(row, 2)?)?,
        nonce: column(row, 3)?,
        verifier: column(row, 4)?,
        invitation,
        begun_at: timestamp(row, 7)?,
    })
}

fn came(row: &QueryResult) -> Result<Option<Came>, Fault> {
    let bad = |name: &str| Fault::new(format!("provider_log_in.{name} cannot be read"));
    let Some(subject) = column::<Option<String>>(row, 9)? else { return Ok(None) };
    let subject = subject.parse().map_err(|_| bad("subject"))?;
    let email = column::<Option<String>>(row, 10)?.map(|email| email.parse()).transpose();
    Ok(Some(Came { subject, email: email.map_err(|_| bad("email"))?, name: None }))
}

fn whole(bytes: Vec<u8>) -> Result<SecretHash, Fault> {
    bytes.try_into().map_err(|_| Fault::new("a hash of provider_log_in has not 32 bytes"))
}

fn hash_of(secret: &str) -> SecretHash {
    Sha256::digest(secret).into()
}

/// Takes a log-in to give its code in; `false` where somebody else has.
pub(super) async fn take(door: &SystemTx, back: &Back, now: Timestamp) -> Result<bool, Fault> {
    let sql =
        "UPDATE provider_log_in SET exchanged_at = $3 WHERE org_id = $1 AND id = $2 AND exchanged_at IS NULL";
    let taken = door.run(sql, vec![back.org.0.into(), back.way.id.0.into(), now.millis().into()]).await?;
    Ok(taken == 1)
}

/// Keeps who it is.
pub(super) async fn keep(door: &SystemTx, back: &Back, came: &Came) -> Result<(), Fault> {
    let sql = "UPDATE provider_log_in SET subject = $3, email = $4 WHERE org_id = $1 AND id = $2";
    let email = came.email.as_ref().map(Email::as_str);
    let (org, id) = (back.org.0, back.way.id.0);
    door.run(sql, vec![org.into(), id.into(), came.subject.as_str().into(), email.into()]).await?;
    Ok(())
}

/// Ends a log-in that is under way, whatever came of it; `false` where that was done.
pub(super) async fn end(door: &SystemTx, back: &Back) -> Result<bool, Fault> {
    let sql = "DELETE FROM provider_log_in WHERE org_id = $1 AND id = $2";
    Ok(door.run(sql, vec![back.org.0.into(), back.way.id.0.into()]).await? == 1)
}

/// What is known here of who arrives, but for an invitation.
pub(super) async fn arrival(
    door: &SystemTx,
    org: OrgId,
    issuer: &Issuer,
    came: &Came,
) -> Result<Arrival, Fault> {
    let linked = linked(door, org, issuer, &came.subject).await?;
    let found = match &came.email {
        Some(email) => accounts::account(door, email).await?,
        None => None,
    };
    let account = match found {
        Some((account, _)) => {
            let params = vec![org.0.into(), issuer.as_str().into(), account.id.0.into()];
            let is_linked = !door.rows(OF_ACCOUNT, params).await?.is_empty();
            let is_member = accounts::is_member(door, org, account.id).await?;
            Some(Known { id: account.id, is_member, is_linked })
        }
        None => None,
    };
    Ok(Arrival { linked, email: came.email.clone(), account, invited: None })
}

async fn linked(
    door: &SystemTx,
    org: OrgId,
    issuer: &Issuer,
    subject: &Subject,
) -> Result<Option<AccountId>, Fault> {
    let params = vec![org.0.into(), issuer.as_str().into(), subject.as_str().into()];
    door.rows(OF_SUBJECT, params).await?.first().map(|row| Ok(AccountId(column(row, 0)?))).transpose()
}
