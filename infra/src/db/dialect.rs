//! What the two back ends say differently, each difference under one name.

use chrono::NaiveDate;
use sea_orm::DbBackend;
use sea_orm::sea_query::{ArrayType, Value};
use uuid::Uuid;

/// The back end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3, embedded.
    Sqlite,
    /// `PostgreSQL`.
    Postgres,
}

/// One column of a set of keys, one value a row.
#[derive(Clone, Debug)]
pub enum KeyPart {
    /// Ids.
    Ids(Vec<Uuid>),
    /// Days.
    Days(Vec<NaiveDate>),
}

impl KeyPart {
    fn len(&self) -> usize {
        match self {
            Self::Ids(ids) => ids.len(),
            Self::Days(days) => days.len(),
        }
    }

    fn text(&self, row: usize) -> String {
        match self {
            Self::Ids(ids) => ids[row].simple().to_string(),
            Self::Days(days) => days[row].to_string(),
        }
    }

    /// The Postgres type of the array, and the array.
    fn into_array(self) -> (&'static str, Value) {
        fn array<T: Into<Value>>(kind: ArrayType, values: Vec<T>) -> Value {
            Value::Array(kind, Some(Box::new(values.into_iter().map(Into::into).collect())))
        }
        match self {
            Self::Ids(ids) => ("uuid[]", array(ArrayType::Uuid, ids)),
            Self::Days(days) => ("date[]", array(ArrayType::ChronoDate, days)),
        }
    }
}

impl Dialect {
    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    /// The predicate that a column is one of the ids bound as parameter `n` with
    /// [`Dialect::ids`], to be written after the column.
    pub fn is_one_of_ids(self, n: usize) -> String {
        match self {
            Self::Sqlite => format!("IN (SELECT unhex(value) FROM json_each(${n}))"),
            Self::Postgres => format!("= ANY(${n}::uuid[])"),
        }
    }

    /// The bound value for [`Dialect::is_one_of_ids`]: one parameter, however many ids.
    pub fn ids<Id: Into<Uuid>>(self, ids: impl IntoIterator<Item = Id>) -> Value {
        let ids = ids.into_iter().map(Into::into);
        match self {
            Self::Sqlite => {
                let hex: Vec<String> = ids.map(|id| id.simple().to_string()).collect();
                serde_json::to_string(&hex).unwrap_or_default().into()
            }
            Self::Postgres => Value::Array(ArrayType::Uuid, Some(Box::new(ids.map(Value::from).collect()))),
        }
    }

    /// The predicate that a column is one of the texts bound as parameter `n` with
    /// [`Dialect::texts`], to be written after the column.
    pub fn is_one_of_texts(self, n: usize) -> String {
        match self {
            Self::Sqlite => format!("IN (SELECT value FROM json_each(${n}))"),
            Self::Postgres => format!("= ANY(${n}::text[])"),
        }
    }

    /// The bound value for [`Dialect::is_one_of_texts`].
    pub fn texts<T: AsRef<str>>(self, texts: impl IntoIterator<Item = T>) -> Value {
        let texts = texts.into_iter().map(|text| text.as_ref().to_owned());
        match self {
            Self::Sqlite => serde_json::to_string(&texts.collect::<Vec<_>>()).unwrap_or_default().into(),
            Self::Postgres => {
                Value::Array(ArrayType::String, Some(Box::new(texts.map(Value::from).collect())))
            }
        }
    }

    /// A derived table of keys, bound as parameters from `n` on, and what is bound.
    pub fn key_set<const N: usize>(
        self,
        n: usize,
        parts: [(&'static str, KeyPart); N],
    ) -> (String, Vec<Value>) {
        match self {
            Self::Sqlite => {
                let columns = parts.iter().enumerate().map(|(at, (name, part))| match part {
                    KeyPart::Ids(_) => format!("unhex(value ->> {at}) AS {name}"),
                    KeyPart::Days(_) => format!("value ->> {at} AS {name}"),
                });
                let columns = columns.collect::<Vec<_>>().join(", ");
                let rows: Vec<Vec<String>> = (0..parts.first().map_or(0, |(_, part)| part.len()))
                    .map(|row| parts.iter().map(|(_, part)| part.text(row)).collect())
                    .collect();
                let set = format!("(SELECT {columns} FROM json_each(${n}))");
                (set, vec![serde_json::to_string(&rows).unwrap_or_default().into()])
            }
            Self::Postgres => {
                let (mut arrays, mut names, mut values) = (Vec::new(), Vec::new(), Vec::new());
                for (n, (name, part)) in (n..).zip(parts) {
                    let (kind, value) = part.into_array();
                    arrays.push(format!("${n}::{kind}"));
                    names.push(name);
                    values.push(value);
                }
                let (arrays, names) = (arrays.join(", "), names.join(", "));
                (format!("(SELECT * FROM unnest({arrays}) AS u ({names}))"), values)
            }
        }
    }

    /// The column that orders the rows of the outbox as they were written.
    pub fn written(self) -> &'static str {
        match self {
            Self::Sqlite => "rowid",
            Self::Postgres => "written",
        }
    }

    /// Locks the selected rows until the end of the transaction; SQLite has one writer anyway.
    pub fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Lets nobody change the selected rows of `table` until the end of the transaction.
    pub fn for_share(self, table: &str) -> String {
        match self {
            Self::Sqlite => String::new(),
            Self::Postgres => format!(" FOR SHARE OF {table}"),
        }
    }

    /// The type of ids, for a NULL that says what it would be.
    pub fn id_type(self) -> &'static str {
        match self {
            Self::Sqlite => "BLOB",
            Self::Postgres => "uuid",
        }
    }

    /// The language of the account whose id `column` holds. On Postgres who asks may not read
    /// accounts, and is told this much.
    pub fn account_locale(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT locale FROM account WHERE account.id = {column})"),
            Self::Postgres => format!("qun_account_locale({column})"),
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
