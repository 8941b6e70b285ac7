use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::{Capability, Position, Rank, Role};
use crate::codes::{UnknownCode, coded};
use crate::id::{AccountId, CompletionId, CourseId};
use crate::policy::TrainingPolicy;
use crate::text::{Line, Prose};
use crate::time::Timestamp;

coded! {
    /// What a course is about; the policy says for how long each counts.
    pub enum CourseKind {
        /// Knowledge of the product (M10).
        Product = "PRODUCT",
        /// Conversation, by simulated scenes (M11).
        Communication = "COMMUNICATION",
        /// Handling crises, by reviews of cases (M12).
        Crisis = "CRISIS",
        /// The functions of the tool (K14).
        Tool = "TOOL",
    }
}

impl CourseKind {
    /// For how long a completion counts, in milliseconds; none where it counts for ever.
    pub fn lasts(self, policy: &TrainingPolicy) -> Option<i64> {
        TrainingPolicy::lasting(match self {
            Self::Product => policy.product_days,
            Self::Communication => policy.communication_days,
            Self::Crisis => policy.crisis_days,
            Self::Tool => policy.tool_days,
        })
    }
}

coded! {
    /// How somebody was seen to have gone through a course.
    pub enum CompletionKind {
        /// He said so himself.
        SelfConfirmed = "SELF_CONFIRMED",
        /// Somebody else examined him.
        Examined = "EXAMINED",
        /// He took part in a drill, which somebody else led.
        Drill = "DRILL",
    }
}

coded! {
    /// Where somebody stands in a course that is required of him.
    pub enum TrainingStatus {
        /// It is done, and counts.
        Done = "DONE",
        /// It is to be done, and there is time yet.
        Due = "DUE",
        /// It was never done, and the time for it is over.
        Overdue = "OVERDUE",
        /// It was done, and counts no longer.
        Expired = "EXPIRED",
    }
}

impl TrainingStatus {
    /// Whether it should have been done by now.
    pub const fn is_late(self) -> bool {
        matches!(self, Self::Overdue | Self::Expired)
    }
}

/// The title of a course.
pub type CourseTitle = Line<200>;

/// What a version of a course teaches, or how.
pub type Material = Prose<20_000>;

/// Where the material lies: an `https` or `http` address of at most 2,000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaterialLink(String);

/// A text that is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLink;

impl FromStr for MaterialLink {
    type Err = BadLink;

    fn from_str(text: &str) -> Result<Self, BadLink> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(BadLink)?;
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
        let is_good = !host.is_empty() && text.chars().count() <= 2_000 && text.chars().all(is_plain);
        is_good.then(|| Self(text.to_owned())).ok_or(BadLink)
    }
}

impl fmt::Display for MaterialLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Of whom a course is required. An empty list leaves nobody out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Who has one of these roles.
    pub roles: Vec<Role>,
    /// In one of these ranks; owners have none, so a course for ranks is none for them.
    pub ranks: Vec<Rank>,
}

impl Audience {
    /// Whether who holds such an assignment belongs to it.
    pub fn has(&self, position: Position) -> bool {
        let has_role = self.roles.is_empty() || self.roles.contains(&position.role);
        let has_rank = self.ranks.is_empty() || position.rank.is_some_and(|rank| self.ranks.contains(&rank));
        has_role && has_rank
    }
}

/// Codes with spaces between, as a column keeps them.
pub fn codes_text<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> String {
    all.iter().map(|each| code(*each)).collect::<Vec<_>>().join(" ")
}

/// What [`codes_text`] has written.
///
/// # Errors
/// When one of the codes is not known.
pub fn codes_of<T: FromStr<Err = UnknownCode>>(text: &str) -> Result<Vec<T>, UnknownCode> {
    text.split(' ').filter(|code| !code.is_empty()).map(str::parse).collect()
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its id.
    pub id: CourseId,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub kind: CourseKind,
    /// Of whom it is required.
    pub audience: Audience,
    /// What its audience does without until it is done (K14).
    pub withholds: Vec<Capability>,
    /// How many versions were published; without any there is nothing to do.
    pub version: u32,
    /// When the first of them was; none without any.
    pub first_published_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was archived; none while it goes on.
    pub archived_at: Option<Timestamp>,
}

impl Course {
    /// Whether anybody has to do it.
    pub const fn is_running(&self) -> bool {
        self.archived_at.is_none() && self.version > 0
    }
}

/// A course that is to be.
#[derive(Clone, Debug)]
pub struct NewCourse {
    /// What it is called.
    pub title: CourseTitle,
    /// What it is about.
    pub kind: CourseKind,
    /// Of whom it is required.
    pub audience: Audience,
    /// What its audience does without until it is done.
    pub withholds: Vec<Capability>,
}

/// A version of a course that is to be published.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// What it teaches.
    pub material: Option<Material>,
    /// Where that lies.
    pub link: Option<MaterialLink>,
}

/// Somebody went through a version of a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// Its id.
    pub id: CompletionId,
    /// Who.
    pub account: AccountId,
    /// Which course.
    pub course: CourseId,
    /// Which version: the newest at that time, from 1.
    pub version: u32,
    /// How that was seen.
    pub kind: CompletionKind,
    /// How well, 0 to 100; none where nobody counted.
    pub score: Option<u8>,
    /// Who examined, or led the drill.
    pub examined_by: Option<AccountId>,
    /// When.
    pub at: Timestamp,
}

/// Where somebody stands in a course that is required of him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// How far it is.
    pub status: TrainingStatus,
    /// Since when: when it was done, became due, or was late.
    pub since: Timestamp,
    /// Until when it is to be done, or has to be done again; none where it counts for ever.
    pub due_at: Option<Timestamp>,
    /// Whether a completion counts, so that nothing is withheld (K14).
    pub counts: bool,
}

/// The subject of the tasks about a member's training in a course.
///
/// # Errors
/// Never: two ids make a subject.
pub fn training_subject(
    course: CourseId,
    account: AccountId,
) -> Result<crate::tasks::Subject, crate::tasks::BadSubject> {
    format!("training:{course}:{account}").parse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;

    #[test]
    fn an_audience_is_roles_in_ranks() {
        let intern = Position::ranked(Role::Administrator, Rank::Intern, Scope::Organization);
        let owner = Position::owner(Scope::Organization);
        let of = |roles: &[Role], ranks: &[Rank]| Audience { roles: roles.to_vec(), ranks: ranks.to_vec() };
        for (audience, has_intern, has_owner) in [
            (of(&[], &[]), true, true),
            (of(&[Role::Administrator], &[]), true, false),
            (of(&[Role::Owner, Role::Analyst], &[]), false, true),
            (of(&[], &[Rank::Intern, Rank::Junior]), true, false),
            (of(&[Role::Administrator], &[Rank::Senior]), false, false),
        ] {
            assert_eq!((audience.has(intern), audience.has(owner)), (has_intern, has_owner), "{audience:?}");
        }
    }

    #[test]
    fn codes_are_read_back() {
        let ranks = [Rank::Intern, Rank::OwnerCandidate];
        assert_eq!(codes_of::<Rank>(&codes_text(&ranks, Rank::code)), Ok(ranks.to_vec()));
        assert_eq!(codes_of::<Rank>(""), Ok(vec![]));
        assert_eq!(codes_of::<Rank>("KING"), Err(UnknownCode));
    }

    #[test]
    fn a_link_is_an_address_of_the_web() {
        assert!("https://learn.example/course?id=1".parse::<MaterialLink>().is_ok());
        for bad in ["", "https://", "ftp://x", "javascript:alert(1)", "https://a b", "https://a\n"] {
            assert_eq!(bad.parse::<MaterialLink>(), Err(BadLink), "{bad:?}");
        }
    }
}
