use futures_util::future::join_all;
use qun_domain::access::{FactorProof, RequireSecondFactor, SessionEnd};

use super::super::store::on_both;
use super::*;
use crate::access::accounts;
use crate::access::everywhere::By;
use crate::access::log_in::Proof;
use crate::access::second_factor::Factor;
use crate::access::sessions::{self, Ending, Which};
use crate::db::{SystemTx, Writer, column};

on_both!(
    one_code_lets_one_in_on_two_servers,
    one_secret_is_confirmed_once,
    what_changed_meanwhile_begins_nothing,
    who_logs_in_while_it_is_confirmed_has_proven_it,
    who_logs_in_while_it_is_required_has_proven_it,
    who_ends_it_while_it_is_required_is_out,
);

const OWNER: &str = "owner@example.org";
const ANN: &str = "ann@example.org";

async fn demo_stage(db: Db) -> Stage {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    stage
}

async fn one_code_lets_one_in_on_two_servers(db: Db) {
    let stage = demo_stage(db).await;
    let SetUp { app, recovery_codes, .. } = stage.set_up(OWNER).await;
    let servers = [stage.other_process(2).await, stage.other_process(3).await];
    for code in [&app.shows(&stage, 1), &recovery_codes[0]] {
        let given =
            Credentials { email: OWNER, password: PASSWORD, code: Some(code), ..Credentials::default() };
        let caller = Caller::default();
        let at_once = (0..8).map(|n| servers[n % 2].log_in_with(given, &caller));
        let outcomes = join_all(at_once).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| is_bad(outcome)).count(), 7, "{outcomes:?}");
        // Those who were too late have drawn on the tries.
        stage.advance(900 * 1_000);
    }
}

async fn one_secret_is_confirmed_once(db: Db) {
    let stage = demo_stage(db).await;
    let (_, scope) = stage.entered(OWNER, None).await;
    let app = stage.begun(&scope).await;
    let servers = [stage.other_process(2).await, stage.other_process(3).await];
    let code = app.shows(&stage, 0);
    let outcomes = join_all((0..4).map(|n| servers[n % 2].confirm_second_factor(&scope, &code))).await;
    let confirmed: Vec<_> = outcomes.iter().flatten().collect();
    let [codes] = &confirmed[..] else { panic!("{outcomes:?}") };
    stage.entered(OWNER, Some(&codes[0])).await;
}

/// A second factor that is there, is gone or is another one when the session has begun.
async fn what_changed_meanwhile_begins_nothing(db: Db) {
    let stage = demo_stage(db).await;
    let SetUp { recovery_codes, .. } = stage.set_up(OWNER).await;
    let since = stage.clock.now();
    let other = Factor { since: since.plus_millis(-1), by: FactorProof::Code };
    let mine = Factor { since, ..other };
    for (code, factor, stands) in [(0, None, false), (1, Some(other), false), (2, Some(mine), true)] {
        let (login, scope) = stage.entered(OWNER, Some(&recovery_codes[code])).await;
        let proof = Proof::Session(scope.org(), login.session);
        let outcome = stage.access.stands(login.clone(), proof, factor, None).await;
        assert_eq!(outcome.is_ok(), stands, "{outcome:?}");
        assert_eq!(stage.is_open(&login).await, stands);
    }
    stage.access.end_second_factor_of(OWNER).await.expect("an end");
    let (login, scope) = stage.entered(OWNER, None).await;
    let proof = Proof::Session(scope.org(), login.session);
    stage.access.stands(login, proof, Some(mine), None).await.expect_err("it is gone");
}

/// How many sessions are open that have proven nothing.
async fn unproven(stage: &Stage) -> i64 {
    let door = SystemTx::begin(&stage.db).await.expect("a door");
    let sql = "SELECT COUNT(*) FROM session WHERE ended_at IS NULL AND NOT second_factor";
    let count = column(&door.rows(sql, vec![]).await.expect("a count")[0], 0).expect("a count");
    door.commit().await.expect("a closed door");
    count
}

/// Ann, whose password was just found right, and who has no second factor, going on to `demo`.
struct Entering {
    account: Account,
    hash: String,
    organization: Organization,
}

impl Entering {
    async fn ann(stage: &Stage, organization: Organization) -> Self {
        let email = stage.account("demo", ANN, READER).await.email.parse().expect("an address");
        let (account, hash) = accounts::find(&stage.db, &email).await.expect("an answer").expect("ann");
        Self { account, hash, organization }
    }

    async fn goes_in(&self, server: &Access) -> Result<LoggedIn, LogInProblem> {
        let proof = Proof::Password(self.hash.clone());
        let (account, organization) = (self.account.clone(), self.organization.clone());
        server.let_in(account, organization, proof, None, &Caller::default()).await
    }
}

async fn who_logs_in_while_it_is_confirmed_has_proven_it(db: Db) {
    let stage = Stage::new(db).await;
    let demo = stage.organization("demo").await;
    let ann = Entering::ann(&stage, demo).await;
    let server = stage.other_process(2).await;
    for _ in 0..5 {
        let (_, scope) = stage.entered(ANN, None).await;
        let app = stage.begun(&scope).await;
        let code = app.shows(&stage, 0);
        let log_ins = join_all((0..6).map(|_| ann.goes_in(&server)));
        let (_, confirmed) = tokio::join!(log_ins, stage.access.confirm_second_factor(&scope, &code));
        confirmed.expect("recovery codes");
        assert_eq!(unproven(&stage).await, 0);
        let late = ann.goes_in(&server).await;
        assert!(matches!(late, Err(LogInProblem::BadCredentials)), "{late:?}");
        assert_eq!(unproven(&stage).await, 0);
        stage.access.end_second_factor_of(ANN).await.expect("an end");
    }
}

async fn who_logs_in_while_it_is_required_has_proven_it(db: Db) {
    let stage = Stage::new(db).await;
    let demo = stage.organization("demo").await;
    let ann = Entering::ann(&stage, demo).await;
    let SetUp { scope, .. } = stage.set_up(OWNER).await;
    let writer = Writer::new(stage.db.clone(), stage.clock.clone(), stage.ids.clone());
    let server = stage.other_process(2).await;
    for _ in 0..10 {
        let command = RequireSecondFactor { required: true, session: scope.session() };
        let log_ins = join_all((0..6).map(|_| ann.goes_in(&server)));
        let (_, settled) = tokio::join!(log_ins, writer.execute(&scope, command));
        settled.expect("a rule");
        assert_eq!(unproven(&stage).await, 0);
        let late = ann.goes_in(&server).await;
        assert!(matches!(late, Err(LogInProblem::SecondFactorMissing(None))), "{late:?}");
        let command = RequireSecondFactor { required: false, session: None };
        writer.execute(&scope, command).await.expect("no rule");
    }
}

/// Ann's second factor ends while the organization begins to require one: what becomes of her
/// sessions, without the password that it takes.
async fn who_ends_it_while_it_is_required_is_out(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let ann = stage.account("demo", ANN, READER).await.id;
    let SetUp { scope, .. } = stage.set_up(OWNER).await;
    let writer = Writer::new(stage.db.clone(), stage.clock.clone(), stage.ids.clone());
    let ends = async || {
        let door = SystemTx::begin(&stage.db).await.expect("a door");
        sessions::without_second_factor(&door, ann).await.expect("an open door");
        let (which, why, by) = (Which::WhereRequired, SessionEnd::SecondFactorChanged, By::Itself(None));
        stage.access.end_sessions(door, Ending { account: ann, which, why, by }).await.expect("an end");
    };
    for _ in 0..10 {
        let (login, _) = stage.entered(ANN, None).await;
        let door = SystemTx::begin(&stage.db).await.expect("a door");
        sessions::prove_second_factor(&door, scope.org(), login.session).await.expect("a session");
        door.commit().await.expect("a closed door");
        let command = RequireSecondFactor { required: true, session: scope.session() };
        let (settled, ()) = tokio::join!(writer.execute(&scope, command), ends());
        settled.expect("a rule");
        assert_eq!(unproven(&stage).await, 0);
        let command = RequireSecondFactor { required: false, session: None };
        writer.execute(&scope, command).await.expect("no rule");
    }
}
