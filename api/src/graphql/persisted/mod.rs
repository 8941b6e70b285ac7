//! Documents that a request names instead of sending them: those that clients have sent before
//! (automatic persisted queries), or those of a list alone (trusted documents).

mod trusted;

use std::sync::Arc;

use async_graphql::Request;
use qun_infra::documents::{TextHash, Texts};

use crate::errors::{Code, Sentence};
pub use trusted::{TrustedDocuments, TrustedError};

/// How a request names a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DocumentName {
    /// By the SHA-256 of its text.
    Hash(TextHash),
    /// By an id that the client and the list of trusted documents agree on.
    Custom(String),
}

impl DocumentName {
    /// Reads a `documentId` (GraphQL over HTTP, appendix "Persisted Documents"). Clients leave
    /// out the prefix of a hash, so 64 digits are one by themselves.
    pub fn read(id: &str) -> Option<Self> {
        match (id.strip_prefix("sha256:"), TextHash::read(id)) {
            (Some(hex), _) => TextHash::read(hex).map(Self::Hash),
            (None, Some(hash)) => Some(Self::Hash(hash)),
            (None, None) => (!id.is_empty()).then(|| Self::Custom(id.to_owned())),
        }
    }
}

/// Why there is no document for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoDocument {
    /// Nobody has sent it yet, or that is long ago.
    NotFound,
    /// It is not on the list.
    NotInList,
    /// The list is all that may be asked, and the request has a text.
    IdRequired,
    /// The name is not the hash of the text beside it.
    HashMismatch,
}

impl NoDocument {
    pub(super) const fn code(self) -> Code {
        match self {
            Self::NotFound => Code::PersistedQueryNotFound,
            Self::NotInList => Code::PersistedQueryNotInList,
            Self::IdRequired => Code::PersistedQueryIdRequired,
            Self::HashMismatch => Code::PersistedQueryHashMismatch,
        }
    }

    pub(super) const fn sentence(self) -> Sentence {
        match self {
            // A word, as clients read it: some go by it, not by the code.
            Self::NotFound => Sentence::fixed("PersistedQueryNotFound", "PersistedQueryNotFound"),
            Self::NotInList => Sentence::fixed(
                "The document is not on the list of this server.",
                "该文档不在此服务器的清单中。",
            ),
            Self::IdRequired => Sentence::fixed(
                "This server runs the documents of its list alone: send a documentId and no query.",
                "此服务器只执行清单中的文档：请发送 documentId，不要发送 query。",
            ),
            Self::HashMismatch => Sentence::fixed(
                "The document is named by a hash which is not that of its text.",
                "文档的哈希值与其内容不符。",
            ),
        }
    }
}

/// Where named documents come from. Clones share them.
#[derive(Clone)]
pub(super) enum Persisted {
    Automatic(Arc<Texts>),
    Trusted(Arc<TrustedDocuments>),
}

impl Persisted {
    /// Gives the request the text of the document that it names. Where the text is new, its
    /// hash: it is to be kept if it proves to be a document.
    pub(super) async fn resolve(
        &self,
        name: Option<DocumentName>,
        request: &mut Request,
    ) -> Result<Option<TextHash>, NoDocument> {
        let has_text = !request.query.is_empty();
        match (self, name) {
            (Self::Automatic(_), None) => Ok(None),
            (Self::Automatic(_), Some(DocumentName::Hash(hash))) if has_text => {
                if TextHash::of(&request.query) == hash {
                    Ok(Some(hash))
                } else {
                    Err(NoDocument::HashMismatch)
                }
            }
            (Self::Automatic(_), Some(DocumentName::Custom(_))) if has_text => Err(NoDocument::HashMismatch),
            (Self::Automatic(texts), Some(DocumentName::Hash(hash))) => {
                let text = texts.get(hash).await.ok_or(NoDocument::NotFound)?;
                text.as_ref().clone_into(&mut request.query);
                Ok(None)
            }
            (Self::Automatic(_), Some(DocumentName::Custom(_))) => Err(NoDocument::NotFound),
            (Self::Trusted(list), Some(name)) if !has_text => {
                list.text(&name).ok_or(NoDocument::NotInList)?.clone_into(&mut request.query);
                Ok(None)
            }
            (Self::Trusted(_), _) => Err(NoDocument::IdRequired),
        }
    }

    /// Keeps a document that a client has sent; with `shared`, for all servers.
    pub(super) async fn keep(&self, hash: TextHash, text: &str, shared: bool) {
        if let Self::Automatic(texts) = self {
            texts.keep(hash, text, shared).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use qun_domain::time::Timestamp;
    use qun_infra::clock::Clock;

    use super::*;

    const TEXT: &str = "{ __typename }";

    fn hash() -> DocumentName {
        DocumentName::Hash(TextHash::of(TEXT))
    }

    async fn resolved(
        persisted: &Persisted,
        name: Option<DocumentName>,
        text: &str,
    ) -> Result<(String, bool), NoDocument> {
        let mut request = Request::new(text);
        let new = persisted.resolve(name, &mut request).await?;
        Ok((request.query, new.is_some()))
    }

    #[test]
    fn ids_are_read_as_the_draft_has_them() {
        let hex = "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b";
        let hash = TextHash::read(hex).map(DocumentName::Hash);
        assert_eq!(DocumentName::read(&format!("sha256:{hex}")), hash);
        assert_eq!(DocumentName::read(hex), hash);
        for custom in ["x-app:7", "1b4f0e9851971998e732078544c96b36", "viewer.v1", "sha1:ab"] {
            assert_eq!(DocumentName::read(custom), Some(DocumentName::Custom(custom.to_owned())));
        }
        for bad in ["", "sha256:", "sha256:12", &format!("sha256:{}", hex.to_uppercase())] {
            assert_eq!(DocumentName::read(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_text_is_known_once_it_was_kept() {
        let clock = Clock::fixed(Timestamp::from_millis(0).expect("a time"));
        let persisted = Persisted::Automatic(Arc::new(Texts::new(clock, None)));
        assert_eq!(resolved(&persisted, Some(hash()), "").await, Err(NoDocument::NotFound));
        assert_eq!(resolved(&persisted, Some(hash()), TEXT).await, Ok((TEXT.to_owned(), true)));
        assert_eq!(resolved(&persisted, Some(hash()), "").await, Err(NoDocument::NotFound), "not kept yet");
        persisted.keep(TextHash::of(TEXT), TEXT, true).await;
        assert_eq!(resolved(&persisted, Some(hash()), "").await, Ok((TEXT.to_owned(), false)));
        assert_eq!(resolved(&persisted, None, "{ a }").await, Ok(("{ a }".to_owned(), false)));
        let custom = DocumentName::Custom("viewer".to_owned());
        assert_eq!(resolved(&persisted, Some(custom.clone()), "").await, Err(NoDocument::NotFound));
        for name in [hash(), custom] {
            assert_eq!(resolved(&persisted, Some(name), "{ a }").await, Err(NoDocument::HashMismatch));
        }
    }

    #[tokio::test]
    async fn a_list_is_all_that_there_is() {
        let list = TrustedDocuments::read(&format!(r#"{{"viewer": "{TEXT}"}}"#)).expect("a list");
        let persisted = Persisted::Trusted(Arc::new(list));
        for name in [hash(), DocumentName::Custom("viewer".to_owned())] {
            assert_eq!(resolved(&persisted, Some(name.clone()), "").await, Ok((TEXT.to_owned(), false)));
            assert_eq!(resolved(&persisted, Some(name), TEXT).await, Err(NoDocument::IdRequired));
        }
        assert_eq!(resolved(&persisted, None, TEXT).await, Err(NoDocument::IdRequired));
        let other = DocumentName::Hash(TextHash::of("{ a }"));
        assert_eq!(resolved(&persisted, Some(other.clone()), "").await, Err(NoDocument::NotInList));
        persisted.keep(TextHash::of("{ a }"), "{ a }", true).await;
        assert_eq!(resolved(&persisted, Some(other), "").await, Err(NoDocument::NotInList));
    }
}
