use std::fmt;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use qun_domain::time::Timestamp;
use thiserror::Error;
use tracing::info;

use super::{Letter, MailRoute};

/// How long a mail server may take over one letter.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a letter did not leave.
#[derive(Debug, Error)]
pub enum MailError {
    /// The sender's address is none, or the server's.
    #[error("the settings of mail cannot be used")]
    Settings(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It cannot be written as mail: the address it goes to may be none.
    #[error("the letter cannot be written")]
    Letter(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server did not take it.
    #[error("the letter was not taken")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sends letters. Clones share everything.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Log,
    Files(AsyncFileTransport<Tokio1Executor>),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer(from {})", self.from)
    }
}

impl Mailer {
    /// A mailer for letters from `from`, such as `Qun <qun@example.org>`. Connects to nobody yet.
    ///
    /// # Errors
    /// [`MailError::Settings`].
    pub fn new(route: &MailRoute, from: &str) -> Result<Self, MailError> {
        let from = from.parse().map_err(|error| MailError::Settings(Box::new(error)))?;
        let way = match route {
            MailRoute::Log => Way::Log,
            MailRoute::Files(directory) => Way::Files(AsyncFileTransport::new(directory)),
            MailRoute::Smtp(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|error| MailError::Settings(Box::new(error)))?;
                Way::Smtp(builder.timeout(Some(PATIENCE)).build())
            }
        };
        Ok(Self { from, way })
    }

    /// Sends one letter, dated `now`.
    ///
    /// # Errors
    /// See [`MailError`].
    pub async fn send(&self, letter: &Letter, now: Timestamp) -> Result<(), MailError> {
        // An address and nothing else: a name in it would be a stranger's.
        let to: Address = letter.to.parse().map_err(|error| MailError::Letter(Box::new(error)))?;
        let to = Mailbox::new(None, to);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .date(now.to_utc().into())
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|error| MailError::Letter(Box::new(error)))?;
        match &self.way {
            Way::Log => {
                info!(to = letter.to, subject = letter.subject, "a letter:\n{}", letter.text);
                Ok(())
            }
            Way::Files(files) => {
                files.send(message).await.map(drop).map_err(|error| MailError::Refused(Box::new(error)))
            }
            Way::Smtp(server) => {
                server.send(message).await.map(drop).map_err(|error| MailError::Refused(Box::new(error)))
            }
        }
    }
}
