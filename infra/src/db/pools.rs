use super::connect::Reads;
use super::{Db, Dialect};

/// How the connections of one pool stand at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// What the pool is for: `read`, `write` or `system`.
    pub pool: &'static str,
    /// Connections at work.
    pub used: u32,
    /// Connections that wait for work.
    pub idle: u32,
    /// The most that there may be of both.
    pub most: u32,
}

impl Db {
    /// How the connections of each pool stand. On `SQLite` the system door shares the pool `write`.
    pub fn pools(&self) -> Vec<PoolUse> {
        let (size, idle, most) = match self.dialect {
            Dialect::Sqlite => state(self.write.get_sqlite_connection_pool()),
            Dialect::Postgres => state(self.write.get_postgres_connection_pool()),
        };
        let mut pools = vec![named("write", size, idle, most)];
        match &self.read {
            Reads::Sqlite(pool) => {
                let (size, idle, most) = state(pool.get_sqlite_connection_pool());
                pools.push(named("read", size, idle, most));
            }
            Reads::Postgres(lanes) => {
                pools.push(lanes.state());
                let (size, idle, most) = state(self.system.get_postgres_connection_pool());
                pools.push(named("system", size, idle, most));
            }
        }
        pools
    }
}

fn state<DB: sea_orm::sqlx::Database>(pool: &sea_orm::sqlx::Pool<DB>) -> (u32, u32, u32) {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    (pool.size(), idle, pool.options().get_max_connections())
}

fn named(pool: &'static str, size: u32, idle: u32, most: u32) -> PoolUse {
    PoolUse { pool, used: size.saturating_sub(idle), idle, most }
}
