#![expect(clippy::cast_precision_loss, reason = "no organization has 2^53 tasks")]

use async_graphql::{Context, Enum, Object, SimpleObject};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, GroupId};
use qun_domain::time::Timestamp;
use qun_infra::tasks::{Figured, FiguresOf, TaskFigures as Counted, task_figures};
use uuid::Uuid;

use crate::errors::Sentence;
use crate::graphql::access::Account;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::groups::GroupObject;
use crate::graphql::page::{self, Keyset, Slice, connection};
use crate::graphql::scalars::DateTime;

/// The longest time that figures are made of, in milliseconds.
const LONGEST: i64 = 400 * Timestamp::DAY;
const HOUR: f64 = 3_600_000.0;

const BAD_TIME: Problem = Problem::BadInput(Sentence::fixed(
    "until must come after since, at most 400 days later.",
    "until 必须晚于 since，且最多相差 400 天。",
));

/// Why a figure is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum NoFigureReason {
    /// No task was given that is still to be done, or was.
    NoTasks,
    /// No task was done.
    NoneDone,
    /// No task was done that needs verification.
    NoneToVerify,
    /// No task was submitted.
    NoneSubmitted,
}

/// A part of some tasks.
#[derive(Clone, Copy, SimpleObject)]
struct TaskShare {
    /// The part in percent, 0 to 100; null when there are none.
    percent: Option<f64>,
    /// Of how many tasks.
    of: i64,
    /// Why `percent` is null; null when it is not.
    reason: Option<NoFigureReason>,
}

impl TaskShare {
    fn new(part: i64, of: i64, otherwise: NoFigureReason) -> Self {
        let percent = (of > 0).then(|| 100.0 * part as f64 / of as f64);
        Self { percent, of, reason: percent.is_none().then_some(otherwise) }
    }
}

/// A time that some tasks took.
#[derive(Clone, Copy, SimpleObject)]
struct TaskHours {
    /// The time in hours; null when there are no such tasks.
    hours: Option<f64>,
    /// Of how many tasks.
    of: i64,
    /// Why `hours` is null; null when it is not.
    reason: Option<NoFigureReason>,
}

/// How some tasks were completed.
#[derive(Clone, Copy)]
pub(in crate::graphql) struct TaskFigures(Counted);

/// How some tasks were completed.
#[Object]
impl TaskFigures {
    /// How many were given.
    async fn created(&self) -> i64 {
        self.0.created
    }

    /// How many of them were cancelled.
    async fn cancelled(&self) -> i64 {
        self.0.cancelled
    }

    /// How many of them were done, whether or not they were verified.
    async fn done(&self) -> i64 {
        self.0.done
    }

    /// The part that was done, of those that were not cancelled.
    async fn done_share(&self) -> TaskShare {
        TaskShare::new(self.0.done, self.0.created - self.0.cancelled, NoFigureReason::NoTasks)
    }

    /// The part that was done by the time that it was due, of those that were done.
    async fn on_time_share(&self) -> TaskShare {
        TaskShare::new(self.0.on_time, self.0.done, NoFigureReason::NoneDone)
    }

    /// The part that somebody found done, of those that were done and need verification.
    async fn verified_share(&self) -> TaskShare {
        TaskShare::new(self.0.verified, self.0.to_verify, NoFigureReason::NoneToVerify)
    }

    /// The part that was sent back at least once, of those that were submitted.
    async fn sent_back_share(&self) -> TaskShare {
        TaskShare::new(self.0.sent_back, self.0.submitted, NoFigureReason::NoneSubmitted)
    }

    /// How many are open now, and later than they were due.
    async fn overdue_now(&self) -> i64 {
        self.0.overdue
    }

    /// The median time from giving to doing, of those that were done.
    async fn median_time_to_done(&self) -> TaskHours {
        TaskHours {
            hours: self.0.median.map(|millis| millis / HOUR),
            of: self.0.done,
            reason: self.0.median.is_none().then_some(NoFigureReason::NoneDone),
        }
    }
}

/// The figures of one account.
#[derive(Clone)]
pub(in crate::graphql) struct AssigneeTasks {
    account: AccountId,
    figures: TaskFigures,
}

/// The figures of the tasks that are with one account, or were at the end.
#[Object]
impl AssigneeTasks {
    /// The account.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Account, Problem> {
        Asked::of(ctx)?.account(self.account).await
    }

    /// The figures.
    async fn figures(&self) -> TaskFigures {
        self.figures
    }
}

/// The figures of one group.
#[derive(Clone)]
pub(in crate::graphql) struct GroupTasks {
    group: GroupId,
    figures: TaskFigures,
}

/// The figures of the tasks of one group.
#[Object]
impl GroupTasks {
    /// The group.
    async fn group(&self, ctx: &Context<'_>) -> Result<GroupObject, Problem> {
        let found = Asked::of(ctx)?.group(self.group).await?;
        Ok(found.ok_or_else(|| Fault::new(format!("chat_group {} is gone", self.group)))?)
    }

    /// The figures.
    async fn figures(&self) -> TaskFigures {
        self.figures
    }
}

connection!(
    AssigneeTasksConnection,
    AssigneeTasksEdge,
    AssigneeTasks,
    "A page of figures of accounts.",
    "The figures of an account and their place in the list."
);
connection!(
    GroupTasksConnection,
    GroupTasksEdge,
    GroupTasks,
    "A page of figures of groups.",
    "The figures of a group and their place in the list."
);

/// How the tasks were completed that were given in a time.
pub(in crate::graphql) struct TaskReport {
    since: Timestamp,
    until: Timestamp,
    now: Timestamp,
}

impl TaskReport {
    /// Of the tasks that were given from `since` on, before `until`.
    pub(in crate::graphql) fn new(
        asked: &Asked,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Self, Problem> {
        if !(1..=LONGEST).contains(&(until.millis() - since.millis())) {
            return Err(BAD_TIME);
        }
        Ok(Self { since, until, now: asked.now })
    }

    fn figured(&self, of: FiguresOf, after: Option<Uuid>, limit: u32) -> Figured {
        Figured { of, since: self.since, until: self.until, now: self.now, after, limit }
    }

    /// A page of figures by account or group, and where it lies.
    async fn page<K: Keyset + Copy + Into<Uuid> + From<Uuid>, T>(
        &self,
        asked: &Asked,
        of: FiguresOf,
        slice: Slice<K>,
        make: impl Fn(K, TaskFigures) -> T,
    ) -> Result<page::Page<T>, Problem> {
        let figured = self.figured(of, slice.after.map(Into::into), slice.limit());
        let found = task_figures(&asked.read, figured).await?;
        Ok(slice
            .page(found, |(id, _)| K::from(*id))
            .map(|(id, counted)| make(id.into(), TaskFigures(counted))))
    }
}

/// How the tasks were completed that were given in a time.
#[Object]
impl TaskReport {
    /// From when on they were given.
    async fn since(&self) -> DateTime {
        DateTime(self.since)
    }

    /// Before when they were given.
    async fn until(&self) -> DateTime {
        DateTime(self.until)
    }

    /// All of them.
    async fn total(&self, ctx: &Context<'_>) -> Result<TaskFigures, Problem> {
        let figured = self.figured(FiguresOf::Organization, None, 1);
        let found = task_figures(&Asked::of(ctx)?.read, figured).await?;
        Ok(TaskFigures(found.first().map(|(_, counted)| *counted).unwrap_or_default()))
    }

    /// By the account that a task is with, or was at the end: those with any task, by id.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn by_assignee(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<AssigneeTasksConnection, Problem> {
        let slice = Slice::<AccountId>::new(first, after.as_deref())?;
        let make = |account, figures| AssigneeTasks { account, figures };
        Ok(AssigneeTasksConnection {
            page: self.page(Asked::of(ctx)?, FiguresOf::Assignees, slice, make).await?,
        })
    }

    /// By group, those of the group itself: groups with any task, by id.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn by_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<GroupTasksConnection, Problem> {
        let slice = Slice::<GroupId>::new(first, after.as_deref())?;
        let make = |group, figures| GroupTasks { group, figures };
        Ok(GroupTasksConnection { page: self.page(Asked::of(ctx)?, FiguresOf::Groups, slice, make).await? })
    }
}
