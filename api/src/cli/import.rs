use std::path::PathBuf;
use std::process::ExitCode;

use chrono_tz::Tz;
use qun_domain::groups::{Name, Platform};
use qun_domain::time::parse_zone;

use super::scope::OrgArgs;
use crate::settings::Settings;

/// Import a chat log.
///
/// Takes our NDJSON rows, the JSON export of Telegram Desktop and the text export of
/// WhatsApp; which of them it is shows in the file. Groups that do not exist are created
/// with the community, platform and time zone given. Importing the same file again
/// changes nothing, so an import that broke off is simply repeated.
///
/// Exit code 0 when every row was taken, was a duplicate or was reported as a conflict,
/// 1 when rows were refused; each refused row is reported with its line and reason.
///
/// Example: qun import --org acme --platform telegram --time-zone Asia/Shanghai result.json
/// Example: zcat rows.ndjson.gz | qun import --org acme -
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    pub org: OrgArgs,
    /// The group that all rows go to, instead of each row's own
    #[arg(long, value_name = "NAME")]
    pub group: Option<Name>,
    /// The community of groups that are created
    #[arg(long, value_name = "NAME")]
    pub community: Option<Name>,
    /// The platform of groups that are created: wechat, wecom, telegram, discord, qq, whatsapp, other
    #[arg(long, value_name = "P")]
    pub platform: Option<Platform>,
    /// The time zone of groups that are created, such as Asia/Shanghai [default: the organization's]
    #[arg(long, value_name = "ZONE", value_parser = parse_zone)]
    pub time_zone: Option<Tz>,
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

pub(super) async fn run(settings: &Settings, args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("import is not built in yet ({args:?}, {})", settings.database_url)
}
