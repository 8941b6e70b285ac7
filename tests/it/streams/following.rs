//! Whoever follows an organization's events gets each of them, in order, from where it says.

use qun_domain::streams::{Position, RESUMABLE};
use qun_infra::db::OrgScope;
use qun_infra::streams::{Cut, FollowProblem, Follower, Streams, What, relay};

use crate::harness::{TestQun, on_both, row};
use qun_domain::activity::What as Did;

on_both!(
    what_happened_before_is_read_and_what_happens_is_told,
    from_now_on_means_from_now_on,
    a_position_that_nobody_has_is_unknown,
    what_is_too_old_is_refused_and_not_passed_over,
    a_reader_that_stands_still_is_cut_off_and_reads_on_later,
    a_stranger_hears_nothing,
);

/// A person joins the group: one event that may be followed, after one that may not.
async fn join(qun: &TestQun, scope: &OrgScope, number: i64) {
    let join = row(
        format!("j{number}"),
        &format!("u{number}"),
        qun.clock.now(),
        Did::Join { invited_by: None, via: None },
    );
    qun.recorded(scope, "Garden", vec![join]).await;
}

fn streams(qun: &TestQun) -> Streams {
    let streams = Streams::new(qun.db.clone(), qun.clock.clone());
    streams.start(None);
    streams
}

async fn follow(qun: &TestQun, streams: &Streams, scope: &OrgScope, after: Option<i64>) -> Follower {
    match streams.follow(qun.read(scope), after.map(Position)).await {
        Ok(follower) => follower,
        Err(problem) => panic!("{problem:?}"),
    }
}

async fn next(follower: &mut Follower) -> i64 {
    match follower.next().await {
        Ok(event) => event.position.0,
        Err(cut) => panic!("{cut:?}"),
    }
}

async fn all_told(qun: &TestQun) {
    relay(&qun.db, qun.clock.now()).await.unwrap_or_else(|fault| panic!("{}", fault.chain()));
}

async fn what_happened_before_is_read_and_what_happens_is_told(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.group(&org.admin, "Garden", None).await;
    let mut positions = Vec::new();
    for number in 0..150 {
        join(qun, &org.admin, number).await;
        // The group was told first; each joining tells of itself and of its rows.
        positions.push(2 * number + 2);
    }
    all_told(qun).await;
    let streams = streams(qun);
    let mut follower = follow(qun, &streams, &org.reader, Some(1)).await;
    let mut other = follow(qun, &streams, &org.owner, Some(positions[147])).await;
    for position in &positions {
        assert_eq!(next(&mut follower).await, *position);
    }
    for number in 150..160 {
        join(qun, &org.admin, number).await;
        assert_eq!(next(&mut follower).await, 2 * number + 2);
    }
    for number in 148..160 {
        let event = other.next().await.unwrap_or_else(|cut| panic!("{cut:?}"));
        let What::Memberships(changed) = &event.what else { panic!("{event:?}") };
        assert_eq!((event.position.0, changed.changes.len()), (2 * number + 2, 1));
    }
}

async fn from_now_on_means_from_now_on(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.group(&org.admin, "Garden", None).await;
    let streams = streams(qun);
    let mut first = follow(qun, &streams, &org.reader, None).await;
    join(qun, &org.admin, 0).await;
    let told = next(&mut first).await;
    let mut second = follow(qun, &streams, &org.reader, None).await;
    join(qun, &org.admin, 1).await;
    assert_eq!((next(&mut first).await, next(&mut second).await), (told + 2, told + 2));
}

async fn a_position_that_nobody_has_is_unknown(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.group(&org.admin, "Garden", None).await;
    all_told(qun).await;
    let streams = streams(qun);
    let problem = streams.follow(qun.read(&org.reader), Some(Position(2))).await.err();
    assert!(matches!(problem, Some(FollowProblem::Unknown)), "{problem:?}");
}

async fn what_is_too_old_is_refused_and_not_passed_over(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.group(&org.admin, "Garden", None).await;
    all_told(qun).await;
    let streams = streams(qun);
    // Nothing came after it: however old, nothing is missed.
    qun.advance_to(qun.clock.now().plus_millis(RESUMABLE + 1));
    let mut follower = follow(qun, &streams, &org.reader, Some(1)).await;
    join(qun, &org.admin, 0).await;
    let last = next(&mut follower).await;

    qun.advance_to(qun.clock.now().plus_millis(RESUMABLE));
    assert_eq!(next(&mut follow(qun, &streams, &org.reader, Some(1)).await).await, last);
    qun.advance_to(qun.clock.now().plus_millis(1));
    let problem = streams.follow(qun.read(&org.reader), Some(Position(1))).await.err();
    assert!(matches!(problem, Some(FollowProblem::Expired)), "{problem:?}");
}

async fn a_reader_that_stands_still_is_cut_off_and_reads_on_later(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.group(&org.admin, "Garden", None).await;
    let streams = streams(qun);
    let (mut slow, mut quick) =
        (follow(qun, &streams, &org.reader, None).await, follow(qun, &streams, &org.reader, None).await);
    join(qun, &org.admin, 0).await;
    let last = next(&mut slow).await;
    assert_eq!(next(&mut quick).await, last);
    let mut expected = Vec::new();
    for number in 1..=300 {
        join(qun, &org.admin, number).await;
        expected.push(next(&mut quick).await);
    }
    let cut = slow.next().await.err();
    assert!(matches!(cut, Some(Cut::SlowReader)), "{cut:?}");

    let mut again = follow(qun, &streams, &org.reader, Some(last)).await;
    for position in expected {
        assert_eq!(next(&mut again).await, position);
    }
}

async fn a_stranger_hears_nothing(qun: &TestQun) {
    let org = qun.with_org().await;
    for scope in [&org.admin, &org.stranger] {
        qun.group(scope, "Garden", None).await;
    }
    let streams = streams(qun);
    let mut stranger = follow(qun, &streams, &org.stranger, None).await;
    let mut own = follow(qun, &streams, &org.reader, None).await;
    for number in 0..5 {
        join(qun, &org.admin, number).await;
        next(&mut own).await;
    }
    join(qun, &org.stranger, 7).await;
    let event = stranger.next().await.unwrap_or_else(|cut| panic!("{cut:?}"));
    let What::Memberships(changed) = &event.what else { panic!("{event:?}") };
    let sql = "SELECT COUNT(*) FROM chat_group WHERE org_id = $1 AND id = $2";
    let values = vec![org.stranger.org().0.into(), changed.group.0.into()];
    assert_eq!(qun.system().await.count(sql, values).await, 1, "{event:?}");
}
