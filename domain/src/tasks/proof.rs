use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::codes::coded;
use crate::text::{Line, Prose};

coded! {
    /// What has to come with the word that a task is done.
    pub enum ProofKind {
        /// Nothing: the word is enough.
        None = "NONE",
        /// A text.
        Text = "TEXT",
        /// The hash of an image, which stays with the client.
        Screenshot = "SCREENSHOT",
        /// A reference that a machine gives: what the task was for was seen by an API.
        Confirmation = "CONFIRMATION",
    }
}

/// A text that proves.
pub type ProofText = Prose<10_000>;

/// What a machine calls what it has seen.
pub type Reference = Line<200>;

/// The SHA-256 of an image: 64 hexadecimal digits, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImageHash(String);

/// A text that can be no proof of its kind.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a proof of this kind")]
pub struct BadProof;

impl FromStr for ImageHash {
    type Err = BadProof;

    /// Takes digits in upper and lower case.
    fn from_str(text: &str) -> Result<Self, BadProof> {
        let is_good = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_good.then(|| Self(text.to_ascii_lowercase())).ok_or(BadProof)
    }
}

impl fmt::Display for ImageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What came with the word that a task is done. Its parts were checked when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    kind: ProofKind,
    text: Option<String>,
}

impl Proof {
    /// Nothing but the word.
    pub const NOTHING: Self = Self { kind: ProofKind::None, text: None };

    /// A proof of this kind; without a text the one of none.
    ///
    /// # Errors
    /// When the text is not one of this kind: see [`ProofText`], [`ImageHash`], [`Reference`].
    pub fn new(kind: ProofKind, text: Option<&str>) -> Result<Self, BadProof> {
        let text = match (kind, text) {
            (ProofKind::None, None) => None,
            (ProofKind::Text, Some(text)) => Some(parsed::<ProofText>(text)?),
            (ProofKind::Screenshot, Some(text)) => Some(parsed::<ImageHash>(text)?),
            (ProofKind::Confirmation, Some(text)) => Some(parsed::<Reference>(text)?),
            (ProofKind::None, Some(_))
            | (ProofKind::Text | ProofKind::Screenshot | ProofKind::Confirmation, None) => {
                return Err(BadProof);
            }
        };
        Ok(Self { kind, text })
    }

    /// What it is.
    pub const fn kind(&self) -> ProofKind {
        self.kind
    }

    /// The text, the digits of the hash, or the reference; none where the word is enough.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

fn parsed<T: FromStr + ToString>(text: &str) -> Result<String, BadProof> {
    text.parse::<T>().map(|proof| proof.to_string()).map_err(|_| BadProof)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_what_its_kind_says() {
        let hash = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08";
        let lower = hash.to_ascii_lowercase();
        for (kind, text, kept) in [
            (ProofKind::None, None, Ok(None)),
            (ProofKind::None, Some("x"), Err(BadProof)),
            (ProofKind::Text, Some(" done\nwell "), Ok(Some("done\nwell"))),
            (ProofKind::Text, Some(" "), Err(BadProof)),
            (ProofKind::Text, None, Err(BadProof)),
            (ProofKind::Screenshot, Some(hash), Ok(Some(lower.as_str()))),
            (ProofKind::Screenshot, Some(&hash[1..]), Err(BadProof)),
            (
                ProofKind::Screenshot,
                Some("zz86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
                Err(BadProof),
            ),
            (ProofKind::Screenshot, None, Err(BadProof)),
            (ProofKind::Confirmation, Some("msg 4711"), Ok(Some("msg 4711"))),
            (ProofKind::Confirmation, Some("a\nb"), Err(BadProof)),
            (ProofKind::Confirmation, None, Err(BadProof)),
        ] {
            let proof = Proof::new(kind, text);
            assert_eq!(proof.as_ref().map(Proof::text).map_err(|error| *error), kept, "{kind:?} {text:?}");
            assert!(proof.is_err() || proof.is_ok_and(|proof| proof.kind() == kind));
        }
    }
}
