//! What members are given beside their work: titles and badges, bonuses, places in training.

mod allocate;
mod award;
mod badge;
mod bonus;
mod combined;
mod grant;
mod place;
mod suggestion;

pub(in crate::graphql) use allocate::PlaceMutation;
pub(in crate::graphql) use award::BadgeMutation;
pub(in crate::graphql) use badge::{
    BadgeAwardConnection, BadgeConnection, BadgeObject, badge_awards, badges,
};
pub(in crate::graphql) use bonus::{
    BonusConnection, BonusState, OrganizationBonusConnection, bonuses_of, bonuses_of_organization,
};
pub(in crate::graphql) use combined::{IncentiveGapConnection, incentive_gaps_of};
pub(in crate::graphql) use grant::BonusMutation;
pub(in crate::graphql) use place::{
    OfferObject, TrainingOfferConnection, TrainingPlaceConnection, places_of, training_offers,
};
pub(in crate::graphql) use suggestion::BonusSuggestionObject;

use qun_domain::access::Rank;

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;

impl Asked {
    /// The title of who has this rank, or of an owner, in the language of the request.
    pub(in crate::graphql) async fn title(&self, rank: Option<Rank>) -> Result<Option<String>, Problem> {
        let policy = self.loaders.incentives.load(&self.read, self.scope.org()).await?;
        Ok(policy.and_then(|policy| policy.titles.of(rank, self.locale).map(str::to_owned)))
    }
}
