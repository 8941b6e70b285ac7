//! Letters to people, over SMTP; for development into the log or into files.

mod carrier;

use std::fmt;
use std::path::PathBuf;

pub use carrier::{MailError, Mailer};

/// A letter in plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address that it goes to.
    pub to: String,
    /// What it is about, in one line.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl fmt::Debug for Letter {
    /// Letters carry secrets: none is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter(to {})", self.to)
    }
}

/// How letters leave.
#[derive(Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// Written to the log, secrets and all: for development.
    Log,
    /// One file a letter in this directory, as it would be sent (RFC 5322): for development.
    Files(PathBuf),
    /// Handed to this server: `smtps://USER:PASSWORD@HOST` or
    /// `smtp://USER:PASSWORD@HOST:PORT?tls=required`.
    Smtp(String),
}

impl fmt::Debug for MailRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Log => "Log",
            Self::Files(_) => "Files",
            Self::Smtp(_) => "Smtp(…)",
        })
    }
}
