use std::future::Future;

use super::{Award, AwardBadge, Badge, CreateBadge};
use crate::access::Reason;
use crate::fault::Fault;
use crate::id::{AccountId, AwardId, BadgeId};
use crate::team::MembersPort;

/// Badges and whom they are awarded to.
pub trait BadgesPort: MembersPort {
    /// A badge, held until the commit.
    fn badge(&mut self, id: BadgeId) -> impl Future<Output = Result<Option<Badge>, Fault>> + Send;

    /// The badge of this name that goes on.
    fn badge_named(&mut self, name: &str) -> impl Future<Output = Result<Option<Badge>, Fault>> + Send;

    /// Adds a badge.
    fn add_badge(&mut self, new: &CreateBadge) -> impl Future<Output = Result<Badge, Fault>> + Send;

    /// Archives a badge that is held.
    fn archive_badge(&mut self, badge: Badge) -> impl Future<Output = Result<Badge, Fault>> + Send;

    /// An award, held until the commit.
    fn award(&mut self, id: AwardId) -> impl Future<Output = Result<Option<Award>, Fault>> + Send;

    /// The award of a badge that is held to a member for this reason, unless it was taken back.
    fn award_for(
        &mut self,
        badge: BadgeId,
        account: AccountId,
        reason: &Reason,
    ) -> impl Future<Output = Result<Option<Award>, Fault>> + Send;

    /// Adds an award.
    fn add_award(&mut self, new: &AwardBadge) -> impl Future<Output = Result<Award, Fault>> + Send;

    /// Takes back an award that is held.
    fn revoke_award(
        &mut self,
        award: Award,
        reason: &Reason,
    ) -> impl Future<Output = Result<Award, Fault>> + Send;
}
