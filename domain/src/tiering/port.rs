use std::collections::HashMap;
use std::future::Future;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Distribution, MemberFacts, Movements, Previous, ScopeFacts, Scorecard, Tier};
use crate::access::AuditPort;
use crate::fault::Fault;
use crate::groups::{Group, Scope};
use crate::id::{CommunityId, EvaluationId, PersonId, PinId};
use crate::policy::EffectivePolicy;
use crate::time::{Timestamp, Week};

/// A group or community whose members are evaluated.
#[derive(Clone, Debug)]
pub struct EvaluatedScope {
    /// What it is; never the whole organization, which has no score of its own.
    pub scope: Scope,
    /// The zone of its weeks.
    pub zone: Tz,
    /// The group, or the groups of the community.
    pub groups: Vec<Group>,
    /// The community of the group, if any.
    pub community: Option<CommunityId>,
    /// The first presence of anybody in any of the groups.
    pub first_presence: Option<Timestamp>,
}

impl EvaluatedScope {
    /// The week of the first presence, with which evaluation begins.
    pub fn first_week(&self) -> Option<Week> {
        self.first_presence.map(|at| Week::of(at.local_date(self.zone)))
    }
}

/// What a week is evaluated from, before anything about earlier weeks.
#[derive(Clone, Debug)]
pub struct WeekFacts {
    /// What holds for everybody.
    pub scope: ScopeFacts,
    /// Whether any leave or removal was ever seen here.
    pub leaves_observed: bool,
    /// Everybody who is evaluated; `previous` and `pinned` are still empty.
    pub members: Vec<MemberFacts>,
    /// When the running membership of each of them began, in the same order.
    pub began_at: Vec<Timestamp>,
}

/// An evaluation on its way in.
#[derive(Debug)]
pub struct WeekRecord<'a> {
    /// The scope.
    pub scope: Scope,
    /// The week.
    pub week: Week,
    /// When it ended.
    pub as_of: Timestamp,
    /// The document that held.
    pub policy: &'a EffectivePolicy,
    /// The versions it is made of, as JSON.
    pub policy_versions: &'a Value,
    /// What held for everybody.
    pub facts: &'a ScopeFacts,
    /// Whether any leave or removal was ever seen here.
    pub leaves_observed: bool,
    /// The scorecards.
    pub cards: &'a [Scorecard],
    /// Strikes of each member in the window, in the same order.
    pub strikes: &'a [u32],
    /// How many stand where.
    pub distribution: Distribution,
    /// How many moved.
    pub movements: Movements,
}

/// A pin that holds a member's tier.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PinnedTier {
    /// Its id.
    pub id: PinId,
    /// Where it holds.
    pub scope: Scope,
    /// Whose tier.
    pub person: PersonId,
    /// The tier: core, active or ordinary.
    pub tier: Tier,
    /// Why.
    pub reason: String,
    /// Until when; `None` until it is lifted.
    pub expires_at: Option<Timestamp>,
}

/// The reads and writes that evaluation and pins need.
pub trait TieringPort: AuditPort {
    /// A group or community of this organization.
    fn evaluated_scope(
        &mut self,
        scope: Scope,
    ) -> impl Future<Output = Result<Option<EvaluatedScope>, Fault>> + Send;

    /// The document that holds in the scope, and its versions as JSON.
    fn policy_of(
        &mut self,
        scope: &EvaluatedScope,
    ) -> impl Future<Output = Result<(EffectivePolicy, Value), Fault>> + Send;

    /// What the week is evaluated from; `None` without any presence in it.
    fn week_facts(
        &mut self,
        scope: &EvaluatedScope,
        week: Week,
        policy: &EffectivePolicy,
    ) -> impl Future<Output = Result<Option<WeekFacts>, Fault>> + Send;

    /// The latest evaluation before `week` of each of these members, not before
    /// the beginning of the running membership.
    fn previous(
        &mut self,
        scope: Scope,
        week: Week,
        members: &[(PersonId, Timestamp)],
    ) -> impl Future<Output = Result<HashMap<PersonId, Previous>, Fault>> + Send;

    /// The tiers that pins hold at `at`.
    fn pins_at(
        &mut self,
        scope: Scope,
        at: Timestamp,
    ) -> impl Future<Output = Result<HashMap<PersonId, Tier>, Fault>> + Send;

    /// Writes an evaluation as the next revision of its week; its id and revision.
    fn record(
        &mut self,
        record: WeekRecord<'_>,
    ) -> impl Future<Output = Result<(EvaluationId, u32), Fault>> + Send;

    /// Writes a pin.
    fn pin(&mut self, pin: &PinnedTier) -> impl Future<Output = Result<(), Fault>> + Send;

    /// The pin, if it is not lifted.
    fn pinned(&mut self, id: PinId) -> impl Future<Output = Result<Option<PinnedTier>, Fault>> + Send;

    /// Lifts a pin now.
    fn lift(&mut self, pin: PinnedTier) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Whether the person was ever a member in the scope.
    fn knows(
        &mut self,
        scope: &EvaluatedScope,
        person: PersonId,
    ) -> impl Future<Output = Result<bool, Fault>> + Send;
}
