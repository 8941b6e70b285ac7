use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use qun_domain::access::{
    ApproveProposal, DecideProposalRefusal, Power, Proposal, ProposalState as DomainState, Reason,
    RejectProposal, WithdrawProposal,
};
use qun_domain::fault::Fault;
use qun_domain::id::ProposalId;
use qun_infra::access::{ProposalPage, proposals_page};

use super::codes::Capability;
use crate::graphql::asked::Asked;
use crate::graphql::doing::Doing;
use crate::graphql::error::{Problem, settled};
use crate::graphql::node::NodeId;
use crate::graphql::page::{NamesNothing, Slice, connection, narrowed, storable};
use crate::graphql::scalars::{DateTime, Json};
use crate::graphql::scope::AnyScope;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// How far a proposal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainState")]
pub(in crate::graphql) enum ProposalState {
    /// Nobody has decided.
    Open,
    /// It was approved, and done.
    Approved,
    /// It was rejected.
    Rejected,
    /// Whoever proposed it took it back.
    Withdrawn,
}

connection!(
    ProposalConnection,
    ProposalEdge,
    ProposalObject,
    "A page of proposals.",
    "A proposal and its place in the list."
);

/// Which proposals a list shows.
pub(super) struct ProposalsAsked {
    pub(super) state: Option<ProposalState>,
    pub(super) verb: Option<String>,
    pub(super) proposed_by: Option<ID>,
}

impl ProposalsAsked {
    /// The page that is asked for.
    fn page(self) -> Result<ProposalPage, NamesNothing> {
        let Self { state, verb, proposed_by } = self;
        Ok(ProposalPage {
            state: state.map(Into::into),
            verb: narrowed(verb, storable)?,
            proposed_by: narrowed(proposed_by, |id| NodeId::account(&id))?,
            after: None,
            limit: 0,
        })
    }
}

/// A page of proposals, newest first.
pub(super) async fn proposals(
    asked: &Asked,
    which: ProposalsAsked,
    first: Option<i32>,
    after: Option<String>,
) -> Result<ProposalConnection, Problem> {
    let slice = Slice::<ProposalId>::new(first, after.as_deref())?;
    let Ok(page) = which.page() else { return Ok(ProposalConnection::default()) };
    let page = ProposalPage { after: slice.after, limit: slice.limit(), ..page };
    let found = proposals_page(&asked.read, page).await?;
    let found = found.into_iter().map(|proposal| ProposalObject(proposal.id));
    Ok(ProposalConnection { page: slice.page(found, |proposal: &ProposalObject| proposal.0) })
}

impl Asked {
    /// The proposal, if the organization has it.
    pub(in crate::graphql) async fn proposal(
        &self,
        id: ProposalId,
    ) -> Result<Option<ProposalObject>, Problem> {
        let found = self.loaders.proposals.load(&self.read, id).await?;
        Ok(found.map(|proposal| ProposalObject(proposal.id)))
    }
}

/// An act that somebody proposed who may not do it himself.
#[derive(Clone)]
pub(in crate::graphql) struct ProposalObject(pub(in crate::graphql) ProposalId);

impl ProposalObject {
    async fn row(&self, ctx: &Context<'_>) -> Result<Arc<Proposal>, Problem> {
        let asked = Asked::of(ctx)?;
        let found = asked.loaders.proposals.load(&asked.read, self.0).await?;
        Ok(found.ok_or_else(|| Fault::new(format!("proposal {} is gone", self.0)))?)
    }
}

/// An act that somebody proposed who may not do it himself.
#[Object(name = "Proposal")]
impl ProposalObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Proposal(self.0).id()
    }

    /// The act, such as `groups.create_group`.
    async fn verb(&self, ctx: &Context<'_>) -> Result<String, Problem> {
        Ok(self.row(ctx).await?.verb.clone())
    }

    /// What the act is asked to do, in the words of the verb. The amount of a bonus is null but for
    /// who proposed it, and for who could propose it too.
    async fn command(&self, ctx: &Context<'_>) -> Result<Json, Problem> {
        let row = self.row(ctx).await?;
        Ok(Json(shown(Asked::of(ctx)?, &row, row.command.clone())))
    }

    /// The capability that the act asks for: who holds it at `scope` may decide.
    async fn capability(&self, ctx: &Context<'_>) -> Result<Capability, Problem> {
        Ok(self.row(ctx).await?.capability.into())
    }

    /// Where.
    async fn scope(&self, ctx: &Context<'_>) -> Result<Option<AnyScope>, Problem> {
        AnyScope::find(Asked::of(ctx)?, self.row(ctx).await?.scope).await
    }

    /// What it would be done to, such as `group:…`; null for what makes something new.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<String>, Problem> {
        Ok(self.row(ctx).await?.target.clone())
    }

    /// What would have changed at the time of the proposal, as the audit log would tell it, amounts
    /// as in `command`; null where there is nothing more to say.
    async fn preview(&self, ctx: &Context<'_>) -> Result<Option<Json>, Problem> {
        let (asked, row) = (Asked::of(ctx)?, self.row(ctx).await?);
        Ok(row.preview.clone().map(|preview| Json(shown(asked, &row, preview))))
    }

    /// The figures that speak for it: of somebody else's work, and so null but for who could propose
    /// the act, and where not the system proposes.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Option<Json>, Problem> {
        let row = self.row(ctx).await?;
        Ok(if is_confided(Asked::of(ctx)?, &row) { row.evidence.clone().map(Json) } else { None })
    }

    /// The global id of the account that proposed it; null for the system.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Result<Option<ID>, Problem> {
        Ok(self.row(ctx).await?.proposed_by.map(|id| NodeId::Account(id).id()))
    }

    /// When it was proposed.
    async fn proposed_at(&self, ctx: &Context<'_>) -> Result<DateTime, Problem> {
        Ok(DateTime(self.row(ctx).await?.proposed_at))
    }

    /// How far it has come.
    async fn state(&self, ctx: &Context<'_>) -> Result<ProposalState, Problem> {
        Ok(self.row(ctx).await?.state.into())
    }

    /// Who decided, as the audit log names actors; null while it is open.
    async fn decided_by(&self, ctx: &Context<'_>) -> Result<Option<String>, Problem> {
        Ok(self.row(ctx).await?.decided_by.clone())
    }

    /// When it was decided; null while it is open.
    async fn decided_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>, Problem> {
        Ok(self.row(ctx).await?.decided_at.map(DateTime))
    }

    /// Why, in the words of who decided; null when nothing was said.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>, Problem> {
        Ok(self.row(ctx).await?.reason.clone())
    }
}

/// What of an act not everybody sees who may read that it was proposed.
const CONFIDENTIAL: &str = "money";

/// Whether all of a proposal is told to who asks: its author, and who could have proposed it.
fn is_confided(asked: &Asked, row: &Proposal) -> bool {
    let actor = asked.scope.actor();
    let is_own = row.proposed_by.is_some() && actor.account_id() == row.proposed_by;
    is_own || actor.power(row.capability, row.scope) >= Power::Proposes
}

/// What is told of an act, as who asks may see it.
fn shown(asked: &Asked, row: &Proposal, mut told: serde_json::Value) -> serde_json::Value {
    if !is_confided(asked, row)
        && let Some(amount) = told.get_mut(CONFIDENTIAL)
    {
        *amount = serde_json::Value::Null;
    }
    told
}

/// A proposal to approve.
#[derive(InputObject)]
struct ApproveProposalInput {
    /// The global id of the proposal.
    proposal: ID,
    /// Why, at most 500 characters.
    reason: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A proposal to reject.
#[derive(InputObject)]
struct RejectProposalInput {
    /// The global id of the proposal.
    proposal: ID,
    /// Why, 1 to 500 characters.
    reason: String,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A proposal to take back.
#[derive(InputObject)]
struct WithdrawProposalInput {
    /// The global id of the proposal.
    proposal: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// What came of deciding on a proposal.
#[derive(Default, SimpleObject)]
struct ApproveProposalPayload {
    /// The proposal as it is now; null when `userErrors` says why it stays as it was.
    proposal: Option<ProposalObject>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What came of rejecting a proposal.
#[derive(Default, SimpleObject)]
struct RejectProposalPayload {
    /// The proposal as it is now; null when `userErrors` says why it stays as it was.
    proposal: Option<ProposalObject>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What came of taking a proposal back.
#[derive(Default, SimpleObject)]
struct WithdrawProposalPayload {
    /// The proposal as it is now; null when `userErrors` says why it stays as it was.
    proposal: Option<ProposalObject>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

const PROPOSAL: &[&str] = &["input", "proposal"];
const REASON: &[&str] = &["input", "reason"];

fn tell(asked: &Asked, refusal: DecideProposalRefusal) -> Vec<UserError> {
    use DecideProposalRefusal as Refusal;
    let code = match refusal {
        Refusal::NoSuchProposal => Code::NotFound,
        Refusal::AlreadyDecided => Code::AlreadyDecided,
        Refusal::OwnProposal => Code::OwnProposal,
        Refusal::NotYours => Code::NotYours,
        Refusal::ProposerMayNot => Code::ProposerMayNot,
        Refusal::NotPossible(name) => {
            return vec![asked.refusal(Code::NoLongerPossible, PROPOSAL).because(name)];
        }
    };
    vec![asked.refusal(code, PROPOSAL)]
}

fn named(asked: &Asked, id: &ID) -> Result<ProposalId, Vec<UserError>> {
    match NodeId::read(id) {
        Some(NodeId::Proposal(id)) => Ok(id),
        _ => Err(vec![asked.refusal(Code::NotFound, PROPOSAL)]),
    }
}

#[derive(Default)]
pub(in crate::graphql) struct ProposalMutation;

#[Object]
impl ProposalMutation {
    /// Approves an act that somebody else proposed: it is done now, under the permissions and
    /// facts of now. Needs the capability of the act at its scope.
    async fn approve_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ApproveProposalInput,
    ) -> Result<ApproveProposalPayload, Problem> {
        let asked = Asked::to_run::<ApproveProposal>(ctx, input.idempotency_key.as_deref())?;
        let settled = async {
            let proposal = match named(&asked, &input.proposal) {
                Ok(proposal) => proposal,
                Err(user_errors) => return Ok(Err(user_errors)),
            };
            let reason: Option<Reason> = match input.reason.as_deref().map(str::parse).transpose() {
                Ok(reason) => reason,
                Err(_) => return Ok(Err(vec![asked.refusal(Code::InvalidReason, REASON)])),
            };
            let outcome = asked.execute(ApproveProposal { proposal, reason }).await?;
            settled(outcome, |refusal| tell(&asked, refusal))
        };
        Ok(match settled.await? {
            Ok(id) => ApproveProposalPayload {
                proposal: Some(ProposalObject(id)),
                ..ApproveProposalPayload::default()
            },
            Err(user_errors) => ApproveProposalPayload { user_errors, ..ApproveProposalPayload::default() },
        })
    }

    /// Rejects an act that somebody else proposed. Needs the capability of the act at its scope.
    async fn reject_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RejectProposalInput,
    ) -> Result<RejectProposalPayload, Problem> {
        let asked = Asked::to_run::<RejectProposal>(ctx, input.idempotency_key.as_deref())?;
        Ok(match rejected(&asked, &input).await? {
            Ok(id) => RejectProposalPayload {
                proposal: Some(ProposalObject(id)),
                ..RejectProposalPayload::default()
            },
            Err(user_errors) => RejectProposalPayload { user_errors, ..RejectProposalPayload::default() },
        })
    }

    /// Takes back an act that one proposed oneself.
    async fn withdraw_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: WithdrawProposalInput,
    ) -> Result<WithdrawProposalPayload, Problem> {
        let asked = Asked::to_run::<WithdrawProposal>(ctx, input.idempotency_key.as_deref())?;
        let settled = match named(&asked, &input.proposal) {
            Ok(proposal) => {
                let outcome = asked.execute(WithdrawProposal { proposal }).await?;
                settled(outcome, |refusal| tell(&asked, refusal))?
            }
            Err(user_errors) => Err(user_errors),
        };
        Ok(match settled {
            Ok(id) => WithdrawProposalPayload {
                proposal: Some(ProposalObject(id)),
                ..WithdrawProposalPayload::default()
            },
            Err(user_errors) => WithdrawProposalPayload { user_errors, ..WithdrawProposalPayload::default() },
        })
    }
}

async fn rejected(
    asked: &Doing<'_>,
    input: &RejectProposalInput,
) -> Result<Result<ProposalId, Vec<UserError>>, Problem> {
    let proposal = match named(asked, &input.proposal) {
        Ok(proposal) => proposal,
        Err(user_errors) => return Ok(Err(user_errors)),
    };
    let Ok(reason) = input.reason.parse() else {
        return Ok(Err(vec![asked.refusal(Code::InvalidReason, REASON)]));
    };
    let outcome = asked.execute(RejectProposal { proposal, reason }).await?;
    settled(outcome, |refusal| tell(asked, refusal))
}
