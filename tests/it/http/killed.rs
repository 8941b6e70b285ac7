//! A server that is killed in the middle of a long body keeps what it has committed, and
//! the whole sent again makes it exact.

use tokio::join;

use super::chat::Chat;
use super::slow::slow_body;
use crate::harness::{Answer, Served, served_on_both, until};

served_on_both!(what_a_killed_server_was_told_is_told_again);

const GROUP: &str = "garden";
const ADDRESS: &str = "?group=garden";
const COUNT: &str = "SELECT COUNT(*) FROM interaction";

async fn what_a_killed_server_was_told_is_told_again(served: &mut Served) {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    let chat = Chat::of(2.2);
    let whole = chat.whole();

    killed_in_a_batch(served, &token, &whole).await;
    let kept = served.rows().await.unsigned_abs();
    assert!(0 < kept && kept < chat.rows(), "{kept} rows were kept");
    served.restart().await;
    killed_before_the_end(served, &token, &whole).await;
    served.restart().await;

    let request = served.process.sending(ADDRESS, whole).bearer_auth(&token);
    let answer = Answer::of(request).await;
    let report = answer.json();
    let count = |name: &str| report[name].as_u64().expect("a count");
    assert_eq!((answer.status, count("accepted") + count("duplicates")), (200, chat.rows()), "{report}");
    assert_eq!(count("rejected"), 0, "{report}");
    assert!(count("accepted") > 0 && count("duplicates") >= kept, "{report} with {kept} kept");
    is_exact(served, GROUP, &chat).await;
}

/// Sends rows, and kills the server as soon as it has committed some, with more in the making.
async fn killed_in_a_batch(served: &mut Served, token: &str, rows: &str) {
    let (pen, body) = slow_body();
    let request = served.process.sending(ADDRESS, body).bearer_auth(token);
    let raw = served.raw().await;
    let (answer, (), ()) = join!(Answer::or_broken(request), pen.write(rows), async {
        let grown = async || (raw.count(COUNT, vec![]).await > 0).then_some(());
        until(|| "a committed batch".to_owned(), grown).await;
        served.process.kill();
    });
    assert!(answer.is_err(), "a killed server answered: {answer:?}");
}

/// Sends rows, and kills the server when all of them are on the way and it waits for the end.
async fn killed_before_the_end(served: &mut Served, token: &str, rows: &str) {
    let (pen, body) = slow_body();
    let request = served.process.sending(ADDRESS, body).bearer_auth(token);
    let (answer, ()) = join!(Answer::or_broken(request), async {
        pen.write(rows).await;
        served.process.kill();
    });
    assert!(answer.is_err(), "a killed server answered: {answer:?}");
}

/// Nothing was lost, nothing counted twice, and the roll-ups agree with the rows.
pub(super) async fn is_exact(served: &Served, group: &str, chat: &Chat) {
    assert_eq!(served.rows().await.unsigned_abs(), chat.rows());
    assert_eq!(served.exported("acme", group).await, chat.days());
    let recomputed = served.printed(&["recompute", "--org", "acme"]).await;
    assert!(!recomputed.is_empty(), "no group was computed again");
    for group in recomputed.lines() {
        assert!(group.ends_with(" mended days 0 mended memberships 0"), "{group}");
    }
}
