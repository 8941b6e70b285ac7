//! The people who run the demo: each somewhere else on the ladder.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use qun_domain::access::{Position, Rank, Reason, Role};
use qun_domain::command::{Command, Failure};
use qun_domain::id::AccountId;
use qun_domain::locale::Locale;
use qun_domain::money::{Currency, Money};
use qun_domain::month::Month;
use qun_domain::policy::{PolicyPatch, PublishPolicy};
use qun_domain::scope::Scope;
use qun_domain::tasks::{
    CancelTask, CreateTask, NewTask, Proof, ProofKind, SubmitTask, TaskKind, VerifyTask,
};
use qun_domain::team::{
    AllocatePlace, AssignRole, AssignRoleRefusal, Audience, AwardBadge, CompletionOfOther, CourseKind,
    CreateBadge, CreateCourse, CreateTrainingOffer, DaySpan, Deed, Delivery, DivisionMode, GoodFor,
    GrantBonus, InviteMember, NewCourse, NewOffer, NewVersion, Period, Places, PublishCourseVersion,
    RecordCompletion, RecordLeave, RecordStaffFacts, SetDivisionMode, Share, StaffFact, Stars, SubmittedFact,
};
use qun_domain::time::{Timestamp, start_of_day};
use qun_infra::access::{Access, AccessSettings, NewAccount};
use qun_infra::clock::Clock;
use qun_infra::db::{OrgRead, OrgScope, OrgTx, Writer};
use qun_infra::groups::group_named;
use qun_infra::team::members_page;

use super::{EMAIL, PASSWORD, SLUG};
use crate::app::{App, fault};

/// The zone of the demo.
const ZONE: Tz = chrono_tz::Asia::Shanghai;

/// Who they are: name, role, rank, and for how many days.
const PEOPLE: [(&str, Role, Rank, i64); 5] = [
    ("Mei", Role::Administrator, Rank::OwnerCandidate, 400),
    ("Bo", Role::CustomerService, Rank::Junior, 100),
    ("Kai", Role::Analyst, Rank::Junior, 50),
    ("Tao", Role::ContentEditor, Rank::Intern, 25),
    ("Ying", Role::Facilitator, Rank::Intern, 12),
];

/// Gives the demo its team, unless it has one: a candidate, a junior who is due to rise, one whose
/// training is late, two interns in their month, tasks of every state, an open invitation, a badge,
/// a bonus and a place in training.
pub(super) async fn fill(app: &App, scope: &OrgScope) -> anyhow::Result<()> {
    let read = OrgRead::open(&app.db, scope).context("the operator may not read")?;
    if members_page(&read, None, 2).await.map_err(fault)?.len() > 1 {
        return Ok(());
    }
    let team = Team { app, scope, now: app.clock.now() };
    let mut people = BTreeMap::new();
    for (name, role, rank, days) in PEOPLE {
        people
            .insert(name, team.joined(name, Position::ranked(role, rank, Scope::Organization), days).await?);
    }
    team.training(people["Bo"]).await?;
    team.work(people["Bo"]).await?;
    let today = team.now.local_date(ZONE);
    let day = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let days = DaySpan { first: day(5), last: day(4) };
    team.done(0, RecordLeave { account: people["Ying"], days, note: None }).await?;
    team.tasks(&people).await?;
    team.given(&people).await?;
    let delivery = Delivery::Letter { email: "zoe@demo.example".parse()?, locale: Locale::En };
    let position = Position::ranked(Role::Facilitator, Rank::Intern, Scope::Organization);
    let invite = InviteMember { delivery, position, share: Share::FULL, good_for: GoodFor::DEFAULT };
    team.done(0, invite).await?;
    Ok(())
}

/// What bonuses of each rank are suggested from, in fen.
const BASES: &str = r#"{"incentives": {"bonus": {"base":
    {"intern": 40000, "junior": 100000, "senior": 150000, "ownerCandidate": 200000}}}}"#;

/// How the work in some of the groups is divided.
const MODES: [(&str, DivisionMode); 4] = [
    ("造物社·大客厅", DivisionMode::Dedicated),
    ("造物社·三维打印", DivisionMode::Rotation),
    ("产品共创内测群", DivisionMode::Rotation),
    ("Tinker Lounge", DivisionMode::Mixed),
];

/// Says how the work in some groups is divided, and gives two of the people a place beside the one
/// that they have, which is more than they can do. Done again, nothing changes.
pub(super) async fn place(app: &App, scope: &OrgScope, read: &OrgRead) -> anyhow::Result<()> {
    let team = Team { app, scope, now: app.clock.now() };
    let mut lounge = None;
    for (name, mode) in MODES {
        let group = group_named(read, name).await.map_err(fault)?.context("a group of the demo is gone")?;
        team.done(0, SetDivisionMode { group: group.id, mode: Some(mode) }).await?;
        lounge.get_or_insert(group);
    }
    let lounge = lounge.context("the demo has no groups")?;
    let community = lounge.community.context("a group of the demo is in no community")?;
    for (name, role, at, share) in [
        ("Tao", Role::ContentEditor, Scope::Group(lounge.id), 10_000),
        ("Ying", Role::Facilitator, Scope::Community(community), 5_000),
    ] {
        let account = team.scope_of(&email(name)).await?.actor().account_id().context("no account")?;
        let position = Position::ranked(role, Rank::Intern, at);
        let assign = AssignRole { account, position, share: Share::try_from(share)? };
        match app.writer.execute(scope, assign).await {
            Ok(_) | Err(Failure::Refused(AssignRoleRefusal::AlreadyAssigned)) => {}
            Err(failure) => return Err(anyhow!("{name} cannot be placed in the demo: {failure:?}")),
        }
    }
    Ok(())
}

struct Team<'a> {
    app: &'a App,
    scope: &'a OrgScope,
    now: Timestamp,
}

impl Team<'_> {
    /// The clock of so many days ago.
    fn ago(&self, days: i64) -> Clock {
        Clock::fixed(self.now.plus_millis(-days * Timestamp::DAY))
    }

    /// Does something as the operator, so many days ago.
    async fn done<C>(&self, days: i64, command: C) -> anyhow::Result<C::Out>
    where
        C: Command<OrgTx>,
        C::Refusal: std::fmt::Debug,
    {
        self.done_by(self.scope, days, command).await
    }

    async fn done_by<C>(&self, scope: &OrgScope, days: i64, command: C) -> anyhow::Result<C::Out>
    where
        C: Command<OrgTx>,
        C::Refusal: std::fmt::Debug,
    {
        let writer = Writer::new(self.app.db.clone(), self.ago(days), self.app.ids.clone());
        writer.execute(scope, command).await.map_err(|failure| match failure {
            Failure::Fault(broken) => fault(broken),
            failure => anyhow!("{} cannot be done in the demo: {failure:?}", C::NAME),
        })
    }

    /// A member who joined so many days ago.
    async fn joined(&self, name: &str, position: Position, days: i64) -> anyhow::Result<AccountId> {
        let App { db, ids, .. } = self.app;
        let access =
            Access::open(db, &self.ago(days), ids, AccessSettings::default()).await.map_err(fault)?;
        let email = email(name);
        let new = NewAccount { email, name: name.to_owned(), password: PASSWORD.to_owned(), position };
        let account = access.add_account(self.scope, new).await;
        account
            .map(|account| account.id)
            .map_err(|failure| anyhow!("{name} cannot join the demo: {failure:?}"))
    }

    /// What a member may.
    async fn scope_of(&self, email: &str) -> anyhow::Result<OrgScope> {
        let access = &self.app.access;
        let life = std::time::Duration::from_mins(1);
        let token = access.token_for(email, &SLUG.parse()?, life).await;
        let token = token.map_err(|failure| anyhow!("no token for {email}: {failure:?}"))?;
        let scope = access.authenticate(&token.access_token).await;
        scope.map_err(|problem| anyhow!("{email} is not let in: {problem:?}"))
    }

    /// A course that one has done, and the others who have to are late with, or will be.
    async fn training(&self, trained: AccountId) -> anyhow::Result<()> {
        let roles = vec![Role::CustomerService, Role::Analyst];
        let new = NewCourse {
            title: "会员服务要点 / Serving members".parse()?,
            kind: CourseKind::Product,
            audience: Audience { roles, ranks: vec![] },
            withholds: vec![],
        };
        let course = self.done(61, CreateCourse(new)).await?.id;
        let material = "Answer within the hour; say what you do next; close the case when it is solved.";
        let new = NewVersion { material: Some(material.parse()?), link: None };
        self.done(60, PublishCourseVersion { course, after: 0, new }).await?;
        let kind = CompletionOfOther::Examined;
        let done = RecordCompletion { account: trained, course, kind, score: Some(88), at: None };
        self.done(10, done).await?;
        Ok(())
    }

    /// A month of work that reaches all targets.
    async fn work(&self, member: AccountId) -> anyhow::Result<()> {
        let month = Month::of(self.now.local_date(ZONE)).previous();
        let period = Period { from: month.first_day(), to: month.next().first_day() };
        let days: Vec<NaiveDate> = period.from.iter_days().take_while(|day| *day < period.to).collect();
        let at = |day: NaiveDate, hour: i64| start_of_day(day, ZONE).plus_millis(hour * Timestamp::DAY / 24);
        let fact = |key: String, at, deed| StaffFact {
            source: "desk".to_owned(),
            key,
            member,
            scope: Scope::Organization,
            at,
            deed,
        };
        let mut facts = Vec::new();
        for day in days.iter().filter(|day| is_worked_on(**day)) {
            for number in 0..11 {
                let deed = Deed::CaseHandled { opened_at: at(*day, 9), reopened_at: None };
                facts.push(fact(format!("{day}-{number}"), at(*day, 10), deed));
            }
        }
        for (number, day) in days.iter().enumerate() {
            let stars = Stars::try_from(if number % 15 == 14 { 3 } else { 5 })?;
            facts.push(fact(format!("rating-{day}"), at(*day, 20), Deed::Rating { stars, about: None }));
        }
        let rows = (1..).zip(facts).map(|(position, fact)| SubmittedFact { position, fact }).collect();
        self.done(0, RecordStaffFacts { rows }).await?;
        Ok(())
    }

    /// A badge and a bonus for who did well last month, as the policy suggests it, and a course of
    /// which one place is left.
    async fn given(&self, people: &BTreeMap<&str, AccountId>) -> anyhow::Result<()> {
        let (bo, kai) = (people["Bo"], people["Kai"]);
        let new = CreateBadge {
            name: "金钥匙 / Golden key".parse()?,
            description: "For a month in which nobody had to ask twice.".parse()?,
            icon: "golden-key".parse()?,
        };
        let badge = self.done(40, new).await?;
        let month = Month::of(self.now.local_date(ZONE)).previous();
        let reason: Reason = format!("11 cases a day in {month}").parse()?;
        let patch = PolicyPatch::parse(BASES).map_err(|problems| anyhow!("{problems:?}"))?;
        let note = Some("Bonuses by rank".to_owned());
        self.done(40, PublishPolicy { scope: Scope::Organization, patch, note }).await?;
        self.done(1, AwardBadge { badge, account: bo, reason: reason.clone() }).await?;
        // As these bases suggest: 40 % for the cases, 30 % for the satisfaction.
        let money = Money::new(70_000, Currency::CNY)?;
        let bonus = GrantBonus { account: bo, month, key: "kpi".parse()?, money, reason };
        self.done(1, bonus).await?;
        let today = self.now.local_date(ZONE);
        let day = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
        let new = NewOffer {
            title: "用数据说话 / Speaking with figures".parse()?,
            places: Places::try_from(2)?,
            days: DaySpan { first: day(20), last: day(21) },
            note: Some("Two days, in Hangzhou; travel is paid.".parse()?),
            closes_on: day(10),
        };
        let offer = self.done(2, CreateTrainingOffer(new)).await?;
        self.done(1, AllocatePlace { offer, account: kai }).await?;
        Ok(())
    }

    /// A task of every state.
    async fn tasks(&self, people: &BTreeMap<&str, AccountId>) -> anyhow::Result<()> {
        let (ying, mei) = (self.scope_of(&email("Ying")).await?, self.scope_of(&email("Mei")).await?);
        let owner = self.scope_of(EMAIL).await?;
        let new = |title: &str, name: &str, due: i64, needs_verification| -> anyhow::Result<_> {
            Ok(CreateTask(NewTask {
                place: Scope::Organization,
                kind: TaskKind::General,
                title: title.parse()?,
                body: None,
                copy_text: None,
                subject: None,
                assignee: people[name],
                backup: people.get("Mei").copied(),
                due_at: self.now.plus_millis(due * Timestamp::DAY),
                proof: ProofKind::Text,
                needs_verification,
            }))
        };
        let proof = |text: &str| Proof::new(ProofKind::Text, Some(text));
        self.done_by(&owner, 1, new("Prepare the round of questions on Friday", "Ying", 2, false)?).await?;
        self.done_by(&owner, 3, new("Collect the best posts of the week", "Tao", -1, false)?).await?;
        let greeted =
            self.done_by(&owner, 2, new("Greet the newcomers of Monday", "Ying", 1, true)?).await?.id;
        let text = "All nine, by name; two asked for the rules.";
        self.done_by(&ying, 1, SubmitTask { task: greeted, proof: proof(text)? }).await?;
        let asked =
            self.done_by(&owner, 6, new("Ask three quiet members how they are", "Ying", -2, true)?).await?;
        let submit = SubmitTask { task: asked.id, proof: proof("Two answered.")? };
        self.done_by(&ying, 3, submit).await?;
        self.done_by(&mei, 2, VerifyTask { task: asked.id, note: None }).await?;
        let dropped = self.done_by(&owner, 4, new("Translate the rules", "Kai", 3, false)?).await?.id;
        let reason = "The rules change next week.".parse()?;
        self.done_by(&owner, 1, CancelTask { task: dropped, reason }).await?;
        Ok(())
    }
}

fn email(name: &str) -> String {
    format!("{}@demo.example", name.to_lowercase())
}

/// Monday to Friday, as the policy has it.
fn is_worked_on(day: NaiveDate) -> bool {
    use chrono::{Datelike, Weekday};
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
