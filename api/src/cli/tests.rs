use clap::CommandFactory;

use super::*;

fn parse(line: &str) -> Result<Command, clap::error::ErrorKind> {
    Cli::try_parse_from(line.split(' ')).map(|cli| cli.command).map_err(|error| error.kind())
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_teaches_by_example() {
    fn walk(command: &clap::Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            command.get_subcommands().for_each(|inner| walk(inner, &path));
        } else {
            let help = command.get_long_about().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example: "), "{path} has no example");
        }
    }
    walk(&Cli::command(), "");
}

#[test]
fn commands_of_the_documentation() {
    for line in [
        "qun serve --listen 0.0.0.0:8080",
        "qun --database-url sqlite://a.db migrate",
        "qun demo --no-serve --seed 7",
        "qun import --org acme --group Garden --community All --platform telegram --time-zone Asia/Shanghai log.json",
        "qun import --org acme -",
        "qun token --org acme --email a@b.c --minutes 5",
        "qun schema",
        "qun errors",
        "qun keys rotate",
        "qun audit verify",
        "qun audit verify --org acme --head 7:0000000000000000000000000000000000000000000000000000000000000000",
        "qun audit seal",
        "qun doctor --json",
        "qun move --to postgres://qun@db.example/qun",
        "qun tiers evaluate --org acme --from 2015-W01 --to 2015-W53",
        "qun recompute --org acme --group Garden",
        "qun policy show --org acme --community All",
        "qun policy publish --org acme --group Garden patch.json --note calmer",
        "qun export --org acme activity --group Garden",
        "qun export --org acme tiers --community All --week 2026-W07",
        "qun org create --slug acme --name Acme --time-zone UTC --owner-email a@b.c",
        "qun account add --org acme --email a@b.c --role facilitator",
    ] {
        assert!(parse(line).is_ok(), "{line}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    use clap::error::ErrorKind::{ArgumentConflict, MissingRequiredArgument, ValueValidation};
    for (line, kind) in [
        ("qun import --org Acme f", ValueValidation),
        ("qun import --org acme --platform msn f", ValueValidation),
        ("qun import --org acme --time-zone Mars/Olympus f", ValueValidation),
        ("qun import --org acme", MissingRequiredArgument),
        ("qun tiers evaluate --org acme --from 2026-W54", ValueValidation),
        ("qun tiers evaluate --org acme --group A --community B", ArgumentConflict),
        ("qun export --org acme tiers", MissingRequiredArgument),
        ("qun token --org acme --email a@b.c --minutes 0", ValueValidation),
        ("qun audit verify --org acme --head 7", ValueValidation),
        (
            "qun audit verify --head 0:0000000000000000000000000000000000000000000000000000000000000000",
            MissingRequiredArgument,
        ),
    ] {
        assert_eq!(parse(line).err(), Some(kind), "{line}");
    }
}
