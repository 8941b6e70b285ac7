//! An import that is killed, again and again, is repeated until it gets through.

use std::ffi::OsStr;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::join;
use tokio::process::{Child, Command};

use super::chat::{BATCH, Chat};
use super::killed::is_exact;
use crate::harness::{Raw, Served, command, served_on_both, until};

served_on_both!(an_import_that_is_killed_is_repeated);

const GROUP: &str = "garden";
const COUNT: &str = "SELECT COUNT(*) FROM interaction";

async fn an_import_that_is_killed_is_repeated(served: &mut Served) {
    served.found("acme").await;
    let chat = Chat::of(2.2);
    let raw = served.raw().await;
    let kept = killed_while_fed(served, &raw, &chat.until(BATCH / 2), None).await;
    assert_eq!(kept, 0, "half a batch was kept");
    let kept = killed_while_fed(served, &raw, &chat.whole(), Some(0)).await.unsigned_abs();
    assert!(0 < kept && kept < chat.rows(), "{kept} rows were kept");

    let file = served.file("chat.ndjson", chat.whole().as_bytes());
    let mut at_once = import(served, file.as_os_str(), Stdio::null());
    at_once.kill().await.expect("a killed import");
    let said = imported(served, &raw, file.as_os_str()).await;
    let counts: Vec<u64> = said.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [accepted, duplicates, conflicts, refused] = counts[..] else { panic!("{said}") };
    assert_eq!((accepted + duplicates, conflicts, refused), (chat.rows(), 0, 0), "{said}");
    assert!(duplicates >= kept, "{said} with {kept} kept");
    is_exact(served, GROUP, &chat).await;
}

fn import(served: &Served, file: &OsStr, input: Stdio) -> Child {
    let args = ["import", "--org", "acme", "--group", GROUP];
    let mut command = Command::from(command(served.url(), &args));
    command.arg(file).stdin(input).stdout(Stdio::piped()).kill_on_drop(true);
    command.spawn().expect("an import that starts")
}

/// Gives an import what it is to read, but no end, and kills it once there are more rows
/// than `before`, or at once; how many there are then.
async fn killed_while_fed(served: &Served, raw: &Raw, text: &str, before: Option<i64>) -> i64 {
    let mut child = import(served, OsStr::new("-"), Stdio::piped());
    let mut pipe = child.stdin.take().expect("a pipe");
    let kill = async {
        if let Some(before) = before {
            let grown = async || (raw.count(COUNT, vec![]).await > before).then_some(());
            until(|| format!("more than {before} rows"), grown).await;
            child.kill().await.expect("a killed import");
        }
    };
    // A killed reader breaks the pipe.
    let (_, ()) = join!(pipe.write_all(text.as_bytes()), kill);
    child.kill().await.expect("a killed import");
    raw.count(COUNT, vec![]).await
}

/// Imports the file until it gets through, killing it whenever it has committed something
/// new; what it said in the end.
async fn imported(served: &Served, raw: &Raw, file: &OsStr) -> String {
    loop {
        let before = raw.count(COUNT, vec![]).await;
        let mut child = import(served, file, Stdio::null());
        let ended = until(
            || "an import that ends or gets on".to_owned(),
            async || match child.try_wait().expect("a child") {
                Some(status) => Some(Some(status)),
                None => (raw.count(COUNT, vec![]).await > before).then_some(None),
            },
        )
        .await;
        let Some(status) = ended else {
            child.kill().await.expect("a killed import");
            continue;
        };
        assert!(status.success(), "{status}");
        let output = child.wait_with_output().await.expect("its output");
        return String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned();
    }
}
