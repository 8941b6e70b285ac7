use std::fmt::Display;

use actix_web::http::StatusCode;
use async_graphql::resolver_utils::EnumType;
use qun_domain::activity::RowCode;
use qun_domain::locale::Locale;
use qun_domain::policy::RuleCode;
use qun_domain::team::{FactCode, FactError};

use super::{Advice, Code, UserErrorCode, fact, row, rule};

/// The catalogue as a page in Markdown: `docs/errors.md`.
pub(crate) fn page() -> String {
    include_str!("page.md")
        .replace("{codes}", &codes())
        .replace("{user_errors}", &user_errors())
        .replace("{rows}", &rows())
        .replace("{facts}", &facts())
        .replace("{rules}", &rules())
}

fn codes() -> String {
    let rows = Code::ALL.iter().map(|code| {
        let status = match code.status() {
            StatusCode::OK => "200 or 400".to_owned(),
            status => status.as_str().to_owned(),
        };
        let Advice { cause, remedy, again } = code.advice();
        line(&[&quoted(code.word()), &status, &cause, &remedy, &again.words()])
    });
    table("| code | HTTP | cause | what to do | again? |\n|---|---|---|---|---|", rows)
}

fn user_errors() -> String {
    let rows = UserErrorCode::items().iter().map(|item| {
        let Advice { cause, remedy, again } = item.value.advice();
        line(&[&quoted(item.name), &clause(cause), &remedy, &again.words()])
    });
    table(HEAD, rows)
}

fn rows() -> String {
    let rows = RowCode::ALL.iter().map(|code| {
        let (remedy, again) = row::remedy(*code);
        line(&[&quoted(code.code()), &clause(&row::cause(*code)), &remedy, &again.words()])
    });
    table(HEAD, rows)
}

fn facts() -> String {
    let rows = FactCode::ALL.iter().map(|code| {
        let cause = FactError::of_whole(*code).message(Locale::En);
        let (remedy, again) = fact::remedy(*code);
        line(&[&quoted(code.code()), &clause(&cause), &remedy, &again.words()])
    });
    table(HEAD, rows)
}

fn rules() -> String {
    let rows = RuleCode::ALL.iter().map(|code| {
        let Advice { cause, remedy, again } = rule::advice(*code);
        line(&[&quoted(code.code()), &cause, &remedy, &again.words()])
    });
    table(HEAD, rows)
}

const HEAD: &str = "| code | cause | what to do | again? |\n|---|---|---|---|";

fn table(head: &str, rows: impl Iterator<Item = String>) -> String {
    rows.fold(head.to_owned(), |table, row| table + "\n" + &row)
}

fn line(cells: &[&dyn Display]) -> String {
    cells.iter().fold("|".to_owned(), |line, cell| line + &format!(" {cell} |"))
}

fn quoted(word: &str) -> String {
    format!("`{word}`")
}

/// A doc comment as a cell has it: without its full stop.
fn clause(text: &str) -> &str {
    let text = text.trim();
    text.strip_suffix('.').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_committed_page_is_this_one() {
        let committed = include_str!("../../../docs/errors.md");
        assert!(committed == page(), "run: qun errors > docs/errors.md");
    }

    #[test]
    fn each_table_names_a_code_once() {
        let page = page();
        for table in page.split("\n## ").skip(1) {
            let codes: Vec<&str> =
                table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
            let distinct: BTreeSet<_> = codes.iter().collect();
            assert_eq!(distinct.len(), codes.len(), "{codes:?}");
        }
    }
}
