use qun_domain::fault::Fault;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;

use super::{TenantSql, column};

/// Several limited selects as one statement, so that a page of each of many parents
/// costs what a page of one does.
pub(crate) struct Union {
    /// Their columns, and what follows them.
    selects: Vec<(String, String)>,
    params: Vec<Value>,
}

impl Union {
    /// With no select yet.
    pub(crate) fn new() -> Self {
        Self { selects: Vec::new(), params: Vec::new() }
    }

    /// Binds a value; its placeholder.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len() + 1)
    }

    /// Adds a select: `columns` and what follows them.
    pub(crate) fn select(&mut self, columns: &str, rest: &str) {
        self.selects.push((columns.to_owned(), rest.to_owned()));
    }

    /// The rows with the place of their select; `width` is the number of `columns`. Within
    /// a place the order is the select's only where there is one select.
    pub(crate) async fn rows(
        self,
        sql: &impl TenantSql,
        width: usize,
    ) -> Result<Vec<(usize, QueryResult)>, Fault> {
        if let [(columns, rest)] = self.selects.as_slice() {
            let rows = sql.rows(&format!("SELECT {columns} {rest}"), self.params).await?;
            return Ok(rows.into_iter().map(|row| (0, row)).collect());
        }
        if self.selects.is_empty() {
            return Ok(Vec::new());
        }
        let placed = |(place, (columns, rest)): (usize, &(String, String))| {
            format!("SELECT * FROM (SELECT {columns}, {place} AS place {rest}) AS s{place}")
        };
        let selects: Vec<String> = self.selects.iter().enumerate().map(placed).collect();
        let rows = sql.rows(&selects.join(" UNION ALL "), self.params).await?;
        rows.into_iter()
            .map(|row| {
                let place: i32 = column(&row, width)?;
                Ok((usize::try_from(place).unwrap_or_default(), row))
            })
            .collect()
    }

    /// The rows of each select, as `read` reads them; for `width` and their order see
    /// [`Union::rows`].
    pub(crate) async fn pages<T>(
        self,
        sql: &impl TenantSql,
        width: usize,
        read: impl Fn(&QueryResult) -> Result<T, Fault>,
    ) -> Result<Vec<Vec<T>>, Fault> {
        let mut pages: Vec<Vec<T>> = self.selects.iter().map(|_| Vec::new()).collect();
        for (place, row) in self.rows(sql, width).await? {
            if let Some(page) = pages.get_mut(place) {
                page.push(read(&row)?);
            }
        }
        Ok(pages)
    }

    /// As [`Union::pages`], each in the order of `key`.
    pub(crate) async fn pages_by<T, K: Ord>(
        self,
        sql: &impl TenantSql,
        width: usize,
        read: impl Fn(&QueryResult) -> Result<T, Fault>,
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<Vec<T>>, Fault> {
        let mut pages = self.pages(sql, width, read).await?;
        for page in &mut pages {
            page.sort_unstable_by_key(&key);
        }
        Ok(pages)
    }
}
