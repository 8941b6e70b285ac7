//! The reading door is no connection.

use qun_infra::db::OrgRead;
use qun_infra::groups::chat_group;
use sea_orm::EntityTrait;

async fn every_group(read: &OrgRead) {
    let _ = chat_group::Entity::find().all(read).await;
}

fn main() {}
