//! The connection inside a door stays there.

use qun_infra::db::{Db, OrgTx};

fn inside(tx: &OrgTx, db: &Db) {
    let _ = &tx.conn;
    let _ = &db.system;
}

fn main() {}
