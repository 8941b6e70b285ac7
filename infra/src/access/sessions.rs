//! Sessions, seen by the account that they belong to: over all of its organizations.

use qun_domain::access::{Actor, Capability, Client, NewSession, SecretHash, SessionEnd, SessionState};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId, SessionId};
use qun_domain::tenancy::Organization;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use serde_json::json;

use super::audit::{Note, note};
use super::everywhere::By;
use super::refresh_token::RefreshToken;
use super::{Access, accounts};
use crate::db::{Db, OrgScope, OrgTx, SystemTx, column, timestamp, timestamp_or_none};
use crate::ids::Ids;
use crate::tenancy::organization_model;

/// That a session is in an organization that requires a second factor.
const REQUIRED: &str = "AND EXISTS (SELECT 1 FROM organization o
    WHERE o.org_id = session.org_id AND o.requires_second_factor)";

/// How many sessions are listed at most, the newest.
const LISTED: i64 = 100;

/// A session that is not over.
#[derive(Clone, Debug)]
pub struct SessionEntry {
    /// Its id.
    pub id: SessionId,
    /// The organization that it is in.
    pub organization: Organization,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub refreshed_at: Timestamp,
    /// Until when it has to be refreshed.
    pub expires_at: Timestamp,
    /// From where it was opened.
    pub client: Client,
}

/// Which sessions of an account are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// This one.
    One(SessionId),
    /// All of them.
    All,
    /// All but this one.
    AllBut(SessionId),
    /// All in organizations that require a second factor.
    WhereRequired,
}

/// The account and session that act; `None` for who did not log in: the operator, a job, and
/// tokens that the operator issued; and for who was let in by an identity provider. Those act in one
/// organization and know of no other.
pub(super) fn own(scope: &OrgScope) -> Option<(AccountId, SessionId)> {
    logged_in(scope).filter(|_| !scope.is_confined())
}

/// As [`own`], whoever let it in.
pub(super) fn logged_in(scope: &OrgScope) -> Option<(AccountId, SessionId)> {
    match (scope.actor(), scope.session()) {
        (Actor::Account { id, .. }, Some(session)) => Some((*id, session)),
        _ => None,
    }
}

/// The secrets of a session that begins, and its first refresh token.
pub(super) fn begin(
    ids: &Ids,
    org: OrgId,
    expires_at: Timestamp,
    client: Client,
) -> (NewSession, RefreshToken) {
    let token = RefreshToken { org, session: ids.make(), family: ids.bytes(), secret: ids.bytes() };
    let session = NewSession {
        id: token.session,
        family_hash: token.family_hash(),
        token_hash: token.token_hash(),
        chain_key: ids.bytes(),
        expires_at,
        second_factor: None,
        provider: None,
        client,
    };
    (session, token)
}

pub(super) async fn add(
    tx: &OrgTx,
    account: AccountId,
    session: &NewSession,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO session (org_id, id, account_id, family_hash, token_hash, chain_key, created_at, refreshed_at,
                              expires_at, second_factor, address, user_agent, provider_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12)",
        vec![
            session.id.0.into(),
            account.0.into(),
            session.family_hash.to_vec().into(),
            session.token_hash.to_vec().into(),
            session.chain_key.to_vec().into(),
            now.millis().into(),
            session.expires_at.millis().into(),
            session.second_factor.is_some().into(),
            session.client.address.clone().into(),
            session.client.user_agent.clone().into(),
            session.provider.map(|id| id.0).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Whether a session is not over, as far as it was ended.
pub(super) async fn is_open(door: &SystemTx, org: OrgId, session: SessionId) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM session WHERE org_id = $1 AND id = $2 AND ended_at IS NULL";
    Ok(!door.rows(sql, vec![org.0.into(), session.0.into()]).await?.is_empty())
}

/// Notes that a session has proven the second factor of its account.
pub(super) async fn prove_second_factor(
    door: &SystemTx,
    org: OrgId,
    session: SessionId,
) -> Result<(), Fault> {
    let sql = "UPDATE session SET second_factor = true WHERE org_id = $1 AND id = $2";
    door.run(sql, vec![org.0.into(), session.0.into()]).await?;
    Ok(())
}

/// Notes that the sessions of an account have proven none, because it has none any more.
pub(super) async fn without_second_factor(door: &SystemTx, account: AccountId) -> Result<(), Fault> {
    // First the organizations, then the sessions: one that is just about to require a second
    // factor is waited for, or sees what is written here.
    let sql = format!(
        "SELECT 1 FROM organization JOIN org_account m ON m.org_id = organization.org_id
         WHERE m.account_id = $1 ORDER BY organization.org_id{}",
        door.dialect().for_share("organization")
    );
    door.rows(&sql, vec![account.0.into()]).await?;
    let sql = "UPDATE session SET second_factor = false WHERE account_id = $1 AND second_factor";
    door.run(sql, vec![account.0.into()]).await?;
    Ok(())
}

/// What is kept of a session, for the one who brings a token of it.
pub(super) struct Kept {
    pub(super) account: AccountId,
    pub(super) family_hash: SecretHash,
    pub(super) chain_key: Vec<u8>,
    pub(super) state: SessionState,
    /// Whether an identity provider began it.
    pub(super) is_confined: bool,
}

/// The session of a token, held until the transaction ends.
pub(super) async fn of_token(door: &SystemTx, token: &RefreshToken) -> Result<Option<Kept>, Fault> {
    let sql = format!(
        "SELECT account_id, family_hash, chain_key, token_hash, previous_hash, created_at, refreshed_at, expires_at,
                ended_at, provider_id IS NOT NULL
         FROM session WHERE org_id = $1 AND id = $2{}",
        door.dialect().for_update()
    );
    let rows = door.rows(&sql, vec![token.org.0.into(), token.session.0.into()]).await?;
    rows.first().map(kept).transpose()
}

fn kept(row: &QueryResult) -> Result<Kept, Fault> {
    let previous: Option<Vec<u8>> = column(row, 4)?;
    Ok(Kept {
        account: AccountId(column(row, 0)?),
        family_hash: hash(column(row, 1)?)?,
        chain_key: column(row, 2)?,
        state: SessionState {
            token_hash: hash(column(row, 3)?)?,
            previous_hash: previous.map(hash).transpose()?,
            created_at: timestamp(row, 5)?,
            refreshed_at: timestamp(row, 6)?,
            expires_at: timestamp(row, 7)?,
            ended_at: timestamp_or_none(row, 8)?,
        },
        is_confined: column(row, 9)?,
    })
}

fn hash(bytes: Vec<u8>) -> Result<SecretHash, Fault> {
    bytes.try_into().map_err(|_| Fault::new("a hash of session has not 32 bytes"))
}

/// Puts the next token of a session in the place of the one that was given in.
pub(super) async fn refresh(
    door: &SystemTx,
    next: &RefreshToken,
    given_in: &RefreshToken,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Fault> {
    door.run(
        "UPDATE session SET token_hash = $3, previous_hash = $4, refreshed_at = $5, expires_at = $6
         WHERE org_id = $1 AND id = $2",
        vec![
            next.org.0.into(),
            next.session.0.into(),
            next.token_hash().to_vec().into(),
            given_in.token_hash().to_vec().into(),
            now.millis().into(),
            expires_at.millis().into(),
        ],
    )
    .await?;
    Ok(())
}

/// The sessions of an account that are not over, newest first.
pub(super) async fn list(db: &Db, account: AccountId, now: Timestamp) -> Result<Vec<SessionEntry>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door
        .rows(
            "SELECT o.org_id, o.slug, o.name, o.time_zone, s.id, s.created_at, s.refreshed_at, s.expires_at,
                    s.address, s.user_agent
             FROM session s JOIN organization o ON o.org_id = s.org_id
             WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2
             ORDER BY s.created_at DESC, s.id DESC LIMIT $3",
            vec![account.0.into(), now.millis().into(), LISTED.into()],
        )
        .await?;
    door.commit().await?;
    rows.iter().map(entry).collect()
}

fn entry(row: &QueryResult) -> Result<SessionEntry, Fault> {
    Ok(SessionEntry {
        organization: organization_model(row)?,
        id: SessionId(column(row, 4)?),
        created_at: timestamp(row, 5)?,
        refreshed_at: timestamp(row, 6)?,
        expires_at: timestamp(row, 7)?,
        client: Client { address: column(row, 8)?, user_agent: column(row, 9)? },
    })
}

/// Whose sessions end, and why.
pub(super) struct Ending<'a> {
    pub(super) account: AccountId,
    pub(super) which: Which,
    pub(super) why: SessionEnd,
    pub(super) by: By<'a>,
}

impl Access {
    /// Lets nobody in from what this process remembers: to be called when sessions ended by a
    /// command. Other processes know within ten seconds.
    pub fn forget_sessions(&self) {
        self.standings.forget_all();
    }

    /// Ends sessions of an account and commits the transaction of `door`; how many there
    /// were. Each organization's audit log tells of its own. This process refuses their access
    /// tokens at once, others within ten seconds.
    pub(super) async fn end_sessions(&self, door: SystemTx, ending: Ending<'_>) -> Result<usize, Fault> {
        let Ending { account, which, why, by } = ending;
        let now = self.clock.now();
        let (condition, named) = match which {
            Which::One(id) => ("AND id = $4", Some(id)),
            Which::All => ("", None),
            Which::AllBut(id) => ("AND id <> $4", Some(id)),
            Which::WhereRequired => (REQUIRED, None),
        };
        let mut params: Vec<Value> = vec![account.0.into(), now.millis().into(), why.code().into()];
        params.extend(named.map(|id| Value::from(id.0)));
        let sql = format!(
            "UPDATE session SET ended_at = $2, ended_because = $3
             WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 {condition}
             RETURNING org_id, id"
        );
        // A session that is just beginning is found, or finds this: see `Access::stands`.
        accounts::hold(&door, account).await?;
        let rows = door.rows(&sql, params).await?;
        let ended: Vec<(OrgId, SessionId)> = rows
            .iter()
            .map(|row| Ok((OrgId(column(row, 0)?), SessionId(column(row, 1)?))))
            .collect::<Result<_, Fault>>()?;
        for (org, session) in &ended {
            let scope = by.scope(*org, account);
            let entry = Note {
                verb: "access.end_session",
                capability: Capability::Read,
                target: format!("session:{session}"),
                detail: json!({ "because": why.code() }),
            };
            note(&door, &self.ids, now, &scope, entry).await?;
        }
        door.commit().await?;
        for (org, session) in &ended {
            self.standings.forget(&(*org, account, Some(*session)));
        }
        Ok(ended.len())
    }
}
