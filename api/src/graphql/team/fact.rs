//! What staff did, as it comes in.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use qun_domain::scope::Scope;
use qun_domain::team::{
    ComplaintState as DomainState, ContributionRole as DomainRole, FactCode as DomainCode, FactError,
    FactKind as DomainKind, GivenFact, RecordStaffFacts, RecordedFacts, RejectedFact,
    Seriousness as DomainSeriousness, StaffFact, SubmittedFact,
};

use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled};
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// How many facts one request takes; longer ones go to `qun import-staff`.
const MAX_FACTS: usize = 500;

/// What kind of thing a member of the team did. The keys that it needs are named; no others may be
/// given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainKind")]
enum StaffFactKind {
    /// It handled a case; `key` is the key of the case, `at` when it was handled. Needs
    /// `openedAt`, takes `reopenedAt`: a case that was opened again does not count.
    CaseHandled,
    /// It was rated. Needs `stars`, takes `about`.
    Rating,
    /// It contributed to an event. Needs `role`.
    EventContribution,
    /// Somebody complained about it. Needs `seriousness`, `state`.
    Complaint,
}

/// What a member of the team was in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainRole")]
enum EventContributionRole {
    /// Proposed it, and the proposal was accepted.
    Proposer,
    /// Planned it.
    Planner,
    /// Led through it.
    Host,
    /// Helped who planned or led it.
    Helper,
}

/// How much a complaint weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainSeriousness")]
enum ComplaintSeriousness {
    /// It is talked about.
    Minor,
    /// It stands in the way of a promotion.
    Serious,
}

/// What became of a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainState")]
enum ComplaintState {
    /// Nobody has decided yet.
    Open,
    /// It was found to be right.
    Upheld,
    /// It was found to be wrong.
    Rejected,
}

/// Why a fact did not go in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainCode")]
enum StaffFactErrorCode {
    /// The line is no JSON object with the keys of a fact; on the command line alone.
    NotAFact,
    /// A text is blank, has more than 200 characters, or control characters.
    InvalidText,
    /// A value that the kind needs is absent.
    Missing,
    /// A value is given that belongs to another kind.
    NotOfKind,
    /// A rating is no number from 1 to 5.
    OutOfRange,
    /// A case was handled before it was opened, or opened again before it was handled.
    WrongOrder,
    /// A time is more than 5 minutes in the future.
    InTheFuture,
    /// The organization never had such a member.
    UnknownMember,
    /// The organization has no such group or community.
    UnknownScope,
    /// Nobody records what he did himself.
    OwnFact,
}

/// Something that a member of the team did. Source and key are by what it is known again: of a
/// kind, a source has each key once.
#[derive(InputObject)]
struct StaffFactInput {
    /// What kind of thing.
    kind: StaffFactKind,
    /// Where the fact comes from, such as the name of a help desk, 1 to 200 characters.
    source: String,
    /// What it is called there, such as the key of a case, 1 to 200 characters.
    key: String,
    /// The global id of the account, or of the member.
    member: ID,
    /// The global id of the group or community where it was done; the organization when left out.
    scope: Option<ID>,
    /// When it was done, or the member was rated or complained about.
    at: DateTime,
    /// When the case was opened.
    opened_at: Option<DateTime>,
    /// When the case was opened again.
    reopened_at: Option<DateTime>,
    /// The rating, 1 to 5.
    stars: Option<i32>,
    /// What was rated, such as the key of a case, 1 to 200 characters.
    about: Option<String>,
    /// What the member was in the event.
    role: Option<EventContributionRole>,
    /// How much the complaint weighs.
    seriousness: Option<ComplaintSeriousness>,
    /// What became of the complaint.
    state: Option<ComplaintState>,
}

impl StaffFactInput {
    fn read(self, asked: &Asked) -> Result<StaffFact, FactError> {
        let member = NodeId::account(&self.member);
        let scope = self.scope.as_ref().map_or(Some(Scope::Organization), |id| NodeId::scope(asked, id));
        let given = GivenFact {
            kind: self.kind.into(),
            source: self.source,
            key: self.key,
            member: member.ok_or(FactError::of(DomainCode::UnknownMember, "member"))?,
            scope: scope.ok_or(FactError::of(DomainCode::UnknownScope, "scope"))?,
            at: self.at.0,
            opened_at: self.opened_at.map(|at| at.0),
            reopened_at: self.reopened_at.map(|at| at.0),
            stars: self.stars,
            about: self.about,
            role: self.role.map(Into::into),
            seriousness: self.seriousness.map(Into::into),
            state: self.state.map(Into::into),
        };
        given.checked()
    }
}

/// Facts about members of the team.
#[derive(InputObject)]
struct RecordStaffFactsInput {
    /// The facts, at most 500; of two with one key the later one holds.
    facts: Vec<StaffFactInput>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A fact that did not go in. The others did.
#[derive(SimpleObject)]
struct StaffFactError {
    /// Its place in `facts`, from 0.
    index: u64,
    /// The rule that it broke.
    code: StaffFactErrorCode,
    /// The key at fault.
    key: Option<String>,
    /// A sentence for people, in the language of the request.
    message: String,
}

/// What became of facts.
#[derive(Default, SimpleObject)]
struct RecordStaffFactsPayload {
    /// How many went in.
    recorded: u64,
    /// How many took the place of what was there under their key; the audit log keeps both.
    corrected: u64,
    /// How many were there already, word for word.
    unchanged: u64,
    /// Those that did not go in, in order of `index`.
    errors: Vec<StaffFactError>,
    /// Why none was looked at; empty when each was.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct StaffFactsMutation;

#[Object]
impl StaffFactsMutation {
    /// Records what members of the team did. Bad facts never stop good ones; recording one again
    /// changes nothing, and one with other content under the same key corrects it. Nobody records
    /// what he did himself. Needs the capability `RECORD_STAFF_FACTS`.
    async fn record_staff_facts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The facts.")] input: RecordStaffFactsInput,
    ) -> Result<RecordStaffFactsPayload, Problem> {
        let asked = Asked::to_run::<RecordStaffFacts>(ctx, input.idempotency_key.as_deref())?;
        if input.facts.len() > MAX_FACTS {
            let user_errors = vec![asked.refusal(Code::TooManyFacts, &["input", "facts"])];
            return Ok(RecordStaffFactsPayload { user_errors, ..RecordStaffFactsPayload::default() });
        }
        let (mut rows, mut rejected) = (Vec::with_capacity(input.facts.len()), Vec::new());
        for (position, fact) in (0..).zip(input.facts) {
            match fact.read(&asked) {
                Ok(fact) => rows.push(SubmittedFact { position, fact }),
                Err(error) => rejected.push(RejectedFact { position, error }),
            }
        }
        let rows: Arc<[SubmittedFact]> = rows.into();
        match settled(asked.execute(RecordStaffFacts { rows }).await?, |never| match never {})? {
            Ok(done) => Ok(payload(&asked, done, rejected)),
            Err(user_errors) => {
                Ok(RecordStaffFactsPayload { user_errors, ..RecordStaffFactsPayload::default() })
            }
        }
    }
}

fn payload(asked: &Asked, done: RecordedFacts, mut rejected: Vec<RejectedFact>) -> RecordStaffFactsPayload {
    rejected.extend(done.rejected);
    rejected.sort_by_key(|rejected| rejected.position);
    let error = |rejected: RejectedFact| StaffFactError {
        index: rejected.position,
        code: rejected.error.code.into(),
        message: rejected.error.message(asked.locale),
        key: rejected.error.key.map(Cow::into_owned),
    };
    RecordStaffFactsPayload {
        recorded: done.recorded,
        corrected: done.corrected,
        unchanged: done.unchanged,
        errors: rejected.into_iter().map(error).collect(),
        user_errors: Vec::new(),
    }
}
