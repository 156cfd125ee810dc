//! `stance completions`: scripts that complete commands and options in a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Answer, Cli, output};
use crate::error::Result;

/// Print a completion script for a shell
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance completions bash > ~/.local/share/bash-completion/completions/stance
  stance completions zsh > ~/.zfunc/_stance
  stance completions fish > ~/.config/fish/completions/stance.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// A failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stance", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Answer::Done)
}
