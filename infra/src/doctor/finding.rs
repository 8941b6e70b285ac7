use std::fmt::Display;

use serde::Serialize;

/// How something was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, but somebody should look at it.
    Warning,
    /// It does not work, or holds nobody back who should be held back.
    Problem,
}

/// What one check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: a name that stays the same.
    pub check: &'static str,
    /// How it was found.
    pub level: Level,
    /// What was seen. No secret.
    pub message: String,
    /// What to do about it, where something is to be done.
    pub advice: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn ok(check: &'static str, message: impl Display) -> Self {
        Self { check, level: Level::Ok, message: message.to_string(), advice: None }
    }

    /// Something to look at.
    pub fn warning(check: &'static str, message: impl Display, advice: impl Display) -> Self {
        let advice = Some(advice.to_string());
        Self { check, level: Level::Warning, message: message.to_string(), advice }
    }

    /// Something to mend.
    pub fn problem(check: &'static str, message: impl Display, advice: impl Display) -> Self {
        let advice = Some(advice.to_string());
        Self { check, level: Level::Problem, message: message.to_string(), advice }
    }
}

/// How much there is of something: `1 job`, `2 jobs`.
pub(super) fn counted(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// A span of time, in its largest whole unit.
pub(super) fn span(millis: i64) -> String {
    let seconds = millis / 1_000;
    match seconds {
        ..120 => counted(seconds, "second"),
        120..7_200 => counted(seconds / 60, "minute"),
        7_200..172_800 => counted(seconds / 3_600, "hour"),
        _ => counted(seconds / 86_400, "day"),
    }
}
