use sea_orm::DbErr;

use super::{Finding, books, clock, or_broken, schema, walls};
use crate::clock::Clock;
use crate::db::{Plain, has_table};

/// The first version that Qun works on, as `server_version_num` has it.
const OLDEST: i32 = 150_000;

pub(super) async fn examine(url: &str, now: &Clock) -> Vec<Finding> {
    let mut login = match Plain::reading(url, None).await {
        Ok(login) => login,
        Err(error) => {
            let said = format!("the database does not answer: {error}");
            return vec![Finding::problem(
                "database",
                said,
                "Look at database_url, the server and the network.",
            )];
        }
    };
    let mut found = or_broken("database", server(&mut login).await);
    found.extend(or_broken("clock", time(&mut login, now).await));
    found.extend(or_broken("connections", connections(&mut login).await));
    let (roles, is_usable) = match walls::roles(&mut login).await {
        Ok(told) => told,
        Err(error) => (or_broken("roles", Err(error)), false),
    };
    found.extend(roles);
    if !is_usable {
        return found;
    }
    found.extend(arrival(url).await);
    match has_table(&mut login, "organization").await {
        Ok(true) => found.extend(or_broken("row-level security", walls::tables(&mut login).await)),
        Ok(false) => {}
        Err(error) => found.extend(or_broken("row-level security", Err(error))),
    }
    match Plain::reading(url, Some("qun_owner")).await {
        Ok(mut owner) => found.extend(behind_the_door(url, &mut owner, now).await),
        Err(error) => found.extend(or_broken("migrations", Err(error))),
    }
    found
}

/// Schema as the owner sees it, books as the system door does: no other role may.
async fn behind_the_door(url: &str, owner: &mut Plain, now: &Clock) -> Vec<Finding> {
    let (mut found, is_current) = schema::examine(owner).await;
    if is_current {
        match Plain::reading(url, Some("qun_system")).await {
            Ok(mut system) => found.extend(books::examine(&mut system, now).await),
            Err(error) => found.extend(or_broken("books", Err(error))),
        }
    }
    found
}

async fn server(login: &mut Plain) -> Result<Vec<Finding>, DbErr> {
    let row = login
        .row("SELECT current_setting('server_version_num')::integer, current_setting('server_version')")
        .await?;
    let (number, version): (i32, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let said = format!("PostgreSQL {version}");
    Ok(vec![if number < OLDEST {
        Finding::problem("database", said, format_args!("Qun needs PostgreSQL {} or later.", OLDEST / 10_000))
    } else {
        Finding::ok("database", said)
    }])
}

async fn time(login: &mut Plain, now: &Clock) -> Result<Vec<Finding>, DbErr> {
    let before = now.now();
    let row = login.row("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").await?;
    Ok(vec![clock::compare("clock", "the database", before, row.try_get_by_index(0)?, now.now())])
}

/// How much of the server's connections is left.
async fn connections(login: &mut Plain) -> Result<Vec<Finding>, DbErr> {
    // Of pg_stat_activity a log-in sees no more than its own.
    let sql =
        "SELECT current_setting('max_connections')::bigint, SUM(numbackends)::bigint FROM pg_stat_database";
    let row = login.row(sql).await?;
    let (most, used): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let said = format!("{used} of {most} in use");
    Ok(vec![if used * 10 > most * 9 {
        Finding::warning(
            "connections",
            said,
            "Raise max_connections, or lower database_connections of the servers.",
        )
    } else {
        Finding::ok("connections", said)
    }])
}

/// Whether a connection gets the role that it asks for: a pooler in between may drop that.
async fn arrival(url: &str) -> Vec<Finding> {
    const CHECK: &str = "role of connections";
    let current = async {
        let mut app = Plain::reading(url, Some("qun_app")).await?;
        app.row("SELECT current_user::text").await?.try_get_by_index::<String>(0)
    };
    vec![match current.await {
        Ok(role) if role == "qun_app" => Finding::ok(CHECK, "qun_app, as asked for"),
        Ok(role) => Finding::problem(
            CHECK,
            format_args!("a connection that asks for qun_app is {role}"),
            "Something between drops the option `role`, as poolers do: let it pass, or connect directly.",
        ),
        Err(error) => Finding::problem(
            CHECK,
            format_args!("nobody can be qun_app: {error}"),
            "GRANT the roles to the log-in: docs/operations.md, \"Postgres\".",
        ),
    }]
}
