//! What the database says of its own tables, alike on both back ends.

use std::collections::BTreeMap;

use super::{Backend, Raw};

/// A key over columns, in its order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UniqueKey {
    pub(crate) table: String,
    pub(crate) columns: Vec<String>,
    pub(crate) is_primary: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ForeignKey {
    pub(crate) table: String,
    pub(crate) columns: Vec<String>,
    pub(crate) parent: String,
    pub(crate) targets: Vec<String>,
}

impl Raw {
    /// Every table but those of the back end itself, in order of name.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let sql = match self.backend() {
            Backend::Sqlite => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Backend::Postgres => {
                "SELECT relname::text FROM pg_class
                 WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname"
            }
        };
        self.texts(sql, vec![]).await
    }

    /// Every table that carries `org_id`.
    pub(crate) async fn tenant_tables(&self) -> Vec<String> {
        let mut tenants = Vec::new();
        for table in self.tables().await {
            if self.columns(&table).await.iter().any(|column| column == "org_id") {
                tenants.push(table);
            }
        }
        tenants
    }

    /// The columns of a table in their order.
    pub(crate) async fn columns(&self, table: &str) -> Vec<String> {
        let sql = match self.backend() {
            Backend::Sqlite => "SELECT name FROM pragma_table_info($1) ORDER BY cid",
            Backend::Postgres => {
                "SELECT attname::text FROM pg_attribute
                 WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
            }
        };
        self.texts(sql, vec![table.into()]).await
    }

    /// The columns of a table that take no null.
    pub(crate) async fn must_columns(&self, table: &str) -> Vec<String> {
        let sql = match self.backend() {
            Backend::Sqlite => r#"SELECT name FROM pragma_table_info($1) WHERE "notnull" = 1 ORDER BY cid"#,
            Backend::Postgres => {
                "SELECT attname::text FROM pg_attribute
                 WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull ORDER BY attnum"
            }
        };
        self.texts(sql, vec![table.into()]).await
    }

    /// Every primary key and unique index, sorted.
    pub(crate) async fn unique_keys(&self) -> Vec<UniqueKey> {
        // Key, column by column: table, a name of the key, column, whether primary.
        let sql = match self.backend() {
            Backend::Sqlite => {
                "SELECT t.name, i.name, c.name, i.origin = 'pk'
                 FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
                 WHERE t.type = 'table' AND i.\"unique\" = 1 ORDER BY t.name, i.name, c.seqno"
            }
            Backend::Postgres => {
                "SELECT t.relname::text, i.relname::text, a.attname::text, x.indisprimary
                 FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
                 CROSS JOIN LATERAL unnest(x.indkey::smallint[]) WITH ORDINALITY k (attnum, place)
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
                 WHERE x.indisunique AND t.relnamespace = 'public'::regnamespace
                 ORDER BY t.relname, i.relname, k.place"
            }
        };
        let mut keys: BTreeMap<(String, String), UniqueKey> = BTreeMap::new();
        for row in self.rows(sql, vec![]).await {
            let text = |index| -> String { row.try_get_by_index(index).expect("a name") };
            let is_primary = row.try_get_by_index(3).expect("a truth");
            let new = || UniqueKey { table: text(0), columns: vec![], is_primary };
            keys.entry((text(0), text(1))).or_insert_with(new).columns.push(text(2));
        }
        let mut keys: Vec<UniqueKey> = keys.into_values().collect();
        keys.sort();
        keys
    }

    /// Every foreign key, sorted.
    pub(crate) async fn foreign_keys(&self) -> Vec<ForeignKey> {
        // Key, column by column: table, a name of the key, column, parent, column of the parent.
        let sql = match self.backend() {
            Backend::Sqlite => {
                "SELECT t.name, CAST(f.id AS TEXT), f.\"from\", f.\"table\", f.\"to\"
                 FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
                 WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq"
            }
            Backend::Postgres => {
                "SELECT t.relname::text, c.conname::text, a.attname::text, p.relname::text, b.attname::text
                 FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class p ON p.oid = c.confrelid
                 CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY k (own, other, place)
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.own
                 JOIN pg_attribute b ON b.attrelid = p.oid AND b.attnum = k.other
                 WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace
                 ORDER BY t.relname, c.conname, k.place"
            }
        };
        let mut keys: BTreeMap<(String, String), ForeignKey> = BTreeMap::new();
        for row in self.rows(sql, vec![]).await {
            let text = |index| -> String { row.try_get_by_index(index).expect("a name") };
            let new = || ForeignKey { table: text(0), columns: vec![], parent: text(3), targets: vec![] };
            let key = keys.entry((text(0), text(1))).or_insert_with(new);
            key.columns.push(text(2));
            key.targets.push(text(4));
        }
        let mut keys: Vec<ForeignKey> = keys.into_values().collect();
        keys.sort();
        keys
    }
}
