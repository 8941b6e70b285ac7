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

/// Payloads of what can be proposed: what it is about, or the proposal, or why neither.
macro_rules! proposable {
    ($($(#[doc = $doc:literal])+ $name:ident { $(#[doc = $about:literal])+ $field:ident: $object:ty })+) => {$(
        $(#[doc = $doc])+
        #[derive(Default, async_graphql::SimpleObject)]
        struct $name {
            $(#[doc = $about])+
            $field: Option<$object>,
            /// What was made of it where you may only propose; null where it was done or refused.
            proposal: Option<$crate::graphql::access::ProposalObject>,
            /// Why nothing was done; empty when it was, or was proposed.
            user_errors: Vec<$crate::graphql::user_error::UserError>,
        }

        impl $name {
            fn refused(error: $crate::graphql::user_error::UserError) -> Self {
                Self { user_errors: vec![error], ..Self::default() }
            }

            fn undone(undone: $crate::graphql::error::Undone) -> Self {
                Self { proposal: undone.proposal, user_errors: undone.user_errors, ..Self::default() }
            }
        }
    )+};
}

use proposable;
