//! What tables there are and what is in them, off the catalogue: a table that a later
//! migration adds is moved like all others.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::DbErr;

use super::MoveError;
use super::cells::Kind;
use crate::db::{Dialect, Plain};

/// The one table that is made by migrating and not moved.
pub(super) const MIGRATIONS: &str = "seaql_migrations";

/// Stands for the type of a column whose numbers the database draws.
const DRAWN: &str = "a sequence";

/// A table, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// The types of the columns in the words of the back end.
    types: Vec<String>,
    /// What the columns are read as; nothing before both sides agreed.
    pub(super) kinds: Vec<Kind>,
    /// The column whose numbers Postgres draws, in the order in which rows are written. They are
    /// drawn anew when rows are written in the same order; on `SQLite` rowid says as much.
    drawn: Option<String>,
    /// The tables that its foreign keys point to.
    parents: BTreeSet<String>,
}

impl Table {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            columns: Vec::new(),
            types: Vec::new(),
            kinds: Vec::new(),
            drawn: None,
            parents: BTreeSet::new(),
        }
    }

    /// The names of the columns, quoted and with commas.
    pub(super) fn column_list(&self) -> String {
        self.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
    }

    /// The statement that reads it whole, in no order.
    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.column_list(), quoted(&self.name))
    }

    /// As [`Table::select`], in the order in which rows were written, where that matters.
    pub(super) fn select_as_written(&self, dialect: Dialect) -> String {
        match (&self.drawn, dialect) {
            (None, _) => self.select(),
            (Some(_), Dialect::Sqlite) => format!("{} ORDER BY rowid", self.select()),
            (Some(drawn), Dialect::Postgres) => format!("{} ORDER BY {}", self.select(), quoted(drawn)),
        }
    }

    /// The table without the column that one of the sides draws.
    fn without(mut self, drawn: Option<&String>) -> Self {
        if let Some(at) = self.columns.iter().position(|column| Some(column) == drawn) {
            self.columns.remove(at);
            self.types.remove(at);
        }
        self.drawn = drawn.cloned();
        self
    }

    fn column_set(&self) -> BTreeSet<&String> {
        self.columns.iter().collect()
    }

    /// The table with its columns read as that back end has them.
    fn read_as(mut self, dialect: Dialect) -> Result<Self, MoveError> {
        self.kinds = self
            .columns
            .iter()
            .zip(&self.types)
            .map(|(column, kind)| {
                Kind::of(dialect, kind).ok_or_else(|| MoveError::UnknownKind {
                    column: format!("{}.{column}", self.name),
                    kind: kind.clone(),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(self)
    }
}

/// A name as SQL takes it, whatever it is.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Reads every table but that of the migrations, in order of name.
pub(super) async fn tables(conn: &mut Plain) -> Result<Vec<Table>, MoveError> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (name, column, kind) in columns(conn).await.map_err(MoveError::catalogue)? {
        if name != MIGRATIONS {
            let table = tables.entry(name).or_insert_with_key(|name| Table::new(name));
            if kind == DRAWN {
                table.drawn = Some(column.clone());
            }
            table.columns.push(column);
            table.types.push(kind);
        }
    }
    for (child, parent) in references(conn).await.map_err(MoveError::catalogue)? {
        if let Some(table) = tables.get_mut(&child).filter(|_| child != parent) {
            table.parents.insert(parent);
        }
    }
    Ok(tables.into_values().collect())
}

/// Table, column and type, in the order of the table. Columns that the database computes
/// itself are left out.
async fn columns(conn: &mut Plain) -> Result<Vec<(String, String, String)>, DbErr> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden = 0
             ORDER BY t.name, c.cid"
        }
        Dialect::Postgres => {
            "SELECT t.relname::text, a.attname::text,
                    CASE WHEN pg_get_serial_sequence(quote_ident(t.relname), a.attname) IS NULL
                         THEN a.atttypid::regtype::text ELSE 'a sequence' END
             FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
             WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition
               AND t.relnamespace = current_schema()::regnamespace
               AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
             ORDER BY t.relname, a.attnum"
        }
    };
    let rows = conn.rows(sql).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?)))
        .collect()
}

/// Child and parent of each foreign key.
async fn references(conn: &mut Plain) -> Result<Vec<(String, String)>, DbErr> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT DISTINCT t.name, f.\"table\" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
             WHERE t.type = 'table'"
        }
        Dialect::Postgres => {
            "SELECT DISTINCT t.relname::text, p.relname::text
             FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class p ON p.oid = c.confrelid
             WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace"
        }
    };
    let rows = conn.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The tables with every parent before its children.
pub(super) fn in_order(tables: Vec<Table>) -> Result<Vec<Table>, MoveError> {
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    let mut left = tables;
    while !left.is_empty() {
        let names: BTreeSet<String> = left.iter().map(|table| table.name.clone()).collect();
        let (ready, waiting): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|table| table.parents.is_disjoint(&names));
        if ready.is_empty() {
            return Err(MoveError::Circle(names.into_iter().collect::<Vec<_>>().join(", ")));
        }
        ordered.extend(ready);
        left = waiting;
    }
    Ok(ordered)
}

/// The tables to move, which are those of the target, and the names of others that the
/// source has.
///
/// Columns are read as Postgres has them where one of the two is that, because `SQLite` has
/// fewer types. What a later migration may bring and could not be carried over (another
/// type) is an error, not a gap.
pub(super) fn agreed(
    (from, source): (Dialect, Vec<Table>),
    (to, target): (Dialect, Vec<Table>),
) -> Result<(Vec<Table>, Vec<String>), MoveError> {
    let mut source: BTreeMap<String, Table> =
        source.into_iter().map(|table| (table.name.clone(), table)).collect();
    let mut agreed = Vec::with_capacity(target.len());
    for table in target {
        let Some(there) = source.remove(&table.name) else {
            return Err(MoveError::Differ(format!("the source has no {}", table.name)));
        };
        let drawn = there.drawn.clone().or_else(|| table.drawn.clone());
        let (there, table) = (there.without(drawn.as_ref()), table.without(drawn.as_ref()));
        if there.column_set() != table.column_set() {
            return Err(MoveError::Differ(format!("the columns of {} are others", table.name)));
        }
        agreed.push(match (from, to) {
            (Dialect::Postgres, Dialect::Sqlite) => there.read_as(from)?,
            _ => table.read_as(to)?,
        });
    }
    Ok((agreed, source.into_keys().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, parents: &[&str]) -> Table {
        Table { parents: parents.iter().map(|&parent| parent.to_owned()).collect(), ..Table::new(name) }
    }

    #[test]
    fn parents_come_first() {
        let tables = vec![table("a", &["b", "c"]), table("b", &["c"]), table("c", &[]), table("d", &["a"])];
        let ordered = in_order(tables).expect("an order");
        let names: Vec<_> = ordered.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["c", "b", "a", "d"]);
    }

    #[test]
    fn a_circle_is_named() {
        let tables = vec![table("a", &["b"]), table("b", &["a"]), table("c", &[])];
        let Err(MoveError::Circle(names)) = in_order(tables) else { panic!("an order") };
        assert_eq!(names, "a, b");
    }
}
