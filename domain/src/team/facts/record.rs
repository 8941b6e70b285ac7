use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Deed, FactCode, FactError, FactKey, StaffFact, StaffFactsPort};
use crate::access::Capability;
use crate::command::{Command, Outcome};
use crate::id::AccountId;
use crate::scope::Scope;
use crate::time::Timestamp;

/// How far a clock of another system may go before ours, in milliseconds: 5 minutes.
const AHEAD: i64 = 300 * Timestamp::SECOND;

/// A fact and its place among those that were sent.
#[derive(Clone, Debug)]
pub struct SubmittedFact {
    /// The place.
    pub position: u64,
    /// The fact.
    pub fact: StaffFact,
}

/// Records what staff did (M13 to M15). Good rows go in, bad ones come back.
///
/// A fact that is there already, word for word, changes nothing. Under a key that is there with
/// other content it is a correction, because a case that is opened again and a complaint that is
/// decided are just that: the later row holds, and the audit log keeps both.
#[derive(Clone, Debug)]
pub struct RecordStaffFacts {
    /// The rows, in their order; of two with one key the later one holds.
    pub rows: Arc<[SubmittedFact]>,
}

/// Nothing that a user can do keeps all rows out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordStaffFactsRefusal {}

/// What became of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedFacts {
    /// Those that went in.
    pub recorded: u64,
    /// Those that took the place of what was there.
    pub corrected: u64,
    /// Those that were there already.
    pub unchanged: u64,
    /// Those that did not go in.
    pub rejected: Vec<RejectedFact>,
}

/// A row that did not go in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedFact {
    /// Its place among those that were sent.
    pub position: u64,
    /// Why.
    pub error: FactError,
}

impl<Tx: StaffFactsPort> Command<Tx> for RecordStaffFacts {
    const NAME: &'static str = "team.record_staff_facts";
    const CAPABILITY: Capability = Capability::RecordStaffFacts;
    type Out = RecordedFacts;
    type Refusal = RecordStaffFactsRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<RecordedFacts, RecordStaffFactsRefusal> {
        let known = Known {
            members: tx.known_members(&self.rows.iter().map(|row| row.fact.member).collect()).await?,
            scopes: tx.known_scopes(&self.rows.iter().map(|row| row.fact.scope).collect()).await?,
            acting: tx.acting(),
            latest: tx.now().plus_millis(AHEAD),
        };
        let mut done = RecordedFacts::default();
        let mut good: Vec<&StaffFact> = Vec::with_capacity(self.rows.len());
        for row in self.rows.iter() {
            match known.admits(&row.fact) {
                Ok(()) => good.push(&row.fact),
                Err(error) => done.rejected.push(RejectedFact { position: row.position, error }),
            }
        }
        // In the order of the keys, so that two who write the same rows do not wait for each other.
        let mut keys: Vec<FactKey> = good.iter().map(|fact| fact.identity()).collect();
        keys.sort_unstable();
        keys.dedup();
        let stored = tx.stored_facts(&keys).await?;

        let changes = changes(&good, &stored, &mut done);
        let (new, corrected): (Vec<_>, Vec<_>) =
            changes.into_values().partition(|fact| !stored.contains_key(&fact.identity()));
        tx.write_facts(&new, &corrected).await?;
        tx.audit("staff_facts".to_owned(), told(&done, new.len(), &corrected, &stored));
        Ok(done)
    }
}

struct Known {
    members: HashSet<AccountId>,
    scopes: HashSet<Scope>,
    acting: Option<AccountId>,
    latest: Timestamp,
}

impl Known {
    fn admits(&self, fact: &StaffFact) -> Result<(), FactError> {
        let reopened = match fact.deed {
            Deed::CaseHandled { reopened_at, .. } => reopened_at,
            _ => None,
        };
        if fact.at > self.latest {
            Err(FactError::of(FactCode::InTheFuture, "at"))
        } else if reopened.is_some_and(|at| at > self.latest) {
            Err(FactError::of(FactCode::InTheFuture, "reopenedAt"))
        } else if !self.members.contains(&fact.member) {
            Err(FactError::of(FactCode::UnknownMember, "member"))
        } else if self.acting == Some(fact.member) {
            Err(FactError::of(FactCode::OwnFact, "member"))
        } else if !self.scopes.contains(&fact.scope) {
            Err(FactError::of(FactCode::UnknownScope, "scope"))
        } else {
            Ok(())
        }
    }
}

/// What is to be written, once for each key.
fn changes(
    good: &[&StaffFact],
    stored: &HashMap<FactKey, StaffFact>,
    done: &mut RecordedFacts,
) -> BTreeMap<FactKey, StaffFact> {
    let mut changes: BTreeMap<FactKey, StaffFact> = BTreeMap::new();
    for fact in good {
        let key = fact.identity();
        match changes.get(&key).or_else(|| stored.get(&key)) {
            None => done.recorded += 1,
            Some(same) if same == *fact => {
                done.unchanged += 1;
                continue;
            }
            Some(_) => done.corrected += 1,
        }
        changes.insert(key, (*fact).clone());
    }
    changes
}

fn told(
    done: &RecordedFacts,
    added: usize,
    corrected: &[StaffFact],
    stored: &HashMap<FactKey, StaffFact>,
) -> Value {
    let corrections: Vec<Value> = corrected
        .iter()
        .map(|after| {
            let before = stored.get(&after.identity()).map(content);
            json!({ "kind": after.deed.kind(), "source": after.source, "key": after.key,
                    "before": before, "after": content(after) })
        })
        .collect();
    json!({ "recorded": added, "corrected": corrections, "unchanged": done.unchanged,
            "rejected": done.rejected.len() })
}

fn content(fact: &StaffFact) -> Value {
    let deed = match &fact.deed {
        Deed::CaseHandled { opened_at, reopened_at } => {
            json!({ "openedAt": opened_at, "reopenedAt": reopened_at })
        }
        Deed::Rating { stars, about } => json!({ "stars": stars, "about": about }),
        Deed::EventContribution { role } => json!({ "role": role }),
        Deed::Complaint { seriousness, state } => json!({ "seriousness": seriousness, "state": state }),
    };
    json!({ "member": fact.member, "scope": fact.scope.to_string(), "at": fact.at, "deed": deed })
}
