//! Honours: badges that an organization makes, and whom they are awarded to (M22).

mod award;
mod catalogue;
mod model;
mod port;

pub use award::{AwardBadge, AwardBadgeRefusal, RevokeBadge, RevokeBadgeRefusal};
pub use catalogue::{ArchiveBadge, ArchiveBadgeRefusal, CreateBadge, CreateBadgeRefusal};
pub use model::{Award, AwardChanged, Badge, BadgeChanged, BadgeDescription, BadgeName};
pub use port::BadgesPort;
