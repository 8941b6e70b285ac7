//! Keys by which machines come in: rows, secrets, and who has one.

use std::convert::Infallible;

use qun_domain::access::{Actor, ApiKey, ApiKeysPort, KeyScopes, NewApiKey, SecretHash};
use qun_domain::command::Outcome;
use qun_domain::fault::Fault;
use qun_domain::id::{ApiKeyId, OrgId};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sha2::{Digest, Sha256};
use tracing::warn;
use uuid::Uuid;

use super::audit::newest_first;
use super::authenticate::AuthProblem;
use super::named_secret::Presented;
use super::recent::Recent;
use super::{Access, job_scope, named_secret};
use crate::db::{Db, OrgRead, OrgScope, OrgTx, SystemTx, TenantSql, column, timestamp, timestamp_or_none};
use crate::supervise;

/// By what a key is known, to people and to scanners for leaked secrets.
const PREFIX: &str = "qak_";
/// How often the use of a key is noted, in milliseconds.
const NOTED: i64 = 60 * Timestamp::SECOND;

const COLUMNS: &str = "id, name, scopes, created_at, expires_at, last_used_at, revoked_at, replaces";

/// A key that is about to be made: all that is kept of its secret, and what is shown once.
#[derive(Clone)]
pub struct FreshKey {
    /// The id of the key.
    pub id: ApiKeyId,
    /// Hash of the secret.
    pub secret_hash: SecretHash,
    /// What is sent as `Authorization: Bearer …`.
    pub secret: String,
}

/// What is remembered of keys that came in lately, by the hash of what was sent.
pub(super) type SeenKeys = Recent<[u8; 32], Seen>;

#[derive(Clone)]
pub(super) struct Seen {
    org: OrgId,
    id: ApiKeyId,
    scopes: KeyScopes,
    expires_at: Timestamp,
}

/// Whether a bearer token is meant to be a key.
pub(super) fn is_key(token: &str) -> bool {
    token.starts_with(PREFIX)
}

fn presented(token: &str) -> Option<Presented<ApiKeyId>> {
    named_secret::read(PREFIX, token)
}

impl Access {
    /// A secret that nobody has had, for a key of the organization of `scope`.
    pub fn fresh_key(&self, scope: &OrgScope) -> FreshKey {
        let id: ApiKeyId = self.ids.make();
        let (secret, secret_hash) = named_secret::make(&self.ids, PREFIX, scope.org(), id.0);
        FreshKey { id, secret_hash, secret }
    }

    /// The scope that a key opens, and until when. That it was called back is known within ten
    /// seconds.
    pub(super) async fn authenticate_key(&self, token: &str) -> Result<(OrgScope, Timestamp), AuthProblem> {
        let (now, hash) = (self.clock.now(), Sha256::digest(token).into());
        let seen = if let Some(seen) = self.seen_keys.get(&hash, now) {
            seen
        } else {
            let seen = self.look_up(token, now).await?;
            self.seen_keys.put(hash, seen.clone(), now);
            seen
        };
        if now >= seen.expires_at {
            return Err(AuthProblem::Expired);
        }
        let actor = Actor::ApiKey { id: seen.id, scopes: seen.scopes };
        Ok((OrgScope::new(seen.org, actor), seen.expires_at))
    }

    async fn look_up(&self, token: &str, now: Timestamp) -> Result<Seen, AuthProblem> {
        let presented = presented(token).ok_or(AuthProblem::Invalid)?;
        // Whether the key is good is what is being asked: whoever may read will do to ask it.
        let read = OrgRead::open(&self.db, &job_scope(presented.org)).ok_or(AuthProblem::Invalid)?;
        let sql = format!("SELECT {COLUMNS}, secret_hash FROM api_key WHERE org_id = $1 AND id = $2");
        let rows = read.rows(&sql, vec![presented.id.0.into()]).await.map_err(AuthProblem::Fault)?;
        let row = rows.first().ok_or(AuthProblem::Invalid)?;
        let kept: Vec<u8> = column(row, 8).map_err(AuthProblem::Fault)?;
        if kept != presented.secret_hash {
            return Err(AuthProblem::Invalid);
        }
        let key = model(row).map_err(AuthProblem::Fault)?;
        if !key.is_good(now) {
            return Err(if key.revoked_at.is_some() { AuthProblem::Invalid } else { AuthProblem::Expired });
        }
        if key.last_used_at.is_none_or(|at| now.millis() - at.millis() >= NOTED) {
            let db = self.db.clone();
            supervise::spawn("note the use of a key", async move {
                if let Err(fault) = note_use(&db, presented.org, key.id, now).await {
                    warn!(fault = fault.chain(), "the use of a key is not noted");
                }
            });
        }
        Ok(Seen { org: presented.org, id: key.id, scopes: key.scopes, expires_at: key.expires_at })
    }

    /// Lets nobody in by a key from what this process remembers: to be called when one was
    /// called back or replaced. Other processes know within ten seconds.
    pub fn forget_keys(&self) {
        self.seen_keys.forget_all();
    }
}

async fn note_use(db: &Db, org: OrgId, id: ApiKeyId, now: Timestamp) -> Result<(), Fault> {
    let door = SystemTx::begin(db).await?;
    door.run(
        "UPDATE api_key SET last_used_at = $3
         WHERE org_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)",
        vec![org.0.into(), id.0.into(), now.millis().into()],
    )
    .await?;
    door.commit().await
}

/// The keys of an organization, newest first: those after `after`, at most `limit`.
///
/// # Errors
/// [`qun_domain::command::Failure::Forbidden`] for who may not administer the organization.
pub async fn api_keys_page(
    read: &OrgRead,
    after: Option<ApiKeyId>,
    limit: u32,
) -> Outcome<Vec<ApiKey>, Infallible> {
    let select = format!("SELECT {COLUMNS} FROM api_key");
    let rows = newest_first(read, &select, after.map(|id| id.0), limit).await?;
    Ok(rows.iter().map(model).collect::<Result<_, _>>()?)
}

/// The key of this id.
///
/// # Errors
/// A fault when the database fails.
pub async fn api_key(sql: &impl TenantSql, id: ApiKeyId) -> Result<Option<ApiKey>, Fault> {
    let text = format!("SELECT {COLUMNS} FROM api_key WHERE org_id = $1 AND id = $2");
    sql.rows(&text, vec![id.0.into()]).await?.first().map(model).transpose()
}

fn model(row: &QueryResult) -> Result<ApiKey, Fault> {
    let id = ApiKeyId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("api_key.{name} of {id} cannot be read"));
    let replaces: Option<Uuid> = column(row, 7)?;
    Ok(ApiKey {
        id,
        name: column::<String>(row, 1)?.parse().map_err(|_| bad("name"))?,
        scopes: column::<String>(row, 2)?.parse().map_err(|_| bad("scopes"))?,
        created_at: timestamp(row, 3)?,
        expires_at: timestamp(row, 4)?,
        last_used_at: timestamp_or_none(row, 5)?,
        revoked_at: timestamp_or_none(row, 6)?,
        replaces: replaces.map(ApiKeyId),
    })
}

impl ApiKeysPort for OrgTx {
    async fn api_key(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {COLUMNS} FROM api_key WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(model).transpose()
    }

    async fn add_api_key(&mut self, key: &NewApiKey) -> Result<(), Fault> {
        self.run(
            "INSERT INTO api_key (org_id, id, name, secret_hash, scopes, created_at, expires_at, replaces)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            vec![
                key.id.0.into(),
                key.name.as_str().into(),
                key.secret_hash.to_vec().into(),
                key.scopes.to_string().into(),
                self.now().millis().into(),
                key.expires_at.millis().into(),
                key.replaces.map(|id| id.0).into(),
            ],
        )
        .await?;
        Ok(())
    }

    async fn end_api_key(&mut self, id: ApiKeyId, at: Timestamp) -> Result<(), Fault> {
        let sql = "UPDATE api_key SET expires_at = $3 WHERE org_id = $1 AND id = $2";
        self.run(sql, vec![id.0.into(), at.millis().into()]).await?;
        Ok(())
    }

    async fn revoke_api_key(&mut self, id: ApiKeyId) -> Result<(), Fault> {
        let sql = "UPDATE api_key SET revoked_at = $3 WHERE org_id = $1 AND id = $2";
        self.run(sql, vec![id.0.into(), self.now().millis().into()]).await?;
        Ok(())
    }
}
