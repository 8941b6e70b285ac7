//! The logs and expected results that others made.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use flate2::read::MultiGzDecoder;
use qun_domain::activity::{UnknownGroups, parse};
use qun_domain::groups::{Name, Platform};
use qun_domain::id::CommunityId;
use qun_infra::activity::{Ingest, IngestSettings, Totals};
use qun_infra::db::OrgScope;

use super::TestQun;

/// Names the folder of the data; by default `shared/data` beside the checkout.
const FOLDER: &str = "QUN_TEST_DATA";

/// A file of the shared data, or none where there is no such folder.
#[expect(
    clippy::disallowed_methods,
    reason = "where the data lies is the business of whoever runs the tests"
)]
pub(crate) fn shared_data(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var(FOLDER).map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: {FOLDER} names no folder with data, and there is none beside the checkout");
        return None;
    }
    Some(folder.join(file))
}

pub(crate) fn lines_of(file: &Path) -> impl Iterator<Item = String> + use<> {
    let file = File::open(file).expect("a data file");
    BufReader::new(MultiGzDecoder::new(file)).lines().map(|line| line.expect("a line"))
}

/// How a file is imported.
#[derive(Clone, Copy)]
pub(crate) struct Import<'a> {
    /// The group of all rows; each row's own where it is not given.
    pub(crate) group: Option<&'a str>,
    pub(crate) community: Option<CommunityId>,
    pub(crate) platform: Platform,
    pub(crate) zone: Tz,
}

impl TestQun {
    pub(crate) async fn import(&self, scope: &OrgScope, file: &Path, import: Import<'_>) -> Totals {
        let settings = IngestSettings {
            group: import.group.map(|name| name.parse::<Name>().expect("a name")),
            source: import.group.map(str::to_owned),
            unknown_groups: UnknownGroups::Create {
                community: import.community,
                platform: import.platform,
                zone: import.zone,
            },
        };
        let mut ingest = Ingest::new(&self.writer, scope, settings);
        let now = self.clock.now();
        for (position, line) in (1..).zip(lines_of(file)) {
            ingest.push(position, parse(line.as_bytes(), now)).await.expect("a row taken");
        }
        ingest.finish().await.expect("rows taken")
    }
}
