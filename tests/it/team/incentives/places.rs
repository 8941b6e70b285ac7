//! Places in training: never more than there are.

use futures_util::future::join_all;
use qun_domain::command::Failure;
use qun_domain::id::{AccountId, OfferId};
use qun_domain::team::{
    AllocatePlace, AllocatePlaceRefusal, ArchiveTrainingOffer, ArchiveTrainingOfferRefusal,
    CreateTrainingOffer, CreateTrainingOfferRefusal, DaySpan, NewOffer, Place, ReleasePlace,
    ReleasePlaceRefusal, RemoveMember,
};
use qun_infra::db::OrgScope;
use qun_infra::team::{PlacePage, PlacesOf, offers_page, place_pages, places_taken};

use crate::harness::{Org, READER, TestQun, at, day, on_both, who};

on_both!(
    a_place_is_given_once,
    no_more_are_given_than_there_are,
    many_who_come_at_once_share_what_there_is,
    nobody_gives_himself_one,
    what_has_closed_takes_nobody,
    what_is_foreign_is_not_found,
    pages_of_many_cost_one_statement,
);

fn new(places: u32) -> NewOffer {
    NewOffer {
        title: "Drawing".parse().expect("a title"),
        places: places.try_into().expect("places"),
        days: DaySpan::new(day("2026-08-03"), day("2026-08-05")).expect("days"),
        note: None,
        closes_on: day("2026-08-01"),
    }
}

async fn offer(qun: &TestQun, by: &OrgScope, places: u32) -> OfferId {
    qun.done(by, CreateTrainingOffer(new(places))).await
}

fn release(place: qun_domain::id::PlaceId) -> ReleasePlace {
    ReleasePlace { place, reason: "ill".parse().expect("a reason") }
}

async fn taken(qun: &TestQun, by: &OrgScope, offer: OfferId) -> u32 {
    let found = places_taken(&qun.read(by), &[offer]).await.expect("an answer");
    found.get(&offer).copied().unwrap_or_default()
}

async fn places(qun: &TestQun, by: &OrgScope, of: AccountId) -> Vec<Place> {
    let page = PlacePage { of: PlacesOf::Member(of), after: None, limit: 10 };
    place_pages(&qun.read(by), &[page]).await.expect("an answer").remove(0)
}

async fn a_place_is_given_once(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let account = who(&reader);
    let offer = offer(qun, &owner, 2).await;
    let first = qun.done(&owner, AllocatePlace { offer, account }).await;
    assert_eq!(qun.done(&owner, AllocatePlace { offer, account }).await, first, "the same once more");
    assert_eq!(taken(qun, &owner, offer).await, 1);
    qun.done(&owner, release(first)).await;
    qun.done(&owner, release(first)).await;
    assert_eq!(taken(qun, &owner, offer).await, 0);
    assert_ne!(qun.done(&owner, AllocatePlace { offer, account }).await, first);
    let kept = places(qun, &owner, account).await;
    assert_eq!(kept.iter().filter(|place| place.released.is_some()).count(), 1, "the history keeps both");
    let late = NewOffer { closes_on: day("2026-08-06"), ..new(1) };
    let refusal = qun.refused(&owner, CreateTrainingOffer(late)).await;
    assert_eq!(refusal, CreateTrainingOfferRefusal::ClosesLate);
}

async fn no_more_are_given_than_there_are(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let offer = offer(qun, &owner, 1).await;
    let first = qun.done(&owner, AllocatePlace { offer, account: who(&reader) }).await;
    let full = qun.refused(&owner, AllocatePlace { offer, account: who(&admin) }).await;
    assert_eq!(full, AllocatePlaceRefusal::Full);
    let again = qun.done(&owner, AllocatePlace { offer, account: who(&reader) }).await;
    assert_eq!(again, first, "who has one has it");
    qun.done(&owner, release(first)).await;
    qun.done(&owner, AllocatePlace { offer, account: who(&admin) }).await;
    let full = qun.refused(&owner, AllocatePlace { offer, account: who(&reader) }).await;
    assert_eq!(full, AllocatePlaceRefusal::Full);
}

async fn many_who_come_at_once_share_what_there_is(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let offer = offer(qun, &owner, 3).await;
    let mut accounts = Vec::new();
    for number in 0..8 {
        accounts.push(who(&qun.joined("acme", &format!("clerk{number}"), READER).await));
    }
    let operator = qun.operator("acme").await;
    let come = accounts.iter().enumerate().map(|(number, account)| {
        let by = if number % 2 == 0 { &owner } else { &operator };
        qun.writer.execute(by, AllocatePlace { offer, account: *account })
    });
    let outcomes = join_all(come).await;
    let given = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let full = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(Failure::Refused(AllocatePlaceRefusal::Full))))
        .count();
    assert_eq!((given, full), (3, 5), "{outcomes:?}");
    assert_eq!(taken(qun, &owner, offer).await, 3);
}

async fn nobody_gives_himself_one(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let offer = offer(qun, &admin, 3).await;
    let own = qun.refused(&admin, AllocatePlace { offer, account: who(&admin) }).await;
    assert_eq!(own, AllocatePlaceRefusal::OwnCase);
    let failure = qun.writer.execute(&reader, AllocatePlace { offer, account: who(&admin) }).await;
    assert!(matches!(failure, Err(Failure::Forbidden(_))), "{failure:?}");
    let place = qun.done(&owner, AllocatePlace { offer, account: who(&admin) }).await;
    qun.done(&admin, release(place)).await;
    let reason = "left".parse().expect("a reason");
    qun.done(&owner, RemoveMember { account: who(&reader), reason }).await;
    let gone = qun.refused(&owner, AllocatePlace { offer, account: who(&reader) }).await;
    assert_eq!(gone, AllocatePlaceRefusal::NoSuchMember);
}

async fn what_has_closed_takes_nobody(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let archived = offer(qun, &owner, 2).await;
    let first = qun.done(&owner, AllocatePlace { offer: archived, account: who(&reader) }).await;
    qun.done(&owner, ArchiveTrainingOffer { offer: archived }).await;
    qun.done(&owner, ArchiveTrainingOffer { offer: archived }).await;
    let refusal = qun.refused(&owner, AllocatePlace { offer: archived, account: who(&admin) }).await;
    assert_eq!(refusal, AllocatePlaceRefusal::Archived);
    assert_eq!(places(qun, &owner, who(&reader)).await[0].id, first, "who has a place keeps it");
    let read = qun.read(&owner);
    // Listed after it: a later one.
    qun.clock.set(qun.clock.now().plus_millis(1));
    let running = offer(qun, &owner, 2).await;
    let ids = async |all| -> Vec<OfferId> {
        let page = offers_page(&read, all, None, 10).await.expect("a page");
        page.into_iter().map(|offer| offer.id).collect()
    };
    assert_eq!((ids(false).await, ids(true).await), (vec![running], vec![archived, running]));
    // The last minute of the day in Shanghai, and the first of the next.
    let operator = qun.operator("acme").await;
    qun.clock.set(at("2026-08-01 23:59"));
    qun.done(&operator, AllocatePlace { offer: running, account: who(&reader) }).await;
    qun.clock.set(at("2026-08-02 00:00"));
    let refusal = qun.refused(&operator, AllocatePlace { offer: running, account: who(&admin) }).await;
    assert_eq!(refusal, AllocatePlaceRefusal::Closed);
}

async fn what_is_foreign_is_not_found(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let theirs = offer(qun, &stranger, 2).await;
    let refusal = qun.refused(&owner, AllocatePlace { offer: theirs, account: who(&reader) }).await;
    assert_eq!(refusal, AllocatePlaceRefusal::NoSuchOffer);
    let refusal = qun.refused(&owner, ArchiveTrainingOffer { offer: theirs }).await;
    assert_eq!(refusal, ArchiveTrainingOfferRefusal::NoSuchOffer);
    let ours = offer(qun, &owner, 2).await;
    let refusal = qun.refused(&owner, AllocatePlace { offer: ours, account: who(&stranger) }).await;
    assert_eq!(refusal, AllocatePlaceRefusal::NoSuchMember);
    let place = qun.done(&owner, AllocatePlace { offer: ours, account: who(&reader) }).await;
    assert_eq!(qun.refused(&stranger, release(place)).await, ReleasePlaceRefusal::NoSuchPlace);
}

async fn pages_of_many_cost_one_statement(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let (one, other) = (offer(qun, &owner, 3).await, offer(qun, &owner, 3).await);
    for account in [who(&admin), who(&reader)] {
        qun.clock.set(qun.clock.now().plus_millis(1));
        qun.done(&owner, AllocatePlace { offer: one, account }).await;
    }
    let page = |of, after| PlacePage { of, after, limit: 1 };
    let read = qun.read(&owner);
    let before = qun.db.statements();
    let pages = [
        page(PlacesOf::Offer(one), None),
        page(PlacesOf::Offer(other), None),
        page(PlacesOf::Member(who(&admin)), None),
    ];
    let found = place_pages(&read, &pages).await.expect("pages");
    assert_eq!(qun.db.statements() - before, 1);
    let whose = |page: &[Place]| page.iter().map(|place| place.account).collect::<Vec<_>>();
    assert_eq!((whose(&found[0]), whose(&found[1])), (vec![who(&reader)], vec![]));
    assert_eq!(whose(&found[2]), [who(&admin)]);
    let rest = place_pages(&read, &[page(PlacesOf::Offer(one), Some(found[0][0].id))]).await.expect("a page");
    assert_eq!(whose(&rest[0]), [who(&admin)]);
    let before = qun.db.statements();
    assert_eq!(places_taken(&read, &[one, other]).await.expect("sums").get(&one), Some(&2));
    assert_eq!(qun.db.statements() - before, 1);
}
