//! The demo organization: twelve groups in three communities over sixteen weeks.
//!
//! Everything is made up from one seed: newcomers and lurkers, people who write
//! after midnight, bursts around events, a group that dies, a group that is new,
//! and a raid of spammers. The same seed in the same week gives the same rows.

mod calendar;
mod chat;
mod conduct;
mod contributions;
mod dice;
mod growth;
mod meetings;
mod member;
mod messages;
mod names;
mod plan;
mod population;
mod raid;
mod reactions;
mod rhythm;
mod scene;
#[cfg(test)]
mod tests;
mod texts;

use chrono_tz::Tz;
use qun_domain::activity::Row;
use qun_domain::time::{Timestamp, start_of_day};

use calendar::Calendar;
use dice::Dice;
use member::{Habit, Person};
use names::Register;
use plan::{PLANS, Plan};
use scene::Scene;

/// A group of the demo, as it is to be created before its rows go in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoGroup {
    /// The name; the rows call the group by it.
    pub name: &'static str,
    /// The name of its community.
    pub community: &'static str,
    /// `WECHAT`, `WECOM`, `TELEGRAM`, `DISCORD` or `OTHER`.
    pub platform: &'static str,
    /// A label: `HOBBY`, `PRODUCT`, `SUPPORT`, `LEARNING` or `SPORT`.
    pub kind: &'static str,
    /// The zone of its days and weeks.
    pub time_zone: Tz,
}

/// The groups and what happened in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demo {
    /// The groups, those of one community together.
    pub groups: Vec<DemoGroup>,
    /// The rows of all groups in order of `ts`, then `id`. They name their group
    /// and no source: the group's platform is theirs.
    pub rows: Vec<Row>,
}

/// Makes the demo up.
///
/// Its sixteen weeks end with the week before that of `now` (Asia/Shanghai); the
/// days of the current week that are over in a group's zone follow. So the rows
/// of two days of one week differ by the days between them alone.
pub fn generate(seed: u64, now: Timestamp) -> Demo {
    let calendar = Calendar::of(now);
    let mut register = Register::default();
    let mut known: Vec<(&Plan, Vec<Person>)> = Vec::new();
    let mut rows = Vec::new();
    for (plan, stream) in PLANS.iter().zip(1..) {
        let others: Vec<Person> = known
            .iter()
            .filter(|(other, _)| {
                (other.group.community, other.group.platform) == (plan.group.community, plan.group.platform)
            })
            .flat_map(|(_, people)| people.iter().cloned())
            .collect();
        let mut scene = Scene::new(plan, calendar, Dice::new(seed, stream));
        play(&mut scene, &mut register, &others);
        known.push((plan, newly_known(&scene, &others)));
        let today = start_of_day(now.local_date(plan.group.time_zone), plan.group.time_zone);
        rows.extend(scene.rows.into_iter().filter(|row| row.ts < today));
    }
    rows.sort_by(|a, b| (a.ts, &a.id).cmp(&(b.ts, &b.id)));
    Demo { groups: PLANS.iter().map(|plan| plan.group).collect(), rows }
}

/// The whole story of one group.
fn play(scene: &mut Scene, register: &mut Register, others: &[Person]) {
    population::settle(scene, register, others);
    growth::run(scene, register);
    conduct::run(scene);
    let meetings = meetings::run(scene);
    let raid = raid::run(scene, register);
    let mut said = chat::run(scene, &meetings);
    said.extend(raid);
    let posted = messages::run(scene, said);
    reactions::run(scene, &posted);
    contributions::run(scene);
}

/// The people whom a later group of the community may share with this one.
fn newly_known(scene: &Scene, others: &[Person]) -> Vec<Person> {
    let shareable =
        |habit| matches!(habit, Habit::Core | Habit::Regular | Habit::Weekly | Habit::Lurker | Habit::Guest);
    scene
        .members
        .iter()
        .filter(|member| {
            shareable(member.habit) && !others.iter().any(|other| other.user == member.person.user)
        })
        .map(|member| member.person.clone())
        .collect()
}
