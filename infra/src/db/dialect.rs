//! What the two back ends say differently, each difference under one name.

use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::DbBackend;
use uuid::Uuid;

/// The back end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3, embedded.
    Sqlite,
    /// `PostgreSQL`.
    Postgres,
}

impl Dialect {
    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    /// A sub-select over the ids bound as parameter `n` with [`Dialect::ids`].
    pub fn id_set(self, n: usize) -> String {
        match self {
            Self::Sqlite => format!("(SELECT unhex(value) FROM json_each(${n}))"),
            Self::Postgres => format!("(SELECT unnest(${n}::uuid[]))"),
        }
    }

    /// The bound value for [`Dialect::id_set`]: one parameter, however many ids.
    pub fn ids<Id: Into<Uuid>>(self, ids: impl IntoIterator<Item = Id>) -> Value {
        let ids = ids.into_iter().map(Into::into);
        match self {
            Self::Sqlite => {
                let hex: Vec<String> = ids.map(|id| id.simple().to_string()).collect();
                serde_json::to_string(&hex).unwrap_or_default().into()
            }
            Self::Postgres => {
                Value::Array(ArrayType::Uuid, Some(Box::new(ids.map(Value::from).collect())))
            }
        }
    }

    /// A sub-select over the texts bound as parameter `n` with [`Dialect::texts`].
    pub fn text_set(self, n: usize) -> String {
        match self {
            Self::Sqlite => format!("(SELECT value FROM json_each(${n}))"),
            Self::Postgres => format!("(SELECT unnest(${n}::text[]))"),
        }
    }

    /// The bound value for [`Dialect::text_set`].
    pub fn texts<T: AsRef<str>>(self, texts: impl IntoIterator<Item = T>) -> Value {
        let texts = texts.into_iter().map(|text| text.as_ref().to_owned());
        match self {
            Self::Sqlite => serde_json::to_string(&texts.collect::<Vec<_>>()).unwrap_or_default().into(),
            Self::Postgres => Value::Array(ArrayType::String, Some(Box::new(texts.map(Value::from).collect()))),
        }
    }

    /// Locks the selected rows until the end of the transaction; SQLite has one writer anyway.
    pub fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Takes rows that nobody else has locked. `SQLite` has one writer anyway.
    pub fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}
