use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use qun_domain::access::{Capability, KeyScope, Level, Role, Rule, rules};

/// Print the table of roles, ranks and capabilities as Markdown
///
/// Needs no database and no setting.
///
/// Example: qun roles > docs/roles.md
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {}

pub(super) fn run(_: Args) -> anyhow::Result<ExitCode> {
    std::io::stdout().write_all(page().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// `docs/roles.md`.
fn page() -> String {
    include_str!("roles.md").replace("{table}", &table()).replace("{keys}", &keys())
}

fn table() -> String {
    let head = "| capability | roles | does it | proposes it | jobs |\n|---|---|---|---|---|";
    rules().fold(head.to_owned(), |mut table, rule| {
        let jobs = if rule.capability.is_for_jobs() { "+" } else { "" };
        let proposes = rule.proposed_from.map_or(String::new(), |rank| quoted(rank.code()));
        let _ = write!(
            table,
            "\n| {} | {} | {} | {proposes} | {jobs} |",
            quoted(rule.capability.code()),
            roles(&rule),
            from(&rule)
        );
        table
    })
}

fn roles(rule: &Rule) -> String {
    let all_but_owner = Role::ALL.len() - 1;
    let others: Vec<String> =
        rule.roles.iter().filter(|role| **role != Role::Owner).map(|role| quoted(role.code())).collect();
    if others.len() == all_but_owner { "all".to_owned() } else { others.join(" ") }
}

/// From which weight on, where the scopes differ each by itself.
fn from(rule: &Rule) -> String {
    let word = |level: Level| quoted(level.code());
    if rule.is_everywhere {
        return format!("{}, whatever the scope", word(rule.organization));
    }
    if rule.organization == rule.community && rule.community == rule.group {
        return word(rule.group);
    }
    format!(
        "{} (organization), {} (community), {} (group)",
        word(rule.organization),
        word(rule.community),
        word(rule.group)
    )
}

fn keys() -> String {
    let line = |scope: &KeyScope| {
        let gives: Vec<String> = Capability::ALL
            .iter()
            .filter(|capability| scope.gives() == **capability)
            .map(|capability| quoted(capability.code()))
            .collect();
        format!("\n| {} | {} |", quoted(scope.code()), gives.join(" "))
    };
    KeyScope::ALL
        .iter()
        .map(line)
        .fold("| scope of a key | gives |\n|---|---|".to_owned(), |table, line| table + &line)
}

fn quoted(word: &str) -> String {
    format!("`{word}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_this_one() {
        let committed = include_str!("../../../docs/roles.md");
        assert!(committed == page(), "run: qun roles > docs/roles.md");
    }

    #[test]
    fn every_capability_has_a_row() {
        for capability in Capability::ALL {
            assert!(page().contains(&format!("\n| `{}` |", capability.code())), "{capability:?}");
        }
    }
}
