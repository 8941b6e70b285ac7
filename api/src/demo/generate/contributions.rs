//! What members make: items that are accepted, and now and then withdrawn.

use qun_domain::activity::What;

use super::calendar::{DAY, WEEKS, after};
use super::dice::scaled;
use super::scene::Scene;

/// Of the items of a group, the one that its author takes back.
const WITHDRAWN: u32 = 9;
/// Editors accept in working hours.
const EDITORS_MORNING: u32 = 9 * 3_600 + 1_800;

pub(super) fn run(scene: &mut Scene) {
    let mut items = 0;
    for week in scene.first_week()..=WEEKS {
        let volume = scene.plan.volume(week);
        for position in 0..scene.members.len() {
            let member = &scene.members[position];
            let rate = scaled(member.habit.traits().items, &[volume, member.pace]);
            for _ in 0..scene.dice.count(rate) {
                items += u32::from(accept(scene, position, week, items + 1));
            }
        }
    }
}

/// Whether the item came about: its author may just have left.
fn accept(scene: &mut Scene, position: usize, week: i32, number: u32) -> bool {
    let zone = scene.plan.group.time_zone;
    let day = week * 7 + scene.dice.between(0, 4);
    let second = EDITORS_MORNING + scene.dice.below(8 * 3_600);
    let at = scene.calendar.at(day, second, zone);
    if !scene.members[position].is_around(at) {
        return false;
    }
    let item = format!("{}-item-{number:03}", scene.plan.slug);
    let points = [50, 75, 100][scene.dice.weighted(&[60, 30, 10])];
    scene.tell(at, position, What::ContributionAccepted { item: item.clone(), points });
    if number == WITHDRAWN {
        let at = after(at, 4 * DAY + scene.dice.between(0, 20_000));
        scene.tell(at, position, What::ContributionWithdrawn { item });
    }
    true
}
