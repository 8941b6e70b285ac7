//! The parts of a running Qun, put together once.

use std::time::Duration;

use anyhow::anyhow;
use qun_domain::fault::Fault;
use qun_infra::access::{Access, AccessSettings};
use qun_infra::clock::Clock;
use qun_infra::db::{Db, Writer};
use qun_infra::ids::Ids;
use qun_infra::streams::Streams;

use crate::settings::Settings;

/// What every door works with. Clones share everything.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The one that commits.
    pub writer: Writer,
    /// Accounts and tokens.
    pub access: Access,
    /// The clock.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// What happens, for who follows it.
    pub streams: Streams,
}

impl App {
    /// Migrates and opens the database that the settings name.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        Self::open_with(settings, Clock::System).await
    }

    /// As [`App::open`], by a clock of the caller's.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn open_with(settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        let db = Db::open(settings.database_url.expose(), settings.database_connections).await?;
        let ids = Ids::from_system(clock.clone()).map_err(fault)?;
        let access = AccessSettings {
            issuer: settings.token_issuer.clone(),
            token_life: Duration::from_secs(60 * u64::from(settings.token_minutes)),
            session_life: Duration::from_hours(24 * u64::from(settings.session_days)),
            sign_up: settings.sign_up,
            mail: settings.mail_url.is_some(),
            front_url: settings.front_url.clone(),
            private_providers: settings.private_providers,
        };
        let access = Access::open(&db, &clock, &ids, access).await.map_err(fault)?;
        let writer = Writer::new(db.clone(), clock.clone(), ids.clone());
        let streams = Streams::new(db.clone(), clock.clone());
        Ok(Self { db, writer, access, clock, ids, streams })
    }
}

/// A fault as an error of the command line, whose reader is the operator.
#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
pub fn fault(fault: Fault) -> anyhow::Error {
    anyhow!("{}", fault.chain())
}
