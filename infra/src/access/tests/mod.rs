mod accounts;
mod api_keys;
mod audit;
mod keys;
mod letters;
mod log_in;
mod organizations;
mod second_factor;
mod sessions;
mod store;
mod tokens;
mod update_account;

use qun_domain::access::{Account, Actor, Position, Rank, Role};
use qun_domain::scope::Scope;
use qun_domain::tenancy::{Organization, Slug};
use qun_domain::time::Timestamp;

use super::{Access, AccessSettings, Caller, NewAccount, NewOrganization, create_organization, operator};
use crate::clock::Clock;
use crate::db::{Db, OrgScope};
use crate::ids::Ids;
use store::on_both;

const PASSWORD: &str = "correct horse 电池";

fn at_start() -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000).expect("a time")
}

fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

fn demo(short: &str) -> NewOrganization {
    NewOrganization {
        slug: slug(short),
        name: " 城市花园 ".to_owned(),
        zone: chrono_tz::Asia::Shanghai,
        owner_email: "Owner@Example.org ".to_owned(),
        owner_password: PASSWORD.to_owned(),
        owner_name: "王芳".to_owned(),
    }
}

const OWNER: Position = Position::owner(Scope::Organization);
const ADMIN: Position = Position::ranked(Role::Administrator, Rank::OwnerCandidate, Scope::Organization);
const READER: Position = Position::ranked(Role::Analyst, Rank::Intern, Scope::Organization);

fn account(email: &str, position: Position) -> NewAccount {
    NewAccount { email: email.to_owned(), name: "Ann".to_owned(), password: PASSWORD.to_owned(), position }
}

/// What an actor is.
fn positions(actor: &Actor) -> Vec<Position> {
    match actor {
        Actor::Account { standing, .. } => {
            standing.assignments().iter().map(|assignment| assignment.position).collect()
        }
        Actor::ApiKey { .. } | Actor::Operator | Actor::Job => Vec::new(),
    }
}

/// An installation with its clock held still.
struct Stage {
    db: Db,
    clock: Clock,
    ids: Ids,
    access: Access,
}

impl Stage {
    async fn new(db: Db) -> Self {
        let clock = Clock::fixed(at_start());
        let ids = Ids::seeded(clock.clone(), 1);
        let access = Access::open(&db, &clock, &ids, AccessSettings::default()).await.expect("access");
        Self { db, clock, ids, access }
    }

    /// Another process over the same database, with random numbers of its own.
    async fn other_process(&self, seed: u64) -> Access {
        let ids = Ids::seeded(self.clock.clone(), seed);
        Access::open(&self.db, &self.clock, &ids, AccessSettings::default()).await.expect("access")
    }

    async fn organization(&self, short: &str) -> Organization {
        create_organization(&self.db, &self.clock, &self.ids, demo(short)).await.expect("an organization")
    }

    async fn operator(&self, short: &str) -> OrgScope {
        operator(&self.db, &slug(short)).await.expect("an answer").expect("an organization").1
    }

    async fn account(&self, short: &str, email: &str, position: Position) -> Account {
        let scope = self.operator(short).await;
        self.access.add_account(&scope, account(email, position)).await.expect("an account")
    }

    fn advance(&self, millis: i64) {
        self.clock.set(self.clock.now().plus_millis(millis));
    }
}
