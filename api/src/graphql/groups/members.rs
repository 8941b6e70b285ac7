use std::sync::Arc;

use async_graphql::Enum;
use qun_domain::groups::Scope;
use qun_infra::groups::MemberPage;
use qun_infra::tiering::{Rank, ScoreOrder, ScorePage, ScoreSummary};

use super::MemberObject;
use crate::errors::Sentence;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::page::{MemberPlace, Slice, connection};
use crate::graphql::scope::ScopeObject;
use crate::graphql::tiering::{EvaluationObject, ScoreObject, Tier};

connection!(
    MemberConnection,
    MemberEdge,
    MemberObject,
    "A page of members.",
    "A member and the member's place in the list.",
    MemberTotal
);

/// Whom a list of members shows, and in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(in crate::graphql) enum MemberOrder {
    /// Everybody who is in now, in a fixed order without meaning. With `tier`: those who
    /// were evaluated last and stand in that tier.
    #[default]
    Member,
    /// Those who were evaluated last, the highest score first and those without a score,
    /// who are new, at the end. Before the first evaluation: as MEMBER.
    Score,
}

/// How many members a list has.
pub(in crate::graphql) enum MemberTotal {
    /// So many.
    Known(u64),
    /// Those who are in the scope now.
    In(Scope),
}

impl MemberTotal {
    pub(in crate::graphql) async fn count(&self, asked: &Asked) -> Result<u64, Problem> {
        match self {
            Self::Known(total) => Ok(*total),
            Self::In(scope) => {
                Ok(asked.loaders.member_counts.load(&asked.read, *scope).await?.unwrap_or_default())
            }
        }
    }
}

type Arguments = (Option<i32>, Option<String>);

/// A page of the members of a group or community.
pub(in crate::graphql) async fn members_of(
    asked: &Asked,
    scope: ScopeObject,
    (first, after): Arguments,
    tier: Option<Tier>,
    order: MemberOrder,
) -> Result<MemberConnection, Problem> {
    let slice = Slice::<MemberPlace>::new(first, after.as_deref())?;
    let evaluation = match slice.after {
        Some(MemberPlace::Score(id, _)) => {
            asked.evaluation(id).await?.filter(|found| found.is_of(scope.scope()))
        }
        Some(MemberPlace::Person(_)) if tier.is_none() => None,
        None if order == MemberOrder::Member && tier.is_none() => None,
        Some(MemberPlace::Person(_)) | None => asked.latest(scope.scope()).await?,
    };
    match (evaluation, tier, slice.after) {
        (Some(evaluation), ..) => scored(asked, scope, &slice, evaluation, tier, order).await,
        (None, None, None | Some(MemberPlace::Person(_))) => running(asked, scope, &slice).await,
        (None, Some(_), None | Some(MemberPlace::Person(_))) => {
            Ok(MemberConnection { total: Some(MemberTotal::Known(0)), ..MemberConnection::default() })
        }
        (None, _, Some(MemberPlace::Score(..))) => Err(OTHER_ORDER),
    }
}

const OTHER_ORDER: Problem = Problem::BadInput(Sentence::fixed(
    "after must be a cursor of this list in this order.",
    "after 必须是本列表按此顺序的游标。",
));

async fn running(
    asked: &Asked,
    scope: ScopeObject,
    slice: &Slice<MemberPlace>,
) -> Result<MemberConnection, Problem> {
    let after = match slice.after {
        Some(MemberPlace::Person(person)) => Some(person),
        Some(MemberPlace::Score(..)) | None => None,
    };
    let page = MemberPage { scope: scope.scope(), after, limit: slice.limit() };
    let persons = asked.loaders.member_pages.load(&asked.read, page).await?.unwrap_or_default();
    Ok(MemberConnection {
        total: Some(MemberTotal::In(scope.scope())),
        page: slice
            .page(persons, |person| MemberPlace::Person(person.id))
            .map(|person| MemberObject::known(scope.clone(), person)),
    })
}

async fn scored(
    asked: &Asked,
    scope: ScopeObject,
    slice: &Slice<MemberPlace>,
    evaluation: EvaluationObject,
    tier: Option<Tier>,
    order: MemberOrder,
) -> Result<MemberConnection, Problem> {
    let (order, after) = match (order, slice.after) {
        (MemberOrder::Score, None) => (ScoreOrder::Ranked, None),
        (MemberOrder::Score, Some(MemberPlace::Score(_, rank))) => (ScoreOrder::Ranked, Some(rank)),
        (MemberOrder::Member, None) => (ScoreOrder::ByPerson, None),
        (MemberOrder::Member, Some(MemberPlace::Person(person))) => {
            (ScoreOrder::ByPerson, Some(Rank::of(None, person)))
        }
        (MemberOrder::Score, Some(MemberPlace::Person(_)))
        | (MemberOrder::Member, Some(MemberPlace::Score(..))) => {
            return Err(OTHER_ORDER);
        }
    };
    let row = &evaluation.0.row;
    let (id, tier) = (row.id, tier.map(Into::into));
    let page = ScorePage { evaluation: id, tier, to_review: false, order, after, limit: slice.limit() };
    let total = tier.map_or(row.members.into(), |tier| row.distribution.all.get(tier));
    let rows = asked.loaders.score_pages.load(&asked.read, page).await?.unwrap_or_default();
    let place = |score: &ScoreSummary| match order {
        ScoreOrder::Ranked => MemberPlace::Score(id, Rank::of(score.score, score.person)),
        ScoreOrder::ByPerson => MemberPlace::Person(score.person),
    };
    Ok(MemberConnection {
        total: Some(MemberTotal::Known(total)),
        page: slice.page(rows, |(score, _)| place(score)).map(|(score, person)| {
            let score = ScoreObject::listed(evaluation.clone(), score, Arc::clone(&person));
            MemberObject::scored(scope.clone(), person, score)
        }),
    })
}
