//! What each setting may be: a function from its text to its value, or nothing.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use qun_infra::mail::{MailRoute, Mailer};
use tracing_subscriber::EnvFilter;

/// A URL that may hold a password, which is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The URL of a database, as the settings take it.
    pub fn of_database(text: &str) -> Option<Self> {
        database_url(text)
    }

    /// The URL with its password, for the driver alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretUrl {
    /// Scheme, host and path: what stands before the last `@` and behind `?` is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.split('?').next().unwrap_or_default();
        match (shown.split_once("://"), shown.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) => write!(f, "{scheme}://***@{host}"),
            _ => f.write_str(shown),
        }
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Where a page comes from, as its browser says it: `https://HOST`, or with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The text, compared letter by letter.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Exactly as browsers write it (RFC 6454, section 6.2): what is spelled in another way
    /// would match no page. `*` is no origin, nor is `null`, which any page can make itself.
    fn read(text: &str) -> Option<Self> {
        let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let default = if text.starts_with("https:") { "443" } else { "80" };
        let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port);
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
        let is_host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).map_or_else(
            || !host.is_empty() && host.bytes().all(is_plain),
            |address| address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address),
        );
        let is_good = is_host && port.is_none_or(|port| is_port(port) && port != default);
        is_good.then(|| Self(text.to_owned()))
    }
}

pub(super) fn origins(text: &str) -> Option<Vec<Origin>> {
    text.split(',').map(|origin| Origin::read(origin.trim())).collect()
}

pub(super) fn database_url(text: &str) -> Option<SecretUrl> {
    let is_sqlite = text.strip_prefix("sqlite://").is_some_and(|file| {
        let file = file.split('?').next().unwrap_or_default();
        // A database in memory would be another one for each connection.
        !file.is_empty() && file != ":memory:"
    });
    let is_postgres = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    (is_sqlite || is_postgres).then(|| SecretUrl(text.to_owned()))
}

pub(super) fn redis_url(text: &str) -> Option<SecretUrl> {
    ["redis://", "redis+unix://", "unix://"]
        .iter()
        .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
        .then(|| SecretUrl(text.to_owned()))
}

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    text.to_socket_addrs().ok()?.next()
}

pub(super) fn within<N: FromStr + PartialOrd>(text: &str, range: RangeInclusive<N>) -> Option<N> {
    text.parse().ok().filter(|number| range.contains(number))
}

/// How much comes back each second.
pub(super) fn rate(text: &str) -> Option<u32> {
    within(text, 1..=1_000_000_000)
}

/// The size of a budget for rows: a request of a thousand, which GraphQL takes, has to fit.
pub(super) fn rows(text: &str) -> Option<u32> {
    within(text, 0..=1_000_000_000).filter(|rows| *rows == 0 || *rows >= 1_000)
}

/// A level, or directives that name a target and a level.
///
/// The library takes any single word for a target, so that `verbose` would mean
/// silence; here a word alone has to be a level.
pub(super) fn log_filter(text: &str) -> Option<String> {
    let is_level = |word: &str| {
        ["off", "error", "warn", "info", "debug", "trace"]
            .iter()
            .any(|level| word.eq_ignore_ascii_case(level))
    };
    let is_plain = text.split(',').all(|part| part.contains(['=', '[']) || is_level(part.trim()));
    (is_plain && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
}

pub(super) fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

/// The address of a collector: plain HTTP, without the path, which is always the same.
pub(super) fn collector(text: &str) -> Option<String> {
    let authority = text.strip_prefix("http://")?.trim_end_matches('/');
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    let is_good = !authority.is_empty() && authority.bytes().all(is_plain);
    is_good.then(|| format!("http://{authority}"))
}

pub(super) fn issuer(text: &str) -> Option<String> {
    let is_good = (1..=200).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_good.then(|| text.to_owned())
}

pub(super) fn size(text: &str) -> Option<usize> {
    const KIB: usize = 1024;
    let (digits, unit) = match (text.strip_suffix("KiB"), text.strip_suffix("MiB")) {
        (Some(digits), _) => (digits, KIB),
        (_, Some(digits)) => (digits, KIB * KIB),
        _ => (text, 1),
    };
    let bytes = digits.trim_end().parse::<usize>().ok()?.checked_mul(unit)?;
    (KIB..=64 * KIB * KIB).contains(&bytes).then_some(bytes)
}

pub(super) fn file(text: &str) -> Option<PathBuf> {
    (!text.trim().is_empty()).then(|| PathBuf::from(text))
}

pub(super) fn truth(text: &str) -> Option<bool> {
    text.parse().ok()
}

/// How letters leave.
pub(super) fn mail_route(text: &str) -> Option<MailRoute> {
    let route = match text.split_once(':')? {
        ("log", "") => MailRoute::Log,
        ("file", directory) if !directory.is_empty() => MailRoute::Files(directory.into()),
        ("smtp" | "smtps", _) => MailRoute::Smtp(text.to_owned()),
        _ => return None,
    };
    // Whatever the mailer itself would refuse is refused here.
    Mailer::new(&route, "qun@localhost").is_ok().then_some(route)
}

/// An address with or without a name, as mail has it.
pub(super) fn mailbox(text: &str) -> Option<String> {
    Mailer::new(&MailRoute::Log, text).is_ok().then(|| text.to_owned())
}

/// The address of a page, to which a path can be added.
pub(super) fn web_address(text: &str) -> Option<String> {
    let uri: actix_web::http::Uri = text.parse().ok()?;
    let is_good = matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.host().is_some_and(|host| !host.is_empty())
        && !text.contains(['?', '#']);
    is_good.then(|| text.to_owned())
}
