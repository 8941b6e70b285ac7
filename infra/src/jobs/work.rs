//! What each kind of scheduled work does. Every one is a reconciler: it makes the
//! state right from whatever it is, and may be cut off at any line and run again.

use qun_domain::access::{
    ForgetRequestKeys, ForgetRequestKeysRefusal, ForgetSessions, ForgetSessionsRefusal,
};
use qun_domain::activity::{ForgetTexts, ForgetTextsRefusal};
use qun_domain::command::{Command, Failure};
use qun_domain::fault::Fault;
use qun_domain::id::AssignmentId;
use qun_domain::jobs::Schedule;
use qun_domain::streams::{ForgetEvents, ForgetEventsRefusal};
use qun_domain::tasks::{EscalateTask, EscalateTaskRefusal};
use qun_domain::team::{
    ConsiderPromotion, ConsiderPromotionRefusal, Evidence, RemindOfTraining, RemindOfTrainingRefusal,
};

use super::table::Claimed;
use crate::access::job_scope;
use crate::db::{OrgRead, OrgScope, OrgTx, Writer};
use crate::groups::groups;
use crate::tasks::tasks_to_escalate;
use crate::team::{Pupil, evidence_of, promotable, reminded, trainings_to_remind_of};
use crate::tiering::{RunProblem, evaluate_weeks, every_scope_in, pending_weeks};

/// Pages of groups.
const PAGE: u64 = 100;

/// Tasks that are looked for at once.
const TASKS: u32 = 100;

/// Assignments that are looked for at once.
const ASSIGNMENTS: u32 = 100;

/// Trainings that are looked for at once.
const TRAININGS: u32 = 100;

pub(super) async fn run(writer: &Writer, job: &Claimed) -> Result<(), Fault> {
    let scope = job_scope(job.org);
    let zone = job.period.split_once(' ').map(|(_, zone)| zone).unwrap_or_default();
    match job.schedule {
        Schedule::WeeklyTiers => weekly_tiers(writer, &scope, zone).await,
        Schedule::ForgetTexts => forget_texts(writer, &scope, zone).await,
        Schedule::ForgetRequestKeys => {
            forget(writer, &scope, ForgetRequestKeys, |ForgetRequestKeysRefusal::NothingLeft| true).await
        }
        Schedule::ForgetSessions => {
            forget(writer, &scope, ForgetSessions, |ForgetSessionsRefusal::NothingLeft| true).await
        }
        Schedule::ForgetEvents => {
            forget(writer, &scope, ForgetEvents, |ForgetEventsRefusal::NothingLeft| true).await
        }
        Schedule::EscalateTasks => escalate_tasks(writer, &scope).await,
        Schedule::RemindOfTraining => remind_of_training(writer, &scope).await,
        Schedule::ConsiderPromotions => consider_promotions(writer, &scope).await,
    }
}

/// Evaluates, in each group and community of the zone, the weeks since the last evaluated one.
async fn weekly_tiers(writer: &Writer, scope: &OrgScope, zone: &str) -> Result<(), Fault> {
    let read = door(writer, scope)?;
    for of in every_scope_in(&read, zone).await? {
        let Some((from, to)) = pending_weeks(writer, scope, of).await? else { continue };
        match evaluate_weeks(writer, scope, of, Some(from), Some(to), |_| ()).await {
            Ok(_) | Err(RunProblem::NoSuchScope | RunProblem::NotEnded(_)) => {}
            Err(RunProblem::Forbidden) => return Err(Fault::new("jobs may not evaluate tiers")),
            Err(RunProblem::Fault(fault)) => return Err(fault),
        }
    }
    Ok(())
}

/// Forgets texts a day at a time, until no group of the zone has any that is too old.
async fn forget_texts(writer: &Writer, scope: &OrgScope, zone: &str) -> Result<(), Fault> {
    let read = door(writer, scope)?;
    let mut after: Option<String> = None;
    loop {
        let page = groups(&read, None, after.as_deref(), PAGE).await?;
        for group in page.iter().filter(|group| group.zone.name() == zone) {
            forget(writer, scope, ForgetTexts { group: group.id }, |refusal| match refusal {
                ForgetTextsRefusal::NothingLeft | ForgetTextsRefusal::NoSuchGroup => true,
            })
            .await?;
        }
        match page.into_iter().last() {
            Some(last) => after = Some(last.name),
            None => return Ok(()),
        }
    }
}

/// Lets each task go a level further whose time has come. What goes further waits again, so that
/// this ends.
async fn escalate_tasks(writer: &Writer, scope: &OrgScope) -> Result<(), Fault> {
    let (read, now) = (door(writer, scope)?, writer.clock().now());
    loop {
        let page = tasks_to_escalate(&read, now, TASKS).await?;
        for task in &page {
            match writer.execute(scope, EscalateTask { task: *task }).await {
                Ok(_)
                | Err(Failure::Refused(EscalateTaskRefusal::NoSuchTask | EscalateTaskRefusal::NotDue)) => {}
                Err(Failure::Forbidden(_) | Failure::Proposed(_)) => {
                    return Err(Fault::new("jobs may not let tasks go further"));
                }
                Err(Failure::Fault(fault)) => return Err(fault),
            }
        }
        if page.len() < TASKS as usize {
            return Ok(());
        }
    }
}

/// Looks at each training that is late or soon will be, or was when its member was reminded of it.
async fn remind_of_training(writer: &Writer, scope: &OrgScope) -> Result<(), Fault> {
    let (read, now) = (door(writer, scope)?, writer.clock().now());
    let mut after = None;
    loop {
        let page = trainings_to_remind_of(&read, now, after, TRAININGS).await?;
        for row in &page {
            remind(writer, scope, (row.account, row.course.id)).await?;
        }
        match page.last() {
            Some(last) if page.len() == TRAININGS as usize => after = Some((last.account, last.course.id)),
            _ => break,
        }
    }
    let mut after = None;
    loop {
        let page = reminded(&read, after, TRAININGS).await?;
        for pupil in &page {
            remind(writer, scope, *pupil).await?;
        }
        match page.last() {
            Some(last) if page.len() == TRAININGS as usize => after = Some(*last),
            _ => return Ok(()),
        }
    }
}

async fn remind(writer: &Writer, scope: &OrgScope, (account, course): Pupil) -> Result<(), Fault> {
    match writer.execute(scope, RemindOfTraining { account, course }).await {
        Ok(_)
        | Err(Failure::Refused(
            RemindOfTrainingRefusal::NoSuchCourse | RemindOfTrainingRefusal::NothingToDo,
        )) => Ok(()),
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => {
            Err(Fault::new("jobs may not remind of training"))
        }
        Err(Failure::Fault(fault)) => Err(fault),
    }
}

/// Looks at each assignment that has a rank above it, a page at a time; what is ready to rise is
/// looked at again by the command that proposes it.
async fn consider_promotions(writer: &Writer, scope: &OrgScope) -> Result<(), Fault> {
    let (read, now) = (door(writer, scope)?, writer.clock().now());
    let mut after = None;
    loop {
        let page = promotable(&read, after, ASSIGNMENTS, now).await?;
        let evidence = evidence_of(&read, scope.org(), &page, now).await?;
        for assignment in page.iter().map(|held| held.assignment.id) {
            if evidence.get(&assignment).is_some_and(Evidence::is_ready) {
                consider(writer, scope, assignment).await?;
            }
        }
        match page.last() {
            Some(last) if page.len() == ASSIGNMENTS as usize => after = Some(last.assignment.id),
            _ => return Ok(()),
        }
    }
}

async fn consider(writer: &Writer, scope: &OrgScope, assignment: AssignmentId) -> Result<(), Fault> {
    match writer.execute(scope, ConsiderPromotion { assignment }).await {
        Ok(_)
        | Err(Failure::Refused(
            ConsiderPromotionRefusal::NobodyThere
            | ConsiderPromotionRefusal::HighestRank
            | ConsiderPromotionRefusal::NotReady
            | ConsiderPromotionRefusal::DecidedLately
            | ConsiderPromotionRefusal::ProposedAlready,
        )) => Ok(()),
        Err(Failure::Forbidden(_) | Failure::Proposed(_)) => {
            Err(Fault::new("jobs may not propose promotions"))
        }
        Err(Failure::Fault(fault)) => Err(fault),
    }
}

/// Forgets a page at a time, until the command says that nothing is left.
async fn forget<C>(
    writer: &Writer,
    scope: &OrgScope,
    command: C,
    is_end: fn(&C::Refusal) -> bool,
) -> Result<(), Fault>
where
    C: Command<OrgTx>,
{
    loop {
        match writer.execute(scope, command.clone()).await {
            Ok(_) => {}
            Err(Failure::Refused(refusal)) if is_end(&refusal) => return Ok(()),
            Err(Failure::Refused(_) | Failure::Forbidden(_) | Failure::Proposed(_)) => {
                return Err(Fault::new(format!("jobs may not do {}", C::NAME)));
            }
            Err(Failure::Fault(fault)) => return Err(fault),
        }
    }
}

fn door(writer: &Writer, scope: &OrgScope) -> Result<OrgRead, Fault> {
    OrgRead::open(writer.db(), scope).ok_or_else(|| Fault::new("jobs may not read"))
}
