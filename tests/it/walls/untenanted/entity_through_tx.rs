//! The writing door is no connection.

use qun_infra::db::OrgTx;
use qun_infra::groups::chat_group;
use sea_orm::EntityTrait;

async fn every_group(tx: &OrgTx) {
    let _ = chat_group::Entity::find().all(tx).await;
}

fn main() {}
