//! Passwords come in by a flag, by the environment or by standard input.

use std::io::{BufRead, IsTerminal, Write};

/// The password given, or else one line of standard input; an error says how to give one.
///
/// A terminal is told that what is typed will be seen: there is a variable for those who mind.
pub(super) fn or_ask(given: Option<String>, whose: &str, variable: &str) -> Result<String, String> {
    if let Some(password) = given {
        return Ok(password);
    }
    let mut input = std::io::stdin().lock();
    if input.is_terminal() {
        eprint!("Password of {whose} (shown while you type; {variable} avoids that): ");
        let _ = std::io::stderr().flush();
    }
    let mut line = String::new();
    let read = input.read_line(&mut line);
    let password = line.trim_end_matches(['\r', '\n']);
    if read.is_err() || password.is_empty() {
        return Err(format!("no password: give {variable} or a line on standard input"));
    }
    Ok(password.to_owned())
}
