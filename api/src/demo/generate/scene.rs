//! One group while it is being made up.

use qun_domain::activity::{Row, What};
use qun_domain::time::Timestamp;

use super::calendar::{Calendar, FIRST_WEEK};
use super::dice::Dice;
use super::member::{Habit, Member, Person};
use super::plan::{Fate, Plan};

pub(super) struct Scene {
    pub plan: &'static Plan,
    pub calendar: Calendar,
    pub dice: Dice,
    pub members: Vec<Member>,
    pub rows: Vec<Row>,
    numbered: u32,
}

impl Scene {
    pub(super) fn new(plan: &'static Plan, calendar: Calendar, dice: Dice) -> Self {
        Self { plan, calendar, dice, members: Vec::new(), rows: Vec::new(), numbered: 0 }
    }

    /// An id that no other row has: the platform is the source of several groups.
    pub(super) fn next_id(&mut self) -> String {
        self.numbered += 1;
        format!("{}-{:05}", self.plan.slug, self.numbered)
    }

    /// Writes a row of a member and gives its id.
    pub(super) fn tell(&mut self, ts: Timestamp, member: usize, what: What) -> String {
        let person = self.members[member].person.clone();
        let id = self.next_id();
        self.write(id.clone(), ts, Some(person), what);
        id
    }

    pub(super) fn write(&mut self, id: String, ts: Timestamp, person: Option<Person>, what: What) {
        let (user, name) = person.map(|person| (person.user, person.name)).unzip();
        self.rows.push(Row {
            id,
            source: None,
            group: Some(self.plan.group.name.to_owned()),
            user,
            name,
            ts,
            what,
        });
    }

    /// The first week in which anybody does anything.
    pub(super) fn first_week(&self) -> i32 {
        if self.plan.fate == Fate::Young { self.plan.founded() / 7 } else { FIRST_WEEK }
    }

    /// The first member of this habit who is in the group.
    pub(super) fn first_of(&self, habit: Habit, at: Timestamp) -> Option<usize> {
        self.members.iter().position(|member| member.habit == habit && member.is_in(at))
    }

    /// Who keeps order: a staff member, else whoever founded the group.
    pub(super) fn moderator(&self, at: Timestamp) -> usize {
        self.first_of(Habit::Staff, at).or_else(|| self.first_of(Habit::Founder, at)).unwrap_or(0)
    }
}
