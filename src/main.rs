//! The binary: parse, run, one error line, exit code.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    stance::cli::run(stance::cli::Cli::parse())
}
