#![expect(clippy::unused_async, reason = "async-graphql wants a resolver that can fail to be asynchronous")]

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, ID, Object, SimpleObject};
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::EvaluationId;
use qun_domain::policy::{OrgPolicy, PolicyPatch, PolicyScope as Layer, resolve};
use qun_domain::tiering::{Dimension as DomainDimension, Tier as DomainTier};
use qun_domain::time::Week as IsoWeek;
use qun_infra::tiering::{EvaluationPage, EvaluationRow, Rank, ScoreOrder, ScorePage};
use serde_json::Value;
use uuid::Uuid;

use super::codes::{Dimension, Tier, WhyNot};
use super::counts::{CalibrationNotice, MovementsObject, Sample, TierDistribution, notices};
use super::score::{ScoreConnection, ScoreObject};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::groups::MemberTotal;
use crate::graphql::loaders::uuid;
use crate::graphql::node::NodeId;
use crate::graphql::page::{self, BAD_CURSOR, MemberPlace, Slice, connection};
use crate::graphql::policy::{PolicyVersionNumber, version_numbers};
use crate::graphql::scalars::{DateTime, Json, Week};
use crate::graphql::scope::ScopeObject;

/// How many evaluations are looked at for episodes of calibration: two years.
const EPISODES: u32 = 104;

connection!(
    EvaluationConnection,
    EvaluationEdge,
    EvaluationObject,
    "A page of evaluations.",
    "An evaluation and its place in the list."
);

/// An evaluation, and its policy once somebody reads it.
pub(in crate::graphql) struct Evaluation {
    pub(in crate::graphql) row: EvaluationRow,
    policy: OnceLock<Option<OrgPolicy>>,
}

impl Evaluation {
    pub(in crate::graphql) fn new(row: EvaluationRow) -> Self {
        Self { row, policy: OnceLock::new() }
    }

    /// The policy that the evaluation was made under. Keys that are younger than the
    /// evaluation have their default.
    pub(super) fn policy(&self) -> Result<&OrgPolicy, Problem> {
        let read = || {
            let patch = PolicyPatch::parse(&self.row.policy).ok()?;
            Some(resolve(&[(Layer::Organization, &patch)]).ok()?.policy)
        };
        Ok(self.policy.get_or_init(read).as_ref().ok_or_else(|| self.unsound())?)
    }

    fn unsound(&self) -> Fault {
        Fault::new(format!("tier_evaluation.policy of {} is not sound", self.row.id))
    }

    /// Why a dimension does not apply to anybody; `None` where it does.
    pub(super) fn why_not(&self, dimension: DomainDimension) -> Option<WhyNot> {
        match self.row.applicability.get(dimension.code()).and_then(Value::as_str) {
            Some("OFF") => Some(WhyNot::Off),
            Some("TOO_FEW_VALUES") => Some(WhyNot::TooFewValues),
            _ => None,
        }
    }

    /// The versions that the policy is made of.
    pub(super) fn policy_versions(&self) -> Vec<PolicyVersionNumber> {
        let numbers = self.row.policy_versions.as_object().into_iter().flatten();
        version_numbers(numbers.filter_map(|(code, version)| {
            Some((code.as_str(), version.as_u64().and_then(|version| u32::try_from(version).ok())?))
        }))
    }

    fn sample(&self) -> Result<Sample, Problem> {
        let bands = &self.policy()?.tiering.bands;
        let compared = self.row.distribution.compare(bands, self.row.leaves_observed);
        Ok(Sample { week: self.row.week, compared })
    }
}

impl Asked {
    /// The evaluation, if the organization has it.
    pub(in crate::graphql) async fn evaluation(
        &self,
        id: EvaluationId,
    ) -> Result<Option<EvaluationObject>, Problem> {
        let org = self.scope.org();
        if let Some(known) = self.evaluations.find(org, id) {
            return Ok(Some(EvaluationObject(known)));
        }
        let found = self.loaders.evaluations.load(&self.read, id).await?;
        Ok(found.map(|evaluation| {
            self.evaluations.keep(org, &evaluation);
            EvaluationObject(evaluation)
        }))
    }

    /// The evaluation of the latest week of a scope.
    pub(in crate::graphql) async fn latest(&self, scope: Scope) -> Result<Option<EvaluationObject>, Problem> {
        match self.loaders.latest.load(&self.read, scope).await? {
            Some(id) => self.evaluation(id).await,
            None => Ok(None),
        }
    }
}

/// A page of a scope's evaluations, newest week first.
pub(in crate::graphql) async fn evaluations_page(
    asked: &Asked,
    scope: Uuid,
    first: Option<i32>,
    after: Option<String>,
) -> Result<EvaluationConnection, Problem> {
    let slice = Slice::<IsoWeek>::new(first, after.as_deref())?;
    let page = EvaluationPage { scope, before: slice.after, limit: slice.limit() };
    let found = asked.loaders.evaluation_pages.load(&asked.read, page).await?.unwrap_or_default();
    let found = found.into_iter().map(EvaluationObject);
    Ok(EvaluationConnection { page: slice.page(found, |evaluation| evaluation.0.row.week) })
}

/// Whether a dimension applies to the group or community.
#[derive(SimpleObject)]
struct DimensionApplicability {
    /// The dimension.
    dimension: Dimension,
    /// Whether it carries part of the scores.
    applies: bool,
    /// Why it does not; null when it does.
    why_not: Option<WhyNot>,
}

/// The dimensions that apply are others than at the evaluation before: everybody's score
/// moves then.
#[derive(SimpleObject)]
struct DimensionsChanged {
    /// Those that applied at the evaluation before.
    before: Vec<Dimension>,
    /// Those that apply now.
    after: Vec<Dimension>,
}

/// An evaluation of one group or community for one week.
#[derive(Clone)]
pub(in crate::graphql) struct EvaluationObject(pub(in crate::graphql) Arc<Evaluation>);

impl EvaluationObject {
    /// Whether it is one of this scope.
    pub(in crate::graphql) fn is_of(&self, scope: Scope) -> bool {
        self.0.row.scope == scope
    }

    async fn cards(
        &self,
        ctx: &Context<'_>,
        (first, after): (Option<i32>, Option<String>),
        tier: Option<DomainTier>,
        to_review: bool,
    ) -> Result<page::Page<ScoreObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let slice = Slice::<MemberPlace>::new(first, after.as_deref())?;
        let id = self.0.row.id;
        let after = match slice.after {
            None => None,
            Some(MemberPlace::Score(of, rank)) if of == id => Some(rank),
            Some(_) => return Err(BAD_CURSOR),
        };
        let order = ScoreOrder::Ranked;
        let page = ScorePage { evaluation: id, tier, to_review, order, after, limit: slice.limit() };
        let rows = asked.loaders.score_pages.load(&asked.read, page).await?.unwrap_or_default();
        let page = slice.page(rows, |(score, _)| MemberPlace::Score(id, Rank::of(score.score, score.person)));
        Ok(page.map(|(score, person)| ScoreObject::listed(self.clone(), score, person)))
    }
}

/// An evaluation of one group or community for one week.
#[Object(name = "TierEvaluation")]
impl EvaluationObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::TierEvaluation(self.0.row.id).id()
    }

    /// The group or community.
    async fn scope(&self, ctx: &Context<'_>) -> Result<ScopeObject, Problem> {
        let scope = ScopeObject::find(Asked::of(ctx)?, self.0.row.scope).await?;
        Ok(scope.ok_or_else(|| Fault::new(format!("{} is gone", self.0.row.scope)))?)
    }

    /// The week.
    async fn week(&self) -> Week {
        Week(self.0.row.week)
    }

    /// 1 for the first evaluation of the week; more when it was evaluated again.
    async fn revision(&self) -> u32 {
        self.0.row.revision
    }

    /// Whether no later revision of the week replaced it.
    async fn is_latest_revision(&self, ctx: &Context<'_>) -> Result<bool, Problem> {
        let asked = Asked::of(ctx)?;
        Ok(asked.loaders.latest_revisions.load(&asked.read, self.0.row.id).await?.is_some())
    }

    /// When the week ended: Monday 00:00 in the zone of the group or community. What
    /// happened later does not count.
    async fn as_of(&self) -> DateTime {
        DateTime(self.0.row.as_of)
    }

    /// When it was made.
    async fn evaluated_at(&self) -> DateTime {
        DateTime(self.0.row.evaluated_at)
    }

    /// How many members were evaluated, new ones included.
    async fn members(&self) -> u32 {
        self.0.row.members
    }

    /// How many members stand where, against the bands of the policy.
    async fn distribution(&self) -> Result<TierDistribution, Problem> {
        let bands = &self.0.policy()?.tiering.bands;
        Ok(TierDistribution::new(&self.0.row.distribution, bands, self.0.row.leaves_observed))
    }

    /// How many members moved since the evaluation before.
    async fn movements(&self) -> MovementsObject {
        self.0.row.movements.into()
    }

    /// Each dimension, and whether it applies to the group or community.
    async fn dimensions(&self) -> Vec<DimensionApplicability> {
        let of = |dimension: DomainDimension| {
            let why_not = self.0.why_not(dimension);
            DimensionApplicability { dimension: dimension.into(), applies: why_not.is_none(), why_not }
        };
        DomainDimension::ALL.into_iter().map(of).collect()
    }

    /// The dimensions that apply before and now; null when they are the same.
    async fn dimensions_changed(&self) -> Option<DimensionsChanged> {
        let changed = self.0.row.dimensions_changed.as_ref()?;
        let list = |key: &str| {
            let codes = changed.get(key).and_then(Value::as_array).into_iter().flatten();
            codes.filter_map(|code| Some(code.as_str()?.parse::<DomainDimension>().ok()?.into())).collect()
        };
        Some(DimensionsChanged { before: list("before"), after: list("after") })
    }

    /// The policy document that it was made under.
    async fn policy(&self) -> Result<Json, Problem> {
        Ok(Json(serde_json::from_str(&self.0.row.policy).map_err(|_| self.0.unsound())?))
    }

    /// The versions that the policy is made of; who says nothing is left out.
    async fn policy_versions(&self) -> Vec<PolicyVersionNumber> {
        self.0.policy_versions()
    }

    /// The scores, highest first, equal ones by person; those without a score, who are new,
    /// come at the end.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn scores(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Those of members who stand in this tier.")] tier: Option<Tier>,
    ) -> Result<ScoreConnection, Problem> {
        let tier = tier.map(DomainTier::from);
        let row = &self.0.row;
        let total = tier.map_or(row.members.into(), |tier| row.distribution.all.get(tier));
        let page = self.cards(ctx, (first, after), tier, false).await?;
        Ok(ScoreConnection { page, total: Some(MemberTotal::Known(total)) })
    }

    /// Whom to look at: members who fell below the ordinary cut-off since the evaluation
    /// before, or have a strike, highest score first. Silent ones are left out.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn review_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<ReviewQueueConnection, Problem> {
        Ok(ReviewQueueConnection { page: self.cards(ctx, (first, after), None, true).await? })
    }

    /// How many members are below the ordinary cut-off and not silent, in the review queue
    /// or not.
    async fn watch_count(&self, ctx: &Context<'_>) -> Result<u64, Problem> {
        let asked = Asked::of(ctx)?;
        Ok(asked.loaders.watch_counts.load(&asked.read, self.0.row.id).await?.unwrap_or_default())
    }

    /// The tiers whose mean share over this and the three evaluations before lies outside
    /// its band.
    #[graphql(complexity = "20 + 4 * child_complexity")]
    async fn calibration_notices(&self, ctx: &Context<'_>) -> Result<Vec<CalibrationNotice>, Problem> {
        let asked = Asked::of(ctx)?;
        let Some(scope) = uuid(self.0.row.scope) else { return Ok(Vec::new()) };
        let page = EvaluationPage { scope, before: Some(self.0.row.week.next()), limit: EPISODES };
        let found = asked.loaders.evaluation_pages.load(&asked.read, page).await?.unwrap_or_default();
        let samples =
            found.iter().rev().map(|evaluation| evaluation.sample()).collect::<Result<Vec<_>, _>>()?;
        Ok(notices(&samples))
    }
}

connection!(
    ReviewQueueConnection,
    ReviewQueueEdge,
    ScoreObject,
    "A page of a review queue.",
    "The score of a member to look at, and its place in the queue."
);
