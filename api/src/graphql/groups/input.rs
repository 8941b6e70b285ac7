use async_graphql::{Enum, ID, InputObject};
use qun_domain::groups::Platform as DomainPlatform;

use crate::graphql::scalars::TimeZone;

/// Where a group lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainPlatform")]
pub(in crate::graphql) enum Platform {
    /// WeChat.
    Wechat,
    /// WeCom customer groups.
    Wecom,
    /// Telegram.
    Telegram,
    /// Discord.
    Discord,
    /// QQ.
    Qq,
    /// WhatsApp.
    Whatsapp,
    /// Anything else.
    Other,
}

/// A community that is to be.
#[derive(InputObject)]
pub(super) struct CreateCommunityInput {
    /// Its name: 1 to 200 characters, unique among the communities of your organization.
    pub(super) name: String,
    /// The zone of its weeks and days; it cannot change later.
    pub(super) time_zone: TimeZone,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A group that is to be.
#[derive(InputObject)]
pub(super) struct CreateGroupInput {
    /// Its name: 1 to 200 characters, unique among the groups of your organization; the
    /// `group` of interactions.
    pub(super) name: String,
    /// The platform that it lives on; it cannot change later, as it decides who its users
    /// are.
    pub(super) platform: Platform,
    /// What sort of group it is, in your own words.
    pub(super) kind: Option<String>,
    /// The zone of its weeks and days; it cannot change later, as days are computed once.
    pub(super) time_zone: TimeZone,
    /// The global id of its community, if it belongs to one.
    pub(super) community: Option<ID>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A group that is to belong elsewhere.
#[derive(InputObject)]
pub(super) struct MoveGroupInput {
    /// The global id of the group.
    pub(super) group: ID,
    /// The global id of its community from now on; null takes it out of the one that it
    /// is in.
    pub(super) community: Option<ID>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

/// A community that is to have another name.
#[derive(InputObject)]
pub(super) struct RenameCommunityInput {
    /// The global id of the community.
    pub(super) community: ID,
    /// Its name from now on: 1 to 200 characters, unique among the communities of your
    /// organization.
    pub(super) name: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}
