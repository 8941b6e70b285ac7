use serde::{Deserialize, Serialize};

use super::{FactCode, FactError};
use crate::codes::coded;
use crate::id::AccountId;
use crate::scope::Scope;
use crate::text::Line;
use crate::time::Timestamp;

coded! {
    /// What kind of thing a member did.
    pub enum FactKind {
        /// It handled a case of a member of a group (M13).
        CaseHandled = "CASE_HANDLED",
        /// It was rated for a case or an event (M14).
        Rating = "RATING",
        /// It contributed to an event (M15).
        EventContribution = "EVENT_CONTRIBUTION",
        /// Somebody complained about it (M20).
        Complaint = "COMPLAINT",
    }
}

coded! {
    /// What somebody was in an event (M15).
    pub enum ContributionRole {
        /// Proposed it, and the proposal was accepted.
        Proposer = "PROPOSER",
        /// Planned it.
        Planner = "PLANNER",
        /// Led through it.
        Host = "HOST",
        /// Helped who planned or led it (Q21).
        Helper = "HELPER",
    }
}

coded! {
    /// How much a complaint weighs.
    pub enum Seriousness {
        /// It is talked about.
        Minor = "MINOR",
        /// It stands in the way of a promotion (M20).
        Serious = "SERIOUS",
    }
}

coded! {
    /// What became of a complaint.
    pub enum ComplaintState {
        /// Nobody has decided yet.
        Open = "OPEN",
        /// It was found to be right.
        Upheld = "UPHELD",
        /// It was found to be wrong.
        Rejected = "REJECTED",
    }
}

/// A rating: 1 to 5 (M14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Stars(u8);

impl Stars {
    /// Whether it says that somebody was satisfied: 4 or 5.
    pub const fn is_good(self) -> bool {
        self.0 >= 4
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i32> for Stars {
    type Error = FactError;

    fn try_from(stars: i32) -> Result<Self, FactError> {
        let stars = u8::try_from(stars).ok().filter(|stars| (1..=5).contains(stars));
        stars.map(Self).ok_or(FactError::of(FactCode::OutOfRange, "stars"))
    }
}

impl From<Stars> for i32 {
    fn from(stars: Stars) -> Self {
        stars.0.into()
    }
}

/// A word of somebody else's system: 1 to 200 characters in one line.
pub type ForeignText = Line<200>;

/// By what a fact is known again: of a kind, a source has each key once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactKey {
    /// What kind of fact.
    pub kind: FactKind,
    /// Where it comes from, such as the name of a help desk.
    pub source: String,
    /// What it is called there: the key of a case, a rating, a contribution, a complaint.
    pub key: String,
}

/// What a member did, or what was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It handled a case, at the instant of the fact.
    CaseHandled {
        /// When the case was opened.
        opened_at: Timestamp,
        /// When it was opened again; a case that was does not count (M13).
        reopened_at: Option<Timestamp>,
    },
    /// It was rated.
    Rating {
        /// How.
        stars: Stars,
        /// For what: the key of a case or an event.
        about: Option<String>,
    },
    /// It contributed to an event.
    EventContribution {
        /// As what.
        role: ContributionRole,
    },
    /// Somebody complained about it.
    Complaint {
        /// How much that weighs.
        seriousness: Seriousness,
        /// What became of it.
        state: ComplaintState,
    },
}

impl Deed {
    /// Its kind.
    pub const fn kind(&self) -> FactKind {
        match self {
            Self::CaseHandled { .. } => FactKind::CaseHandled,
            Self::Rating { .. } => FactKind::Rating,
            Self::EventContribution { .. } => FactKind::EventContribution,
            Self::Complaint { .. } => FactKind::Complaint,
        }
    }
}

/// A fact about a member of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffFact {
    /// Where it comes from.
    pub source: String,
    /// What it is called there.
    pub key: String,
    /// About whom.
    pub member: AccountId,
    /// Where it was done.
    pub scope: Scope,
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
}

impl StaffFact {
    /// By what it is known again.
    pub fn identity(&self) -> FactKey {
        FactKey { kind: self.deed.kind(), source: self.source.clone(), key: self.key.clone() }
    }
}

/// A fact as it comes in, before anything of it is believed.
#[derive(Clone, Debug)]
pub struct GivenFact {
    /// What kind of fact.
    pub kind: FactKind,
    /// Where it comes from.
    pub source: String,
    /// What it is called there.
    pub key: String,
    /// About whom.
    pub member: AccountId,
    /// Where it was done.
    pub scope: Scope,
    /// When: when a case was handled, somebody was rated, contributed, or was complained about.
    pub at: Timestamp,
    /// When the case was opened.
    pub opened_at: Option<Timestamp>,
    /// When the case was opened again.
    pub reopened_at: Option<Timestamp>,
    /// The rating.
    pub stars: Option<i32>,
    /// What was rated.
    pub about: Option<String>,
    /// What the member was in the event.
    pub role: Option<ContributionRole>,
    /// How much the complaint weighs.
    pub seriousness: Option<Seriousness>,
    /// What became of the complaint.
    pub state: Option<ComplaintState>,
}

impl GivenFact {
    /// The fact, if it has what its kind needs and nothing of another kind.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn checked(self) -> Result<StaffFact, FactError> {
        let text = |text: &str, code, key| -> Result<String, FactError> {
            text.parse::<ForeignText>().map(|text| text.to_string()).map_err(|_| FactError::of(code, key))
        };
        let source = text(&self.source, FactCode::InvalidText, "source")?;
        let key = text(&self.key, FactCode::InvalidText, "key")?;
        self.has_nothing_else()?;
        let deed = match self.kind {
            FactKind::CaseHandled => {
                let opened_at = needed(self.opened_at, "openedAt")?;
                if self.at < opened_at {
                    return Err(FactError::of(FactCode::WrongOrder, "at"));
                }
                if self.reopened_at.is_some_and(|at| at < self.at) {
                    return Err(FactError::of(FactCode::WrongOrder, "reopenedAt"));
                }
                Deed::CaseHandled { opened_at, reopened_at: self.reopened_at }
            }
            FactKind::Rating => Deed::Rating {
                stars: needed(self.stars, "stars")?.try_into()?,
                about: self.about.map(|about| text(&about, FactCode::InvalidText, "about")).transpose()?,
            },
            FactKind::EventContribution => Deed::EventContribution { role: needed(self.role, "role")? },
            FactKind::Complaint => Deed::Complaint {
                seriousness: needed(self.seriousness, "seriousness")?,
                state: needed(self.state, "state")?,
            },
        };
        Ok(StaffFact { source, key, member: self.member, scope: self.scope, at: self.at, deed })
    }

    fn has_nothing_else(&self) -> Result<(), FactError> {
        for (key, kind, is_given) in [
            ("openedAt", FactKind::CaseHandled, self.opened_at.is_some()),
            ("reopenedAt", FactKind::CaseHandled, self.reopened_at.is_some()),
            ("stars", FactKind::Rating, self.stars.is_some()),
            ("about", FactKind::Rating, self.about.is_some()),
            ("role", FactKind::EventContribution, self.role.is_some()),
            ("seriousness", FactKind::Complaint, self.seriousness.is_some()),
            ("state", FactKind::Complaint, self.state.is_some()),
        ] {
            if is_given && kind != self.kind {
                return Err(FactError::of(FactCode::NotOfKind, key));
            }
        }
        Ok(())
    }
}

fn needed<T>(value: Option<T>, key: &'static str) -> Result<T, FactError> {
    value.ok_or(FactError::of(FactCode::Missing, key))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn given(kind: FactKind) -> GivenFact {
        let at = |millis| Timestamp::from_millis(millis).expect("a time");
        GivenFact {
            kind,
            source: "desk".to_owned(),
            key: "1".to_owned(),
            member: AccountId(Uuid::nil()),
            scope: Scope::Organization,
            at: at(2_000),
            opened_at: (kind == FactKind::CaseHandled).then(|| at(1_000)),
            reopened_at: None,
            stars: (kind == FactKind::Rating).then_some(5),
            about: None,
            role: (kind == FactKind::EventContribution).then_some(ContributionRole::Planner),
            seriousness: (kind == FactKind::Complaint).then_some(Seriousness::Serious),
            state: (kind == FactKind::Complaint).then_some(ComplaintState::Open),
        }
    }

    #[test]
    fn a_fact_has_what_its_kind_needs_and_nothing_else() {
        for kind in FactKind::ALL {
            assert_eq!(given(*kind).checked().map(|fact| fact.deed.kind()), Ok(*kind));
        }
        let (case, rating) = (given(FactKind::CaseHandled), given(FactKind::Rating));
        let early = Timestamp::from_millis(1_999);
        for (bad, code, key) in [
            (GivenFact { source: " ".to_owned(), ..case.clone() }, FactCode::InvalidText, "source"),
            (GivenFact { key: "x".repeat(201), ..case.clone() }, FactCode::InvalidText, "key"),
            (GivenFact { opened_at: None, ..case.clone() }, FactCode::Missing, "openedAt"),
            (
                GivenFact { opened_at: Some(case.at.plus_millis(1)), ..case.clone() },
                FactCode::WrongOrder,
                "at",
            ),
            (GivenFact { reopened_at: early, ..case.clone() }, FactCode::WrongOrder, "reopenedAt"),
            (GivenFact { stars: Some(5), ..case }, FactCode::NotOfKind, "stars"),
            (GivenFact { stars: Some(0), ..rating.clone() }, FactCode::OutOfRange, "stars"),
            (GivenFact { stars: Some(6), ..rating.clone() }, FactCode::OutOfRange, "stars"),
            (GivenFact { about: Some("\n".to_owned()), ..rating }, FactCode::InvalidText, "about"),
            (GivenFact { role: None, ..given(FactKind::EventContribution) }, FactCode::Missing, "role"),
            (GivenFact { state: None, ..given(FactKind::Complaint) }, FactCode::Missing, "state"),
        ] {
            assert_eq!(bad.checked(), Err(FactError::of(code, key)));
        }
    }
}
