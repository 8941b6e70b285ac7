//! Rows of courses and of who has done them: what the use cases write.

use qun_domain::access::{Capability, Rank, Role};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CompletionId, CourseId};
use qun_domain::policy::TrainingPolicy;
use qun_domain::scope::Scope;
use qun_domain::team::{
    Completion, Course, Done, Duty, NewCourse, NewVersion, TrainingPort, codes_text, required_since,
};
use qun_domain::time::Timestamp;

use super::members::assignments_of;
use super::training_map::{COMPLETION, COURSE, SUPERSEDED, completion, course};
use crate::db::{OrgTx, TenantSql, column, one_row, timestamp_or_none};
use crate::policy::effective;

impl TrainingPort for OrgTx {
    async fn training_policy(&mut self) -> Result<TrainingPolicy, Fault> {
        let effective = effective(&**self, self.scope().org(), Scope::Organization, None).await?;
        Ok(effective.policy.policy.staff.training)
    }

    async fn course(&mut self, id: CourseId) -> Result<Option<Course>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {COURSE} FROM course c WHERE c.org_id = $1 AND c.id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(course).transpose()
    }

    async fn add_course(&mut self, new: &NewCourse) -> Result<Course, Fault> {
        let course = Course {
            id: self.new_id(),
            title: new.title.to_string(),
            kind: new.kind,
            audience: new.audience.clone(),
            withholds: new.withholds.clone(),
            version: 0,
            first_published_at: None,
            created_at: self.now(),
            archived_at: None,
        };
        self.run(
            "INSERT INTO course (org_id, id, title, kind, roles, ranks, withholds, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
            vec![
                course.id.0.into(),
                course.title.as_str().into(),
                course.kind.code().into(),
                codes_text(&course.audience.roles, Role::code).into(),
                codes_text(&course.audience.ranks, Rank::code).into(),
                codes_text(&course.withholds, Capability::code).into(),
                course.created_at.millis().into(),
            ],
        )
        .await?;
        Ok(course)
    }

    async fn publish_version(&mut self, course: Course, new: &NewVersion) -> Result<Course, Fault> {
        let (number, now) = (course.version + 1, self.now());
        let stored = i32::try_from(number).map_err(|error| Fault::from_error("course.version", error))?;
        self.run(
            "INSERT INTO course_version (org_id, course_id, number, material, link, published_by, published_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                course.id.0.into(),
                stored.into(),
                new.material.as_ref().map(ToString::to_string).into(),
                new.link.as_ref().map(ToString::to_string).into(),
                self.scope().actor().to_string().into(),
                now.millis().into(),
            ],
        )
        .await?;
        let first = course.first_published_at.unwrap_or(now);
        let sql = "UPDATE course SET version = $3, first_published_at = $4 WHERE org_id = $1 AND id = $2";
        self.change_course(sql, vec![course.id.0.into(), stored.into(), first.millis().into()]).await?;
        Ok(Course { version: number, first_published_at: Some(first), ..course })
    }

    async fn archive_course(&mut self, course: Course) -> Result<Course, Fault> {
        let now = self.now();
        let sql = "UPDATE course SET archived_at = $3 WHERE org_id = $1 AND id = $2";
        self.change_course(sql, vec![course.id.0.into(), now.millis().into()]).await?;
        Ok(Course { archived_at: Some(now), ..course })
    }

    async fn version_at(&mut self, course: CourseId, at: Timestamp) -> Result<Option<u32>, Fault> {
        let text = "SELECT MAX(number) FROM course_version
                    WHERE org_id = $1 AND course_id = $2 AND published_at <= $3";
        let rows = self.rows(text, vec![course.0.into(), at.millis().into()]).await?;
        let number: Option<i32> = rows.first().map(|row| column(row, 0)).transpose()?.flatten();
        number
            .map(|number| u32::try_from(number).map_err(|error| Fault::from_error("course_version", error)))
            .transpose()
    }

    async fn add_completion(&mut self, done: Completion) -> Result<(Completion, bool), Fault> {
        if let Some(same) = same_completion(self, &done).await? {
            return Ok((same, false));
        }
        let id: CompletionId = self.new_id();
        let done = Completion { id, ..done };
        let version =
            i32::try_from(done.version).map_err(|error| Fault::from_error("course.version", error))?;
        self.run(
            "INSERT INTO training_completion (org_id, id, account_id, course_id, version, kind, score,
                                              examined_by, at, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            vec![
                id.0.into(),
                done.account.0.into(),
                done.course.0.into(),
                version.into(),
                done.kind.code().into(),
                done.score.map(i32::from).into(),
                done.examined_by.map(|id| id.0).into(),
                done.at.millis().into(),
                self.scope().actor().to_string().into(),
                self.now().millis().into(),
            ],
        )
        .await?;
        self.changes_power();
        Ok((done, true))
    }

    async fn duty(&mut self, course: &Course, account: AccountId) -> Result<Option<Duty>, Fault> {
        let active = "SELECT 1 FROM org_account WHERE org_id = $1 AND account_id = $2
                      AND suspended_at IS NULL AND left_at IS NULL";
        if self.rows(active, vec![account.0.into()]).await?.is_empty() {
            return Ok(None);
        }
        let held = assignments_of(&**self, &[account], self.now()).await?.remove(&account);
        let Some(since) = required_since(course, &held.unwrap_or_default()) else { return Ok(None) };
        let text = format!(
            "SELECT t.at, {SUPERSEDED} FROM training_completion t
             WHERE t.org_id = $1 AND t.account_id = $2 AND t.course_id = $3 ORDER BY t.at DESC LIMIT 1"
        );
        let rows = self.rows(&text, vec![account.0.into(), course.id.0.into()]).await?;
        let mut done = None;
        if let Some(row) = rows.first()
            && let Some(at) = timestamp_or_none(row, 0)?
        {
            done = Some(Done { at, superseded_at: timestamp_or_none(row, 1)? });
        }
        Ok(Some(Duty { since, done }))
    }

    async fn note_reminder(
        &mut self,
        course: CourseId,
        account: AccountId,
        due_at: Timestamp,
    ) -> Result<bool, Fault> {
        let noted = self
            .run(
                "INSERT INTO training_reminder (org_id, course_id, account_id, due_at, reminded_at)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (org_id, course_id, account_id, due_at) DO UPDATE
                 SET reminded_at = excluded.reminded_at, settled_at = NULL
                 WHERE training_reminder.settled_at IS NOT NULL",
                vec![course.0.into(), account.0.into(), due_at.millis().into(), self.now().millis().into()],
            )
            .await?;
        Ok(noted == 1)
    }

    async fn settle_reminders(&mut self, course: CourseId, account: AccountId) -> Result<u64, Fault> {
        let sql = "UPDATE training_reminder SET settled_at = $4
                   WHERE org_id = $1 AND course_id = $2 AND account_id = $3 AND settled_at IS NULL";
        self.run(sql, vec![course.0.into(), account.0.into(), self.now().millis().into()]).await
    }
}

/// A completion that says the same and is less than a day away: who sends it again means that one.
async fn same_completion(tx: &OrgTx, done: &Completion) -> Result<Option<Completion>, Fault> {
    let text = format!(
        "SELECT {COMPLETION} FROM training_completion t
         WHERE t.org_id = $1 AND t.account_id = $2 AND t.course_id = $3 AND t.at > $4 AND t.at < $5
         ORDER BY t.id"
    );
    let near = |millis| done.at.plus_millis(millis).millis();
    let params = vec![
        done.account.0.into(),
        done.course.0.into(),
        near(-Timestamp::DAY).into(),
        near(Timestamp::DAY).into(),
    ];
    for row in tx.rows(&text, params).await? {
        let there = completion(&row)?;
        if (there.version, there.kind, there.score) == (done.version, done.kind, done.score) {
            return Ok(Some(there));
        }
    }
    Ok(None)
}

impl OrgTx {
    /// Changes one course, on which the power of its audience may depend.
    async fn change_course(
        &mut self,
        sql: &str,
        params: Vec<sea_orm::sea_query::Value>,
    ) -> Result<(), Fault> {
        let changed = self.run(sql, params).await?;
        one_row(changed, "changing a course")?;
        self.changes_power();
        Ok(())
    }
}
