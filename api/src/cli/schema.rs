use std::io::Write;
use std::process::ExitCode;

/// Print the GraphQL schema as SDL
///
/// Needs no database and no setting.
///
/// Example: qun schema > schema.graphql
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {}

pub(super) fn run(_: Args) -> anyhow::Result<ExitCode> {
    let sdl = crate::graphql::schema_sdl();
    std::io::stdout().write_all(sdl.as_bytes())?;
    if !sdl.ends_with('\n') {
        std::io::stdout().write_all(b"\n")?;
    }
    Ok(ExitCode::SUCCESS)
}
