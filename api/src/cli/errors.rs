use std::io::Write;
use std::process::ExitCode;

/// Print the catalogue of error codes as Markdown
///
/// Needs no database and no setting.
///
/// Example: qun errors > docs/errors.md
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {}

pub(super) fn run(_: Args) -> anyhow::Result<ExitCode> {
    std::io::stdout().write_all(crate::errors::page().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
