//! Strikes: a few in every group, one of them voided, and one member who goes too far.

use qun_domain::activity::What;
use qun_domain::time::Timestamp;

use super::calendar::{DAY, HOUR, after};
use super::member::Habit;
use super::scene::Scene;

pub(super) fn run(scene: &mut Scene) {
    let mut offenders: Vec<usize> = (0..scene.members.len())
        .filter(|position| {
            let member = &scene.members[*position];
            matches!(member.habit, Habit::Weekly | Habit::Regular | Habit::Bursts) && member.left.is_none()
        })
        .collect();
    scene.dice.shuffle(&mut offenders);
    let mut offenders = offenders.into_iter();
    if let Some(wronged) = offenders.next() {
        voided(scene, wronged);
    }
    if scene.plan.size > 60
        && let Some(position) = offenders.next()
    {
        goes_too_far(scene, position);
    }
    let more = scene.plan.size / 40;
    for position in offenders.take(more) {
        let at = evening(scene, 7, 110);
        strike(scene, position, at, "minor");
    }
}

fn strike(scene: &mut Scene, position: usize, at: Timestamp, severity: &str) -> Option<String> {
    let struck = scene.members[position].is_in(at);
    struck.then(|| scene.tell(at, position, What::Violation { severity: Some(severity.to_owned()) }))
}

/// A strike that turns out to have been a misunderstanding.
fn voided(scene: &mut Scene, position: usize) {
    let at = evening(scene, 80, 90);
    if let Some(target) = strike(scene, position, at, "minor") {
        let at = after(at, DAY + scene.dice.between(HOUR, 9 * HOUR));
        let moderator = scene.moderator(at);
        scene.tell(at, moderator, What::ViolationVoided { target });
    }
}

/// Three strikes within two weeks, then removal.
fn goes_too_far(scene: &mut Scene, position: usize) {
    let first = evening(scene, 30, 60);
    let mut at = first;
    for severity in ["minor", "minor", "major"] {
        if strike(scene, position, at, severity).is_none() {
            return;
        }
        at = after(at, scene.dice.between(3, 6) * DAY);
    }
    let moderator = scene.moderator(at);
    let by = Some(scene.members[moderator].person.user.clone());
    scene.tell(at, position, What::Remove { by, reason: Some("third strike".to_owned()) });
    scene.members[position].left = Some(at);
}

fn evening(scene: &mut Scene, from_day: i32, to_day: i32) -> Timestamp {
    let day = scene.dice.between(from_day, to_day);
    let second = 19 * 3_600 + scene.dice.below(3 * 3_600);
    scene.calendar.at(day, second, scene.plan.group.time_zone)
}
