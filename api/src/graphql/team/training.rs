//! Running courses.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use qun_domain::id::CourseId;
use qun_domain::team::{
    ArchiveCourse, ArchiveCourseRefusal, Audience, CompletionOfOther, ConfirmTraining,
    ConfirmTrainingRefusal, CreateCourse, CreateCourseRefusal, NewCourse, NewVersion, PublishCourseVersion,
    PublishCourseVersionRefusal, RecordCompletion, RecordCompletionRefusal,
};

use super::TeamMemberObject;
use super::course::{CourseKind, CourseObject, TrainingCompletion};
use crate::graphql::access::{Capability, Rank, Role};
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled};
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// A course that is to be.
#[derive(InputObject)]
struct CreateCourseInput {
    /// What it is called, 1 to 200 characters.
    title: String,
    /// What it is about.
    kind: CourseKind,
    /// Of which roles it is required; of all when left out or empty.
    roles: Option<Vec<Role>>,
    /// Of which ranks it is required; of all when left out or empty.
    ranks: Option<Vec<Rank>>,
    /// What those of whom it is required do without until it is done; nothing when left out.
    withholds: Option<Vec<Capability>>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A version that is to be published.
#[derive(InputObject)]
struct PublishCourseVersionInput {
    /// The global id of the course.
    course: ID,
    /// How many versions it has: `Course.version`, as you have read it.
    after: u32,
    /// What it teaches, 1 to 20,000 characters; that or `link` has to be there.
    material: Option<String>,
    /// Where the material lies, an http or https address of at most 2,000 characters.
    link: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A course that is to end.
#[derive(InputObject)]
struct ArchiveCourseInput {
    /// The global id of the course.
    course: ID,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// A course that one has gone through.
#[derive(InputObject)]
struct ConfirmTrainingInput {
    /// The global id of the course.
    course: ID,
    /// The version that you have gone through: only the newest can be confirmed.
    version: u32,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// How somebody else was seen to have gone through a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "CompletionOfOther")]
enum ExaminationKind {
    /// You examined him.
    Examined,
    /// He took part in a drill, which you led.
    Drill,
}

/// A course that somebody else has gone through.
#[derive(InputObject)]
struct RecordCompletionInput {
    /// The global id of the account, or of the member.
    account: ID,
    /// The global id of the course.
    course: ID,
    /// How that was seen.
    kind: ExaminationKind,
    /// How well, 0 to 100; null where nobody counted.
    score: Option<u8>,
    /// When, not in the future, and in the version that was the newest then; now when left out.
    at: Option<DateTime>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

/// Payloads with a course.
macro_rules! course_payloads {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Default, SimpleObject)]
        struct $name {
            /// The course as it is now; null when nothing was done.
            course: Option<CourseObject>,
            /// Why nothing was done; empty when it was.
            user_errors: Vec<UserError>,
        }

        impl $name {
            fn refused(error: UserError) -> Self {
                Self { course: None, user_errors: vec![error] }
            }

            async fn of(asked: &Asked, settled: Result<CourseId, Vec<UserError>>) -> Result<Self, Problem> {
                Ok(match settled {
                    Ok(id) => Self { course: asked.course(id).await?, user_errors: Vec::new() },
                    Err(user_errors) => Self { course: None, user_errors },
                })
            }
        }
    )+};
}

course_payloads! {
    /// What came of creating a course.
    CreateCoursePayload;
    /// What came of publishing a version.
    PublishCourseVersionPayload;
    /// What came of archiving a course.
    ArchiveCoursePayload;
}

/// Payloads with a completion.
macro_rules! completion_payloads {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Default, SimpleObject)]
        struct $name {
            /// What is known of it; null when nothing was done.
            completion: Option<TrainingCompletion>,
            /// The member as it is now; null when nothing was done.
            member: Option<TeamMemberObject>,
            /// Why nothing was done; empty when it was.
            user_errors: Vec<UserError>,
        }

        impl $name {
            fn refused(error: UserError) -> Self {
                Self { user_errors: vec![error], ..Self::default() }
            }

            async fn of(
                asked: &Asked,
                settled: Result<qun_domain::team::Completion, Vec<UserError>>,
            ) -> Result<Self, Problem> {
                Ok(match settled {
                    Ok(done) => Self {
                        completion: Some(TrainingCompletion::from(&done)),
                        member: asked.team_member(done.account).await?,
                        user_errors: Vec::new(),
                    },
                    Err(user_errors) => Self { user_errors, ..Self::default() },
                })
            }
        }
    )+};
}

completion_payloads! {
    /// What came of confirming a training.
    ConfirmTrainingPayload;
    /// What came of recording a completion.
    RecordCompletionPayload;
}

fn course(id: &ID) -> Option<CourseId> {
    match NodeId::read(id) {
        Some(NodeId::Course(id)) => Some(id),
        _ => None,
    }
}

#[derive(Default)]
pub(in crate::graphql) struct TrainingMutation;

#[Object]
impl TrainingMutation {
    /// Creates a course. Nobody has to do it before it has a version. Needs the capability
    /// `MANAGE_TRAINING`, and `MANAGE_TEAM` beside it where the course withholds something.
    async fn create_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The course.")] input: CreateCourseInput,
    ) -> Result<CreateCoursePayload, Problem> {
        let asked = Asked::to_run::<CreateCourse>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let Ok(title) = input.title.parse() else {
            return Ok(CreateCoursePayload::refused(refusal(Code::InvalidText, "title")));
        };
        let new = NewCourse {
            title,
            kind: input.kind.into(),
            audience: Audience {
                roles: input.roles.into_iter().flatten().map(Into::into).collect(),
                ranks: input.ranks.into_iter().flatten().map(Into::into).collect(),
            },
            withholds: input.withholds.into_iter().flatten().map(Into::into).collect(),
        };
        let outcome = asked.execute(CreateCourse(new)).await?;
        let tell = |why| match why {
            CreateCourseRefusal::CannotBeWithheld => vec![refusal(Code::CannotBeWithheld, "withholds")],
        };
        CreateCoursePayload::of(&asked, settled(outcome, tell)?.map(|course| course.id)).await
    }

    /// Publishes a further version of a course: whoever has to do it has the policy's
    /// `staff.training.graceDays` to go through it. Needs the capability `MANAGE_TRAINING`, and
    /// `MANAGE_TEAM` beside it for the first version of a course that withholds something.
    async fn publish_course_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version.")] input: PublishCourseVersionInput,
    ) -> Result<PublishCourseVersionPayload, Problem> {
        let asked = Asked::to_run::<PublishCourseVersion>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let refused = |code, key: &str| Ok(PublishCourseVersionPayload::refused(refusal(code, key)));
        let Some(course) = course(&input.course) else { return refused(Code::NotFound, "course") };
        let Ok(material) = input.material.as_deref().map(str::parse).transpose() else {
            return refused(Code::InvalidMaterial, "material");
        };
        let Ok(link) = input.link.as_deref().map(str::parse).transpose() else {
            return refused(Code::InvalidLink, "link");
        };
        let command = PublishCourseVersion { course, after: input.after, new: NewVersion { material, link } };
        let tell = |why| {
            vec![match why {
                PublishCourseVersionRefusal::NoSuchCourse => refusal(Code::NotFound, "course"),
                PublishCourseVersionRefusal::Archived => refusal(Code::CourseArchived, "course"),
                PublishCourseVersionRefusal::Outdated => refusal(Code::CourseOutdated, "after"),
                PublishCourseVersionRefusal::NoMaterial => refusal(Code::InvalidMaterial, "material"),
            }]
        };
        let settled = settled(asked.execute(command).await?, tell)?;
        PublishCourseVersionPayload::of(&asked, settled.map(|course| course.id)).await
    }

    /// Ends a course: nobody has to do it any more, and it withholds nothing; what was done stays.
    /// Needs the capability `MANAGE_TRAINING`.
    async fn archive_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ArchiveCourseInput,
    ) -> Result<ArchiveCoursePayload, Problem> {
        let asked = Asked::to_run::<ArchiveCourse>(ctx, input.idempotency_key.as_deref())?;
        let missing = || asked.refusal(Code::NotFound, &["input", "course"]);
        let Some(course) = course(&input.course) else {
            return Ok(ArchiveCoursePayload::refused(missing()));
        };
        let tell = |why| match why {
            ArchiveCourseRefusal::NoSuchCourse => vec![missing()],
        };
        let settled = settled(asked.execute(ArchiveCourse { course }).await?, tell)?;
        ArchiveCoursePayload::of(&asked, settled.map(|course| course.id)).await
    }

    /// Says that you have gone through a version of a course. What it withheld of you, you have
    /// again at once. Needs the capability `WORK_ON_TASKS`.
    async fn confirm_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The course and its version.")] input: ConfirmTrainingInput,
    ) -> Result<ConfirmTrainingPayload, Problem> {
        let asked = Asked::to_run::<ConfirmTraining>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let Some(course) = course(&input.course) else {
            return Ok(ConfirmTrainingPayload::refused(refusal(Code::NotFound, "course")));
        };
        let tell = |why| {
            vec![match why {
                ConfirmTrainingRefusal::NoSuchCourse => refusal(Code::NotFound, "course"),
                ConfirmTrainingRefusal::Archived => refusal(Code::CourseArchived, "course"),
                ConfirmTrainingRefusal::Outdated => refusal(Code::CourseOutdated, "version"),
                ConfirmTrainingRefusal::NotAPerson => refusal(Code::NeedsPerson, "course"),
            }]
        };
        let outcome = asked.execute(ConfirmTraining { course, version: input.version }).await?;
        ConfirmTrainingPayload::of(&asked, settled(outcome, tell)?).await
    }

    /// Records that somebody else has gone through a course: by your examination, or in a drill
    /// that you led. Nobody examines himself. Needs the capability `MANAGE_TRAINING`.
    async fn record_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, what and how well.")] input: RecordCompletionInput,
    ) -> Result<RecordCompletionPayload, Problem> {
        let asked = Asked::to_run::<RecordCompletion>(ctx, input.idempotency_key.as_deref())?;
        let refusal = |code, key: &str| asked.refusal(code, &["input", key]);
        let refused = |key: &str| Ok(RecordCompletionPayload::refused(refusal(Code::NotFound, key)));
        let Some(account) = NodeId::account(&input.account) else { return refused("account") };
        let Some(course) = course(&input.course) else { return refused("course") };
        let command = RecordCompletion {
            account,
            course,
            kind: input.kind.into(),
            score: input.score,
            at: input.at.map(|at| at.0),
        };
        let tell = |why| {
            vec![match why {
                RecordCompletionRefusal::NoSuchMember => refusal(Code::NotFound, "account"),
                RecordCompletionRefusal::NoSuchCourse => refusal(Code::NotFound, "course"),
                RecordCompletionRefusal::Archived => refusal(Code::CourseArchived, "course"),
                RecordCompletionRefusal::OwnCase => refusal(Code::OwnCase, "account"),
                RecordCompletionRefusal::BadScore => refusal(Code::InvalidScore, "score"),
                RecordCompletionRefusal::BadTime => refusal(Code::InvalidCompletionTime, "at"),
            }]
        };
        let settled = settled(asked.execute(command).await?, tell)?;
        RecordCompletionPayload::of(&asked, settled).await
    }
}
