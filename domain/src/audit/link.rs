use std::fmt;
use std::str::FromStr;

use serde_json::json;
use thiserror::Error;

use super::Hash;
use crate::id::{AuditId, OrgId};

/// A row of the audit log as it is hashed: every column, as the database keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The organization.
    pub org: OrgId,
    /// The row.
    pub id: AuditId,
    /// When the mutation took place, in milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// Who did it.
    pub actor: &'a str,
    /// What was done.
    pub verb: &'a str,
    /// Code of the capability that allowed it.
    pub capability: &'a str,
    /// What it was done to.
    pub target: Option<&'a str>,
    /// What changed: the very text of the JSON, so that nobody has to agree how it is written.
    pub detail: Option<&'a str>,
    /// The request in whose course it was done.
    pub request_id: Option<&'a str>,
}

impl Entry<'_> {
    /// SHA-256 over a JSON array in UTF-8, without white space: the word that names this form, then
    /// every column in this order.
    pub fn hash(&self) -> Hash {
        let Self { org, id, at, actor, verb, capability, target, detail, request_id } = self;
        let (org, id) = (org.to_string(), id.to_string());
        let row =
            json!(["qun.audit.entry.1", org, id, at, actor, verb, capability, target, detail, request_id]);
        Hash::of(&row.to_string())
    }
}

/// What ties a row to all rows before it.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The organization.
    pub org: OrgId,
    /// The place of the row in the chain: 1 for the first, without gaps.
    pub sequence: i64,
    /// The hash of the seal before; [`Hash::NONE`] for the first.
    pub previous: Hash,
    /// The hash of the row.
    pub entry: Hash,
    /// When it was sealed, in milliseconds since 1970-01-01T00:00:00Z.
    pub sealed_at: i64,
}

impl Link {
    /// SHA-256 over a JSON array in UTF-8, without white space; hashes in it are hexadecimal.
    pub fn hash(&self) -> Hash {
        let Self { org, sequence, previous, entry, sealed_at } = self;
        let (org, previous, entry) = (org.to_string(), previous.to_string(), entry.to_string());
        Hash::of(&json!(["qun.audit.seal.1", org, sequence, previous, entry, sealed_at]).to_string())
    }
}

/// The last seal of a chain, or one that was the last: it vouches for all rows up to it. Written
/// `SEQUENCE:HASH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its place; 0 where nothing is sealed.
    pub sequence: i64,
    /// Its hash.
    pub hash: Hash,
}

/// A text that is no head.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a head is written SEQUENCE:HASH, a number from 0 on and 64 hexadecimal digits in lower case")]
pub struct BadHead;

impl Head {
    /// That of a chain without seals.
    pub const NONE: Self = Self { sequence: 0, hash: Hash::NONE };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, self.hash)
    }
}

impl FromStr for Head {
    type Err = BadHead;

    fn from_str(text: &str) -> Result<Self, BadHead> {
        let (sequence, hash) = text.split_once(':').ok_or(BadHead)?;
        let head = Self {
            sequence: sequence.parse().map_err(|_| BadHead)?,
            hash: hash.parse().map_err(|_| BadHead)?,
        };
        (head.sequence >= 0).then_some(head).ok_or(BadHead)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ORG: OrgId = OrgId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
    const ID: AuditId = AuditId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002));

    fn entry() -> Entry<'static> {
        Entry {
            org: ORG,
            id: ID,
            at: 1_767_225_600_000,
            actor: "operator",
            verb: "groups.rename_community",
            capability: "MANAGE_GROUPS",
            target: Some("community:7"),
            detail: Some("{\"name\":{\"after\":\"玫瑰\",\"before\":\"a\\\"b\\n\"}}"),
            request_id: None,
        }
    }

    /// Known answers, made by the program of docs/audit.md: what was sealed once has to verify for
    /// ever.
    #[test]
    fn the_form_of_a_row_never_changes() {
        assert_eq!(
            entry().hash().to_string(),
            "63d9bff25580ded73d81648c3f3c23cc1b6958f3f07361289297e640a5f4b95e"
        );
        let bare = Entry { target: None, detail: None, request_id: Some("r-\u{1}\u{7f}😀"), ..entry() };
        assert_eq!(
            bare.hash().to_string(),
            "e4fdbe75f3009358fb8d220484ba413e36b49c85a2d3a6a8df6028c5410b6c7c"
        );
    }

    #[test]
    fn the_form_of_a_seal_never_changes() {
        let first = Link {
            org: ORG,
            sequence: 1,
            previous: Hash::NONE,
            entry: entry().hash(),
            sealed_at: 1_767_225_601_000,
        };
        assert_eq!(
            first.hash().to_string(),
            "9108d2bd68b022323b9f0a2dc86c9d7628cc85ed30f345618a4d98c458f78dd4"
        );
        let second = Link { sequence: 2, previous: first.hash(), ..first };
        assert_eq!(
            second.hash().to_string(),
            "8bc41e91aaec175b34662b40f5adcecf40e2e87f8f8c8b849c1f010995d49d51"
        );
    }

    #[test]
    fn every_column_is_hashed() {
        let other = Uuid::from_u128(9);
        let all = [
            entry(),
            Entry { org: OrgId(other), ..entry() },
            Entry { id: AuditId(other), ..entry() },
            Entry { at: 0, ..entry() },
            Entry { actor: "job", ..entry() },
            Entry { verb: "x", ..entry() },
            Entry { capability: "x", ..entry() },
            Entry { target: None, ..entry() },
            Entry { target: Some(""), ..entry() },
            Entry { detail: None, ..entry() },
            Entry { request_id: Some(""), ..entry() },
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(all[..n].iter().all(|other| other.hash() != one.hash()), "{one:?}");
        }
    }

    #[test]
    fn a_head_is_read_as_it_is_written() {
        for head in [Head::NONE, Head { sequence: 7, hash: entry().hash() }] {
            assert_eq!(head.to_string().parse(), Ok(head));
        }
        let hash = Hash::NONE;
        for bad in
            [format!("-1:{hash}"), format!("1:{hash}0"), "1".to_owned(), format!("1:{}", "A".repeat(64))]
        {
            assert_eq!(bad.parse::<Head>(), Err(BadHead), "{bad}");
        }
    }
}
