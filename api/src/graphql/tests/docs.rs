//! What the pages say of the API, held against it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Request, Variables};
use serde_json::{Map, Value, json};

use super::stage::Stage;

struct Page {
    /// From the root of the project.
    path: PathBuf,
    text: String,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn pages() -> Vec<Page> {
    let markdown = |dir: &str| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(root().join(dir)).expect("a directory");
        let names = entries.map(|entry| Path::new(dir).join(entry.expect("an entry").file_name()));
        names.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
    };
    let mut paths = [markdown(""), markdown("docs")].concat();
    paths.sort();
    assert!(paths.len() > 15, "{paths:?}");
    let page = |path: PathBuf| {
        let text = std::fs::read_to_string(root().join(&path)).expect("a page");
        Page { path, text }
    };
    paths.into_iter().map(page).collect()
}

/// What stands between fences of a language, with the line that it begins at.
fn blocks(text: &str, language: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let Some(fence) = line.trim_start().strip_prefix("```").filter(|fence| !fence.is_empty()) else {
            continue;
        };
        let mut block = String::new();
        let mut begin = None;
        for (number, line) in lines.by_ref().take_while(|(_, line)| line.trim_start() != "```") {
            begin.get_or_insert(number + 1);
            block += line;
            block.push('\n');
        }
        if fence == language {
            found.push((begin.unwrap_or_default(), block));
        }
    }
    found
}

/// The operations of a block, which names none of them: each ends with its outermost brace.
fn operations(block: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut depth, mut in_text, mut in_comment) = (0_i32, false, false);
    for letter in block.chars() {
        match letter {
            '\n' => in_comment = false,
            '#' if !in_text => in_comment = true,
            '"' if !in_comment => in_text = !in_text,
            '{' | '(' if !in_text && !in_comment => depth += 1,
            '}' | ')' if !in_text && !in_comment => depth -= 1,
            _ => {}
        }
        let last = found.last_mut().expect("one at least");
        last.push(letter);
        if letter == '}' && depth == 0 && !in_text && !in_comment {
            found.push(String::new());
        }
    }
    let says =
        |text: &String| text.lines().any(|line| !matches!(line.trim().chars().next(), None | Some('#')));
    found.retain(says);
    found
}

/// A value that the type takes, for a variable that has to be given.
fn example(of: &Type) -> Value {
    match &of.base {
        BaseType::List(inner) => json!([example(inner)]),
        BaseType::Named(name) => match name.as_str() {
            "Int" => json!(1),
            "DateTime" => json!("2026-03-02T12:00:00Z"),
            "Week" => json!("2026-W09"),
            _ => json!("x"),
        },
    }
}

fn variables(operation: &str) -> Variables {
    let document = parse_query(operation).unwrap_or_else(|error| panic!("{error}\n{operation}"));
    let definitions = document.operations.iter().flat_map(|(_, one)| &one.node.variable_definitions);
    let needed =
        definitions.filter(|one| !one.node.var_type.node.nullable && one.node.default_value.is_none());
    let values: Map<String, Value> =
        needed.map(|one| (one.node.name.node.to_string(), example(&one.node.var_type.node))).collect();
    Variables::from_json(values.into())
}

#[tokio::test]
async fn each_operation_in_the_pages_holds() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        for (line, block) in blocks(&page.text, "graphql") {
            for operation in operations(&block) {
                count += 1;
                let mut request = Request::new(&operation).variables(variables(&operation));
                if let Err(answer) = stage.executor.look_through(&mut request).await {
                    wrong.push(format!("{}:{line}: {:?}\n{operation}", page.path.display(), answer.errors));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "only {count} operations were found");
}

/// As GitHub makes them: letters, digits, hyphens and underscores, blanks as hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.trim().chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn links_of_the_pages_lead_somewhere() {
    let mut dead = Vec::new();
    let mut count = 0;
    for page in pages() {
        for link in page.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, at)| (file, Some(at)));
            let path = match file {
                "" => root().join(&page.path),
                _ => root().join(page.path.parent().unwrap_or(Path::new(""))).join(file),
            };
            let is_there = match heading {
                None => path.exists(),
                Some(heading) => {
                    std::fs::read_to_string(&path).is_ok_and(|text| anchors(&text).contains(heading))
                }
            };
            if !is_there {
                dead.push(format!("{}: {link}", page.path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
    assert!(count > 50, "only {count} links were found");
}

/// A page that was written around answers still to be pasted in.
#[test]
fn pages_have_no_blanks_left_to_fill_in() {
    for Page { path, text } in pages() {
        let blank = text.lines().map(str::trim).find(|line| {
            line.len() > 2 && line.starts_with('@') && line.ends_with('@') && !line.contains(' ')
        });
        assert_eq!(blank, None, "{}", path.display());
    }
}
