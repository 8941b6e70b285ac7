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
use std::path::PathBuf;

use qun_infra::mail::MailRoute;
use thiserror::Error;

pub use flags::Flags;
pub use values::{LogFormat, Origin, SecretUrl};

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
    /// How many proxies of the operator's stand in front of the server.
    pub proxies: usize,
    /// The origins whose pages may read answers.
    pub cors_origins: Vec<Origin>,
    /// The most connections to the database.
    pub database_connections: u32,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Where traces are sent; without it, nowhere.
    pub otlp_endpoint: Option<String>,
    /// Who signs access tokens.
    pub token_issuer: String,
    /// How long an access token is good for, in minutes.
    pub token_minutes: u32,
    /// How long a session lasts without being refreshed, in days.
    pub session_days: u32,
    /// Whether strangers may found organizations.
    pub sign_up: bool,
    /// How letters leave; none are sent without it.
    pub mail_url: Option<MailRoute>,
    /// Whom letters are from.
    pub mail_from: String,
    /// Where the front end is that letters and identity providers lead to.
    pub front_url: String,
    /// Whether identity providers may be at `http:` and at addresses that are not public.
    pub private_providers: bool,
    /// The longest GraphQL request body, in bytes.
    pub body_limit: usize,
    /// Whether the schema may be asked for over HTTP.
    pub introspection: bool,
    /// The file of all documents that may be asked; without it any may.
    pub trusted_documents: Option<PathBuf>,
    /// What an account may spend on queries at once, in points; 0 for no limit.
    pub query_points: u32,
    /// How many of these points come back each second.
    pub query_points_per_second: u32,
    /// What an account may send in rows at once; 0 for no limit.
    pub interaction_rows: u32,
    /// How many of these rows come back each second.
    pub interaction_rows_per_second: u32,
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
const PROXIES: Setting = setting("proxies", Some("0"), "a whole number from 0 to 5");
const CORS_ORIGINS: Setting = setting(
    "cors_origins",
    None,
    "origins with commas between them, such as https://app.example,http://localhost:5173",
);
const DATABASE_CONNECTIONS: Setting =
    setting("database_connections", Some("10"), "a whole number from 1 to 1000");
const LOG: Setting = setting(
    "log",
    Some("info"),
    "off, error, warn, info, debug, trace, or a list such as info,qun_infra=debug",
);
const LOG_FORMAT: Setting = setting("log_format", Some("text"), "text or json");
const OTLP_ENDPOINT: Setting =
    setting("otlp_endpoint", None, "http://HOST:PORT of an OpenTelemetry collector");
const TOKEN_ISSUER: Setting = setting("token_issuer", Some("qun"), "1 to 200 characters without white space");
const TOKEN_MINUTES: Setting = setting("token_minutes", Some("15"), "a whole number from 1 to 1440");
const SESSION_DAYS: Setting = setting("session_days", Some("30"), "a whole number from 1 to 365");
const SIGN_UP: Setting = setting("sign_up", Some("false"), "true or false");
const MAIL_URL: Setting = secret(
    "mail_url",
    None,
    "log:, file:DIRECTORY, smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT?tls=required",
);
const MAIL_FROM: Setting =
    setting("mail_from", Some("Qun <qun@localhost>"), "an address such as Qun <qun@example.org>");
const FRONT_URL: Setting =
    setting("front_url", Some("http://localhost:8080"), "an address such as https://chat.example.org");
const PRIVATE_PROVIDERS: Setting = setting("private_providers", Some("false"), "true or false");
const BODY_LIMIT: Setting =
    setting("body_limit", Some("2MiB"), "a size from 1KiB to 64MiB, in bytes or with KiB or MiB behind it");
const INTROSPECTION: Setting = setting("introspection", Some("true"), "true or false");
const TRUSTED_DOCUMENTS: Setting =
    setting("trusted_documents", None, "the path of a JSON file of ids and documents");
const QUERY_POINTS: Setting =
    setting("query_points", Some("200000"), "a whole number from 0, for no limit, to 1000000000");
const QUERY_POINTS_PER_SECOND: Setting =
    setting("query_points_per_second", Some("5000"), "a whole number from 1 to 1000000000");
const INTERACTION_ROWS: Setting =
    setting("interaction_rows", Some("1000000"), "a whole number from 1000 to 1000000000, or 0 for no limit");
const INTERACTION_ROWS_PER_SECOND: Setting =
    setting("interaction_rows_per_second", Some("10000"), "a whole number from 1 to 1000000000");
const STREAM_LIMIT: Setting = setting("stream_limit", Some("10000"), "a whole number from 1 to 1000000");
const SHUTDOWN_SECONDS: Setting = setting("shutdown_seconds", Some("20"), "a whole number from 1 to 600");

const ALL: [&Setting; 26] = [
    &DATABASE_URL,
    &REDIS_URL,
    &LISTEN,
    &PROXIES,
    &CORS_ORIGINS,
    &DATABASE_CONNECTIONS,
    &LOG,
    &LOG_FORMAT,
    &OTLP_ENDPOINT,
    &TOKEN_ISSUER,
    &TOKEN_MINUTES,
    &SESSION_DAYS,
    &SIGN_UP,
    &MAIL_URL,
    &MAIL_FROM,
    &FRONT_URL,
    &PRIVATE_PROVIDERS,
    &BODY_LIMIT,
    &INTROSPECTION,
    &TRUSTED_DOCUMENTS,
    &QUERY_POINTS,
    &QUERY_POINTS_PER_SECOND,
    &INTERACTION_ROWS,
    &INTERACTION_ROWS_PER_SECOND,
    &STREAM_LIMIT,
    &SHUTDOWN_SECONDS,
];

/// Why the settings cannot be used: one line for each thing that is wrong.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}", .0.join("\n"))]
pub struct SettingsError(Vec<String>);

impl SettingsError {
    /// Each thing that is wrong, one sentence each.
    pub fn problems(&self) -> &[String] {
        &self.0
    }
}

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
        let proxies = sources.take(&PROXIES, |text| values::within(text, 0..=5));
        let cors_origins = sources.take_optional(&CORS_ORIGINS, values::origins);
        let database_connections =
            sources.take(&DATABASE_CONNECTIONS, |text| values::within(text, 1..=1_000));
        let log = sources.take(&LOG, values::log_filter);
        let log_format = sources.take(&LOG_FORMAT, values::log_format);
        let otlp_endpoint = sources.take_optional(&OTLP_ENDPOINT, values::collector);
        let token_issuer = sources.take(&TOKEN_ISSUER, values::issuer);
        let token_minutes = sources.take(&TOKEN_MINUTES, |text| values::within(text, 1..=1_440));
        let session_days = sources.take(&SESSION_DAYS, |text| values::within(text, 1..=365));
        let sign_up = sources.take(&SIGN_UP, values::truth);
        let mail_url = sources.take_optional(&MAIL_URL, values::mail_route);
        let mail_from = sources.take(&MAIL_FROM, values::mailbox);
        let front_url = sources.take(&FRONT_URL, values::web_address);
        let private_providers = sources.take(&PRIVATE_PROVIDERS, values::truth);
        let body_limit = sources.take(&BODY_LIMIT, values::size);
        let introspection = sources.take(&INTROSPECTION, values::truth);
        let trusted_documents = sources.take_optional(&TRUSTED_DOCUMENTS, values::file);
        let query_points = sources.take(&QUERY_POINTS, |text| values::within(text, 0..=1_000_000_000));
        let query_points_per_second = sources.take(&QUERY_POINTS_PER_SECOND, values::rate);
        let interaction_rows = sources.take(&INTERACTION_ROWS, values::rows);
        let interaction_rows_per_second = sources.take(&INTERACTION_ROWS_PER_SECOND, values::rate);
        let stream_limit = sources.take(&STREAM_LIMIT, |text| values::within(text, 1..=1_000_000));
        let shutdown_seconds = sources.take(&SHUTDOWN_SECONDS, |text| values::within(text, 1..=600));
        sources.finish()?;
        // Nothing is absent here: whatever was, `finish` has reported.
        let whole = || {
            Some(Self {
                database_url: database_url?,
                redis_url,
                listen: listen?,
                proxies: proxies?,
                cors_origins: cors_origins.unwrap_or_default(),
                database_connections: database_connections?,
                log: log?,
                log_format: log_format?,
                otlp_endpoint,
                token_issuer: token_issuer?,
                token_minutes: token_minutes?,
                session_days: session_days?,
                sign_up: sign_up?,
                mail_url,
                mail_from: mail_from?,
                front_url: front_url?,
                private_providers: private_providers?,
                body_limit: body_limit?,
                introspection: introspection?,
                trusted_documents,
                query_points: query_points?,
                query_points_per_second: query_points_per_second?,
                interaction_rows: interaction_rows?,
                interaction_rows_per_second: interaction_rows_per_second?,
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
