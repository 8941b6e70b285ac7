//! No door is a connection: an entity is found through one with its tenant, or not at all.

use qun_infra::db::{Db, OrgRead, OrgTx};
use qun_infra::groups::chat_group;
use sea_orm::EntityTrait;

fn every_group(tx: &OrgTx, read: &OrgRead, db: &Db) {
    drop(chat_group::Entity::find().all(tx));
    drop(chat_group::Entity::find().all(read));
    drop(chat_group::Entity::find().all(db));
}

fn main() {}
