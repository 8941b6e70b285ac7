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
        help = "How many proxies of yours stand in front and add to X-Forwarded-For [env: QUN_PROXIES] [default: 0]"
    )]
    pub proxies: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "ORIGINS",
        hide_short_help = true,
        help = "The origins whose pages may read answers, with commas between [env: QUN_CORS_ORIGINS] [default: none]"
    )]
    pub cors_origins: Option<String>,

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
        value_name = "URL",
        hide_short_help = true,
        help = "The OpenTelemetry collector that traces are sent to: http://HOST:4318 [env: QUN_OTLP_ENDPOINT] [default: none]"
    )]
    pub otlp_endpoint: Option<String>,

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
        value_name = "N",
        hide_short_help = true,
        help = "How long a log-in lasts without being refreshed, in days [env: QUN_SESSION_DAYS] [default: 30]"
    )]
    pub session_days: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "BOOL",
        hide_short_help = true,
        help = "Whether strangers may sign up and found organizations [env: QUN_SIGN_UP] [default: false]"
    )]
    pub sign_up: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "URL",
        hide_short_help = true,
        help = "How letters leave: smtps://…, smtp://…, file:DIRECTORY or log: [env: QUN_MAIL_URL] [default: none]"
    )]
    pub mail_url: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "ADDRESS",
        hide_short_help = true,
        help = "Whom letters are from [env: QUN_MAIL_FROM] [default: Qun <qun@localhost>]"
    )]
    pub mail_from: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "URL",
        hide_short_help = true,
        help = "Where the front end is that letters lead to: its paths /sign-up and /reset-password [env: QUN_FRONT_URL] [default: http://localhost:8080]"
    )]
    pub front_url: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "BOOL",
        hide_short_help = true,
        help = "Whether identity providers may be at http: and in private networks [env: QUN_PRIVATE_PROVIDERS] [default: false]"
    )]
    pub private_providers: Option<String>,

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
        value_name = "FILE",
        hide_short_help = true,
        help = "A JSON file of ids and GraphQL documents, the only ones that are then run [env: QUN_TRUSTED_DOCUMENTS] [default: none]"
    )]
    pub trusted_documents: Option<String>,

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
        help = "How many rows an account may send at once; 0 for no limit [env: QUN_INTERACTION_ROWS] [default: 1000000]"
    )]
    pub interaction_rows: Option<String>,

    #[arg(
        long,
        global = true,
        value_name = "N",
        hide_short_help = true,
        help = "How many of these rows come back each second [env: QUN_INTERACTION_ROWS_PER_SECOND] [default: 10000]"
    )]
    pub interaction_rows_per_second: Option<String>,

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
            ("proxies", &self.proxies),
            ("cors_origins", &self.cors_origins),
            ("database_connections", &self.database_connections),
            ("log", &self.log),
            ("log_format", &self.log_format),
            ("otlp_endpoint", &self.otlp_endpoint),
            ("token_issuer", &self.token_issuer),
            ("token_minutes", &self.token_minutes),
            ("session_days", &self.session_days),
            ("sign_up", &self.sign_up),
            ("mail_url", &self.mail_url),
            ("mail_from", &self.mail_from),
            ("front_url", &self.front_url),
            ("private_providers", &self.private_providers),
            ("body_limit", &self.body_limit),
            ("introspection", &self.introspection),
            ("trusted_documents", &self.trusted_documents),
            ("query_points", &self.query_points),
            ("query_points_per_second", &self.query_points_per_second),
            ("interaction_rows", &self.interaction_rows),
            ("interaction_rows_per_second", &self.interaction_rows_per_second),
            ("stream_limit", &self.stream_limit),
            ("shutdown_seconds", &self.shutdown_seconds),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.clone()?)))
    }
}
