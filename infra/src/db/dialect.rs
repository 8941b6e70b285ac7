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

    /// A derived table of days bound as parameter `n` with [`Dialect::days`]; its column is `day`.
    pub fn day_set(self, n: usize) -> String {
        match self {
            Self::Sqlite => format!("(SELECT value AS day FROM json_each(${n}))"),
            Self::Postgres => format!("(SELECT unnest(${n}::date[]) AS day)"),
        }
    }

    /// The bound value for [`Dialect::day_set`].
    pub fn days(self, days: impl IntoIterator<Item = NaiveDate>) -> Value {
        let days = days.into_iter();
        match self {
            Self::Sqlite => {
                let days: Vec<String> = days.map(|day| day.to_string()).collect();
                serde_json::to_string(&days).unwrap_or_default().into()
            }
            Self::Postgres => {
                Value::Array(ArrayType::ChronoDate, Some(Box::new(days.map(Value::from).collect())))
            }
        }
    }

    /// A derived table of `day` and `person_id`, and its bound values from parameter `n` on.
    pub fn day_person_set(
        self,
        n: usize,
        keys: impl Iterator<Item = (NaiveDate, Uuid)>,
    ) -> (String, Vec<Value>) {
        match self {
            Self::Sqlite => {
                let keys: Vec<[String; 2]> =
                    keys.map(|(day, person)| [day.to_string(), person.simple().to_string()]).collect();
                let set = format!(
                    "(SELECT value ->> 0 AS day, unhex(value ->> 1) AS person_id FROM json_each(${n}))"
                );
                (set, vec![serde_json::to_string(&keys).unwrap_or_default().into()])
            }
            Self::Postgres => {
                let (days, persons): (Vec<Value>, Vec<Value>) =
                    keys.map(|(day, person)| (Value::from(day), Value::from(person))).unzip();
                let set =
                    format!("(SELECT * FROM unnest(${n}::date[], ${}::uuid[]) AS u (day, person_id))", n + 1);
                let values = vec![
                    Value::Array(ArrayType::ChronoDate, Some(Box::new(days))),
                    Value::Array(ArrayType::Uuid, Some(Box::new(persons))),
                ];
                (set, values)
            }
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
