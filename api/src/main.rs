//! The binary `qun`.

use std::process::ExitCode;

/// Answers are made of many small pieces, which the allocator of the system is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    qun_api::cli::main()
}
