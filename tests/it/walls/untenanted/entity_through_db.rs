//! Neither is the database.

use qun_infra::db::Db;
use qun_infra::groups::chat_group;
use sea_orm::EntityTrait;

async fn every_group(db: &Db) {
    let _ = chat_group::Entity::find().all(db).await;
}

fn main() {}
