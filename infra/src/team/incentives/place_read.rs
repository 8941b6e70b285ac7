//! Training offers and their places as they are listed.

use std::collections::HashMap;

use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OfferId, PlaceId};
use qun_domain::team::{Offer, Place};
use sea_orm::sea_query::Value;

use super::place::{OFFER, PLACE, WIDTH, offer, place};
use crate::db::{TenantSql, Union, column};

/// A page of offers, oldest first: those that go on, or all.
///
/// # Errors
/// A fault when the database fails.
pub async fn offers_page(
    sql: &impl TenantSql,
    with_archived: bool,
    after: Option<OfferId>,
    limit: u32,
) -> Result<Vec<Offer>, Fault> {
    let mut params: Vec<Value> = vec![i64::from(limit).into()];
    let later = after.map_or("", |id| {
        params.push(id.0.into());
        "AND id > $3"
    });
    let running = if with_archived { "" } else { "AND archived_at IS NULL" };
    let text = format!(
        "SELECT {OFFER} FROM training_offer WHERE org_id = $1 {running} {later} ORDER BY id LIMIT $2"
    );
    sql.rows(&text, params).await?.iter().map(offer).collect()
}

/// Offers by id, in no order.
///
/// # Errors
/// A fault when the database fails.
pub async fn offers_by_id(sql: &impl TenantSql, ids: &[OfferId]) -> Result<Vec<Offer>, Fault> {
    let dialect = sql.dialect();
    let set = dialect.is_one_of_ids(2);
    let text = format!("SELECT {OFFER} FROM training_offer WHERE org_id = $1 AND id {set}");
    sql.rows(&text, vec![dialect.ids(ids.iter().map(|id| id.0))]).await?.iter().map(offer).collect()
}

/// How many places of each offer are taken, with one statement; offers that nobody has a place in are
/// missing.
///
/// # Errors
/// A fault when the database fails.
pub async fn places_taken(sql: &impl TenantSql, ids: &[OfferId]) -> Result<HashMap<OfferId, u32>, Fault> {
    let dialect = sql.dialect();
    let text = format!(
        "SELECT offer_id, COUNT(*) FROM training_place
         WHERE org_id = $1 AND offer_id {} AND released_at IS NULL GROUP BY offer_id",
        dialect.is_one_of_ids(2)
    );
    let rows = sql.rows(&text, vec![dialect.ids(ids.iter().map(|id| id.0))]).await?;
    let taken = |row| -> Result<_, Fault> {
        let count = u32::try_from(column::<i64>(row, 1)?).unwrap_or(u32::MAX);
        Ok((OfferId(column(row, 0)?), count))
    };
    rows.iter().map(taken).collect()
}

/// A place.
///
/// # Errors
/// A fault when the database fails.
pub async fn place_by_id(sql: &impl TenantSql, id: PlaceId) -> Result<Option<Place>, Fault> {
    let text = format!("SELECT {PLACE} FROM training_place WHERE org_id = $1 AND id = $2");
    sql.rows(&text, vec![id.0.into()]).await?.first().map(place).transpose()
}

/// Whose places, or in which offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlacesOf {
    /// Those of a member.
    Member(AccountId),
    /// Those in an offer.
    Offer(OfferId),
}

/// A page of places, the last given first, also those that were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlacePage {
    /// Whose, or in which offer.
    pub of: PlacesOf,
    /// Those given before this one.
    pub after: Option<PlaceId>,
    /// At most so many.
    pub limit: u32,
}

/// The places of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn place_pages(sql: &impl TenantSql, pages: &[PlacePage]) -> Result<Vec<Vec<Place>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let (column, id) = match page.of {
            PlacesOf::Member(id) => ("account_id", id.0),
            PlacesOf::Offer(id) => ("offer_id", id.0),
        };
        let of = union.bind(id);
        let older = |id: PlaceId| format!(" AND id < {}", union.bind(id.0));
        let older = page.after.map(older).unwrap_or_default();
        let limit = union.bind(i64::from(page.limit));
        union.select(
            PLACE,
            &format!(
                "FROM training_place WHERE org_id = $1 AND {column} = {of}{older} ORDER BY id DESC LIMIT {limit}"
            ),
        );
    }
    union.pages_by(sql, WIDTH, place, |place| std::cmp::Reverse(place.id)).await
}
