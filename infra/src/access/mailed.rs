//! Tokens that go out by mail. What waits to be sent has none yet: it is made when the letter
//! is written, so that the queue holds no secret, and a letter that is sent again has a new one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qun_domain::access::{Email, MailPurpose, mail_again_after};
use qun_domain::fault::Fault;
use qun_domain::locale::Locale;
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Access, Caller, accounts};
use crate::db::{Db, SystemTx, column};
use crate::ids::Ids;

/// How long the row of a token is kept that is over, in milliseconds.
const KEPT: i64 = 7 * Timestamp::DAY;

/// Why no letter was asked for.
#[derive(Debug)]
pub enum LetterProblem {
    /// The address is none.
    BadEmail,
    /// Nobody may sign up here.
    SignUpClosed,
    /// This installation sends no mail.
    NoMail,
    /// Too many letters were asked for, to this address or from this network address.
    Throttled {
        /// In how many seconds the next is allowed.
        retry_after_seconds: u64,
    },
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for LetterProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// Asks for a letter with a token. Whether there is an account of this address is not
    /// looked at, so neither the answer nor its time tells.
    ///
    /// # Errors
    /// See [`LetterProblem`].
    pub async fn request_letter(
        &self,
        purpose: MailPurpose,
        email: &str,
        locale: Locale,
        caller: &Caller,
    ) -> Result<(), LetterProblem> {
        if purpose == MailPurpose::SignUp && !self.settings.sign_up {
            return Err(LetterProblem::SignUpClosed);
        }
        if !self.settings.mail {
            return Err(LetterProblem::NoMail);
        }
        let email: Email = email.parse().map_err(|_| LetterProblem::BadEmail)?;
        self.letter_throttle
            .admit(&email, caller.client.address.as_deref())
            .await
            .map_err(|retry_after_seconds| LetterProblem::Throttled { retry_after_seconds })?;
        let now = self.clock.now();
        let door = SystemTx::begin(&self.db).await?;
        door.run(
            "INSERT INTO mailed_token (id, purpose, email, locale, requested_at, expires_at, tries, next_try_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, $5)",
            vec![
                self.ids.make::<Uuid>().into(),
                purpose.code().into(),
                email.as_str().into(),
                locale.code().into(),
                now.millis().into(),
                now.plus_millis(purpose.life()).millis().into(),
            ],
        )
        .await?;
        door.commit().await?;
        self.letters_wait.notify_one();
        Ok(())
    }
}

/// A letter that is about to be sent.
pub(super) struct Due {
    pub(super) id: Uuid,
    pub(super) purpose: MailPurpose,
    pub(super) email: Email,
    /// That of the account, or else of the request.
    pub(super) locale: Locale,
    /// Whether the address has an account.
    pub(super) has_account: bool,
    /// The token, which nobody else has.
    pub(super) token: String,
}

/// Takes the letter that has waited longest: it is this process's until its next try is due.
/// Its token is made now; that of an earlier try is good no more.
pub(super) async fn claim(db: &Db, ids: &Ids, now: Timestamp) -> Result<Option<Due>, Fault> {
    let door = SystemTx::begin(db).await?;
    let sql = format!(
        "SELECT id, purpose, email, locale, tries FROM mailed_token
         WHERE sent_at IS NULL AND next_try_at <= $1 AND expires_at > $1
         ORDER BY next_try_at, id LIMIT 1{}",
        door.dialect().skip_locked()
    );
    let rows = door.rows(&sql, vec![now.millis().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let tries: i32 = column(row, 4)?;
    let again = mail_again_after(u32::try_from(tries).unwrap_or_default() + 1);
    let secret: [u8; 32] = ids.bytes();
    let token = URL_SAFE_NO_PAD.encode(secret);
    let mut due = due(row, token)?;
    door.run(
        "UPDATE mailed_token SET token_hash = $2, tries = tries + 1, next_try_at = $3 WHERE id = $1",
        vec![due.id.into(), hash_of(&due.token).into(), now.plus_millis(again).millis().into()],
    )
    .await?;
    let account = accounts::account(&door, &due.email).await?.map(|(account, _)| account);
    due.has_account = account.is_some();
    due.locale = account.and_then(|account| account.locale).unwrap_or(due.locale);
    door.commit().await?;
    Ok(Some(due))
}

fn due(row: &QueryResult, token: String) -> Result<Due, Fault> {
    fn parsed<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Fault> {
        text.parse().map_err(|_| Fault::new(format!("mailed_token.{name} cannot be read")))
    }
    Ok(Due {
        id: column(row, 0)?,
        purpose: parsed("purpose", &column::<String>(row, 1)?)?,
        email: parsed("email", &column::<String>(row, 2)?)?,
        locale: parsed("locale", &column::<String>(row, 3)?)?,
        has_account: false,
        token,
    })
}

/// Notes that a letter has left, and forgets tokens that have long been over.
pub(super) async fn left(db: &Db, id: Uuid, now: Timestamp) -> Result<(), Fault> {
    let door = SystemTx::begin(db).await?;
    door.run("UPDATE mailed_token SET sent_at = $2 WHERE id = $1", vec![id.into(), now.millis().into()])
        .await?;
    door.run("DELETE FROM mailed_token WHERE expires_at < $1", vec![now.plus_millis(-KEPT).millis().into()])
        .await?;
    door.commit().await
}

/// The address that a token was sent to, if it is good.
pub(super) async fn holder(
    db: &Db,
    purpose: MailPurpose,
    token: &str,
    now: Timestamp,
) -> Result<Option<Email>, Fault> {
    let door = SystemTx::begin(db).await?;
    let rows = door
        .rows(
            "SELECT email FROM mailed_token
             WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
            vec![hash_of(token).into(), purpose.code().into(), now.millis().into()],
        )
        .await?;
    door.commit().await?;
    rows.first().map(email).transpose()
}

fn email(row: &QueryResult) -> Result<Email, Fault> {
    column::<String>(row, 0)?.parse().map_err(|error| Fault::from_error("mailed_token.email", error))
}

/// Uses a token up; the address that it was sent to, if it was good.
pub(super) async fn take(
    door: &SystemTx,
    purpose: MailPurpose,
    token: &str,
    now: Timestamp,
) -> Result<Option<Email>, Fault> {
    let sql = "SELECT email FROM mailed_token WHERE token_hash = $1 AND purpose = $2";
    let found = door.rows(sql, vec![hash_of(token).into(), purpose.code().into()]).await?;
    let Some(email) = found.first().map(email).transpose()? else { return Ok(None) };
    // All letters to the address are held, in one order for everybody who comes.
    let sql = format!(
        "SELECT token_hash FROM mailed_token
         WHERE email = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 ORDER BY id{}",
        door.dialect().for_update()
    );
    let params = vec![email.as_str().into(), purpose.code().into(), now.millis().into()];
    let good: Vec<Option<Vec<u8>>> =
        door.rows(&sql, params.clone()).await?.iter().map(|row| column(row, 0)).collect::<Result<_, _>>()?;
    if !good.contains(&Some(hash_of(token))) {
        return Ok(None);
    }
    // One letter was enough: the others to this address are good for nothing any more.
    door.run(
        "UPDATE mailed_token SET used_at = $3, sent_at = COALESCE(sent_at, $3)
         WHERE email = $1 AND purpose = $2 AND used_at IS NULL",
        params,
    )
    .await?;
    Ok(Some(email))
}

fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}
