//! The binary `qun`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    qun_api::cli::main().await
}
