//! An installation of Qun, and what tests ask of it.

use std::fmt::Debug;

use qun_api::app::App;
use qun_api::graphql::Executor;
use qun_domain::activity::{Row, UnknownGroups};
use qun_domain::command::{Command, Failure};
use qun_domain::groups::{Community, CreateCommunity, CreateGroup, Group, NewGroup, Platform, Scope};
use qun_domain::id::CommunityId;
use qun_domain::policy::{PolicyPatch, PublishPolicy};
use qun_domain::time::Timestamp;
use qun_infra::access::{Access, AccessSettings};
use qun_infra::activity::{Ingest, IngestSettings, Totals};
use qun_infra::clock::Clock;
use qun_infra::db::{Db, OrgRead, OrgScope, OrgTx, Writer};
use qun_infra::groups::community_named;
use qun_infra::ids::Ids;
use qun_infra::streams::Streams;
use qun_infra::tiering::{WeekRun, evaluate_weeks};

use super::{Backend, Raw, SHANGHAI, Store, at, books};

/// An installation whose clock stands still and whose ids are the same on every run.
pub(crate) struct TestQun {
    pub(crate) backend: Backend,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) access: Access,
    pub(crate) writer: Writer,
    store: Store,
}

impl TestQun {
    /// What answers GraphQL here.
    pub(crate) fn executor(&self) -> Executor {
        let Self { db, clock, ids, access, writer, .. } = self;
        let app = App {
            db: db.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            access: access.clone(),
            writer: writer.clone(),
            streams: Streams::new(db.clone(), clock.clone()),
        };
        Executor::new(app, true, None)
    }

    /// A fresh one, on the Wednesday after the last row of the shared population; none
    /// where the back end is not there to be tested.
    pub(crate) async fn new(backend: Backend) -> Option<Self> {
        Self::at(backend, at("2026-07-15 10:00")).await
    }

    /// A fresh one at another time.
    pub(crate) async fn at(backend: Backend, now: Timestamp) -> Option<Self> {
        let store = Store::migrated(backend).await?;
        let db = Db::open_migrated(&store.url, 4).await.expect("an open database");
        let clock = Clock::fixed(now);
        let ids = Ids::seeded(clock.clone(), 1);
        let access = Access::open(&db, &clock, &ids, AccessSettings::default()).await.expect("access");
        let writer = Writer::new(db.clone(), clock.clone(), ids.clone());
        Some(Self { backend, db, clock, ids, access, writer, store })
    }

    /// Checks the books and takes the database away.
    pub(crate) async fn close(self) {
        books::balance(&self.system().await).await;
        self.store.remove().await;
    }

    /// The access of another process over the same database.
    pub(crate) async fn other_process(&self) -> Access {
        let db = Db::open_migrated(&self.store.url, 2).await.expect("an open database");
        let ids = Ids::seeded(self.clock.clone(), 2);
        Access::open(&db, &self.clock, &ids, AccessSettings::default()).await.expect("access")
    }

    /// The database without any wall, through a connection beside the pools.
    pub(crate) async fn system(&self) -> Raw {
        Raw::open(self.backend, &self.store.url, "qun_system").await
    }

    /// A connection that bypasses the wall of types, and no other.
    pub(crate) async fn app(&self) -> Raw {
        Raw::open(self.backend, &self.store.url, "qun_app").await
    }

    /// A connection with all that the log-in of the server may.
    pub(crate) async fn login(&self) -> Raw {
        Raw::open(self.backend, &self.store.url, "none").await
    }

    /// A connection of who owns the tables and lets all of them be changed, the append-only ones
    /// too. Keys hold.
    pub(crate) async fn unlocked(&self) -> Raw {
        let raw = self.login().await;
        if self.backend == Backend::Sqlite {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
            for trigger in raw.texts(sql, vec![]).await {
                raw.script(&format!("DROP TRIGGER {trigger}")).await;
            }
        }
        raw
    }

    pub(crate) fn url(&self) -> &str {
        &self.store.url
    }

    pub(crate) fn advance_to(&self, at: Timestamp) {
        assert!(at >= self.clock.now(), "time goes forward");
        self.clock.set(at);
    }

    pub(crate) fn read(&self, scope: &OrgScope) -> OrgRead {
        OrgRead::open(&self.db, scope).expect("an actor who may read")
    }

    /// Runs a command that succeeds.
    pub(crate) async fn done<C>(&self, scope: &OrgScope, command: C) -> C::Out
    where
        C: Command<OrgTx>,
        C::Refusal: Debug,
    {
        match self.writer.execute(scope, command).await {
            Ok(out) => out,
            Err(Failure::Fault(fault)) => panic!("{}: {}", C::NAME, fault.chain()),
            Err(failure) => panic!("{}: {failure:?}", C::NAME),
        }
    }

    /// Runs a command that is refused.
    pub(crate) async fn refused<C>(&self, scope: &OrgScope, command: C) -> C::Refusal
    where
        C: Command<OrgTx>,
        C::Refusal: Debug,
    {
        match self.writer.execute(scope, command).await {
            Ok(_) => panic!("{} was not refused", C::NAME),
            Err(Failure::Refused(refusal)) => refusal,
            Err(Failure::Fault(fault)) => panic!("{}: {}", C::NAME, fault.chain()),
            Err(failure) => panic!("{}: {failure:?}", C::NAME),
        }
    }

    pub(crate) async fn community(&self, scope: &OrgScope, name: &str) -> Community {
        if let Some(known) = community_named(&self.read(scope), name).await.expect("an answer") {
            return known;
        }
        let name = name.parse().expect("a name");
        self.done(scope, CreateCommunity { name, zone: SHANGHAI }).await
    }

    pub(crate) async fn group(&self, scope: &OrgScope, name: &str, community: Option<CommunityId>) -> Group {
        let group = NewGroup {
            name: name.parse().expect("a name"),
            community,
            platform: Platform::Other,
            kind: None,
            zone: SHANGHAI,
        };
        self.done(scope, CreateGroup(group)).await
    }

    pub(crate) async fn publish(&self, scope: &OrgScope, of: Scope, patch: &str) -> u32 {
        let patch = PolicyPatch::parse(patch).expect("a patch");
        self.done(scope, PublishPolicy { scope: of, patch, note: None }).await.version
    }

    /// Records rows in a group that is there.
    pub(crate) async fn record(
        &self,
        scope: &OrgScope,
        group: &str,
        rows: impl IntoIterator<Item = Row>,
    ) -> Totals {
        let settings = IngestSettings {
            group: Some(group.parse().expect("a name")),
            source: None,
            unknown_groups: UnknownGroups::Refuse,
        };
        let mut ingest = Ingest::new(&self.writer, scope, settings);
        for (position, row) in (1..).zip(rows) {
            ingest.push(position, Ok(row)).await.expect("a row taken");
        }
        ingest.finish().await.expect("rows taken")
    }

    /// Records rows that all go in.
    pub(crate) async fn recorded(&self, scope: &OrgScope, group: &str, rows: Vec<Row>) {
        let sent = rows.len() as u64;
        let totals = self.record(scope, group, rows).await;
        assert_eq!(totals.accepted, sent, "{:?}", totals.errors);
    }

    /// Evaluates every week that has ended, in order.
    pub(crate) async fn evaluate(&self, scope: &OrgScope, of: Scope) -> Vec<WeekRun> {
        evaluate_weeks(&self.writer, scope, of, None, None, |_| ()).await.expect("evaluated weeks")
    }
}
