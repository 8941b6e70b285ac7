use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use futures_util::future::try_join_all;
use qun_domain::groups::Scope;
use qun_domain::id::PersonId;
use qun_domain::tiering::{EvaluateWeek, PinTier, PinTierRefusal, UnpinTier, UnpinTierRefusal, WeekOutcome};
use qun_infra::tiering::{WeekRun, evaluate_weeks_once};

use super::codes::Tier;
use super::evaluation::EvaluationObject;
use super::pin::PinObject;
use crate::graphql::asked::{Asked, app};
use crate::graphql::error::{Problem, settled_or_proposed, settled_run};
use crate::graphql::groups::MemberObject;
use crate::graphql::node::NodeId;
use crate::graphql::proposable::proposable;
use crate::graphql::scalars::{DateTime, Week};
use crate::graphql::scope::ScopeObject;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// Which weeks to evaluate.
#[derive(InputObject)]
struct EvaluateTiersInput {
    /// The global id of the group or community.
    scope: ID,
    /// The first week; the week of the first presence when left out.
    from_week: Option<Week>,
    /// The last week; the last that has ended when left out.
    to_week: Option<Week>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// What came of evaluating.
#[derive(Default, SimpleObject)]
struct EvaluateTiersPayload {
    /// The evaluations that were made, in order of week. Later weeks that were evaluated
    /// before are among them: they stand on the ones before, and get a further revision.
    evaluations: Vec<EvaluationObject>,
    /// The weeks in which nobody was present: nothing was evaluated.
    weeks_without_data: Vec<Week>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A tier to hold.
#[derive(InputObject)]
struct PinTierInput {
    /// The global id of the group or community.
    scope: ID,
    /// The global id of the person, who is or was a member there.
    person: ID,
    /// The tier: CORE, ACTIVE or ORDINARY.
    tier: Tier,
    /// Why, 1 to 500 characters.
    reason: String,
    /// Until when; until it is lifted when left out.
    expires_at: Option<DateTime>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of pinning.
    PinTierPayload {
        /// The pin; null when `userErrors` says why there is none.
        pin: PinObject,
        /// The member; null when nothing was pinned.
        member: MemberObject,
    }
}

/// A pin to lift.
#[derive(InputObject)]
struct UnpinTierInput {
    /// The global id of the pin.
    pin: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of lifting a pin.
    UnpinTierPayload {
        /// The pin as it is now; null when `userErrors` says why it was not lifted.
        pin: PinObject,
        /// The member; null when nothing was lifted.
        member: MemberObject,
    }
}

#[derive(Default)]
pub(in crate::graphql) struct TieringMutation;

#[Object]
impl TieringMutation {
    /// Evaluates weeks that have ended, in order; again, where they were evaluated before.
    /// Each week is a transaction of its own. Needs the capability `EVALUATE_TIERS`.
    async fn evaluate_tiers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The weeks.")] input: EvaluateTiersInput,
    ) -> Result<EvaluateTiersPayload, Problem> {
        let asked = Asked::to_run::<EvaluateWeek>(ctx, input.idempotency_key.as_deref())?;
        let refused =
            |user_errors| Ok(EvaluateTiersPayload { user_errors, ..EvaluateTiersPayload::default() });
        let scope = match evaluated(&asked, &input.scope) {
            Ok(scope) => scope,
            Err(error) => return refused(vec![error]),
        };
        let (from, to) = (input.from_week.map(|week| week.0), input.to_week.map(|week| week.0));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return refused(vec![asked.refusal(Code::WeeksReversed, &["input", "fromWeek"])]);
        }
        let outcome =
            evaluate_weeks_once(asked.writer, &asked.scope, asked.key.as_ref(), scope, from, to).await?;
        let tell = |not_ended| match not_ended {
            None => asked.refusal(Code::NotFound, &["input", "scope"]),
            Some(week) if Some(week) == to => asked.refusal(Code::WeekNotEnded, &["input", "toWeek"]),
            Some(_) => asked.refusal(Code::WeekNotEnded, &["input", "fromWeek"]),
        };
        match settled_run(outcome, tell)? {
            Ok(runs) => evaluated_now(&asked, runs).await,
            Err(user_errors) => refused(user_errors),
        }
    }

    /// Holds a member's tier from the next evaluation on. The member is scored as ever.
    /// Needs the capability `EVALUATE_TIERS`.
    async fn pin_tier(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tier, and whose.")] input: PinTierInput,
    ) -> Result<PinTierPayload, Problem> {
        let asked = Asked::to_run::<PinTier>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(PinTierPayload { user_errors, ..PinTierPayload::default() });
        let refusal = |code, key: &str| vec![asked.refusal(code, &["input", key])];
        let scope = match evaluated(&asked, &input.scope) {
            Ok(scope) => scope,
            Err(error) => return refused(vec![error]),
        };
        let Some(person) = NodeId::person(&input.person) else {
            return refused(refusal(Code::NotFound, "person"));
        };
        let command = PinTier {
            id: app(ctx).ids.make(),
            scope,
            person,
            tier: input.tier.into(),
            reason: input.reason.replace('\0', "\u{FFFD}"),
            expires_at: input.expires_at.map(|at| at.0),
        };
        let outcome = asked.execute(command).await?;
        let tell = |why| match why {
            PinTierRefusal::NoSuchScope => refusal(Code::NotFound, "scope"),
            PinTierRefusal::NotAMember => refusal(Code::NotAMember, "person"),
            PinTierRefusal::TierCannotBePinned => refusal(Code::TierCannotBePinned, "tier"),
            PinTierRefusal::BadReason => refusal(Code::InvalidReason, "reason"),
            PinTierRefusal::AlreadyExpired => refusal(Code::AlreadyExpired, "expiresAt"),
        };
        match settled_or_proposed(outcome, tell)? {
            Ok(pinned) => {
                let member = member(&asked, pinned.scope, pinned.person).await?;
                Ok(PinTierPayload { pin: asked.pin(pinned.id).await?, member, ..PinTierPayload::default() })
            }
            Err(undone) => Ok(undone.into()),
        }
    }

    /// Lifts a pin: the next evaluation takes the week's tier at once. Needs the capability
    /// `EVALUATE_TIERS`.
    async fn unpin_tier(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pin.")] input: UnpinTierInput,
    ) -> Result<UnpinTierPayload, Problem> {
        let asked = Asked::to_run::<UnpinTier>(ctx, input.idempotency_key.as_deref())?;
        let refused = |user_errors| Ok(UnpinTierPayload { user_errors, ..UnpinTierPayload::default() });
        let no_pin = || vec![asked.refusal(Code::NotFound, &["input", "pin"])];
        let Some(NodeId::TierPin(pin)) = NodeId::read(&input.pin) else { return refused(no_pin()) };
        let outcome = asked.execute(UnpinTier { pin }).await?;
        let tell = |why| match why {
            UnpinTierRefusal::NoSuchPin => no_pin(),
        };
        match settled_or_proposed(outcome, tell)? {
            Ok(lifted) => {
                let member = member(&asked, lifted.scope, lifted.person).await?;
                Ok(UnpinTierPayload {
                    pin: asked.pin(lifted.id).await?,
                    member,
                    ..UnpinTierPayload::default()
                })
            }
            Err(undone) => Ok(undone.into()),
        }
    }
}

/// The group or community that an id names.
fn evaluated(asked: &Asked, id: &str) -> Result<Scope, UserError> {
    match NodeId::scope(asked, id) {
        Some(Scope::Organization) => Err(asked.refusal(Code::ScopeNotEvaluated, &["input", "scope"])),
        Some(scope) => Ok(scope),
        None => Err(asked.refusal(Code::NotFound, &["input", "scope"])),
    }
}

async fn evaluated_now(asked: &Asked, runs: Vec<WeekRun>) -> Result<EvaluateTiersPayload, Problem> {
    let (mut made, mut weeks_without_data) = (Vec::new(), Vec::new());
    for run in runs {
        match run.outcome {
            WeekOutcome::NoData => weeks_without_data.push(Week(run.week)),
            WeekOutcome::Evaluated(week) => made.push(week.evaluation),
        }
    }
    let evaluations = try_join_all(made.into_iter().map(|id| asked.evaluation(id))).await?;
    let evaluations = evaluations.into_iter().flatten().collect();
    Ok(EvaluateTiersPayload { evaluations, weeks_without_data, user_errors: Vec::new() })
}

async fn member(asked: &Asked, scope: Scope, person: PersonId) -> Result<Option<MemberObject>, Problem> {
    match ScopeObject::find(asked, scope).await? {
        Some(scope) => asked.member(scope, person).await,
        None => Ok(None),
    }
}
