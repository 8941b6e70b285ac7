use std::future::Future;

use serde_json::json;

use super::Evidence;
use crate::access::{Capability, ProposalsPort, Rank, Reason, Suggestion};
use crate::command::{Command, Failure, OrRefuse, Outcome, kept};
use crate::fault::Fault;
use crate::id::{AccountId, AssignmentId, ProposalId};
use crate::tasks::{NewTask, ProofKind, Subject, TaskKind, TasksPort, nearest_owner, open_task};
use crate::team::{ChangeRank, Held, MemberState, MembersPort};
use crate::time::Timestamp;

/// What a promotion is judged by.
pub trait PromotionPort: MembersPort + ProposalsPort + TasksPort {
    /// The dossier of an assignment by now, judged under the policy that holds where it is.
    fn evidence(&mut self, held: &Held) -> impl Future<Output = Result<Evidence, Fault>> + Send;
}

/// Looks whether somebody is ready to rise, and proposes it with the evidence (M20). An owner
/// decides, and is given a task to.
#[derive(Clone, Copy, Debug)]
pub struct ConsiderPromotion {
    /// Which assignment.
    pub assignment: AssignmentId,
}

/// Why nothing was proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsiderPromotionRefusal {
    /// There is no such assignment, or its holder is suspended or has left.
    NobodyThere,
    /// No rank is above.
    HighestRank,
    /// Some gate holds back.
    NotReady,
    /// It was decided on lately.
    DecidedLately,
    /// It is proposed already.
    ProposedAlready,
}

/// Why a rank would change, in the words of the system: a code, as those are of no language.
const REASON: &str = "PROMOTION_GATES_MET";

/// How long whoever decides has, in milliseconds: 7 days.
const TIME: i64 = 7 * Timestamp::DAY;

impl<Tx: PromotionPort> Command<Tx> for ConsiderPromotion {
    const NAME: &'static str = "team.consider_promotion";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = ProposalId;
    type Refusal = ConsiderPromotionRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ProposalId, ConsiderPromotionRefusal> {
        use ConsiderPromotionRefusal as Refusal;
        let held = tx.held(self.assignment).await?.or_refuse(Refusal::NobodyThere)?;
        let member = tx.member(held.account).await?.or_refuse(Refusal::NobodyThere)?;
        if member.state != MemberState::Active {
            return Err(Failure::Refused(Refusal::NobodyThere));
        }
        let rank = held.position().rank.and_then(Rank::next).or_refuse(Refusal::HighestRank)?;
        let evidence = tx.evidence(&held).await?;
        if !evidence.is_ready() {
            return Err(Failure::Refused(Refusal::NotReady));
        }
        let subject = format!("promotion:{}:{}", held.assignment.id, rank.code());
        let rest = i64::from(evidence.ladder.again_after_days) * Timestamp::DAY;
        if tx.last_decided(&subject).await?.is_some_and(|at| tx.now() < at.plus_millis(rest)) {
            return Err(Failure::Refused(Refusal::DecidedLately));
        }

        let reason: Reason = REASON.parse().map_err(|error| Fault::from_error("a reason", error))?;
        let command = kept(&ChangeRank { assignment: held.assignment.id, rank, reason });
        let suggestion = Suggestion {
            verb: <ChangeRank as Command<Tx>>::NAME,
            command: command.ok_or_else(|| Fault::new("a promotion cannot be written out"))?,
            capability: Capability::ManageTeam,
            scope: held.position().scope,
            target: format!("account:{}", held.account),
            evidence: serde_json::to_value(&evidence)
                .map_err(|error| Fault::from_error("the evidence of a promotion", error))?,
            subject,
        };
        let proposal = tx.suggest(suggestion).await?.or_refuse(Refusal::ProposedAlready)?;
        let opened = ask_to_decide(tx, &held, proposal).await?;
        tx.audit(
            format!("proposal:{proposal}"),
            json!({ "account": held.account, "assignment": held.assignment.id, "rank": rank,
                    "decides": opened, "opened": u32::from(opened.is_some()) }),
        );
        Ok(proposal)
    }
}

/// Gives an owner the task to decide: of those nearest to the assignment the one who has been there
/// longest. Whom, if there is anybody but the one whom it is about.
async fn ask_to_decide<Tx: PromotionPort>(
    tx: &mut Tx,
    held: &Held,
    proposal: ProposalId,
) -> Result<Option<AccountId>, Fault> {
    let place = held.position().scope;
    let Some(assignee) = nearest_owner(&tx.line(place).await?, held.account) else { return Ok(None) };
    let new = NewTask {
        place,
        kind: TaskKind::Promotion,
        title: TITLE.parse().map_err(|error| Fault::from_error("the title of a task", error))?,
        body: None,
        copy_text: None,
        subject: Some(Subject::of_proposal(proposal)),
        assignee,
        backup: None,
        due_at: tx.now().plus_millis(TIME),
        proof: ProofKind::None,
        needs_verification: false,
    };
    open_task(tx, new).await?;
    Ok(Some(assignee))
}

/// In both languages, as whoever it goes on to may read either.
const TITLE: &str = "决定晋升提议 / Decide on a promotion";
