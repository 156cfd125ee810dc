//! The command line: one file per subcommand, each with its arguments and a `run`. Results go to stdout, all else to
//! stderr; exit codes are 0 done, 1 the answer is no, 2 error.

mod output;
mod bundled;
mod memory;
mod read_args;
mod shared;
mod predictions;
mod leak;
mod demo;
mod train;
mod tune;
mod evaluate;
mod compare;
mod check;
mod study;
mod predict;
#[cfg(feature = "store")]
mod label;
mod inspect;
#[cfg(feature = "serve")]
mod serve;
mod completions;
mod man;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// How a command ended, other than by an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Done,
    /// The answer to the question asked is no (`--min-f1`, `--min-pass`).
    No,
}

/// Who in the news supports, opposes or is neutral on outside military intervention.
///
/// Reads articles and says, for each actor in them, which stance it takes, with the sentences that show it. Trains and
/// evaluates such models on labelled sentences.
#[derive(Parser)]
#[command(name = "stance", version, propagate_version = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  stance demo                                     train, evaluate and classify an example article
  stance predict article.txt                      the stance of each actor, with evidence
  stance predict --format jsonl news/ > out.jsonl a folder of articles, one JSON object each
  stance train --data train.jsonl --out my.safetensors
  stance evaluate --model my.safetensors --data test.jsonl --by actor
  stance compare --data test.jsonl my.safetensors bundled";

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Train(train::Args),
    Evaluate(evaluate::Args),
    Compare(compare::Args),
    Check(check::Args),
    Study(study::Args),
    Predict(predict::Args),
    #[cfg(feature = "store")]
    Label(label::Args),
    Inspect(inspect::Args),
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command that was parsed and gives the exit code; errors are printed here, in one place.
pub fn run(cli: Cli) -> ExitCode {
    let result = match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Study(args) => study::run(&args),
        Command::Predict(args) => predict::run(&args),
        #[cfg(feature = "store")]
        Command::Label(args) => label::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    match result {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) -> ExitCode {
    output::error(error);
    ExitCode::from(2)
}
