//! Two servers on one database: what one commits, the other tells, with Redis and without it.

use super::client::Socket;
use super::{garden, join, joins};
use crate::harness::{Backend, Process, Served, redis};

/// What `one` commits is told by `other`, and the other way round, in one order.
async fn tell_each_other(served: &Served, other: &Process, token: &str) {
    let start = garden(served, token).await;
    let (mut here, mut there) =
        (Socket::entered(&served.process, token).await, Socket::entered(other, token).await);
    for socket in [&mut here, &mut there] {
        socket.subscribe("1", &joins(&start)).await;
    }
    for n in 0..6 {
        let process = if n % 2 == 0 { &served.process } else { other };
        join(process, token, &format!("u{n}")).await;
        let told = (here.joined().await, there.joined().await);
        assert_eq!(told.0, told.1);
        assert_eq!(told.0.1, format!("u{n}"));
    }
    // A client that lost one server goes on at the other.
    let (last, _) = {
        join(&served.process, token, "v").await;
        there.joined().await
    };
    drop(here);
    join(other, token, "w").await;
    let mut again = Socket::entered(&served.process, token).await;
    again.subscribe("1", &joins(&last)).await;
    assert_eq!(again.joined().await.1, "w");
}

async fn twins(backend: Backend) {
    let Some(served) = Served::new(backend).await else { return };
    let token = served.found("acme").await;
    let other = served.another().await;
    tell_each_other(&served, &other, &token).await;
    drop(other);
    served.close().await;
}

#[tokio::test]
async fn on_sqlite() {
    twins(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_postgres_with_redis() {
    if redis().is_none() {
        eprintln!("skipped: no Redis to be shared");
        return;
    }
    twins(Backend::Postgres).await;
}

#[tokio::test]
async fn on_postgres_without_redis() {
    let Some(mut served) = Served::new(Backend::Postgres).await else { return };
    served.restart_without_redis().await;
    let token = served.found("acme").await;
    let other = served.another().await;
    tell_each_other(&served, &other, &token).await;
    drop(other);
    served.close().await;
}
