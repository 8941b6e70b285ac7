//! A database of its own for each test, with one organization and its people.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use async_graphql::{Request, Variables};
use qun_domain::access::{Position, Rank, Role};
use qun_domain::locale::Locale;
use qun_domain::scope::Scope;
use qun_domain::tenancy::Slug;
use qun_domain::time::Timestamp;
use qun_infra::access::{
    Access, AccessSettings, Caller, NewAccount, NewOrganization, create_organization, operator,
};
use qun_infra::clock::Clock;
use qun_infra::db::{Db, OrgScope, Writer};
use qun_infra::ids::Ids;
use qun_infra::streams::Streams;
use serde_json::{Value, json};

use crate::app::App;
use crate::graphql::Executor;

pub(super) const PASSWORD: &str = "correct horse 电池";
const DAY: i64 = Timestamp::DAY;

pub(super) struct Stage {
    pub(super) app: App,
    pub(super) executor: Executor,
    /// The owner of the organization `garden`.
    pub(super) owner: OrgScope,
    dir: PathBuf,
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left of a directory in /tmp fails no test.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Stage {
    /// Monday of 2026-W10 in Shanghai, noon: W09 has ended.
    pub(super) async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("qun-graphql-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a directory");
        let url = format!("sqlite://{}", dir.join("qun.db").display());
        let now = chrono::DateTime::parse_from_rfc3339("2026-03-02T12:00:00+08:00").expect("a time");
        let clock = Clock::fixed(now.into());
        let ids = Ids::seeded(clock.clone(), 7);
        let db = Db::open(&url, 4).await.expect("a database");
        let access = Access::open(&db, &clock, &ids, AccessSettings::default()).await.expect("keys");
        let writer = Writer::new(db.clone(), clock.clone(), ids.clone());
        let streams = Streams::new(db.clone(), clock.clone());
        let app = App { db, writer, access, clock, ids, streams };
        let owner = found(&app, "garden").await;
        Self { executor: Executor::new(app.clone(), true, None), owner, app, dir }
    }

    /// The owner of another organization.
    pub(super) async fn stranger(&self) -> OrgScope {
        found(&self.app, "elsewhere").await
    }

    /// An account of `garden` that may only read.
    pub(super) async fn reader(&self) -> OrgScope {
        let new = NewAccount {
            email: "reader@example.org".to_owned(),
            password: PASSWORD.to_owned(),
            name: "Reader".to_owned(),
            position: Position::ranked(Role::Facilitator, Rank::Intern, Scope::Organization),
        };
        let garden = operator(&self.app.db, &slug("garden")).await.expect("no fault").expect("garden");
        self.app.access.add_account(&garden.1, new).await.expect("an account");
        enter(&self.app, "reader@example.org", "garden").await
    }

    /// The whole answer to `query`, asked by `scope`.
    pub(super) async fn answer(&self, scope: Option<&OrgScope>, query: &str, variables: Value) -> Value {
        self.answer_in(Locale::En, scope, query, variables).await
    }

    pub(super) async fn answer_in(
        &self,
        locale: Locale,
        scope: Option<&OrgScope>,
        query: &str,
        variables: Value,
    ) -> Value {
        let mut request = Request::new(query).variables(Variables::from_json(variables)).data(locale);
        if let Some(scope) = scope {
            request = request.data(scope.clone());
        }
        serde_json::to_value(self.executor.execute(request).await).expect("JSON")
    }

    /// The data that the owner gets for `query`; there must be no error.
    pub(super) async fn ask(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.answer(Some(&self.owner), query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].take()
    }

    /// Creates a group; its id.
    pub(super) async fn group(&self, name: &str) -> Value {
        let create = "mutation($input: CreateGroupInput!) {
            createGroup(input: $input) { group { id } userErrors { code } } }";
        let input = json!({ "name": name, "platform": "TELEGRAM", "timeZone": "Asia/Shanghai" });
        let made = self.ask(create, json!({ "input": input })).await;
        made["createGroup"]["group"]["id"].clone()
    }

    /// Creates a community; its id.
    pub(super) async fn community(&self, name: &str) -> Value {
        let create = "mutation($input: CreateCommunityInput!) {
            createCommunity(input: $input) { community { id } userErrors { code } } }";
        let input = json!({ "name": name, "timeZone": "Asia/Shanghai" });
        let made = self.ask(create, json!({ "input": input })).await;
        made["createCommunity"]["community"]["id"].clone()
    }

    /// Records interactions; what came of them.
    pub(super) async fn record(&self, group: &str, rows: &[Value]) -> Value {
        let record = "mutation($input: RecordInteractionsInput!) { recordInteractions(input: $input) {
            accepted duplicates rejected errors { index id code key message } userErrors { code field } } }";
        let mut answer = json!(null);
        for rows in rows.chunks(1_000) {
            let input = json!({ "group": group, "interactions": rows });
            answer = self.ask(record, json!({ "input": input })).await["recordInteractions"].take();
        }
        answer
    }

    /// Evaluates all weeks; the evaluations.
    pub(super) async fn evaluate(&self, scope: &Value) -> Value {
        let evaluate = "mutation($scope: ID!) { evaluateTiers(input: {scope: $scope}) {
            evaluations { id week revision members } userErrors { code } } }";
        self.ask(evaluate, json!({ "scope": scope })).await["evaluateTiers"]["evaluations"].take()
    }

    /// A group `Garden` in which `ann` talks all day, `bob` now and then, `cid` once, `eve`
    /// is new, `sam` is staff, `zoe` left and `u00`… said one thing each; evaluated.
    pub(super) async fn garden(&self, others: usize) -> Value {
        let group = self.group("Garden").await;
        let mut rows = Vec::new();
        for user in ["ann", "bob", "cid", "sam", "zoe"] {
            rows.push(row("join", user, -60 * DAY, json!({})));
        }
        rows.push(row("join", "eve", -5 * DAY, json!({ "invitedBy": "ann" })));
        rows.push(row("ROLE", "sam", -60 * DAY + 1, json!({ "role": "STAFF" })));
        rows.push(row("LEAVE", "zoe", -40 * DAY, json!({})));
        for day in 1..=28 {
            for hour in 0..8 {
                rows.push(message("ann", -day * DAY + hour * DAY / 24));
            }
            if day % 3 == 0 {
                rows.push(message("bob", -day * DAY));
            }
        }
        rows.push(message("cid", -3 * DAY));
        rows.push(message("eve", -2 * DAY));
        rows.push(message("sam", -2 * DAY));
        for other in 0..others {
            rows.push(message(&format!("u{other:02}"), -30 * DAY));
        }
        let recorded = self.record("Garden", &rows).await;
        assert_eq!(recorded["rejected"], 0, "{recorded:#}");
        self.evaluate(&group).await;
        group
    }
}

async fn found(app: &App, short: &str) -> OrgScope {
    let owner = format!("owner@{short}.example");
    let new = NewOrganization {
        slug: slug(short),
        name: short.to_owned(),
        zone: chrono_tz::Asia::Shanghai,
        owner_email: owner.clone(),
        owner_password: PASSWORD.to_owned(),
        owner_name: "王芳".to_owned(),
    };
    create_organization(&app.db, &app.clock, &app.ids, new).await.expect("an organization");
    enter(app, &owner, short).await
}

async fn enter(app: &App, email: &str, short: &str) -> OrgScope {
    let logged_in =
        app.access.log_in(email, PASSWORD, Some(&slug(short)), &Caller::default()).await.expect("a log-in");
    app.access.authenticate(&logged_in.access_token).await.expect("a scope")
}

fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

/// A row of `user`, `ago` milliseconds from the clock's now.
pub(super) fn row(kind: &str, user: &str, ago: i64, more: Value) -> Value {
    let noon = chrono::DateTime::parse_from_rfc3339("2026-03-02T12:00:00+08:00").expect("a time");
    let ts = noon + chrono::TimeDelta::milliseconds(ago);
    let mut row = json!({
        "id": format!("{kind}-{user}-{ago}"),
        "kind": kind.to_uppercase(),
        "user": user,
        "name": user.to_uppercase(),
        "ts": ts.to_rfc3339(),
    });
    if let (Value::Object(row), Value::Object(more)) = (&mut row, more) {
        row.extend(more);
    }
    row
}

pub(super) fn message(user: &str, ago: i64) -> Value {
    row("MESSAGE", user, ago, json!({ "text": "大家早上好" }))
}
