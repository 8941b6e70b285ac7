//! The untenanted door is opened by infra alone.

use qun_infra::db::{Db, SystemTx};

async fn inside(db: &Db) {
    let _ = SystemTx::begin(db).await;
}

fn main() {}
