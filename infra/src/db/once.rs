//! Mutations that are done once, however often they are asked for.
//!
//! The key is written in the mutation's own transaction: it is there exactly when the effect
//! is. Whoever comes second while the first still runs waits at the key, and then finds the
//! first outcome. A refusal leaves no key, as it leaves nothing else; asked again, it is
//! decided again.

use qun_domain::fault::Fault;
use qun_domain::id::ProposalId;
use sea_orm::sea_query::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Column, OrgTx, TenantSql, column, json};

/// The longest key, in characters.
pub const MAX_KEY_CHARS: usize = 200;

/// A key that a client chose for one mutation, and what the mutation was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    key: String,
    body: [u8; 32],
}

/// The key was used for another request of the same actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyReused;

impl RequestKey {
    /// `None` for a key that is empty, longer than [`MAX_KEY_CHARS`] or has control
    /// characters. `body` is a hash of all that the mutation was given.
    pub fn new(key: &str, body: [u8; 32]) -> Option<Self> {
        let is_good =
            (1..=MAX_KEY_CHARS).contains(&key.chars().count()) && !key.chars().any(char::is_control);
        is_good.then(|| Self { key: key.to_owned(), body })
    }

    /// The key of a part of the mutation that has a transaction of its own.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        Self { key: format!("{} {name}", self.key), body: self.body }
    }
}

/// What the key says.
pub(super) enum Found<T> {
    /// It is new, and now this transaction's.
    New,
    /// It was used for the same request, which ended so.
    Done(T),
    /// It was used for the same request, which became a proposal.
    Proposed(ProposalId),
    /// It was used for another one.
    Reused,
}

/// Takes the key for this transaction, or finds what came of its first use.
pub(super) async fn take<T: DeserializeOwned>(
    tx: &OrgTx,
    verb: &'static str,
    key: &RequestKey,
) -> Result<Found<T>, Fault> {
    let actor = tx.scope().actor().to_string();
    let columns = vec![
        ("actor", Column::Text(vec![actor.clone()])),
        ("verb", Column::Text(vec![verb.to_owned()])),
        ("key", Column::Text(vec![key.key.clone()])),
        ("body_hash", Column::Bytes(vec![key.body.to_vec()])),
        ("at", Column::Time(vec![tx.now().millis()])),
    ];
    // On Postgres this waits for a transaction that holds the key until it ends.
    if tx.insert_many("request_key", columns, "ON CONFLICT (org_id, actor, verb, key) DO NOTHING").await? == 1
    {
        return Ok(Found::New);
    }
    let rows = tx
        .rows(
            "SELECT body_hash, outcome, proposal_id FROM request_key
             WHERE org_id = $1 AND actor = $2 AND verb = $3 AND key = $4",
            vec![actor.into(), verb.into(), key.key.clone().into()],
        )
        .await?;
    let row = rows.first().ok_or_else(|| Fault::new("a request key is gone").retryable())?;
    let body: Vec<u8> = column(row, 0)?;
    if body != key.body {
        return Ok(Found::Reused);
    }
    let proposal: Option<Uuid> = column(row, 2)?;
    if let Some(id) = proposal {
        return Ok(Found::Proposed(ProposalId(id)));
    }
    let outcome: Option<String> = column(row, 1)?;
    let outcome = outcome.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let broken = || Fault::new(format!("request_key.outcome of {verb} {} does not parse", key.key));
    outcome.map(Found::Done).ok_or_else(broken)
}

/// Writes what came of it, for whoever asks again.
pub(super) async fn settle(
    tx: &OrgTx,
    verb: &'static str,
    key: &RequestKey,
    outcome: &impl Serialize,
) -> Result<(), Fault> {
    set(tx, verb, key, "outcome", json(outcome)?.into()).await
}

/// As [`settle`], for what became a proposal.
pub(super) async fn settle_proposed(
    tx: &OrgTx,
    verb: &'static str,
    key: &RequestKey,
    proposal: ProposalId,
) -> Result<(), Fault> {
    set(tx, verb, key, "proposal_id", proposal.0.into()).await
}

async fn set(
    tx: &OrgTx,
    verb: &'static str,
    key: &RequestKey,
    column: &'static str,
    value: Value,
) -> Result<(), Fault> {
    let sql = format!(
        "UPDATE request_key SET {column} = $5 WHERE org_id = $1 AND actor = $2 AND verb = $3 AND key = $4"
    );
    let actor = tx.scope().actor().to_string();
    let settled = tx.run(&sql, vec![actor.into(), verb.into(), key.key.clone().into(), value]).await?;
    if settled == 1 { Ok(()) } else { Err(Fault::new(format!("{settled} request keys instead of one"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_printable() {
        for (key, is_good) in [
            ("a", true),
            ("5b4b1b1e-7d0a-4b0e-8f53-6d9d4f0b7e8a", true),
            ("群 1", true),
            ("", false),
            ("a\n", false),
            (&"x".repeat(MAX_KEY_CHARS), true),
            (&"x".repeat(MAX_KEY_CHARS + 1), false),
        ] {
            assert_eq!(RequestKey::new(key, [0; 32]).is_some(), is_good, "{key}");
        }
    }

    #[test]
    fn parts_have_keys_of_their_own() {
        let key = RequestKey::new("k", [7; 32]).expect("a key");
        assert_ne!(key.part("2026-W01"), key);
        assert_ne!(key.part("2026-W01"), key.part("2026-W02"));
    }
}
