//! Many rows in few statements.

use std::fmt::{Display, Write};

use chrono::NaiveDate;
use qun_domain::fault::Fault;
use qun_domain::id::OrgId;
use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use uuid::Uuid;

use super::{Dialect, fault};

/// The values of one column, one a row.
#[derive(Clone, Debug)]
pub enum Column {
    /// Ids.
    Id(Vec<Uuid>),
    /// Ids or nothing.
    OptId(Vec<Option<Uuid>>),
    /// Texts.
    Text(Vec<String>),
    /// Texts or nothing.
    OptText(Vec<Option<String>>),
    /// Whole numbers.
    Int(Vec<i32>),
    /// Whole numbers or nothing.
    OptInt(Vec<Option<i32>>),
    /// Whole numbers of 64 bits.
    Long(Vec<i64>),
    /// Times in milliseconds.
    Time(Vec<i64>),
    /// Times in milliseconds or nothing.
    OptTime(Vec<Option<i64>>),
    /// Numbers or nothing.
    OptDouble(Vec<Option<f64>>),
    /// Days.
    Date(Vec<NaiveDate>),
    /// Truths.
    Bool(Vec<bool>),
    /// Bytes.
    Bytes(Vec<Vec<u8>>),
    /// The same text in every row.
    SameText(String),
    /// The same id in every row.
    SameId(Uuid),
}

impl Column {
    fn len(&self) -> Option<usize> {
        Some(match self {
            Self::Id(v) => v.len(),
            Self::OptId(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::OptText(v) => v.len(),
            Self::Int(v) => v.len(),
            Self::OptInt(v) => v.len(),
            Self::Long(v) | Self::Time(v) => v.len(),
            Self::OptTime(v) => v.len(),
            Self::OptDouble(v) => v.len(),
            Self::Date(v) => v.len(),
            Self::Bool(v) => v.len(),
            Self::Bytes(v) => v.len(),
            Self::SameText(_) | Self::SameId(_) => return None,
        })
    }

    fn at(&self, row: usize) -> Value {
        match self {
            Self::Id(v) => v[row].into(),
            Self::OptId(v) => v[row].into(),
            Self::Text(v) => v[row].as_str().into(),
            Self::OptText(v) => v[row].as_deref().into(),
            Self::Int(v) => v[row].into(),
            Self::OptInt(v) => v[row].into(),
            Self::Long(v) | Self::Time(v) => v[row].into(),
            Self::OptTime(v) => v[row].into(),
            Self::OptDouble(v) => v[row].into(),
            Self::Date(v) => v[row].into(),
            Self::Bool(v) => v[row].into(),
            Self::Bytes(v) => v[row].clone().into(),
            Self::SameText(text) => text.as_str().into(),
            Self::SameId(id) => (*id).into(),
        }
    }

    /// The Postgres type of the array, and the array.
    fn into_array(self) -> (&'static str, Value) {
        fn array<T: Into<Value>>(kind: ArrayType, values: Vec<T>) -> Value {
            Value::Array(kind, Some(Box::new(values.into_iter().map(Into::into).collect())))
        }
        match self {
            Self::Id(v) => ("uuid[]", array(ArrayType::Uuid, v)),
            Self::OptId(v) => ("uuid[]", literal(v)),
            Self::Text(v) => ("text[]", array(ArrayType::String, v)),
            Self::OptText(v) => ("text[]", literal(v.into_iter().map(|text| text.map(|text| quoted(&text))))),
            Self::Int(v) => ("integer[]", array(ArrayType::Int, v)),
            Self::OptInt(v) => ("integer[]", literal(v)),
            Self::Long(v) | Self::Time(v) => ("bigint[]", array(ArrayType::BigInt, v)),
            Self::OptTime(v) => ("bigint[]", literal(v)),
            Self::OptDouble(v) => ("double precision[]", literal(v)),
            Self::Date(v) => ("date[]", array(ArrayType::ChronoDate, v)),
            Self::Bool(v) => ("boolean[]", array(ArrayType::Bool, v)),
            Self::Bytes(v) => ("bytea[]", array(ArrayType::Bytes, v)),
            Self::SameText(text) => ("text", text.into()),
            Self::SameId(id) => ("uuid", id.into()),
        }
    }
}

/// An array as Postgres writes it: sea-query binds no array that has a NULL in it.
fn literal<T: Display>(values: impl IntoIterator<Item = Option<T>>) -> Value {
    let mut text = String::from("{");
    for value in values {
        let comma = if text.len() > 1 { "," } else { "" };
        let _ = match value {
            Some(value) => write!(text, "{comma}{value}"),
            None => write!(text, "{comma}NULL"),
        };
    }
    text.push('}');
    text.into()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// From how many rows on an insert keeps the plans of its foreign keys.
const MANY: usize = 100;

/// A plan made while a table was empty would be kept while an import fills it.
pub(super) const PLAN_AFRESH: &str = "SET LOCAL plan_cache_mode = force_custom_plan";

/// A foreign key is checked by a query a row: planning it each time costs more than the insert.
const KEEP_PLANS: &str = "SET LOCAL plan_cache_mode = auto";

/// Inserts rows given column by column; `org_id` is added here.
///
/// Postgres takes them as arrays in one statement; `SQLite` as value lists, cut so
/// that the number of bound parameters stays far below its limit of 32,766.
/// `conflict` is the `ON CONFLICT …` clause or empty.
pub(super) async fn insert(
    conn: &DatabaseTransaction,
    dialect: Dialect,
    org: OrgId,
    table: &str,
    columns: Vec<(&'static str, Column)>,
    conflict: &str,
) -> Result<u64, Fault> {
    let rows = columns.iter().find_map(|(_, column)| column.len()).unwrap_or_default();
    if rows == 0 {
        return Ok(0);
    }
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let statements = match dialect {
        Dialect::Postgres => vec![from_arrays(org, table, &names, columns, conflict)],
        Dialect::Sqlite => from_value_lists(org, table, &names, &columns, rows, conflict),
    };
    let keeps_plans = dialect == Dialect::Postgres && rows >= MANY;
    if keeps_plans {
        conn.execute_unprepared(KEEP_PLANS).await.map_err(fault("keeping plans"))?;
    }
    let mut inserted = 0;
    for statement in statements {
        inserted += conn.execute_raw(statement).await.map_err(fault("inserting many rows"))?.rows_affected();
    }
    if keeps_plans {
        conn.execute_unprepared(PLAN_AFRESH).await.map_err(fault("planning afresh"))?;
    }
    Ok(inserted)
}

fn from_arrays(
    org: OrgId,
    table: &str,
    names: &str,
    columns: Vec<(&'static str, Column)>,
    tail: &str,
) -> Statement {
    let (mut selected, mut unnested, mut aliases) = (Vec::new(), Vec::new(), Vec::new());
    let mut values = vec![Value::from(org.0)];
    for (n, (_, column)) in (2..).zip(columns) {
        let is_same = column.len().is_none();
        let (kind, value) = column.into_array();
        values.push(value);
        if is_same {
            selected.push(format!("${n}::{kind}"));
        } else {
            unnested.push(format!("${n}::{kind}"));
            aliases.push(format!("c{n}"));
            selected.push(format!("r.c{n}"));
        }
    }
    let (selected, unnested, aliases) = (selected.join(", "), unnested.join(", "), aliases.join(", "));
    let sql = format!(
        "INSERT INTO {table} (org_id, {names}) SELECT $1::uuid, {selected} FROM unnest({unnested}) AS r ({aliases}) {tail}"
    );
    Statement::from_sql_and_values(Dialect::Postgres.backend(), sql, values)
}

fn from_value_lists(
    org: OrgId,
    table: &str,
    names: &str,
    columns: &[(&'static str, Column)],
    rows: usize,
    tail: &str,
) -> Vec<Statement> {
    const PARAMETERS: usize = 8_000;
    let at_once = (PARAMETERS / columns.len()).max(1);
    let mut statements = Vec::with_capacity(rows.div_ceil(at_once));
    for start in (0..rows).step_by(at_once) {
        let end = (start + at_once).min(rows);
        let lists = value_lists(end - start, columns.len());
        let mut values = Vec::with_capacity((end - start) * (columns.len() + 1));
        for row in start..end {
            values.push(Value::from(org.0));
            values.extend(columns.iter().map(|(_, column)| column.at(row)));
        }
        let sql = format!("INSERT INTO {table} (org_id, {names}) VALUES {lists} {tail}");
        statements.push(Statement::from_sql_and_values(Dialect::Sqlite.backend(), sql, values));
    }
    statements
}

/// `(?, ?, ?), (?, ?, ?), …`: without numbers, as `SQLite` looks up a numbered
/// parameter by walking the list of all of them.
fn value_lists(rows: usize, columns: usize) -> String {
    let one = format!("(?{})", ", ?".repeat(columns));
    vec![one; rows].join(", ")
}
