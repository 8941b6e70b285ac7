use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use qun_domain::fault::Fault;
use qun_domain::id::{EvaluationId, PersonId};
use qun_domain::tiering::{About, Dimension as DomainDimension, Dimensions, Sentence, explain, shown};
use qun_infra::people::Person;
use qun_infra::tiering::{ScoreRow, ScoreSummary};

use super::codes::{Band, Dimension, Tier, WhyNot};
use super::evaluation::EvaluationObject;
use super::reason::TierReason;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::groups::{MemberObject, MemberTotal};
use crate::graphql::in_place::{InPlace, InPlaceList};
use crate::graphql::node::NodeId;
use crate::graphql::page::connection;
use crate::graphql::people::PersonObject;
use crate::graphql::policy::PolicyVersionNumber;
use crate::graphql::scalars::Week;
use crate::graphql::scope::ScopeObject;

connection!(
    ScoreConnection,
    ScoreEdge,
    ScoreObject,
    "A page of scores.",
    "A score and its place in the list.",
    MemberTotal
);

/// What stands beside a tier.
#[derive(SimpleObject)]
#[expect(clippy::struct_excessive_bools, reason = "the flags are answered one by one")]
struct TierFlags {
    /// The score is below the ordinary cut-off.
    watch: bool,
    /// No sign of life lately, though neither new nor silent.
    fading: bool,
    /// No sign of life for long.
    silent: bool,
    /// Too young a membership to be judged.
    new: bool,
    /// A pin holds the tier.
    pinned: bool,
}

/// What one dimension carries of a score.
#[derive(SimpleObject)]
struct DimensionScore {
    /// The dimension.
    dimension: Dimension,
    /// The value before it is normalized: FREQUENCY in counted messages a week; QUALITY in
    /// hundreds of points, two for each point of content and ten for each person who
    /// reacted; EVENTS as a part of 1; INVITES in persons; VIOLATIONS in strikes. Null when
    /// the dimension does not apply.
    raw: Option<f64>,
    /// What the value is worth, 0 to 100; null when the dimension does not apply.
    normalized: Option<f64>,
    /// What the dimension carries of the score, in percent; those of a member add to 100.
    /// Null when the dimension does not apply.
    weight: Option<f64>,
    /// Whether the dimension applies to the member.
    applies: bool,
    /// Why it does not; null when it does.
    why_not: Option<WhyNot>,
}

impl Asked {
    /// The score of a person in an evaluation, if there is one.
    pub(in crate::graphql) async fn score(
        &self,
        evaluation: EvaluationId,
        person: PersonId,
    ) -> Result<Option<ScoreObject>, Problem> {
        let Some(row) = self.loaders.scores.load(&self.read, (evaluation, person)).await? else {
            return Ok(None);
        };
        Ok(self.evaluation(evaluation).await?.map(|evaluation| ScoreObject::new(evaluation, row)))
    }
}

/// A member's tier in one evaluation, and why.
#[derive(Clone)]
pub(in crate::graphql) struct ScoreObject {
    evaluation: EvaluationObject,
    summary: Arc<ScoreSummary>,
    /// The whole, where that was read.
    row: Option<Arc<ScoreRow>>,
    person: Option<Arc<Person>>,
}

impl ScoreObject {
    /// A score of this evaluation.
    pub(in crate::graphql) fn new(evaluation: EvaluationObject, row: Arc<ScoreRow>) -> Self {
        let summary = Arc::new(ScoreSummary::from(&*row));
        Self { evaluation, summary, row: Some(row), person: None }
    }

    /// A score of which a list shows the summary.
    pub(in crate::graphql) fn listed(
        evaluation: EvaluationObject,
        summary: Arc<ScoreSummary>,
        person: Arc<Person>,
    ) -> Self {
        Self { evaluation, summary, row: None, person: Some(person) }
    }

    async fn row(&self, asked: &Asked) -> Result<Arc<ScoreRow>, Problem> {
        if let Some(row) = &self.row {
            return Ok(Arc::clone(row));
        }
        let ScoreSummary { evaluation, person, .. } = *self.summary;
        let row = asked.loaders.scores.load(&asked.read, (evaluation, person)).await?;
        Ok(row.ok_or_else(|| Fault::new(format!("the score of {person} in {evaluation} is gone")))?)
    }

    async fn sentences(&self, asked: &Asked) -> Result<Vec<Sentence>, Problem> {
        let row = self.row(asked).await?;
        Ok(explain(&self.evaluation.0.policy()?.tiering, &row.card, asked.locale))
    }

    async fn who(&self, asked: &Asked) -> Result<Arc<Person>, Problem> {
        if let Some(person) = &self.person {
            return Ok(Arc::clone(person));
        }
        let id = self.summary.person;
        let person = asked.loaders.persons.load(&asked.read, id).await?;
        Ok(person.ok_or_else(|| Fault::new(format!("person {id} is gone")))?)
    }
}

/// A member's tier in one evaluation, and why.
#[Object(name = "TierScore")]
impl ScoreObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::TierScore(self.summary.evaluation, self.summary.person).id()
    }

    /// The evaluation.
    async fn evaluation(&self) -> InPlace<&EvaluationObject> {
        InPlace(&self.evaluation)
    }

    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<InPlace<PersonObject>, Problem> {
        self.who(Asked::of(ctx)?).await.map(PersonObject).map(InPlace)
    }

    /// The person as a member of the group or community.
    async fn member(&self, ctx: &Context<'_>) -> Result<InPlace<MemberObject>, Problem> {
        let asked = Asked::of(ctx)?;
        let of = self.evaluation.0.row.scope;
        let scope = ScopeObject::find(asked, of).await?;
        let scope = scope.ok_or_else(|| Fault::new(format!("{of} is gone")))?;
        Ok(InPlace(MemberObject::known(scope, self.who(asked).await?)))
    }

    /// The week.
    async fn week(&self) -> Week {
        Week(self.evaluation.0.row.week)
    }

    /// The revision of the evaluation, from 1.
    async fn revision(&self) -> u32 {
        self.evaluation.0.row.revision
    }

    /// The tier: stabilized, or held by a pin.
    async fn tier(&self) -> Tier {
        self.summary.tier.into()
    }

    /// The tier of this week alone, before it is stabilized.
    async fn week_tier(&self) -> Tier {
        self.summary.week_tier.into()
    }

    /// The tier at the member's evaluation before; null when there was none since the
    /// membership began.
    async fn previous_tier(&self) -> Option<Tier> {
        self.summary.previous_tier.map(Into::into)
    }

    /// The score, 0 to 100, exact to nine decimals; null for who is new (`flags.new`), and
    /// is not scored.
    async fn score(&self) -> Option<f64> {
        self.summary.score
    }

    /// The score as it is shown: one decimal, rounded down, so that 79.96 never reads
    /// 80.0; null for who is new.
    async fn score_shown(&self) -> Option<f64> {
        self.summary.score.map(shown)
    }

    /// The band that the score lies in; null for who is new.
    async fn band(&self) -> Option<Band> {
        self.summary.band.map(Into::into)
    }

    /// What stands beside the tier.
    async fn flags(&self) -> InPlace<TierFlags> {
        let summary = &self.summary;
        InPlace(TierFlags {
            watch: summary.is_watch(),
            fading: summary.fading,
            silent: summary.silent,
            new: summary.is_new(),
            pinned: summary.pinned,
        })
    }

    /// How long the membership had lasted, in days.
    async fn age_days(&self) -> i64 {
        self.summary.age_days
    }

    /// Counted messages in the seven days of the week.
    async fn counted_in_week(&self) -> u32 {
        self.summary.counted_in_week
    }

    /// Strikes that stand, in all groups, within the window of the policy.
    async fn strikes(&self) -> u32 {
        self.summary.strikes
    }

    /// Each dimension: what it was, what it is worth, what it carries.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn dimensions(&self, ctx: &Context<'_>) -> Result<InPlaceList<DimensionScore>, Problem> {
        let row = self.row(Asked::of(ctx)?).await?;
        let card = &row.card;
        let of = |dimension: DomainDimension| {
            let value =
                |part: &Option<Dimensions<Option<f64>>>| part.as_ref().and_then(|part| *part.get(dimension));
            let raw = value(&card.raw);
            let member = if card.raw.is_none() { WhyNot::New } else { WhyNot::NoEventOpen };
            let why_not = self.evaluation.0.why_not(dimension).or(raw.is_none().then_some(member));
            DimensionScore {
                dimension: dimension.into(),
                raw,
                normalized: value(&card.normalized),
                weight: value(&card.weights),
                applies: raw.is_some(),
                why_not,
            }
        };
        Ok(InPlaceList(DomainDimension::ALL.into_iter().map(of).collect()))
    }

    /// Why the tier is what it is, in the order of the codes.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn reasons(&self, ctx: &Context<'_>) -> Result<Vec<TierReason>, Problem> {
        let sentences = self.sentences(Asked::of(ctx)?).await?.into_iter();
        let reason = |sentence: Sentence| match sentence.about {
            About::Reason(reason) => Some(TierReason::new(reason, sentence.text)),
            About::Dimension(_) | About::Score => None,
        };
        Ok(sentences.filter_map(reason).collect())
    }

    /// The whole explanation in sentences to the member, in the language of the request:
    /// each dimension that applies, the score, then the reasons. Nothing in it is about
    /// other members.
    async fn explanation(&self, ctx: &Context<'_>) -> Result<Vec<String>, Problem> {
        let sentences = self.sentences(Asked::of(ctx)?).await?;
        Ok(sentences.into_iter().map(|sentence| sentence.text).collect())
    }

    /// The versions that the policy of the evaluation is made of; who says nothing is left
    /// out.
    async fn policy_versions(&self) -> Vec<PolicyVersionNumber> {
        self.evaluation.0.policy_versions()
    }
}
