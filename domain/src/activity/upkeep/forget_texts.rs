use chrono::NaiveDate;
use serde_json::json;

use super::port::UpkeepPort;
use crate::access::Capability;
use crate::command::{Command, OrRefuse, Outcome};
use crate::id::GroupId;

/// Forgets the texts of one day of a group that the policy no longer keeps (Z6).
/// Length, hash and counts stay. Run until nothing is left; each run is one day.
#[derive(Clone, Copy, Debug)]
pub struct ForgetTexts {
    /// The group.
    pub group: GroupId,
}

/// What was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// The day.
    pub day: NaiveDate,
    /// How many texts.
    pub texts: u64,
}

/// Why nothing was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgetTextsRefusal {
    /// There is no such group.
    NoSuchGroup,
    /// No day is left whose texts are older than the policy keeps.
    NothingLeft,
}

impl<Tx: UpkeepPort> Command<Tx> for ForgetTexts {
    const NAME: &'static str = "activity.forget_texts";
    const CAPABILITY: Capability = Capability::EnforceRetention;
    type Out = Forgotten;
    type Refusal = ForgetTextsRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Forgotten, ForgetTextsRefusal> {
        let group = tx.hold_group(self.group).await?.or_refuse(ForgetTextsRefusal::NoSuchGroup)?;
        let until = group.text_kept_from.local_date(group.zone);
        let day = tx.first_kept_day(group.id, until).await?.or_refuse(ForgetTextsRefusal::NothingLeft)?;

        let texts = tx.forget_day(group.id, day).await?;
        tx.audit(format!("group:{}", group.id), json!({ "day": day, "texts": texts }));
        Ok(Forgotten { day, texts })
    }
}
