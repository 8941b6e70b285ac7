//! Member pages, whose answers are known: the server's before any fault, held against the database.

use anyhow::{Context, Result, ensure};
use qun_tests::stage::crowd::{GROUP, PAGE_QUERY};
use qun_tests::stage::http::Connection;
use serde_json::{Value, json};

use crate::client::{Client, Request};
use crate::cluster::Cluster;
use crate::run::Run;
use crate::tally::Kind;

/// The organizations whose pages are read, and nothing else is done to.
pub(crate) const ORGS: [&str; 2] = ["north", "south"];
pub(crate) const MEMBERS: u64 = 5_000;

const PAGES: usize = 20;

pub(crate) struct Page {
    request: Request,
    /// The answer up to its extensions.
    data: Vec<u8>,
}

/// The first pages of all organizations.
pub(crate) fn known(cluster: &Cluster<'_>) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for org in ORGS {
        let token = cluster.qun.token(cluster.database.url(), org)?;
        let mut connection = Connection::open(cluster.address(0))?;
        let (mut after, mut members) = (Value::Null, Vec::new());
        for _ in 0..PAGES {
            let variables = json!({ "group": GROUP, "after": after });
            let body = json!({ "query": PAGE_QUERY, "variables": variables }).to_string();
            let answer = connection.post(&token, "/graphql", "application/json", body.as_bytes())?;
            let data = data_of(&answer).context("an answer without extensions")?.to_vec();
            let answer: Value = serde_json::from_slice(&answer)?;
            let page = &answer["data"]["group"]["members"];
            for node in page["nodes"].as_array().context("no members")? {
                let text = |value: &Value| value.as_str().map(str::to_owned).context("no text");
                members.push(format!(
                    "{}|{}",
                    text(&node["person"]["displayName"])?,
                    text(&node["score"]["tier"])?
                ));
            }
            after = page["pageInfo"]["endCursor"].clone();
            pages.push(Page { request: Request::graphql(Some(&token), PAGE_QUERY, &variables), data });
        }
        let expected = cluster.database.run(&format!(
            "SELECT p.display_name || '|' || s.tier FROM tier_score s JOIN organization o ON o.org_id = s.org_id
               JOIN person p ON p.org_id = s.org_id AND p.id = s.person_id
             WHERE o.slug = '{org}' ORDER BY coalesce(s.score, -1) DESC, s.person_id DESC LIMIT {}",
            members.len()
        ))?;
        ensure!(
            members == expected.lines().collect::<Vec<_>>(),
            "pages of {org} are not what the database has"
        );
    }
    Ok(pages)
}

/// Reads page after page until the run is over.
pub(crate) fn read(run: &Run<'_>, pages: &[Page], reader: usize) {
    let mut client = Client::new(run, Kind::Page, reader);
    for page in pages.iter().cycle().skip(reader * 7) {
        if run.is_over() {
            break;
        }
        let Some(answer) = client.ask(&page.request) else { continue };
        if data_of(&answer) != Some(&page.data) {
            let (answer, data) = (String::from_utf8_lossy(&answer), String::from_utf8_lossy(&page.data));
            run.tally.wrong(&format!("Page: {answer} instead of {data}"));
        }
    }
}

/// An answer without its extensions, which tell what is left of the budget.
fn data_of(answer: &[u8]) -> Option<&[u8]> {
    const EXTENSIONS: &[u8] = br#","extensions":{"cost""#;
    let at = answer.windows(EXTENSIONS.len()).rposition(|window| window == EXTENSIONS)?;
    answer.get(..at)
}
