//! Courses: who has to do them, who has, and who is late.

use qun_domain::access::{Capability, Position, Rank, Role};
use qun_domain::command::Failure;
use qun_domain::groups::Scope;
use qun_domain::id::CourseId;
use qun_domain::tasks::{Task, TaskKind, TaskState};
use qun_domain::team::{
    ArchiveCourse, Audience, CompletionOfOther, ConfirmTraining, ConfirmTrainingRefusal, Course, CourseKind,
    CreateCourse, CreateCourseRefusal, NewCourse, NewVersion, PublishCourseVersion,
    PublishCourseVersionRefusal, RecordCompletion, RecordCompletionRefusal, RemoveMember, Training,
    TrainingStatus,
};
use qun_domain::time::Timestamp;
use qun_infra::db::OrgScope;
use qun_infra::jobs::Jobs;
use qun_infra::tasks::{TaskPage, tasks_page};
use qun_infra::team::{late_trainings, trainings_of};

use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    a_course_is_due_done_and_expires,
    what_cannot_be_is_refused,
    nobody_examines_himself,
    what_is_foreign_is_not_found,
    who_is_late_is_listed,
    who_is_late_is_reminded_once,
    what_is_late_no_more_is_closed,
);

const DAY: i64 = Timestamp::DAY;
const EDITOR: Position = Position::ranked(Role::ContentEditor, Rank::Junior, Scope::Organization);

pub(super) fn course(kind: CourseKind, role: Option<Role>) -> NewCourse {
    NewCourse {
        title: "First aid".parse().expect("a title"),
        kind,
        audience: Audience { roles: role.into_iter().collect(), ranks: vec![] },
        withholds: vec![],
    }
}

pub(super) fn version(course: &Course) -> PublishCourseVersion {
    let new = NewVersion { material: "Read this.".parse().ok(), link: None };
    PublishCourseVersion { course: course.id, after: course.version, new }
}

pub(super) async fn published(qun: &TestQun, by: &OrgScope, new: NewCourse) -> Course {
    let made = qun.done(by, CreateCourse(new)).await;
    qun.done(by, version(&made)).await
}

fn examined(course: CourseId, of: &OrgScope) -> RecordCompletion {
    RecordCompletion {
        account: who(of),
        course,
        kind: CompletionOfOther::Examined,
        score: Some(80),
        at: None,
    }
}

async fn stands(qun: &TestQun, by: &OrgScope, of: &OrgScope) -> Vec<Training> {
    let found = trainings_of(&qun.read(by), &[who(of)], qun.clock.now()).await.expect("an answer");
    found.get(&who(of)).into_iter().flatten().map(|row| row.training).collect()
}

async fn status(qun: &TestQun, by: &OrgScope, of: &OrgScope) -> Option<TrainingStatus> {
    stands(qun, by, of).await.first().map(|training| training.status)
}

fn pass(qun: &TestQun, millis: i64) {
    qun.advance_to(qun.clock.now().plus_millis(millis));
}

async fn a_course_is_due_done_and_expires(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let editor = qun.joined("acme", "editor", EDITOR).await;
    let made = qun.done(&owner, CreateCourse(course(CourseKind::Product, Some(Role::ContentEditor)))).await;
    assert_eq!(status(qun, &owner, &editor).await, None, "without a version there is nothing to do");
    let made = qun.done(&owner, version(&made)).await;
    assert_eq!(status(qun, &owner, &reader).await, None, "of another role");
    let begun = qun.clock.now();
    let due = Training {
        status: TrainingStatus::Due,
        since: begun,
        due_at: Some(begun.plus_millis(30 * DAY)),
        counts: false,
    };
    assert_eq!(stands(qun, &owner, &editor).await, [due]);
    pass(qun, 30 * DAY);
    assert_eq!(status(qun, &owner, &editor).await, Some(TrainingStatus::Overdue));
    let done = qun.done(&editor, ConfirmTraining { course: made.id, version: 1 }).await;
    let again = qun.done(&editor, ConfirmTraining { course: made.id, version: 1 }).await;
    assert_eq!((again.id, status(qun, &owner, &editor).await), (done.id, Some(TrainingStatus::Done)));
    // The next version is to be done within its days of grace, and the old one counts until then.
    pass(qun, DAY);
    let made = qun.done(&owner, version(&made)).await;
    let found = stands(qun, &owner, &editor).await[0];
    assert_eq!((found.status, found.counts), (TrainingStatus::Due, true));
    let old = ConfirmTraining { course: made.id, version: 1 };
    assert_eq!(qun.refused(&editor, old).await, ConfirmTrainingRefusal::Outdated);
    pass(qun, 30 * DAY);
    assert_eq!(status(qun, &owner, &editor).await, Some(TrainingStatus::Expired));
    qun.done(&owner, examined(made.id, &editor)).await;
    assert_eq!(status(qun, &owner, &editor).await, Some(TrainingStatus::Done));
    pass(qun, 31 * DAY);
    assert_eq!(status(qun, &owner, &editor).await, Some(TrainingStatus::Expired), "a month has passed");
    qun.done(&owner, ArchiveCourse { course: made.id }).await;
    qun.done(&owner, ArchiveCourse { course: made.id }).await;
    assert_eq!(status(qun, &owner, &editor).await, None);
}

async fn what_cannot_be_is_refused(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    for capability in [Capability::Read, Capability::WorkOnTasks] {
        let new = NewCourse { withholds: vec![capability], ..course(CourseKind::Tool, None) };
        assert_eq!(qun.refused(&owner, CreateCourse(new)).await, CreateCourseRefusal::CannotBeWithheld);
    }
    let withholding =
        NewCourse { withholds: vec![Capability::ManageGroups], ..course(CourseKind::Tool, None) };
    let failure = qun.writer.execute(&admin, CreateCourse(withholding)).await;
    assert!(matches!(failure, Err(Failure::Forbidden(Capability::ManageTeam))), "{failure:?}");
    let failure = qun.writer.execute(&reader, CreateCourse(course(CourseKind::Tool, None))).await;
    assert!(matches!(failure, Err(Failure::Forbidden(Capability::ManageTraining))), "{failure:?}");

    let made = qun.done(&admin, CreateCourse(course(CourseKind::Tool, None))).await;
    let first = ConfirmTraining { course: made.id, version: 0 };
    assert_eq!(qun.refused(&reader, first).await, ConfirmTrainingRefusal::NoSuchCourse);
    let empty = PublishCourseVersion { new: NewVersion { material: None, link: None }, ..version(&made) };
    assert_eq!(qun.refused(&admin, empty).await, PublishCourseVersionRefusal::NoMaterial);
    qun.done(&admin, version(&made)).await;
    assert_eq!(
        qun.refused(&admin, version(&made)).await,
        PublishCourseVersionRefusal::Outdated,
        "done again"
    );
    let examined = examined(made.id, &reader);
    let many = RecordCompletion { score: Some(101), ..examined };
    assert_eq!(qun.refused(&admin, many).await, RecordCompletionRefusal::BadScore);
    for off in [1, -1] {
        let ahead = RecordCompletion { at: Some(qun.clock.now().plus_millis(off)), ..examined };
        assert_eq!(qun.refused(&admin, ahead).await, RecordCompletionRefusal::BadTime, "{off}");
    }
    qun.done(&admin, ArchiveCourse { course: made.id }).await;
    assert_eq!(qun.refused(&admin, examined).await, RecordCompletionRefusal::Archived);
    let late = ConfirmTraining { course: made.id, version: 1 };
    assert_eq!(qun.refused(&reader, late).await, ConfirmTrainingRefusal::Archived);
    let further = PublishCourseVersion { after: 1, ..version(&made) };
    assert_eq!(qun.refused(&admin, further).await, PublishCourseVersionRefusal::Archived);
}

async fn nobody_examines_himself(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let made = published(qun, &owner, course(CourseKind::Crisis, None)).await;
    assert_eq!(qun.refused(&admin, examined(made.id, &admin)).await, RecordCompletionRefusal::OwnCase);
    let failure = qun.writer.execute(&reader, examined(made.id, &admin)).await;
    assert!(matches!(failure, Err(Failure::Forbidden(Capability::ManageTraining))), "{failure:?}");
    let done = qun.done(&admin, examined(made.id, &reader)).await;
    assert_eq!((done.examined_by, done.score, done.version), (Some(who(&admin)), Some(80), 1));
    let better = RecordCompletion { score: Some(95), ..examined(made.id, &reader) };
    assert_ne!(qun.done(&admin, better).await.id, done.id, "another score is another examination");
    let operator = qun.operator("acme").await;
    let nobody = ConfirmTraining { course: made.id, version: 1 };
    assert_eq!(qun.refused(&operator, nobody).await, ConfirmTrainingRefusal::NotAPerson);
    let reason = "because".parse().expect("a reason");
    qun.done(&owner, RemoveMember { account: who(&reader), reason }).await;
    assert_eq!(qun.refused(&admin, examined(made.id, &reader)).await, RecordCompletionRefusal::NoSuchMember);
}

async fn what_is_foreign_is_not_found(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let ours = published(qun, &owner, course(CourseKind::Tool, None)).await;
    let theirs = published(qun, &stranger, course(CourseKind::Tool, None)).await;
    let confirm = ConfirmTraining { course: ours.id, version: 1 };
    assert_eq!(qun.refused(&stranger, confirm).await, ConfirmTrainingRefusal::NoSuchCourse);
    assert_eq!(qun.refused(&stranger, version(&ours)).await, PublishCourseVersionRefusal::NoSuchCourse);
    let archive = ArchiveCourse { course: ours.id };
    assert_eq!(qun.refused(&stranger, archive).await, qun_domain::team::ArchiveCourseRefusal::NoSuchCourse);
    let refused = qun.refused(&stranger, examined(theirs.id, &reader)).await;
    assert_eq!(refused, RecordCompletionRefusal::NoSuchMember);
    assert_eq!(
        qun.refused(&owner, examined(theirs.id, &reader)).await,
        RecordCompletionRefusal::NoSuchCourse
    );
}

/// What SQL finds late is what the rule finds late, whoever did what and whenever it is.
async fn who_is_late_is_listed(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let editor = qun.joined("acme", "editor", EDITOR).await;
    let staff = [&owner, &admin, &reader, &editor];
    let accounts: Vec<_> = staff.map(who).to_vec();
    let mut made = Vec::new();
    for kind in CourseKind::ALL {
        made.push(published(qun, &owner, course(*kind, None)).await);
    }
    let ranked = Audience { roles: vec![Role::ContentEditor, Role::Facilitator], ranks: vec![Rank::Junior] };
    published(qun, &owner, NewCourse { audience: ranked, ..course(CourseKind::Tool, None) }).await;
    for step in 0..14 {
        pass(qun, 10 * DAY);
        let course = &mut made[step % 4];
        if step % 3 == 0 {
            *course = qun.done(&owner, version(course)).await;
        } else {
            let confirm = ConfirmTraining { course: course.id, version: course.version };
            qun.done(staff[step % 4], confirm).await;
        }
        let (read, now) = (qun.read(&owner), qun.clock.now());
        let stands = trainings_of(&read, &accounts, now).await.expect("an answer");
        let late = stands.into_values().flatten().filter(|row| row.training.status.is_late());
        let mut late: Vec<_> = late.map(|row| (row.account, row.course.id, row.training)).collect();
        late.sort_by_key(|(account, course, _)| (*account, *course));
        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let page = late_trainings(&read, now, after, 3).await.expect("a page");
            after = page.last().map(|row| (row.account, row.course.id));
            listed.extend(page.iter().map(|row| (row.account, row.course.id, row.training)));
            if page.is_empty() {
                break;
            }
        }
        assert_eq!(listed, late, "step {step}");
    }
}

async fn run(qun: &TestQun) {
    let ran =
        Jobs::new(qun.writer.clone()).run_due().await.unwrap_or_else(|fault| panic!("{}", fault.chain()));
    assert_eq!(ran.failed, 0);
}

async fn tasks(qun: &TestQun, by: &OrgScope, states: &[TaskState]) -> Vec<Task> {
    let page = TaskPage {
        assignee: None,
        place: None,
        states: states.to_vec(),
        kind: Some(TaskKind::Training),
        overdue: None,
        after: None,
        limit: 100,
    };
    tasks_page(&qun.read(by), &[page]).await.expect("tasks").remove(0)
}

async fn who_is_late_is_reminded_once(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let editor = qun.joined("acme", "editor", EDITOR).await;
    let made = published(qun, &owner, course(CourseKind::Product, Some(Role::ContentEditor))).await;
    let late = qun.clock.now().plus_millis(30 * DAY);
    pass(qun, 22 * DAY);
    run(qun).await;
    assert!(tasks(qun, &owner, TaskState::ALL).await.is_empty());
    // A week before it is late, once.
    for days in [1, 2, 4] {
        pass(qun, days * DAY);
        run(qun).await;
        let open = tasks(qun, &owner, &[TaskState::Open]).await;
        assert_eq!((open.len(), open[0].given_to, open[0].title.as_str()), (1, who(&editor), "First aid"));
        assert_eq!(open[0].due_at, late);
    }
    let open = tasks(qun, &owner, &[TaskState::Open]).await;
    qun.done(&editor, ConfirmTraining { course: made.id, version: 1 }).await;
    let done = tasks(qun, &owner, &[TaskState::Done]).await;
    assert_eq!((done.len(), done[0].id), (1, open[0].id), "Qun has seen the deed");
    pass(qun, DAY);
    run(qun).await;
    assert_eq!(tasks(qun, &owner, TaskState::ALL).await.len(), 1);
    // A month later it is late anew, which is another due date.
    pass(qun, 31 * DAY);
    run(qun).await;
    assert_eq!(tasks(qun, &owner, &[TaskState::Open]).await.len(), 1);
    assert_eq!(tasks(qun, &owner, TaskState::ALL).await.len(), 2);
}

async fn what_is_late_no_more_is_closed(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let editor = qun.joined("acme", "editor", EDITOR).await;
    let other = qun.joined("acme", "other", EDITOR).await;
    let made = published(qun, &owner, course(CourseKind::Product, Some(Role::ContentEditor))).await;
    pass(qun, 31 * DAY);
    run(qun).await;
    assert_eq!(tasks(qun, &owner, &[TaskState::Open]).await.len(), 2);
    let reason = "because".parse().expect("a reason");
    qun.done(&owner, RemoveMember { account: who(&other), reason }).await;
    pass(qun, DAY);
    run(qun).await;
    let open = tasks(qun, &owner, &[TaskState::Open]).await;
    assert_eq!((open.len(), open[0].given_to), (1, who(&editor)));
    qun.done(&owner, ArchiveCourse { course: made.id }).await;
    pass(qun, DAY);
    run(qun).await;
    assert!(tasks(qun, &owner, &[TaskState::Open]).await.is_empty());
}
