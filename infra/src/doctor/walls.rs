//! The third wall between tenants: roles that cannot bypass it, and row-level security on
//! every table.

use sea_orm::{DbErr, QueryResult};

use super::Finding;
use crate::db::Plain;

const ROLES: &str = "roles";
const TABLES: &str = "row-level security";
const NAMES: [&str; 3] = ["qun_owner", "qun_app", "qun_system"];

/// What a policy of `qun_app` must say, as Postgres writes it.
const OWN: &str = "(org_id = (NULLIF(current_setting('qun.org_id'::text, true), ''::text))::uuid)";

/// The three roles as the log-in finds them, and whether they can be taken on.
pub(super) async fn roles(login: &mut Plain) -> Result<(Vec<Finding>, bool), DbErr> {
    let row = login
        .row(
            "SELECT current_user::text, rolsuper, rolcreaterole, current_setting('server_version_num')::integer
             FROM pg_roles WHERE rolname = current_user",
        )
        .await?;
    let name: String = row.try_get_by_index(0)?;
    let (is_super, creates): (bool, bool) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    // Since 16 a role may be administered without being taken on.
    let membership = if row.try_get_by_index::<i32>(3)? >= 160_000 { "SET" } else { "MEMBER" };
    let sql = format!(
        "SELECT r.rolname::text, r.rolsuper, r.rolbypassrls, r.rolcanlogin,
                pg_has_role(current_user, r.oid, '{membership}'),
                EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')
                        AND c.relnamespace = current_schema()::regnamespace),
                (SELECT string_agg(p.rolname::text, ', ' ORDER BY p.rolname)
                 FROM pg_auth_members m JOIN pg_roles p ON p.oid = m.roleid WHERE m.member = r.oid)
         FROM pg_roles r WHERE r.rolname IN ('qun_owner', 'qun_app', 'qun_system') ORDER BY r.rolname"
    );
    let rows = login.rows(&sql).await?;
    let mut found = Vec::new();
    if is_super {
        found.push(Finding::warning(
            "log-in",
            format_args!("{name} is a superuser: whoever has its password has the whole server"),
            "Use a log-in that is none: docs/operations.md, \"Postgres\", has the statements.",
        ));
    }
    let present: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let absent: Vec<&str> =
        NAMES.into_iter().filter(|name| !present.iter().any(|there| there == name)).collect();
    if !absent.is_empty() {
        found.push(missing(&absent.join(", "), is_super || creates));
    }
    let mut is_usable = absent.is_empty();
    let mut wrong = Vec::new();
    for row in &rows {
        let role = Role::of(row)?;
        is_usable &= role.is_lent;
        wrong.extend(role.judge(&name));
    }
    if wrong.is_empty() && absent.is_empty() {
        wrong.push(Finding::ok(ROLES, "three, none of which could bypass row-level security"));
    }
    found.extend(wrong);
    Ok((found, is_usable))
}

fn missing(absent: &str, creates: bool) -> Finding {
    if creates {
        Finding::ok(ROLES, format_args!("{absent} not there yet; the first migration makes them"))
    } else {
        Finding::problem(
            ROLES,
            format_args!("{absent} not there, and the log-in may make none"),
            "As a superuser, run the statements of docs/operations.md, \"Postgres\".",
        )
    }
}

/// A role as the catalogue has it.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the catalogue")]
struct Role {
    name: String,
    is_super: bool,
    bypasses: bool,
    logs_in: bool,
    /// Whether the log-in can take it on.
    is_lent: bool,
    owns_tables: bool,
    may_become: Option<String>,
}

impl Role {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            name: row.try_get_by_index(0)?,
            is_super: row.try_get_by_index(1)?,
            bypasses: row.try_get_by_index(2)?,
            logs_in: row.try_get_by_index(3)?,
            is_lent: row.try_get_by_index(4)?,
            owns_tables: row.try_get_by_index(5)?,
            may_become: row.try_get_by_index(6)?,
        })
    }

    /// What is wrong with it.
    fn judge(&self, login: &str) -> Vec<Finding> {
        let Self { name, is_super, bypasses, logs_in, is_lent, owns_tables, may_become } = self;
        let serves = name != "qun_owner";
        let mut found = Vec::new();
        let mut wrong = |why: &str, mend: String| {
            found.push(Finding::problem(ROLES, format!("{name} {why}"), format!("As a superuser: {mend}")));
        };
        if *is_super {
            let mend = format!("ALTER ROLE {name} NOSUPERUSER;");
            wrong("is a superuser: row-level security does not hold it", mend);
        }
        if *bypasses {
            let mend = format!("ALTER ROLE {name} NOBYPASSRLS;");
            wrong("has BYPASSRLS: row-level security does not hold it", mend);
        }
        if serves && *owns_tables {
            let mend = format!("in this database, REASSIGN OWNED BY {name} TO qun_owner;");
            wrong("owns tables: it could switch their row-level security off", mend);
        }
        if let Some(other) = may_become.as_ref().filter(|_| serves) {
            wrong(&format!("may become {other}"), format!("REVOKE {other} FROM {name};"));
        }
        if !is_lent {
            wrong(&format!("cannot be taken on by {login}"), format!("GRANT {name} TO {login};"));
        }
        if *logs_in {
            let mend = format!("ALTER ROLE {name} NOLOGIN;");
            found.push(Finding::warning(ROLES, format!("{name} can log in, which nobody needs"), mend));
        }
        found
    }
}

/// Every table as row-level security and grants should have it.
pub(super) async fn tables(login: &mut Plain) -> Result<Vec<Finding>, DbErr> {
    let sql = "
        SELECT c.relname::text, pg_get_userbyid(c.relowner)::text,
               c.relrowsecurity AND c.relforcerowsecurity,
               EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id'
                       AND NOT a.attisdropped),
               has_table_privilege('qun_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE'),
               COALESCE((SELECT string_agg(concat_ws(' ', p.policyname, p.roles, p.qual, p.with_check), E'\\n')
                         FROM pg_policies p
                         WHERE p.schemaname = current_schema() AND p.tablename = c.relname), '')
        FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname";
    let mut wrong: Vec<Finding> = Vec::new();
    let mut tenants = 0;
    for row in login.rows(sql).await? {
        let (table, owner): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let (is_forced, is_tenant, is_open): (bool, bool, bool) =
            (row.try_get_by_index(2)?, row.try_get_by_index(3)?, row.try_get_by_index(4)?);
        let policies: String = row.try_get_by_index(5)?;
        tenants += i64::from(is_tenant);
        if owner != "qun_owner" {
            let mend = format!("ALTER TABLE {table} OWNER TO qun_owner;");
            wrong.push(Finding::problem(TABLES, format_args!("{table} belongs to {owner}"), mend));
        }
        if is_tenant && !is_forced {
            let mend = format!(
                "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            );
            let said = format!("{table} is not under row-level security: tenants are not kept apart in it");
            wrong.push(Finding::problem(TABLES, said, mend));
        }
        if is_tenant && !keeps_apart(&policies) {
            wrong.push(Finding::problem(
                TABLES,
                format_args!(
                    "the policies of {table} are not those of Qun: {}",
                    policies.replace('\n', "; ")
                ),
                "Drop the policy that is not Qun's, or restore from a back-up.",
            ));
        }
        if !is_tenant && is_open {
            let mend = format!("REVOKE ALL ON {table} FROM qun_app;");
            wrong.push(Finding::problem(
                TABLES,
                format_args!("qun_app may use {table}, which has no tenant"),
                mend,
            ));
        }
    }
    if wrong.is_empty() {
        wrong.push(Finding::ok(TABLES, format_args!("enabled and forced on {tenants} tables")));
    }
    Ok(wrong)
}

fn keeps_apart(policies: &str) -> bool {
    let mut lines: Vec<&str> = policies.lines().collect();
    lines.sort_unstable();
    lines == ["system_door {qun_system} true true", format!("tenant {{qun_app}} {OWN} {OWN}").as_str()]
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn role(name: &str) -> Role {
        Role {
            name: name.to_owned(),
            is_super: false,
            bypasses: false,
            logs_in: false,
            is_lent: true,
            owns_tables: name == "qun_owner",
            may_become: None,
        }
    }

    #[test]
    fn roles_as_they_should_be() {
        for name in NAMES {
            assert_eq!(role(name).judge("qun"), [], "{name}");
        }
    }

    #[test]
    fn whatever_could_bypass_is_a_problem() {
        let app = || role("qun_app");
        for (role, said, mend) in [
            (Role { is_super: true, ..app() }, "is a superuser", "ALTER ROLE qun_app NOSUPERUSER;"),
            (Role { bypasses: true, ..app() }, "has BYPASSRLS", "ALTER ROLE qun_app NOBYPASSRLS;"),
            (
                Role { bypasses: true, ..role("qun_system") },
                "has BYPASSRLS",
                "ALTER ROLE qun_system NOBYPASSRLS;",
            ),
            (Role { owns_tables: true, ..app() }, "owns tables", "REASSIGN OWNED BY qun_app TO qun_owner;"),
            (
                Role { may_become: Some("qun_system".to_owned()), ..app() },
                "may become qun_system",
                "REVOKE qun_system FROM qun_app;",
            ),
            (Role { is_lent: false, ..app() }, "cannot be taken on by qun", "GRANT qun_app TO qun;"),
        ] {
            let [found] = &role.judge("qun")[..] else { panic!("{said}") };
            assert_eq!(found.level, Level::Problem, "{said}");
            assert!(found.message.contains(said), "{}", found.message);
            assert!(found.advice.as_ref().is_some_and(|advice| advice.contains(mend)), "{found:?}");
        }
    }

    #[test]
    fn one_policy_more_is_one_too_many() {
        let ours = format!("tenant {{qun_app}} {OWN} {OWN}\nsystem_door {{qun_system}} true true");
        assert!(keeps_apart(&ours));
        assert!(!keeps_apart(&format!("{ours}\nmore {{qun_app}} true true")));
        assert!(!keeps_apart("system_door {qun_system} true true"));
    }
}
