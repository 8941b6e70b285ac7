//! A refresh token is given in for the next one, and an access token with it.

use qun_domain::access::{Refresh, SessionEnd};
use qun_domain::fault::Fault;
use qun_domain::time::Timestamp;
use tracing::warn;

use super::everywhere::By;
use super::refresh_token::RefreshToken;
use super::sessions::{self, Ending, Kept, Which};
use super::token::InSession;
use super::{Access, Caller, accounts};
use crate::db::SystemTx;

/// What a refresh token is given in for.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The token to send with each request.
    pub access_token: String,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// The refresh token that is good from now on.
    pub refresh_token: String,
}

/// Why there are no new tokens.
#[derive(Debug)]
pub enum RefreshProblem {
    /// The session is over, was never there, or is over from now on, because the token came a
    /// second time; which, is not told.
    SessionEnded,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for RefreshProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// Gives the next tokens of a session. Asked again within half a minute, the same
    /// refresh token; later, the session ends.
    ///
    /// # Errors
    /// See [`RefreshProblem`].
    pub async fn refresh(&self, token: &str, caller: &Caller) -> Result<Refreshed, RefreshProblem> {
        let token: RefreshToken = token.parse().map_err(|_| RefreshProblem::SessionEnded)?;
        let door = SystemTx::begin(&self.db).await?;
        let kept = sessions::of_token(&door, &token).await?;
        // Who knows no more than the ids in it cannot end the session either.
        let kept = kept.filter(|kept| kept.family_hash == token.family_hash());
        let kept = kept.ok_or(RefreshProblem::SessionEnded)?;
        let now = self.clock.now();
        let next = match kept.state.judge(&token.token_hash(), now) {
            Refresh::Over => return Err(RefreshProblem::SessionEnded),
            Refresh::Reused => {
                // Who ends sessions holds the account first: this session is let go before.
                door.commit().await?;
                return self.end_stolen(&token, &kept, caller).await;
            }
            Refresh::Again => token.next(&kept.chain_key)?,
            Refresh::Next => {
                let next = token.next(&kept.chain_key)?;
                sessions::refresh(&door, &next, &token, now, self.session_end(now)).await?;
                next
            }
        };
        let is_member = accounts::is_member(&door, token.org, kept.account).await?;
        door.commit().await?;
        if !is_member {
            return Err(RefreshProblem::SessionEnded);
        }
        let life = self.settings.token_life;
        let session = InSession { id: token.session, is_confined: kept.is_confined };
        let issued = self.issue(kept.account, token.org, Some(session), life).await?;
        Ok(Refreshed {
            access_token: issued.access_token,
            expires_at: issued.expires_at,
            refresh_token: next.reveal(),
        })
    }

    async fn end_stolen(
        &self,
        token: &RefreshToken,
        kept: &Kept,
        caller: &Caller,
    ) -> Result<Refreshed, RefreshProblem> {
        warn!(session.id = %token.session, account.id = %kept.account, "a refresh token came a second time");
        let ending = Ending {
            account: kept.account,
            which: Which::One(token.session),
            why: SessionEnd::Reused,
            by: By::Itself(caller.request_id.as_deref()),
        };
        self.end_sessions(SystemTx::begin(&self.db).await?, ending).await?;
        Err(RefreshProblem::SessionEnded)
    }

    /// Until when a session that is opened or refreshed now has to be refreshed.
    pub(super) fn session_end(&self, now: Timestamp) -> Timestamp {
        let life = i64::try_from(self.settings.session_life.as_millis()).unwrap_or(i64::MAX);
        now.plus_millis(life)
    }
}
