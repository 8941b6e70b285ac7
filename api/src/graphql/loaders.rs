//! The batches of a request: one for each edge that lists can multiply.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use chrono::NaiveDate;
use qun_domain::access::{Account, Proposal};
use qun_domain::activity::MemberRole;
use qun_domain::fault::Fault;
use qun_domain::groups::{Community, Group, Scope};
use qun_domain::id::{
    AccountId, BadgeId, CommunityId, CourseId, EvaluationId, GroupId, OfferId, OrgId, PersonId, PinId,
    ProposalId, TaskId,
};
use qun_domain::policy::IncentivesPolicy;
use qun_domain::tasks::Task;
use qun_domain::team::{
    Award, Badge, Bench, Bonus, BonusSuggestion, Course, DivisionMode, Evidence, Held, Kpis, Leave, Offer,
    Place, Staffing,
};
use qun_domain::tenancy::Organization;
use qun_domain::time::Timestamp;
use qun_infra::access::{self as access, members_by_id};
use qun_infra::activity::GroupDay;
use qun_infra::db::OrgRead;
use qun_infra::groups::{self as groups, GroupDays, GroupPage, MemberOf, MemberPage, Membership};
use qun_infra::people::{self as people, Identity, Person};
use qun_infra::policy::{self as policy, Effective};
use qun_infra::tasks::{self as tasks, StepPage, TaskPage, TaskStepRow};
use qun_infra::team::{
    self as team, AwardPage, BonusPage, CourseVersionPage, CourseVersionRow, KpisOf, LadderPage, LeavePage,
    MemberRow, PlacePage, Step, SuggestionOf, TrainingRow,
};
use qun_infra::tenancy::organization;
use qun_infra::tiering::{
    self as tiering, EvaluationPage, PinRow, ScoreBlock, ScorePage, ScoreRow, ScoreSummary,
};
use uuid::Uuid;

use super::batch::{Batch, Source};
use super::tiering::Evaluation;

macro_rules! loaders {
    ($($(#[doc = $doc:literal])* $field:ident: $source:ident($key:ty) -> $value:ty = |$read:ident, $keys:ident| $body:block)+) => {
        /// The batches of one request.
        #[derive(Default)]
        pub(super) struct Loaders {
            $($(#[doc = $doc])* pub(super) $field: Batch<$source>,)+
        }

        $(
            pub(super) struct $source;

            impl Source for $source {
                type Key = $key;
                type Value = $value;

                async fn read($read: &OrgRead, $keys: Vec<$key>) -> Result<HashMap<$key, $value>, Fault> $body
            }
        )+
    };
}

loaders! {
    /// The organization of the door.
    organization: Own(OrgId) -> Arc<Organization> = |read, ids| {
        let own = organization(read).await?;
        Ok(ids.into_iter().filter(|id| *id == own.id).map(|id| (id, Arc::new(own.clone()))).collect())
    }
    /// Groups by id.
    groups: Groups(GroupId) -> Arc<Group> = |read, ids| {
        Ok(by(groups::groups_by_id(read, &ids).await?, |group| group.id))
    }
    /// Communities by id.
    communities: Communities(CommunityId) -> Arc<Community> = |read, ids| {
        Ok(by(groups::communities_by_id(read, &ids).await?, |community| community.id))
    }
    /// Accounts of the organization by id.
    accounts: Accounts(AccountId) -> Arc<Account> = |read, ids| {
        Ok(by(members_by_id(read, &ids).await?, |account| account.id))
    }
    /// Members of the team by account.
    team_members: TeamMembers(AccountId) -> Arc<MemberRow> = |read, ids| {
        Ok(by(team::member_rows(read, &ids).await?, |member| member.account))
    }
    /// The assignments of an account, as they are at an instant.
    assignments: Assignments((AccountId, Timestamp)) -> Arc<[Held]> = |read, keys| {
        let accounts: Vec<AccountId> = keys.iter().map(|(account, _)| *account).collect();
        let Some((_, now)) = keys.first().copied() else { return Ok(HashMap::new()) };
        let found = team::assignments_of(read, &accounts, now).await?;
        Ok(found.into_iter().map(|(account, held)| ((account, now), held.into())).collect())
    }
    /// Pages of the history of members.
    ladder_pages: LadderPages(LadderPage) -> Vec<Arc<Step>> = |read, pages| {
        let found = team::ladder_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// Pages of the leaves of members.
    leave_pages: LeavePages(LeavePage) -> Vec<Arc<Leave>> = |read, pages| {
        let found = team::leave_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// What the organization of the door says of incentives.
    incentives: Incentives(OrgId) -> Arc<IncentivesPolicy> = |read, ids| {
        let policy = Arc::new(team::incentives_policy(read).await?);
        Ok(ids.into_iter().map(|id| (id, Arc::clone(&policy))).collect())
    }
    /// Badges by id.
    badges: Badges(BadgeId) -> Arc<Badge> = |read, ids| {
        Ok(by(team::badges_by_id(read, &ids).await?, |badge| badge.id))
    }
    /// Pages of the badges that members were awarded.
    award_pages: AwardPages(AwardPage) -> Vec<Arc<Award>> = |read, pages| {
        let found = team::award_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// Pages of the bonuses of members.
    bonus_pages: BonusPages(BonusPage) -> Vec<Arc<Bonus>> = |read, pages| {
        let found = team::bonus_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// What bonuses the policy suggests.
    suggestions: Suggestions(SuggestionOf) -> Arc<BonusSuggestion> = |read, asked| {
        let found = team::suggestions_of(read, &asked).await?;
        Ok(found.into_iter().map(|(key, suggestion)| (key, Arc::new(suggestion))).collect())
    }
    /// Training offers by id.
    offers: Offers(OfferId) -> Arc<Offer> = |read, ids| {
        Ok(by(team::offers_by_id(read, &ids).await?, |offer| offer.id))
    }
    /// How many places of training offers are taken.
    places_taken: PlacesTaken(OfferId) -> u32 = |read, ids| { team::places_taken(read, &ids).await }
    /// Pages of places in training, of members and of offers.
    place_pages: PlacePages(PlacePage) -> Vec<Arc<Place>> = |read, pages| {
        let found = team::place_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// What speaks for and against assignments rising, at an instant.
    promotions: Promotions((Held, Timestamp)) -> Arc<Evidence> = |read, keys| {
        let held: Vec<Held> = keys.iter().map(|(held, _)| *held).collect();
        let Some((_, now)) = keys.first().copied() else { return Ok(HashMap::new()) };
        let mut found = team::evidence_of(read, read.scope().org(), &held, now).await?;
        let of = |held: Held| Some(((held, now), Arc::new(found.remove(&held.assignment.id)?)));
        Ok(held.into_iter().filter_map(of).collect())
    }
    /// The figures of members in a month.
    kpis: KpiSource(KpisOf) -> Kpis = |read, asked| { team::kpis_of(read, &asked).await }
    /// How many work at places, and for how many members, at an instant.
    staffing: StaffingSource((Scope, Timestamp)) -> Staffing = |read, keys| {
        let places: Vec<Scope> = keys.iter().map(|(place, _)| *place).collect();
        let Some((_, now)) = keys.first().copied() else { return Ok(HashMap::new()) };
        let found = team::staffing_of(read, read.scope().org(), &places, now).await?;
        Ok(found.into_iter().map(|(place, found)| ((place, now), found)).collect())
    }
    /// How the work in groups is divided.
    division_modes: DivisionModes(GroupId) -> DivisionMode = |read, ids| {
        team::division_modes(read, &ids).await
    }
    /// Who stands ready for groups at an instant, and how many should.
    benches: Benches((GroupId, Timestamp)) -> (Arc<Group>, Arc<Bench>, u32) = |read, keys| {
        let ids: Vec<GroupId> = keys.iter().map(|(group, _)| *group).collect();
        let Some((_, now)) = keys.first().copied() else { return Ok(HashMap::new()) };
        benches(read, &ids, now).await
    }
    /// Courses by id.
    courses: Courses(CourseId) -> Arc<Course> = |read, ids| {
        Ok(by(team::courses_by_id(read, &ids).await?, |course| course.id))
    }
    /// Pages of the versions of courses.
    course_versions: CourseVersions(CourseVersionPage) -> Vec<Arc<CourseVersionRow>> = |read, pages| {
        let found = team::course_version_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// Where members stand in the courses that are required of them, at an instant.
    trainings: Trainings((AccountId, Timestamp)) -> Vec<Arc<TrainingRow>> = |read, keys| {
        let accounts: Vec<AccountId> = keys.iter().map(|(account, _)| *account).collect();
        let Some((_, now)) = keys.first().copied() else { return Ok(HashMap::new()) };
        let found = team::trainings_of(read, &accounts, now).await?;
        Ok(found.into_iter().map(|(account, rows)| ((account, now), shared(rows))).collect())
    }
    /// Proposals by id.
    proposals: Proposals(ProposalId) -> Arc<Proposal> = |read, ids| {
        Ok(by(access::proposals_by_id(read, &ids).await?, |proposal| proposal.id))
    }
    /// When a group or community was created.
    created: Created(Uuid) -> Timestamp = |read, ids| { groups::created_at(read, &ids).await }
    /// Pages of groups.
    group_pages: GroupPages(GroupPage) -> Vec<Arc<Group>> = |read, pages| {
        let found = groups::group_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// The days of groups.
    days: Days(GroupDays) -> Arc<[GroupDay]> = |read, keys| { days(read, &keys).await }
    /// Pages of who is in a scope now.
    member_pages: MemberPages(MemberPage) -> Vec<Arc<Person>> = |read, pages| {
        let found = groups::member_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// How many are in a scope now.
    member_counts: MemberCounts(Scope) -> u64 = |read, scopes| { groups::member_counts(read, &scopes).await }
    /// Every stay of a person in a scope.
    memberships: Memberships(MemberOf) -> Arc<[Membership]> = |read, members| {
        let found = groups::memberships(read, &members).await?;
        Ok(found.into_iter().map(|(member, stays)| (member, stays.into())).collect())
    }
    /// What a person is in a scope.
    roles: Roles(MemberOf) -> MemberRole = |read, members| { groups::roles(read, &members).await }
    /// Persons by id.
    persons: Persons(PersonId) -> Arc<Person> = |read, ids| {
        Ok(by(people::persons_by_id(read, &ids).await?, |person| person.id))
    }
    /// What platforms call a person.
    identities: Identities(PersonId) -> Arc<[Identity]> = |read, ids| {
        let mut found: HashMap<PersonId, Vec<Identity>> = HashMap::new();
        for (person, identity) in people::identities_of(read, &ids).await? {
            found.entry(person).or_default().push(identity);
        }
        Ok(found.into_iter().map(|(person, identities)| (person, identities.into())).collect())
    }
    /// The groups that a person is in now.
    groups_of: GroupsOf(PersonId) -> Vec<Arc<Group>> = |read, ids| {
        let found = groups::groups_of_persons(read, &ids).await?;
        Ok(found.into_iter().map(|(person, groups)| (person, shared(groups))).collect())
    }
    /// What holds for a group.
    policies: Policies(GroupId) -> Arc<Effective> = |read, ids| {
        let groups = groups::groups_by_id(read, &ids).await?;
        policy::effective_of_groups(read, read.scope().org(), &groups).await
    }
    /// Which evaluation is the latest of a scope.
    latest: Latest(Scope) -> EvaluationId = |read, scopes| {
        let ids: Vec<Uuid> = scopes.iter().filter_map(|scope| uuid(*scope)).collect();
        let found = tiering::latest_evaluations(read, &ids).await?;
        let of = |scope: Scope| Some((scope, *found.get(&uuid(scope)?)?));
        Ok(scopes.into_iter().filter_map(of).collect())
    }
    /// Which evaluations no later revision replaced.
    latest_revisions: LatestRevisions(EvaluationId) -> () = |read, ids| {
        let found = tiering::latest_revisions(read, &ids).await?;
        Ok(found.into_iter().map(|id| (id, ())).collect())
    }
    /// Evaluations by id.
    evaluations: Evaluations(EvaluationId) -> Arc<Evaluation> = |read, ids| {
        let found = tiering::evaluations_by_id(read, &ids).await?;
        Ok(found.into_iter().map(|row| (row.id, Arc::new(Evaluation::new(row)))).collect())
    }
    /// Pages of evaluations.
    evaluation_pages: EvaluationPages(EvaluationPage) -> Vec<Arc<Evaluation>> = |read, pages| {
        evaluation_pages(read, pages).await
    }
    /// Scorecards by evaluation and person.
    scores: Scores((EvaluationId, PersonId)) -> Arc<ScoreRow> = |read, keys| {
        let mut persons: HashMap<EvaluationId, Vec<PersonId>> = HashMap::new();
        for (evaluation, person) in keys {
            persons.entry(evaluation).or_default().push(person);
        }
        let block = |(evaluation, persons)| ScoreBlock { evaluations: vec![evaluation], persons };
        let blocks: Vec<ScoreBlock> = persons.into_iter().map(block).collect();
        let found = tiering::score_blocks(read, &blocks).await?;
        Ok(by(found, |row| (row.evaluation, row.card.person)))
    }
    /// Pages of scorecards with their persons.
    score_pages: ScorePages(ScorePage) -> Vec<(Arc<ScoreSummary>, Arc<Person>)> = |read, pages| {
        let found = tiering::score_pages(read, &pages).await?;
        let found = found.into_iter().map(|page| page.into_iter().map(|(row, person)| (Arc::new(row), Arc::new(person))).collect());
        Ok(pages.into_iter().zip(found).collect())
    }
    /// A member's scorecards in the last evaluations of the scope, oldest first.
    histories: Histories(History) -> Vec<(Arc<Evaluation>, Arc<ScoreRow>)> = |read, keys| { histories(read, &keys).await }
    /// How many members of an evaluation are in watch.
    watch_counts: WatchCounts(EvaluationId) -> u64 = |read, ids| { tiering::watch_counts(read, &ids).await }
    /// The pin that holds a member's tier at an instant.
    pins: Pins((MemberOf, Timestamp)) -> Arc<PinRow> = |read, keys| {
        let members: Vec<MemberOf> = keys.iter().map(|(member, _)| *member).collect();
        let Some((_, now)) = keys.first().copied() else { return Ok(HashMap::new()) };
        let found = tiering::pins_of(read, &members, now).await?;
        Ok(found.into_iter().map(|(member, pin)| ((member, now), Arc::new(pin))).collect())
    }
    /// Pins by id.
    pins_by_id: PinsById(PinId) -> Arc<PinRow> = |read, ids| {
        Ok(by(tiering::pins_by_id(read, &ids).await?, |pin| pin.id))
    }
    /// Tasks by id.
    tasks: Tasks(TaskId) -> Arc<Task> = |read, ids| {
        Ok(by(tasks::tasks_by_id(read, &ids).await?, |task| task.id))
    }
    /// Pages of tasks.
    task_pages: TaskPages(TaskPage) -> Vec<Arc<Task>> = |read, pages| {
        let found = tasks::tasks_page(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
    /// Pages of the history of tasks.
    step_pages: StepPages(StepPage) -> Vec<Arc<TaskStepRow>> = |read, pages| {
        let found = tasks::step_pages(read, &pages).await?;
        Ok(pages.into_iter().zip(found.into_iter().map(shared)).collect())
    }
}

/// A member's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct History {
    /// The group or community.
    pub(super) scope: Scope,
    /// Whose.
    pub(super) person: PersonId,
    /// In so many of the scope's evaluations.
    pub(super) last: u32,
}

/// The column `scope_id` of what is evaluated.
pub(super) fn uuid(scope: Scope) -> Option<Uuid> {
    match scope {
        Scope::Organization => None,
        Scope::Community(id) => Some(id.0),
        Scope::Group(id) => Some(id.0),
    }
}

fn by<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Arc<V>> {
    rows.into_iter().map(|row| (key(&row), Arc::new(row))).collect()
}

fn shared<T>(rows: Vec<T>) -> Vec<Arc<T>> {
    rows.into_iter().map(Arc::new).collect()
}

async fn days(read: &OrgRead, keys: &[GroupDays]) -> Result<HashMap<GroupDays, Arc<[GroupDay]>>, Fault> {
    let mut found: HashMap<GroupDays, Vec<GroupDay>> = HashMap::new();
    let spans: BTreeSet<(NaiveDate, NaiveDate)> = keys.iter().map(|key| (key.from, key.to)).collect();
    for (from, to) in spans {
        let asked = keys.iter().filter(|key| (key.from, key.to) == (from, to));
        let ids: Vec<GroupId> = asked.map(|key| key.group).collect();
        for (group, day) in groups::days_of_groups(read, &ids, from, to).await? {
            found.entry(GroupDays { group, from, to }).or_default().push(day);
        }
    }
    Ok(found.into_iter().map(|(key, days)| (key, days.into())).collect())
}

async fn benches(
    read: &OrgRead,
    ids: &[GroupId],
    now: Timestamp,
) -> Result<HashMap<(GroupId, Timestamp), (Arc<Group>, Arc<Bench>, u32)>, Fault> {
    let org = read.scope().org();
    let policy = policy::effective(read, org, Scope::Organization, None).await?;
    let min_successors = policy.policy.policy.staff.bench.min_successors;
    let groups = groups::groups_by_id(read, ids).await?;
    let mut found = team::benches_of(read, org, &groups, now).await?;
    let one = |group: Group| {
        let bench = Arc::new(found.remove(&group.id).unwrap_or_default());
        ((group.id, now), (Arc::new(group), bench, min_successors))
    };
    Ok(groups.into_iter().map(one).collect())
}

async fn evaluation_pages(
    read: &OrgRead,
    pages: Vec<EvaluationPage>,
) -> Result<HashMap<EvaluationPage, Vec<Arc<Evaluation>>>, Fault> {
    let found = tiering::evaluation_pages(read, &pages).await?;
    let found = found.into_iter().map(|rows| rows.into_iter().map(Evaluation::new).map(Arc::new).collect());
    Ok(pages.into_iter().zip(found).collect())
}

type Scored = (Arc<Evaluation>, Arc<ScoreRow>);

/// One statement for the evaluations of all scopes, one for the scorecards in them.
async fn histories(read: &OrgRead, keys: &[History]) -> Result<HashMap<History, Vec<Scored>>, Fault> {
    let mut persons: HashMap<(Scope, u32), Vec<PersonId>> = HashMap::new();
    for key in keys {
        persons.entry((key.scope, key.last)).or_default().push(key.person);
    }
    let page =
        |(scope, limit): (Scope, u32)| uuid(scope).map(|scope| EvaluationPage { scope, before: None, limit });
    let evaluations = evaluation_pages(read, persons.keys().copied().filter_map(page).collect()).await?;
    let mut blocks = Vec::with_capacity(persons.len());
    for (key, persons) in persons {
        let Some(page) = page(key).and_then(|page| evaluations.get(&page)) else { continue };
        blocks.push(ScoreBlock {
            evaluations: page.iter().map(|evaluation| evaluation.row.id).collect(),
            persons,
        });
    }
    let rows = by(tiering::score_blocks(read, &blocks).await?, |row| (row.evaluation, row.card.person));
    let mut found = HashMap::with_capacity(keys.len());
    for key in keys {
        let Some(page) = page((key.scope, key.last)).and_then(|page| evaluations.get(&page)) else {
            continue;
        };
        let of_member = page.iter().rev().filter_map(|evaluation| {
            let row = rows.get(&(evaluation.row.id, key.person))?;
            Some((Arc::clone(evaluation), Arc::clone(row)))
        });
        found.insert(*key, of_member.collect());
    }
    Ok(found)
}
