//! Rows of training offers and their places: what the use cases write.

use chrono::NaiveDate;
use qun_domain::access::Reason;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OfferId, PlaceId};
use qun_domain::team::{CalendarPort, DaySpan, NewOffer, Offer, Place, PlacesPort};
use sea_orm::QueryResult;

use super::withdrawal::withdrawal;
use crate::db::{OrgTx, TenantSql, column, one_row, timestamp, timestamp_or_none};
use crate::tenancy::organization;

/// What [`offer`] reads.
pub(super) const OFFER: &str =
    "id, title, places, first_day, last_day, note, closes_on, created_at, archived_at";

/// What [`place`] reads.
pub(super) const PLACE: &str =
    "id, offer_id, account_id, allocated_by, allocated_at, release_reason, released_by, released_at";

/// How many columns that are.
pub(super) const WIDTH: usize = 8;

/// A row of [`OFFER`].
pub(super) fn offer(row: &QueryResult) -> Result<Offer, Fault> {
    let places = u32::try_from(column::<i32>(row, 2)?);
    Ok(Offer {
        id: OfferId(column(row, 0)?),
        title: column(row, 1)?,
        places: places.map_err(|error| Fault::from_error("training_offer.places", error))?,
        days: DaySpan { first: column(row, 3)?, last: column(row, 4)? },
        note: column(row, 5)?,
        closes_on: column(row, 6)?,
        created_at: timestamp(row, 7)?,
        archived_at: timestamp_or_none(row, 8)?,
    })
}

/// A row of [`PLACE`].
pub(super) fn place(row: &QueryResult) -> Result<Place, Fault> {
    Ok(Place {
        id: PlaceId(column(row, 0)?),
        offer: OfferId(column(row, 1)?),
        account: AccountId(column(row, 2)?),
        allocated_by: column(row, 3)?,
        allocated_at: timestamp(row, 4)?,
        released: withdrawal(row, 5)?,
    })
}

impl CalendarPort for OrgTx {
    async fn today(&mut self) -> Result<NaiveDate, Fault> {
        Ok(self.now().local_date(organization(&**self).await?.zone))
    }
}

impl PlacesPort for OrgTx {
    async fn offer(&mut self, id: OfferId) -> Result<Option<Offer>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {OFFER} FROM training_offer WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(offer).transpose()
    }

    async fn add_offer(&mut self, new: &NewOffer) -> Result<Offer, Fault> {
        let offer = Offer {
            id: self.new_id(),
            title: new.title.to_string(),
            places: new.places.count(),
            days: new.days,
            note: new.note.as_ref().map(ToString::to_string),
            closes_on: new.closes_on,
            created_at: self.now(),
            archived_at: None,
        };
        let places = i32::try_from(offer.places);
        self.run(
            "INSERT INTO training_offer (org_id, id, title, places, first_day, last_day, note, closes_on, created_by,
                                         created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            vec![
                offer.id.0.into(),
                offer.title.as_str().into(),
                places.map_err(|error| Fault::from_error("training_offer.places", error))?.into(),
                offer.days.first.into(),
                offer.days.last.into(),
                offer.note.clone().into(),
                offer.closes_on.into(),
                self.scope().actor().to_string().into(),
                offer.created_at.millis().into(),
            ],
        )
        .await?;
        Ok(offer)
    }

    async fn archive_offer(&mut self, offer: Offer) -> Result<Offer, Fault> {
        let now = self.now();
        let sql = "UPDATE training_offer SET archived_at = $3 WHERE org_id = $1 AND id = $2";
        one_row(self.run(sql, vec![offer.id.0.into(), now.millis().into()]).await?, "archiving an offer")?;
        Ok(Offer { archived_at: Some(now), ..offer })
    }

    async fn taken(&mut self, offer: &Offer) -> Result<u32, Fault> {
        let text = "SELECT COUNT(*) FROM training_place
                    WHERE org_id = $1 AND offer_id = $2 AND released_at IS NULL";
        let rows = self.rows(text, vec![offer.id.0.into()]).await?;
        let row = rows.first().ok_or_else(|| Fault::new("a count without a row"))?;
        Ok(u32::try_from(column::<i64>(row, 0)?).unwrap_or(u32::MAX))
    }

    async fn place(&mut self, id: PlaceId) -> Result<Option<Place>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {PLACE} FROM training_place WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(place).transpose()
    }

    async fn place_of(&mut self, offer: &Offer, account: AccountId) -> Result<Option<Place>, Fault> {
        let text = format!(
            "SELECT {PLACE} FROM training_place
             WHERE org_id = $1 AND offer_id = $2 AND account_id = $3 AND released_at IS NULL"
        );
        let rows = self.rows(&text, vec![offer.id.0.into(), account.0.into()]).await?;
        rows.first().map(place).transpose()
    }

    async fn add_place(&mut self, offer: &Offer, account: AccountId) -> Result<Place, Fault> {
        let place = Place {
            id: self.new_id(),
            offer: offer.id,
            account,
            allocated_by: self.scope().actor().to_string(),
            allocated_at: self.now(),
            released: None,
        };
        self.run(
            "INSERT INTO training_place (org_id, id, offer_id, account_id, allocated_by, allocated_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            vec![
                place.id.0.into(),
                place.offer.0.into(),
                place.account.0.into(),
                place.allocated_by.as_str().into(),
                place.allocated_at.millis().into(),
            ],
        )
        .await?;
        Ok(place)
    }

    async fn release_place(&mut self, place: Place, reason: &Reason) -> Result<Place, Fault> {
        let released = self.withdrawal(reason);
        let sql = "UPDATE training_place SET release_reason = $3, released_by = $4, released_at = $5
                   WHERE org_id = $1 AND id = $2";
        let params = vec![
            place.id.0.into(),
            released.reason.as_str().into(),
            released.by.as_str().into(),
            released.at.millis().into(),
        ];
        one_row(self.run(sql, params).await?, "giving a place up")?;
        Ok(Place { released: Some(released), ..place })
    }
}
