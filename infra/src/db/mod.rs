//! The database, the walls between tenants, and the one place that commits.

mod bulk;
mod connect;
mod dialect;
mod error;
mod lanes;
mod migrate;
mod moving;
mod once;
mod plain;
mod read;
mod schema_state;
mod scope;
mod session;
mod system;
mod tx;
mod union;
mod writer;

pub use bulk::Column;
pub(crate) use connect::sqlite_file;
pub use connect::{Db, OpenError};
pub use dialect::{Dialect, KeyPart};
pub(crate) use error::{fault, is_lost};
pub use migrate::migrate;
pub use moving::{MoveError, Moved, MovedTable, Step, Tell, move_everything};
pub use once::{KeyReused, MAX_KEY_CHARS, RequestKey};
pub(crate) use plain::Plain;
pub use read::OrgRead;
pub(crate) use schema_state::{SchemaState, has_table};
pub use scope::OrgScope;
pub use session::{Session, TenantEntity, TenantSql, tenant_entity};
pub(crate) use session::{column, json};
pub use system::SystemTx;
pub use tx::OrgTx;
pub(crate) use union::Union;
pub use writer::Writer;
