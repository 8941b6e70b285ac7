//! The settings as flags. A test holds them against the table of settings.

use std::path::PathBuf;

use clap::Args;

/// Flags that every command takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings (flag > environment > file > default)")]
pub struct Flags {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "A TOML file with settings, such as: listen = \"0.0.0.0:8080\" [env: QUN_CONFIG]"
    )]
    pub config: Option<PathBuf>,

    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "The database: sqlite://FILE or postgres://… [env: QUN_DATABASE_URL] [default: sqlite://qun.db]"
    )]
    pub database_url: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "What servers share, if there is more than one: redis://… [env: QUN_REDIS_URL] [default: none]"
    )]
    pub redis_url: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "ADDRESS",
        help = "The address to serve HTTP on [env: QUN_LISTEN] [default: 127.0.0.1:8080]"
    )]
    pub listen: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "N",
        hide_short_help = true,
        help = "The most database connections [env: QUN_DATABASE_CONNECTIONS] [default: 10]"
    )]
    pub database_connections: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        hide_short_help = true,
        help = "What is logged: a level, or a list such as info,qun_infra=debug [env: QUN_LOG] [default: info]"
    )]
    pub log: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        hide_short_help = true,
        help = "How it is logged: text or json [env: QUN_LOG_FORMAT] [default: text]"
    )]
    pub log_format: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "NAME",
        hide_short_help = true,
        help = "The issuer written into access tokens [env: QUN_TOKEN_ISSUER] [default: qun]"
    )]
    pub token_issuer: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "N",
        hide_short_help = true,
        help = "How long an access token is good for, in minutes [env: QUN_TOKEN_MINUTES] [default: 15]"
    )]
    pub token_minutes: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "SIZE",
        hide_short_help = true,
        help = "The longest GraphQL request body [env: QUN_BODY_LIMIT] [default: 2MiB]"
    )]
    pub body_limit: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "BOOL",
        hide_short_help = true,
        help = "Whether the schema may be asked for over HTTP [env: QUN_INTROSPECTION] [default: true]"
    )]
    pub introspection: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "N",
        hide_short_help = true,
        help = "What an account may spend on queries at once, in points; 0 for no limit [env: QUN_QUERY_POINTS] [default: 200000]"
    )]
    pub query_points: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "N",
        hide_short_help = true,
        help = "How many of these points come back each second [env: QUN_QUERY_POINTS_PER_SECOND] [default: 5000]"
    )]
    pub query_points_per_second: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "N",
        hide_short_help = true,
        help = "How many WebSockets and event streams may be open at once [env: QUN_STREAM_LIMIT] [default: 10000]"
    )]
    pub stream_limit: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "N",
        hide_short_help = true,
        help = "How long a server that was told to stop may take [env: QUN_SHUTDOWN_SECONDS] [default: 20]"
    )]
    pub shutdown_seconds: Option<String>,
}

impl Flags {
    /// The settings that were given as flags, by key.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, String)> {
        [
            ("database_url", &self.database_url),
            ("redis_url", &self.redis_url),
            ("listen", &self.listen),
            ("database_connections", &self.database_connections),
            ("log", &self.log),
            ("log_format", &self.log_format),
            ("token_issuer", &self.token_issuer),
            ("token_minutes", &self.token_minutes),
            ("body_limit", &self.body_limit),
            ("introspection", &self.introspection),
            ("query_points", &self.query_points),
            ("query_points_per_second", &self.query_points_per_second),
            ("stream_limit", &self.stream_limit),
            ("shutdown_seconds", &self.shutdown_seconds),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.clone()?)))
    }
}
