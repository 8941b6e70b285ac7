//! The tables of this context that are read row by row.

/// Communities.
pub mod community {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "community")]
    pub struct Model {
        /// The organization.
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        /// The community.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its name.
        pub name: String,
        /// IANA name of its zone.
        pub time_zone: String,
        /// When it was created, in milliseconds.
        pub created_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Groups.
pub mod chat_group {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_group")]
    pub struct Model {
        /// The organization.
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        /// The group.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its community.
        pub community_id: Option<Uuid>,
        /// Its name.
        pub name: String,
        /// Code of its platform.
        pub platform: String,
        /// What sort of group it is.
        pub kind: Option<String>,
        /// IANA name of its zone.
        pub time_zone: String,
        /// The first presence of anybody, in milliseconds.
        pub first_presence_at: Option<i64>,
        /// Texts of messages before this day are gone.
        pub text_kept_from: Option<Date>,
        /// When it was created, in milliseconds.
        pub created_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

crate::db::tenant_entity!(community, chat_group);
