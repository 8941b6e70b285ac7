//! The table of this context that is read row by row.

/// Tasks.
pub mod task {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "task")]
    pub struct Model {
        /// The organization.
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        /// The task.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its community, where it is that of a community.
        pub community_id: Option<Uuid>,
        /// Its group, where it is that of a group.
        pub group_id: Option<Uuid>,
        /// Code of what it is for.
        pub kind: String,
        /// What is to be done.
        pub title: String,
        /// What was prepared.
        pub body: Option<String>,
        /// A text to be pasted.
        pub copy_text: Option<String>,
        /// What it is about.
        pub subject: Option<String>,
        /// Whom it was given to at first.
        pub given_to: Uuid,
        /// With whom it is.
        pub assignee_id: Uuid,
        /// Who stands in.
        pub backup_id: Option<Uuid>,
        /// Until when, in milliseconds.
        pub due_at: i64,
        /// Code of the proof that it asks for.
        pub proof: String,
        /// Whether somebody else has to find it done.
        pub needs_verification: bool,
        /// Code of how far it is.
        pub state: String,
        /// How often it went further.
        pub level: i32,
        /// When it goes further, in milliseconds.
        pub escalates_at: Option<i64>,
        /// Who gave it.
        pub created_by: String,
        /// When, in milliseconds.
        pub created_at: i64,
        /// When it was done, in milliseconds.
        pub done_at: Option<i64>,
        /// The account that did it.
        pub done_by: Option<Uuid>,
        /// Code of the proof that came.
        pub given_kind: Option<String>,
        /// The proof that came.
        pub given_text: Option<String>,
        /// How often it was sent back.
        pub sent_back: i32,
        /// When it was over, in milliseconds.
        pub ended_at: Option<i64>,
        /// How many steps its history has.
        pub steps: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

crate::db::tenant_entity!(task);
