use std::io::Write;

use clap::{Args, Command};

use super::sources::{flag_of, variable_of};
use super::*;

fn load(flags: &Flags, environment: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::from_sources(flags, environment).map_err(|SettingsError(problems)| problems)
}

fn file(text: &str) -> (PathBuf, Flags) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("qun-settings-{}-{number}.toml", std::process::id()));
    std::fs::File::create(&path).and_then(|mut file| file.write_all(text.as_bytes())).expect("a file");
    (path.clone(), Flags { config: Some(path), ..Flags::default() })
}

#[test]
fn the_defaults_are_good() {
    let settings = load(&Flags::default(), &[]).expect("settings");
    assert_eq!(settings.database_url.expose(), "sqlite://qun.db");
    assert_eq!(settings.redis_url, None);
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.body_limit, 2 * 1024 * 1024);
    assert_eq!((settings.token_minutes, settings.introspection, settings.shutdown_seconds), (15, true, 20));
    assert!(settings.logs_by_default());
}

#[test]
fn a_flag_beats_the_environment_beats_the_file() {
    let (path, mut flags) = file("token_minutes = 1\ndatabase_connections = 2\nintrospection = false\n");
    flags.token_minutes = Some("3".to_owned());
    let settings =
        load(&flags, &[("QUN_TOKEN_MINUTES", "2"), ("QUN_DATABASE_CONNECTIONS", "4")]).expect("settings");
    assert_eq!(
        (settings.token_minutes, settings.database_connections, settings.introspection),
        (3, 4, false)
    );
    std::fs::remove_file(path).expect("removed");
}

#[test]
fn an_empty_variable_is_not_set_and_a_foreign_one_is_left_alone() {
    let environment =
        [("QUN_LISTEN", ""), ("QUN_REDIS_URL", ""), ("QUN_SERVICE_HOST", "10.0.0.1"), ("QUN_LOG", "warn")];
    let settings = load(&Flags::default(), &environment).expect("settings");
    assert_eq!(
        (settings.listen.port(), settings.redis_url.is_none(), settings.log.as_str()),
        (8080, true, "warn")
    );
}

#[test]
fn everything_wrong_is_said_at_once_with_its_source() {
    let (path, mut flags) = file("log_format = \"xml\"\nlistne = 1\nshutdown_seconds = [1]\n");
    flags.listen = Some("nowhere".to_owned());
    let problems = load(&flags, &[("QUN_TOKEN_MINUTES", "0"), ("QUN_DATABASE_URL", "mysql://u:hush@h/d")]);
    let problems = problems.expect_err("refused").join("\n").replace(&path.display().to_string(), "FILE");
    assert!(!problems.contains("hush"), "{problems}");
    for said in [
        "listne (from the file FILE) is no setting; there are database_url, redis_url,",
        "database_url (from the environment variable QUN_DATABASE_URL) must be sqlite://FILE or postgres://",
        "listen (from the flag --listen) must be an address and a port, such as 127.0.0.1:8080 or [::]:8080; it is \"nowhere\"",
        "log_format (from the file FILE) must be text or json; it is \"xml\"",
        "token_minutes (from the environment variable QUN_TOKEN_MINUTES) must be a whole number from 1 to 1440; it is \"0\"",
        "shutdown_seconds (from the file FILE) must be a whole number from 1 to 600; it is a table or list",
    ] {
        assert!(problems.contains(said), "{said}\n— is not in —\n{problems}");
    }
    std::fs::remove_file(path).expect("removed");
}

#[test]
fn a_broken_file_is_not_quoted() {
    let (path, flags) = file("listen = \"127.0.0.1:1\"\ndatabase_url = \"postgres://u:hush@h\n");
    let problems = load(&flags, &[]).expect_err("refused").join("\n");
    assert!(
        problems.contains("is not TOML") && problems.contains("line 2") && !problems.contains("hush"),
        "{problems}"
    );
    std::fs::remove_file(path).expect("removed");
    let problems = load(&flags, &[]).expect_err("refused").join("\n");
    assert!(problems.contains("cannot be read"), "{problems}");
}

#[test]
fn values_at_their_borders() {
    let is_good = |key: &str, value: &str| load(&Flags::default(), &[(&variable_of(key), value)]).is_ok();
    for (key, good, bad) in [
        ("database_url", "sqlite:///var/qun.db", "sqlite://"),
        ("database_url", "postgresql://h/d", "sqlite://:memory:"),
        ("redis_url", "redis://h:6379/1", "rediss://h"),
        ("listen", "[::]:0", "127.0.0.1"),
        ("proxies", "5", "6"),
        ("cors_origins", "https://app.example", "*"),
        ("cors_origins", "http://localhost:5173, https://[2001:db8::1]:8443", "null"),
        ("cors_origins", "https://a.example,https://b.example", "https://a.example,"),
        ("cors_origins", "http://192.0.2.1", "https://app.example/"),
        ("cors_origins", "https://xn--8o8a.example", "https://App.example"),
        ("cors_origins", "https://app.example:444", "https://app.example:443"),
        ("database_connections", "1000", "1001"),
        ("log", "info,qun_infra=debug", "verbose"),
        ("log", "OFF", "info,,="),
        ("otlp_endpoint", "http://collector:4318/", "https://collector:4318"),
        ("otlp_endpoint", "http://[::1]:4318", "http://"),
        ("otlp_endpoint", "http://127.0.0.1:4318", "http://collector:4318/v1/traces"),
        ("token_issuer", "https://qun.example", "a b"),
        ("token_minutes", "1440", "15m"),
        ("session_days", "365", "0"),
        ("sign_up", "true", "open"),
        ("mail_url", "log:", "log"),
        ("mail_url", "file:/var/mail", "file:"),
        ("mail_url", "smtp://a:b@h:587?tls=required", "smtp://"),
        ("mail_url", "smtps://h", "http://h"),
        ("mail_from", "群 <qun@example.org>", "qun"),
        ("front_url", "https://chat.example.org/app", "chat.example.org"),
        ("front_url", "http://localhost:3000", "https://chat.example.org/#x"),
        ("private_providers", "true", "some"),
        ("body_limit", "65536", "1023"),
        ("body_limit", "64MiB", "65 MiB"),
        ("introspection", "false", "no"),
        ("trusted_documents", "documents.json", " "),
        ("query_points", "0", "-1"),
        ("query_points_per_second", "1", "0"),
        ("interaction_rows", "0", "999"),
        ("interaction_rows", "1000", "1000000001"),
        ("interaction_rows_per_second", "1", "0"),
    ] {
        assert!(is_good(key, good), "{key} {good}");
        assert!(!is_good(key, bad), "{key} {bad}");
    }
}

#[test]
fn a_password_is_never_shown() {
    for (url, shown) in [
        ("postgres://qun:p@ss/w@host:5432/qun?password=x", "postgres://***@host:5432/qun"),
        ("sqlite://qun.db", "sqlite://qun.db"),
        ("redis://:hush@host", "redis://***@host"),
    ] {
        let url = values::database_url(url).or_else(|| values::redis_url(url)).expect("a URL");
        assert_eq!((url.to_string().as_str(), format!("{url:?}").as_str()), (shown, shown));
    }
}

#[test]
fn every_setting_has_a_flag_that_tells_its_variable_and_default() {
    let command = Flags::augment_args(Command::new("qun"));
    let given = Flags {
        config: None,
        database_url: Some(String::new()),
        redis_url: Some(String::new()),
        listen: Some(String::new()),
        proxies: Some(String::new()),
        cors_origins: Some(String::new()),
        database_connections: Some(String::new()),
        log: Some(String::new()),
        log_format: Some(String::new()),
        otlp_endpoint: Some(String::new()),
        token_issuer: Some(String::new()),
        token_minutes: Some(String::new()),
        session_days: Some(String::new()),
        sign_up: Some(String::new()),
        mail_url: Some(String::new()),
        mail_from: Some(String::new()),
        front_url: Some(String::new()),
        private_providers: Some(String::new()),
        body_limit: Some(String::new()),
        introspection: Some(String::new()),
        trusted_documents: Some(String::new()),
        query_points: Some(String::new()),
        query_points_per_second: Some(String::new()),
        interaction_rows: Some(String::new()),
        interaction_rows_per_second: Some(String::new()),
        stream_limit: Some(String::new()),
        shutdown_seconds: Some(String::new()),
    };
    assert_eq!(given.given().map(|(key, _)| key).collect::<Vec<_>>(), ALL.map(|setting| setting.key));
    for setting in ALL {
        let flag = flag_of(setting.key);
        let argument =
            command.get_arguments().find(|argument| Some(&flag[2..]) == argument.get_long()).expect("a flag");
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains(&variable_of(setting.key)), "{help}");
        let default = format!("[default: {}]", setting.default.unwrap_or("none"));
        assert!(help.contains(&default), "{help} lacks {default}");
    }
}
