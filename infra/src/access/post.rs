//! The post office: sends the letters that wait.

use std::time::Duration;

use qun_domain::fault::Fault;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::{error, warn};

use super::invitations::deliver_one;
use super::{Access, letters, mailed};
use crate::mail::Mailer;
use crate::supervise;

/// How often the queue is looked at when nobody says that something waits: letters of other
/// servers, and those that did not leave.
const LOOK: Duration = Duration::from_secs(10);

/// Sends what waits. Any number of servers may run one; a letter that is being sent when its
/// server dies is sent again, with another token.
#[derive(Clone, Debug)]
pub struct PostOffice {
    access: Access,
    mailer: Mailer,
    front: String,
}

impl PostOffice {
    /// One whose letters lead into the front end at the address `front`.
    pub fn new(access: Access, mailer: Mailer, front: String) -> Self {
        Self { access, mailer, front }
    }

    /// Works in the background, for as long as the process lives.
    pub fn open(self) -> JoinHandle<()> {
        supervise::spawn("post office", async move {
            loop {
                if let Err(fault) = self.deliver().await {
                    error!(fault = fault.chain(), "letters cannot be sent");
                }
                // In either case it is time to look.
                let _ = timeout(LOOK, self.access.letters_wait.notified()).await;
            }
        })
    }

    /// Sends all letters that are due; how many left.
    ///
    /// # Errors
    /// A fault when the database fails. A mail server that takes no letter is none: the letter
    /// waits for its next try.
    pub async fn deliver(&self) -> Result<usize, Fault> {
        let Access { db, ids, clock, .. } = &self.access;
        let mut count = 0;
        while let Some(has_left) = deliver_one(db, ids, clock, &self.mailer, &self.front).await? {
            count += usize::from(has_left);
        }
        while let Some(due) = mailed::claim(db, ids, clock.now()).await? {
            if let Some(letter) = letters::write(&due, &self.front) {
                if let Err(error) = self.mailer.send(&letter, clock.now()).await {
                    warn!(letter.id = %due.id, error = &error as &dyn std::error::Error, "a letter did not leave");
                    continue;
                }
                count += 1;
            }
            mailed::left(db, due.id, clock.now()).await?;
        }
        Ok(count)
    }
}
