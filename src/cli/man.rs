//! `stance man`: manual pages made from the same definitions as `--help`.

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_mangen::Man;

use super::{Answer, Cli, output};
use crate::error::{Error, Result};
use crate::files;

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
    let mut command = Cli::command();
    command.build();
    let Some(folder) = &args.out else {
        output::print(&String::from_utf8_lossy(&page(&Man::new(command))?))?;
        return Ok(Answer::Done);
    };
    std::fs::create_dir_all(folder).map_err(|e| Error::io(files::name(folder), e))?;
    write_pages(&command, folder)?;
    Ok(Answer::Done)
}

/// Writes the page of a command and of all commands below it.
fn write_pages(command: &clap::Command, folder: &Path) -> Result<()> {
    let man = Man::new(command.clone());
    files::write_atomically(&folder.join(man.get_filename()), &page(&man)?)?;
    command.get_subcommands().filter(|c| c.get_name() != "help").try_for_each(|c| write_pages(c, folder))
}

fn page(man: &Man) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    man.render(&mut page).map_err(|e| Error::io("the manual page", e))?;
    Ok(page)
}
