use std::sync::{Arc, PoisonError, RwLock};

use qun_domain::access::IssueToken;
use qun_domain::fault::Fault;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use tracing::warn;

use super::ring::{Ring, StoredKey};
use crate::clock::Clock;
use crate::db::{Db, SystemTx, column};
use crate::ids::Ids;

/// After how long the keys are read again, in milliseconds: so late does a process
/// learn that a key was retired or taken away.
const REFRESH: i64 = 5 * 60 * Timestamp::SECOND;
/// How often an unknown key id makes the keys be read again, in milliseconds:
/// anybody can write an unknown id into a token.
const UNKNOWN_AGAIN: i64 = 60 * Timestamp::SECOND;

/// The signing keys, read from the database and held.
pub(super) struct Keys {
    db: Db,
    clock: Clock,
    held: RwLock<Held>,
}

struct Held {
    ring: Arc<Ring>,
    asked_at: Timestamp,
    unknown_at: Option<Timestamp>,
}

impl Keys {
    /// Reads the keys; makes the first one when there is none to sign with.
    pub(super) async fn load(db: &Db, clock: &Clock, ids: &Ids) -> Result<Self, Fault> {
        let now = clock.now();
        let ring = match read(db, now).await? {
            Some(ring) => ring,
            None => make(db, ids, now).await?,
        };
        let held = Held { ring: Arc::new(ring), asked_at: now, unknown_at: None };
        Ok(Self { db: db.clone(), clock: clock.clone(), held: RwLock::new(held) })
    }

    /// The keys, not much older than [`REFRESH`]. When they cannot be read again,
    /// the ones at hand serve on.
    pub(super) async fn ring(&self) -> Arc<Ring> {
        let now = self.clock.now();
        if self.is_due(now)
            && let Err(fault) = self.reload(now).await
        {
            warn!(fault = fault.chain(), "the signing keys cannot be read again");
        }
        self.at_hand()
    }

    /// The keys read anew because a token names one that is not at hand; `None` when
    /// that was done a moment ago.
    pub(super) async fn ring_with_unknown(&self) -> Result<Option<Arc<Ring>>, Fault> {
        let now = self.clock.now();
        {
            let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
            if held.unknown_at.is_some_and(|at| now.millis() - at.millis() < UNKNOWN_AGAIN) {
                return Ok(None);
            }
            held.unknown_at = Some(now);
        }
        self.reload(now).await?;
        Ok(Some(self.at_hand()))
    }

    /// Retires the keys that there are and adds a new one.
    pub(super) async fn rotate(&self, ids: &Ids) -> Result<(), Fault> {
        let now = self.clock.now();
        let door = SystemTx::begin(&self.db).await?;
        door.run(
            "UPDATE signing_key SET retired_at = $1 WHERE retired_at IS NULL",
            vec![now.millis().into()],
        )
        .await?;
        add(&door, ids, now).await?;
        door.commit().await?;
        self.reload(now).await
    }

    fn at_hand(&self) -> Arc<Ring> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).ring)
    }

    /// Whether it is this caller's turn to read the keys again: one asks, the others go on.
    fn is_due(&self, now: Timestamp) -> bool {
        let is_old = |held: &Held| now.millis() - held.asked_at.millis() >= REFRESH;
        if !is_old(&self.held.read().unwrap_or_else(PoisonError::into_inner)) {
            return false;
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let is_mine = is_old(&held);
        held.asked_at = now;
        is_mine
    }

    async fn reload(&self, now: Timestamp) -> Result<(), Fault> {
        let ring = read(&self.db, now).await?.ok_or_else(|| Fault::new("no signing key is left"))?;
        self.held.write().unwrap_or_else(PoisonError::into_inner).ring = Arc::new(ring);
        Ok(())
    }
}

/// Makes the first key. Two processes that do so at once may leave two; both then sign
/// with the older one, and either is good for verification.
async fn make(db: &Db, ids: &Ids, now: Timestamp) -> Result<Ring, Fault> {
    let door = SystemTx::begin(db).await?;
    if rows(&door, now).await?.iter().all(|(_, is_retired)| *is_retired) {
        add(&door, ids, now).await?;
    }
    door.commit().await?;
    read(db, now).await?.ok_or_else(|| Fault::new("the signing key that was just made is gone"))
}

async fn add(door: &SystemTx, ids: &Ids, now: Timestamp) -> Result<(), Fault> {
    let key = StoredKey::from_seed(&ids.bytes())?;
    door.run(
        "INSERT INTO signing_key (kid, private_key, public_key, created_at) VALUES ($1, $2, $3, $4)",
        vec![key.kid.into(), key.private.into(), key.public.into(), now.millis().into()],
    )
    .await?;
    Ok(())
}

async fn read(db: &Db, now: Timestamp) -> Result<Option<Ring>, Fault> {
    let door = SystemTx::begin(db).await?;
    let keys = rows(&door, now).await?;
    door.commit().await?;
    let Some(current) = keys.iter().position(|(_, is_retired)| !is_retired) else { return Ok(None) };
    let mut keys: Vec<StoredKey> = keys.into_iter().map(|(key, _)| key).collect();
    let current = keys.remove(current);
    Ring::new(&current, &keys).map(Some)
}

/// The keys that a living token may be signed with, oldest first, and whether each is retired.
async fn rows(door: &SystemTx, now: Timestamp) -> Result<Vec<(StoredKey, bool)>, Fault> {
    // A process may have signed with a retired key until it read the keys again.
    let longest = i64::try_from(IssueToken::MAX_LIFE_SECONDS).unwrap_or(i64::MAX) * 1_000 + 2 * REFRESH;
    let rows = door
        .rows(
            "SELECT kid, private_key, public_key, retired_at FROM signing_key
             WHERE retired_at IS NULL OR retired_at > $1 ORDER BY created_at, kid",
            vec![now.plus_millis(-longest).millis().into()],
        )
        .await?;
    rows.iter().map(key).collect()
}

fn key(row: &QueryResult) -> Result<(StoredKey, bool), Fault> {
    let retired_at: Option<i64> = column(row, 3)?;
    let key = StoredKey { kid: column(row, 0)?, private: column(row, 1)?, public: column(row, 2)? };
    Ok((key, retired_at.is_some()))
}
