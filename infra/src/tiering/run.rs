//! Evaluating weeks in order.

use qun_domain::command::Failure;
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::tiering::{EvaluateWeek, EvaluateWeekRefusal, WeekOutcome};
use qun_domain::time::Week;

use super::scope::evaluated_scope;
use crate::db::{KeyReused, OrgRead, OrgScope, RequestKey, TenantSql, Writer, column};
use crate::groups::scope_columns;

/// A week of a run, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekRun {
    /// The week.
    pub week: Week,
    /// What came of it.
    pub outcome: WeekOutcome,
}

/// Why a run stopped.
#[derive(Debug)]
pub enum RunProblem {
    /// There is no such group or community.
    NoSuchScope,
    /// A named week has not ended in the scope's zone.
    NotEnded(Week),
    /// The actor may not evaluate.
    Forbidden,
    /// Something broke.
    Fault(Fault),
}

impl From<Fault> for RunProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Evaluates weeks of a scope in order, each in a transaction of its own.
///
/// Without `from` it begins with the week of the first presence, without `to` it
/// ends with the last week that has ended. Weeks after `to` that were evaluated
/// before get a further revision too, as they stand on the ones before them
/// (TIERING.md, section 8). `tell` hears of each week.
///
/// # Errors
/// See [`RunProblem`]; the weeks before it are evaluated.
pub async fn evaluate_weeks(
    writer: &Writer,
    scope: &OrgScope,
    of: Scope,
    from: Option<Week>,
    to: Option<Week>,
    tell: impl FnMut(&WeekRun),
) -> Result<Vec<WeekRun>, RunProblem> {
    run(Runner { writer, scope, key: None }, of, from, to, tell).await.map_err(|stop| match stop {
        Stop::Problem(problem) => problem,
        Stop::Reused => Fault::new("a run without a key was told that its key was used").into(),
    })
}

/// As [`evaluate_weeks`], each week once for the key, where there is one: a run that was cut
/// off goes on where it ended, and one that was done gives its first outcome again.
///
/// # Errors
/// As [`evaluate_weeks`]; [`KeyReused`] when the key came with another request before.
pub async fn evaluate_weeks_once(
    writer: &Writer,
    scope: &OrgScope,
    key: Option<&RequestKey>,
    of: Scope,
    from: Option<Week>,
    to: Option<Week>,
) -> Result<Result<Vec<WeekRun>, RunProblem>, KeyReused> {
    match run(Runner { writer, scope, key }, of, from, to, |_| ()).await {
        Ok(runs) => Ok(Ok(runs)),
        Err(Stop::Problem(problem)) => Ok(Err(problem)),
        Err(Stop::Reused) => Err(KeyReused),
    }
}

enum Stop {
    Problem(RunProblem),
    Reused,
}

impl<T: Into<RunProblem>> From<T> for Stop {
    fn from(problem: T) -> Self {
        Self::Problem(problem.into())
    }
}

#[derive(Clone, Copy)]
struct Runner<'a> {
    writer: &'a Writer,
    scope: &'a OrgScope,
    key: Option<&'a RequestKey>,
}

async fn run(
    runner: Runner<'_>,
    of: Scope,
    from: Option<Week>,
    to: Option<Week>,
    mut tell: impl FnMut(&WeekRun),
) -> Result<Vec<WeekRun>, Stop> {
    let Runner { writer, scope, .. } = runner;
    let read = OrgRead::open(writer.db(), scope).ok_or(RunProblem::Forbidden)?;
    let evaluated = evaluated_scope(&read, of).await?.ok_or(RunProblem::NoSuchScope)?;
    let last_ended = Week::last_ended(writer.clock().now(), evaluated.zone);
    if let Some(week) = to.or(from).filter(|week| *week > last_ended) {
        return Err(RunProblem::NotEnded(week).into());
    }
    let Some(first) = evaluated.first_week() else { return Ok(Vec::new()) };
    let from = from.unwrap_or(first).max(first);
    let last_known = last_evaluated(&read, of).await?;
    let to = to.unwrap_or(last_ended).max(last_known.unwrap_or(from).min(last_ended));
    let mut runs = Vec::new();
    for week in from.through(to) {
        let run = WeekRun { week, outcome: runner.evaluate(of, week).await? };
        tell(&run);
        runs.push(run);
    }
    Ok(runs)
}

impl Runner<'_> {
    async fn evaluate(self, of: Scope, week: Week) -> Result<WeekOutcome, Stop> {
        let command = EvaluateWeek { scope: of, week };
        let outcome = match self.key {
            None => self.writer.execute(self.scope, command).await,
            Some(key) => {
                let once = self.writer.execute_once(self.scope, &key.part(&week.to_string()), command).await;
                once.map_err(|KeyReused| Stop::Reused)?
            }
        };
        let problem = |failure| match failure {
            Failure::Refused(EvaluateWeekRefusal::NoSuchScope) => RunProblem::NoSuchScope,
            Failure::Refused(EvaluateWeekRefusal::NotEnded) => RunProblem::NotEnded(week),
            Failure::Forbidden(_) | Failure::Proposed(_) => RunProblem::Forbidden,
            Failure::Fault(fault) => RunProblem::Fault(fault),
        };
        Ok(outcome.map_err(problem)?)
    }
}

async fn last_evaluated(read: &OrgRead, of: Scope) -> Result<Option<Week>, Fault> {
    let (scope_id, ..) = scope_columns(of, read.scope().org().0);
    let rows = read
        .rows(
            "SELECT MAX(week) FROM tier_evaluation WHERE org_id = $1 AND scope_id = $2",
            vec![scope_id.into()],
        )
        .await?;
    let week: Option<String> = rows.first().map(|row| column(row, 0)).transpose()?.flatten();
    Ok(week.and_then(|week| week.parse().ok()))
}

/// The first week after the last evaluated one: where the weekly job goes on.
/// `None` where nobody was ever present, or nothing has ended since.
///
/// # Errors
/// A fault when the database fails.
pub async fn pending_weeks(
    writer: &Writer,
    scope: &OrgScope,
    of: Scope,
) -> Result<Option<(Week, Week)>, Fault> {
    let Some(read) = OrgRead::open(writer.db(), scope) else { return Ok(None) };
    let Some(evaluated) = evaluated_scope(&read, of).await? else { return Ok(None) };
    let last_ended = Week::last_ended(writer.clock().now(), evaluated.zone);
    let next = match last_evaluated(&read, of).await? {
        Some(week) => Some(week.next()),
        None => evaluated.first_week(),
    };
    Ok(next.filter(|week| *week <= last_ended).map(|week| (week, last_ended)))
}
