//! Courses, and where members stand in them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use qun_domain::id::{AccountId, CourseId};
use qun_domain::team::{
    CompletionKind as DomainCompletionKind, Course, CourseKind as DomainCourseKind,
    TrainingStatus as DomainStatus,
};
use qun_infra::team::{CourseVersionPage, CourseVersionRow, TrainingRow, courses_page, late_trainings};

use super::TeamMemberObject;
use crate::graphql::access::{Account, Capability, Rank, Role};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::page::{self, ByPupil, Slice, connection};
use crate::graphql::scalars::DateTime;

/// What a course is about; the policy's `staff.training` says for how long each counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainCourseKind")]
pub(super) enum CourseKind {
    /// Knowledge of the product.
    Product,
    /// Conversation, by simulated scenes.
    Communication,
    /// Handling crises, by reviews of cases.
    Crisis,
    /// The functions of the tool.
    Tool,
}

/// How somebody was seen to have gone through a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainCompletionKind")]
pub(super) enum CompletionKind {
    /// He said so himself.
    SelfConfirmed,
    /// Somebody else examined him.
    Examined,
    /// He took part in a drill, which somebody else led.
    Drill,
}

/// Where somebody stands in a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainStatus")]
enum TrainingStatus {
    /// It is done, and counts.
    Done,
    /// It is to be done, and there is time yet.
    Due,
    /// It was never done, and the time for it is over.
    Overdue,
    /// It was done, and counts no longer.
    Expired,
}

connection!(
    CourseConnection,
    CourseEdge,
    CourseObject,
    "A page of courses.",
    "A course and its place in the list."
);

connection!(
    CourseVersionConnection,
    CourseVersionEdge,
    CourseVersion,
    "A page of the versions of a course.",
    "A version of a course and its place in the list."
);

connection!(
    OverdueTrainingConnection,
    OverdueTrainingEdge,
    OverdueTraining,
    "A page of trainings that are late.",
    "A training that is late and its place in the list."
);

/// A course that staff goes through.
#[derive(Clone)]
pub(in crate::graphql) struct CourseObject(pub(super) Arc<Course>);

impl Asked {
    /// The course, if the organization has it.
    pub(in crate::graphql) async fn course(&self, id: CourseId) -> Result<Option<CourseObject>, Problem> {
        Ok(self.loaders.courses.load(&self.read, id).await?.map(CourseObject))
    }
}

/// A course that staff goes through.
#[Object(name = "Course")]
impl CourseObject {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        NodeId::Course(self.0.id).id()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn kind(&self) -> CourseKind {
        self.0.kind.into()
    }

    /// Of which roles it is required; empty for all.
    async fn roles(&self) -> Vec<Role> {
        self.0.audience.roles.iter().copied().map(Into::into).collect()
    }

    /// Of which ranks it is required; empty for all, and for owners, who have none.
    async fn ranks(&self) -> Vec<Rank> {
        self.0.audience.ranks.iter().copied().map(Into::into).collect()
    }

    /// What those of whom it is required do without until it is done.
    async fn withholds(&self) -> Vec<Capability> {
        self.0.withholds.iter().copied().map(Into::into).collect()
    }

    /// How many versions it has; nobody has to do a course without any.
    async fn version(&self) -> u32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was archived; null while it goes on.
    async fn archived_at(&self) -> Option<DateTime> {
        self.0.archived_at.map(DateTime)
    }

    /// Its versions, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100; 50 when left out.")] first: Option<i32>,
        #[graphql(desc = "Those after this cursor.")] after: Option<String>,
    ) -> Result<CourseVersionConnection, Problem> {
        let asked = Asked::of(ctx)?;
        let slice = Slice::<u32>::new(first, after.as_deref())?;
        let page = CourseVersionPage { course: self.0.id, before: slice.after, limit: slice.limit() };
        let found = asked.loaders.course_versions.load(&asked.read, page).await?.unwrap_or_default();
        let found = found.into_iter().map(CourseVersion);
        Ok(CourseVersionConnection { page: slice.page(found, |version: &CourseVersion| version.0.number) })
    }
}

/// A published version of a course: it is never changed.
#[derive(Clone)]
pub(in crate::graphql) struct CourseVersion(Arc<CourseVersionRow>);

/// A published version of a course: it is never changed.
#[Object]
impl CourseVersion {
    /// Its number, from 1.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// What it teaches; null where a link says it.
    async fn material(&self) -> Option<&str> {
        self.0.material.as_deref()
    }

    /// Where the material lies; null where it stands in `material`.
    async fn link(&self) -> Option<&str> {
        self.0.link.as_deref()
    }

    /// Who published it, as the audit log names actors.
    async fn published_by(&self) -> &str {
        &self.0.published_by
    }

    /// When.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }
}

/// Courses in the order in which they were created.
pub(in crate::graphql) async fn courses(
    asked: &Asked,
    with_archived: bool,
    first: Option<i32>,
    after: Option<String>,
) -> Result<CourseConnection, Problem> {
    let slice = Slice::<CourseId>::new(first, after.as_deref())?;
    let found = courses_page(&asked.read, with_archived, slice.after, slice.limit()).await?;
    let found = found.into_iter().map(|course| CourseObject(Arc::new(course)));
    Ok(CourseConnection { page: slice.page(found, |course: &CourseObject| course.0.id) })
}

/// That somebody went through a version of a course.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(super) struct TrainingCompletion {
    /// Which version.
    version: u32,
    /// How that was seen.
    kind: CompletionKind,
    /// How well, 0 to 100; null where nobody counted.
    score: Option<u8>,
    /// When.
    at: DateTime,
    #[graphql(skip)]
    examined_by: Option<AccountId>,
}

#[async_graphql::ComplexObject]
impl TrainingCompletion {
    /// Who examined, or led the drill; null for what was self-confirmed.
    async fn examined_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Problem> {
        match self.examined_by {
            Some(account) => Asked::of(ctx)?.account(account).await.map(Some),
            None => Ok(None),
        }
    }
}

impl From<&qun_domain::team::Completion> for TrainingCompletion {
    fn from(done: &qun_domain::team::Completion) -> Self {
        Self {
            version: done.version,
            kind: done.kind.into(),
            score: done.score,
            at: DateTime(done.at),
            examined_by: done.examined_by,
        }
    }
}

/// Where a member stands in a course that is required of it.
#[derive(Clone)]
pub(super) struct Training(Arc<TrainingRow>);

impl Training {
    /// Those of an account: its own, or for who manages training.
    pub(super) async fn of(asked: &Asked, account: AccountId) -> Result<Vec<Self>, Problem> {
        asked.is_or_manages_training(account)?;
        let found = asked.loaders.trainings.load(&asked.read, (account, asked.now)).await?;
        Ok(found.iter().flatten().cloned().map(Self).collect())
    }
}

/// Where a member stands in a course that is required of it.
#[Object]
impl Training {
    /// The course.
    async fn course(&self) -> CourseObject {
        CourseObject(Arc::clone(&self.0.course))
    }

    /// How far it is.
    async fn status(&self) -> TrainingStatus {
        self.0.training.status.into()
    }

    /// Since when: when it was done, became due, or was late.
    async fn since(&self) -> DateTime {
        DateTime(self.0.training.since)
    }

    /// Until when it is to be done, or has to be done again; null where it counts for ever.
    async fn due_at(&self) -> Option<DateTime> {
        self.0.training.due_at.map(DateTime)
    }

    /// Whether a completion counts, so that the course withholds nothing.
    async fn counts(&self) -> bool {
        self.0.training.counts
    }

    /// When it was done last, and how; null where it never was.
    async fn completion(&self) -> Option<TrainingCompletion> {
        self.0.completion.as_ref().map(Into::into)
    }
}

/// A training that is late, and whose it is.
#[derive(Clone)]
pub(in crate::graphql) struct OverdueTraining(Arc<TrainingRow>);

/// A training that is late, and whose it is.
#[Object]
impl OverdueTraining {
    /// Whose.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<TeamMemberObject>, Problem> {
        Asked::of(ctx)?.team_member(self.0.account).await
    }

    /// The training.
    async fn training(&self) -> Training {
        Training(Arc::clone(&self.0))
    }
}

/// The trainings that are late.
pub(in crate::graphql) async fn training_overdue(
    asked: &Asked,
    first: Option<i32>,
    after: Option<String>,
) -> Result<OverdueTrainingConnection, Problem> {
    asked.manages_training()?;
    let slice = Slice::<ByPupil>::new(first, after.as_deref())?;
    let after = slice.after.map(|ByPupil(account, course)| (account, course));
    let found = late_trainings(&asked.read, asked.now, after, slice.limit()).await?;
    let found = found.into_iter().map(|row| OverdueTraining(Arc::new(row)));
    let place = |late: &OverdueTraining| ByPupil(late.0.account, late.0.course.id);
    Ok(OverdueTrainingConnection { page: slice.page(found, place) })
}
