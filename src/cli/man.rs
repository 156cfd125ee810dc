//! `stance man`: manual pages made from the same definitions as `--help`.

use std::path::PathBuf;

use clap::CommandFactory;

use super::{Answer, Cli, files, output};
use crate::error::{Error, Result};

/// Print the manual page, or write one page per command into a folder
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance man | man -l -
  stance man --out ~/.local/share/man/man1")]
pub struct Args {
    /// Folder to write stance.1, stance-train.1, ... into
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints or writes the pages.
///
/// # Errors
/// A failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let command = Cli::command();
    let Some(folder) = &args.out else {
        output::print(&String::from_utf8_lossy(&page(command)?))?;
        return Ok(Answer::Done);
    };
    std::fs::create_dir_all(folder).map_err(|e| Error::io(files::name(folder), e))?;
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let name = format!("stance-{}", sub.get_name());
        let sub = sub.clone().name(name.clone());
        files::write_atomically(&folder.join(format!("{name}.1")), &page(sub)?)?;
    }
    files::write_atomically(&folder.join("stance.1"), &page(command)?)?;
    Ok(Answer::Done)
}

fn page(command: clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(|e| Error::io("the manual page", e))?;
    Ok(page)
}
