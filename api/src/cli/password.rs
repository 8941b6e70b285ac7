//! Passwords come in by a flag, by the environment or by standard input.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, ensure};

/// The password given, or else one line of standard input.
///
/// A terminal is told that what is typed will be seen: there is a variable for those who mind.
pub(super) fn or_ask(given: Option<String>, whose: &str, variable: &str) -> anyhow::Result<String> {
    if let Some(password) = given {
        return Ok(password);
    }
    let mut input = std::io::stdin().lock();
    if input.is_terminal() {
        eprint!("Password of {whose} (shown while you type; {variable} avoids that): ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    input.read_line(&mut line).context("cannot read the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    ensure!(!password.is_empty(), "no password: give {variable} or a line on standard input");
    Ok(password.to_owned())
}
