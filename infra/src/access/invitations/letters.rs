//! The letters that take invitations along. The secret is made when the letter is written, so
//! that the queue holds none, and a letter that is sent again has another.

use qun_domain::access::{Email, mail_again_after};
use qun_domain::fault::Fault;
use qun_domain::id::{InvitationId, OrgId};
use qun_domain::locale::Locale;
use qun_domain::time::Timestamp;
use tracing::warn;

use super::FreshInvitation;
use crate::access::accounts;
use crate::clock::Clock;
use crate::db::{Db, SystemTx, column};
use crate::ids::Ids;
use crate::mail::{Letter, Mailer};

/// A letter that is about to be sent.
struct Due {
    org: OrgId,
    organization: String,
    email: Email,
    /// That of the account, or else the one that the invitation asks for.
    locale: Locale,
    expires_at: Timestamp,
    fresh: FreshInvitation,
}

/// Sends the letter that has waited longest; whether there was one.
pub(in crate::access) async fn deliver_one(
    db: &Db,
    ids: &Ids,
    clock: &Clock,
    mailer: &Mailer,
    front: &str,
) -> Result<Option<bool>, Fault> {
    let Some(due) = claim(db, ids, clock.now()).await? else { return Ok(None) };
    if let Err(error) = mailer.send(&write(&due, front), clock.now()).await {
        let error = &error as &dyn std::error::Error;
        warn!(invitation.id = %due.fresh.id, error, "an invitation did not leave");
        return Ok(Some(false));
    }
    let door = SystemTx::begin(db).await?;
    // One that was renewed meanwhile waits for its next letter.
    let sql = "UPDATE invitation SET letter_at = NULL WHERE org_id = $1 AND id = $2 AND secret_hash = $3";
    let hash = due.fresh.secret_hash.to_vec();
    door.run(sql, vec![due.org.0.into(), due.fresh.id.0.into(), hash.into()]).await?;
    door.commit().await?;
    Ok(Some(true))
}

/// Takes the letter that has waited longest: it is this process's until its next try is due.
async fn claim(db: &Db, ids: &Ids, now: Timestamp) -> Result<Option<Due>, Fault> {
    let door = SystemTx::begin(db).await?;
    let sql = format!(
        "SELECT i.org_id, i.id, i.email, i.locale, i.letter_tries, i.expires_at,
                (SELECT o.name FROM organization o WHERE o.org_id = i.org_id)
         FROM invitation i
         WHERE i.letter_at <= $1 AND i.expires_at > $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL
         ORDER BY i.letter_at, i.id LIMIT 1{}",
        door.dialect().skip_locked()
    );
    let rows = door.rows(&sql, vec![now.millis().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (org, id) = (OrgId(column(row, 0)?), InvitationId(column(row, 1)?));
    let bad = |name: &str| Fault::new(format!("invitation.{name} of {id} cannot be read"));
    let email: Email = column::<String>(row, 2)?.parse().map_err(|_| bad("email"))?;
    let locale: Locale = column::<String>(row, 3)?.parse().map_err(|_| bad("locale"))?;
    let tries = u32::try_from(column::<i32>(row, 4)?).unwrap_or_default() + 1;
    let account = accounts::account(&door, &email).await?.map(|(account, _)| account);
    let due = Due {
        org,
        organization: column(row, 6)?,
        locale: account.and_then(|account| account.locale).unwrap_or(locale),
        email,
        expires_at: crate::db::timestamp(row, 5)?,
        fresh: FreshInvitation::of(ids, org, id),
    };
    door.run(
        "UPDATE invitation SET secret_hash = $3, letter_tries = letter_tries + 1, letter_at = $4
         WHERE org_id = $1 AND id = $2",
        vec![
            org.0.into(),
            id.0.into(),
            due.fresh.secret_hash.to_vec().into(),
            now.plus_millis(mail_again_after(tries)).millis().into(),
        ],
    )
    .await?;
    door.commit().await?;
    Ok(Some(due))
}

/// The most of an organization's name that a letter shows: it is a stranger's text.
const NAME_CHARS: usize = 60;

/// The letter, with a link into the front end. The secret stands behind the `#`, which browsers
/// send to no server.
fn write(due: &Due, front: &str) -> Letter {
    let link = format!("{}/invitation#token={}", front.trim_end_matches('/'), due.fresh.secret);
    let name: String = due.organization.chars().take(NAME_CHARS).collect();
    let until = due.expires_at.to_utc().format("%Y-%m-%d %H:%M UTC");
    let (subject, text) = match due.locale {
        Locale::En => (
            "You are invited to join a team",
            format!(
                "You are invited to join the team of “{name}”.\n\n\
                 Look at the invitation, and accept it until {until}:\n{link}\n\n\
                 If you do not know them, do nothing.\n"
            ),
        ),
        Locale::ZhCn => (
            "邀请您加入团队",
            format!(
                "“{name}”邀请您加入其团队。\n\n请在 {until} 之前查看并接受邀请：\n{link}\n\n如果您不认识对方，请忽略本邮件。\n"
            ),
        ),
    };
    Letter { to: due.email.to_string(), subject: subject.to_owned(), text }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_letter_has_its_link_in_its_language() {
        let now = Timestamp::from_millis(0).expect("a time");
        let ids = Ids::seeded(Clock::fixed(now), 7);
        let org = OrgId(Uuid::from_u128(1));
        for locale in Locale::ALL {
            let due = Due {
                org,
                organization: "Plants".repeat(20),
                email: "ann@example.org".parse().expect("an address"),
                locale,
                expires_at: now.plus_millis(Timestamp::DAY),
                fresh: FreshInvitation::of(&ids, org, InvitationId(Uuid::from_u128(2))),
            };
            let letter = write(&due, "https://qun.example/");
            let link = format!("\nhttps://qun.example/invitation#token={}\n", due.fresh.secret);
            assert!(
                letter.text.contains(&link) && letter.text.contains("1970-01-02 00:00 UTC"),
                "{}",
                letter.text
            );
            assert!(!letter.text.contains(&due.organization), "{}", letter.text);
            assert_eq!(letter.subject.is_ascii(), locale == Locale::En);
        }
    }
}
