//! What the operator may set: by flag, environment, file, or not at all, in this order.
//!
//! Every value is read as a text, whatever its source, and judged by one function of
//! its own, so that a complaint is the same sentence for all sources.

mod flags;
mod sources;
#[cfg(test)]
mod tests;
mod values;

use std::net::SocketAddr;

use thiserror::Error;

pub use flags::Flags;
pub use values::{LogFormat, SecretUrl};

use sources::Sources;

/// The validated settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where the facts are kept.
    pub database_url: SecretUrl,
    /// Where servers share what may be lost; in process without it.
    pub redis_url: Option<SecretUrl>,
    /// The address that HTTP is served on.
    pub listen: SocketAddr,
    /// The most connections to the database.
    pub database_connections: u32,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Who signs access tokens.
    pub token_issuer: String,
    /// How long an access token is good for, in minutes.
    pub token_minutes: u32,
    /// The longest GraphQL request body, in bytes.
    pub body_limit: usize,
    /// Whether the schema may be asked for over HTTP.
    pub introspection: bool,
    /// What an account may spend on queries at once, in points; 0 for no limit.
    pub query_points: u32,
    /// How many of these points come back each second.
    pub query_points_per_second: u32,
    /// How many web sockets and event streams may be open at once.
    pub stream_limit: usize,
    /// How long a server that was told to stop may take, in seconds.
    pub shutdown_seconds: u64,
}

/// One thing that can be set.
struct Setting {
    /// Its name in the file. The flag has hyphens for underscores, the variable `QUN_` before capitals.
    key: &'static str,
    /// What it is without being set; nothing when `None`.
    default: Option<&'static str>,
    /// What it must be, after "must be".
    allowed: &'static str,
    /// Its value may hold a password and is never shown.
    secret: bool,
}

const fn setting(key: &'static str, default: Option<&'static str>, allowed: &'static str) -> Setting {
    Setting { key, default, allowed, secret: false }
}

const fn secret(key: &'static str, default: Option<&'static str>, allowed: &'static str) -> Setting {
    Setting { key, default, allowed, secret: true }
}

const DATABASE_URL: Setting = secret(
    "database_url",
    Some("sqlite://qun.db"),
    "sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE",
);
const REDIS_URL: Setting = secret("redis_url", None, "redis://HOST:PORT/NUMBER or unix:///PATH");
const LISTEN: Setting =
    setting("listen", Some("127.0.0.1:8080"), "an address and a port, such as 127.0.0.1:8080 or [::]:8080");
const DATABASE_CONNECTIONS: Setting =
    setting("database_connections", Some("10"), "a whole number from 1 to 1000");
const LOG: Setting = setting(
    "log",
    Some("info"),
    "off, error, warn, info, debug, trace, or a list such as info,qun_infra=debug",
);
const LOG_FORMAT: Setting = setting("log_format", Some("text"), "text or json");
const TOKEN_ISSUER: Setting = setting("token_issuer", Some("qun"), "1 to 200 characters without white space");
const TOKEN_MINUTES: Setting = setting("token_minutes", Some("15"), "a whole number from 1 to 1440");
const BODY_LIMIT: Setting =
    setting("body_limit", Some("2MiB"), "a size from 1KiB to 64MiB, in bytes or with KiB or MiB behind it");
const INTROSPECTION: Setting = setting("introspection", Some("true"), "true or false");
const QUERY_POINTS: Setting =
    setting("query_points", Some("200000"), "a whole number from 0, for no limit, to 1000000000");
const QUERY_POINTS_PER_SECOND: Setting =
    setting("query_points_per_second", Some("5000"), "a whole number from 1 to 1000000000");
const STREAM_LIMIT: Setting = setting("stream_limit", Some("10000"), "a whole number from 1 to 1000000");
const SHUTDOWN_SECONDS: Setting = setting("shutdown_seconds", Some("20"), "a whole number from 1 to 600");

const ALL: [&Setting; 14] = [
    &DATABASE_URL,
    &REDIS_URL,
    &LISTEN,
    &DATABASE_CONNECTIONS,
    &LOG,
    &LOG_FORMAT,
    &TOKEN_ISSUER,
    &TOKEN_MINUTES,
    &BODY_LIMIT,
    &INTROSPECTION,
    &QUERY_POINTS,
    &QUERY_POINTS_PER_SECOND,
    &STREAM_LIMIT,
    &SHUTDOWN_SECONDS,
];

/// Why the settings cannot be used: one line for each thing that is wrong.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}", .0.join("\n"))]
pub struct SettingsError(Vec<String>);

impl Settings {
    /// Reads the settings of this process.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load(flags: &Flags) -> Result<Self, SettingsError> {
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        });
        Self::from_sources(flags, environment)
    }

    fn from_sources(
        flags: &Flags,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut sources = Sources::gather(flags, environment)?;
        let database_url = sources.take(&DATABASE_URL, values::database_url);
        let redis_url = sources.take_optional(&REDIS_URL, values::redis_url);
        let listen = sources.take(&LISTEN, values::address);
        let database_connections =
            sources.take(&DATABASE_CONNECTIONS, |text| values::within(text, 1..=1_000));
        let log = sources.take(&LOG, values::log_filter);
        let log_format = sources.take(&LOG_FORMAT, values::log_format);
        let token_issuer = sources.take(&TOKEN_ISSUER, values::issuer);
        let token_minutes = sources.take(&TOKEN_MINUTES, |text| values::within(text, 1..=1_440));
        let body_limit = sources.take(&BODY_LIMIT, values::size);
        let introspection = sources.take(&INTROSPECTION, values::truth);
        let query_points = sources.take(&QUERY_POINTS, |text| values::within(text, 0..=1_000_000_000));
        let query_points_per_second =
            sources.take(&QUERY_POINTS_PER_SECOND, |text| values::within(text, 1..=1_000_000_000));
        let stream_limit = sources.take(&STREAM_LIMIT, |text| values::within(text, 1..=1_000_000));
        let shutdown_seconds = sources.take(&SHUTDOWN_SECONDS, |text| values::within(text, 1..=600));
        sources.finish()?;
        // Nothing is absent here: whatever was, `finish` has reported.
        let whole = || {
            Some(Self {
                database_url: database_url?,
                redis_url,
                listen: listen?,
                database_connections: database_connections?,
                log: log?,
                log_format: log_format?,
                token_issuer: token_issuer?,
                token_minutes: token_minutes?,
                body_limit: body_limit?,
                introspection: introspection?,
                query_points: query_points?,
                query_points_per_second: query_points_per_second?,
                stream_limit: stream_limit?,
                shutdown_seconds: shutdown_seconds?,
            })
        };
        whole().ok_or_else(|| SettingsError(vec!["a setting has no value".to_owned()]))
    }

    /// Whether the operator chose what is logged.
    pub fn logs_by_default(&self) -> bool {
        Some(self.log.as_str()) == LOG.default
    }
}
