//! README and docs keep their word: every command in their `console` blocks is run, and prints what is shown there, and so
//! is every `stance` command that stands indented in a page of docs/.
//!
//! In a block, a line that begins with `$ ` is a command (a line behind a `\` at the end belongs to it, and so do lines
//! that begin with `> ` right after it); the lines after it are what it prints, in order, and `...` stands for anything:
//! some characters in a line, or any lines where it stands alone. Other lines may come between those shown. All commands run in one folder, where `data` and `models`
//! are those of the project, with `stance` on the path; `cargo run --release -- X` is run as `stance X`, and what
//! fetches, builds or tests the project itself is left out.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Folder, at, command};

/// Commands that this test cannot run, being part of it.
const OUTSIDE: [&str; 3] = ["cargo ", "git ", ".ci/"];
const CARGO_RUN: &str = "cargo run --release -- ";

/// A command and what is shown of its output.
#[derive(Debug, PartialEq)]
struct Step {
    line: usize,
    command: String,
    shown: Vec<String>,
}

/// The steps of all `console` blocks of a page, and its indented commands.
fn steps(page: &str) -> Vec<Step> {
    let (mut steps, mut inside): (Vec<Step>, bool) = (Vec::new(), false);
    for (at, line) in page.lines().enumerate() {
        if let (false, Some(command)) = (inside, line.strip_prefix("    ").filter(|rest| rest.starts_with("stance "))) {
            steps.push(Step { line: at + 1, command: command.trim().into(), shown: Vec::new() });
            continue;
        }
        let fence = line.trim_start().starts_with("```");
        if fence {
            inside = !inside && line.trim() == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            steps.push(Step { line: at + 1, command: command.trim().into(), shown: Vec::new() });
        } else if let (true, Some(step)) = (inside, steps.last_mut()) {
            match step.command.strip_suffix('\\') {
                _ if step.shown.is_empty() && (line == ">" || line.starts_with("> ")) => {
                    step.command += &format!("\n{}", line[1..].strip_prefix(' ').unwrap_or_default());
                }
                Some(start) if step.shown.is_empty() => step.command = format!("{start}{}", line.trim()),
                _ => step.shown.push(line.trim_end().into()),
            }
        }
    }
    steps
}

/// The command as it is run, unless it is one that is left out.
fn runnable(command: &str) -> Option<String> {
    let command = command.replace(CARGO_RUN, "stance ");
    (!OUTSIDE.iter().any(|start| command.starts_with(start))).then_some(command)
}

/// A folder with the project's data and models, as a reader of the README has them.
fn copy() -> Folder {
    let folder = Folder::new();
    for name in ["data", "models"] {
        link(Path::new(&at(name)), &folder.path().join(name));
    }
    folder
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) {
    std::os::unix::fs::symlink(from, to).expect("a link");
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) {
    std::os::windows::fs::symlink_dir(from, to).expect("a link");
}

/// Runs a step; what is wrong with it, if anything is.
fn run(step: &Step, folder: &Path) -> Result<(), String> {
    let Some(line) = runnable(&step.command) else { return Ok(()) };
    let program = command();
    let bin = Path::new(program.get_program()).parent().expect("a folder").to_path_buf();
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {line}\n}} 2>&1")])
        .env("PATH", format!("{}:{path}", bin.display()))
        .current_dir(folder)
        .output()
        .map_err(|e| format!("line {}: {e}", step.line))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("line {}: `{line}` ended with {}:\n{printed}", step.line, output.status));
    }
    match first_missing(&step.shown, &printed) {
        Some(shown) => Err(format!("line {}: `{line}` does not print\n{shown}\nbut\n{printed}", step.line)),
        None => Ok(()),
    }
}

/// The first of the lines shown that is not printed behind those before it.
fn first_missing<'a>(shown: &'a [String], printed: &str) -> Option<&'a str> {
    let mut lines = printed.lines();
    let wanted = shown.iter().filter(|line| !matches!(line.trim(), "" | "..."));
    wanted.into_iter().find(|line| !lines.any(|printed| agrees(line, printed.trim_end()))).map(String::as_str)
}

/// Whether a line is as shown, `...` standing for any characters.
fn agrees(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split("...");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// What is wrong with a page, and how many of its commands were run.
fn check(page: &str) -> (usize, Vec<String>) {
    let text = fs::read_to_string(at(page)).expect("the page is there");
    let steps = steps(&text);
    let count = steps.iter().filter(|step| runnable(&step.command).is_some()).count();
    let folder = copy();
    let wrong = steps.iter().filter_map(|step| run(step, folder.path()).err());
    (count, wrong.map(|wrong| format!("{page}, {wrong}")).collect())
}

#[test]
fn every_command_of_the_readme_runs_and_prints_what_is_shown() {
    let (count, wrong) = check("README.md");
    assert!(count > 0, "no command of the README can be run");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_command_of_the_docs_runs_and_prints_what_is_shown() {
    let pages = fs::read_dir(at("docs")).expect("docs are there").map(|entry| entry.expect("an entry").file_name());
    let mut pages: Vec<String> = pages.map(|name| format!("docs/{}", name.to_string_lossy())).collect();
    pages.retain(|name| name.ends_with(".md") && (cfg!(feature = "store") || name != "docs/labelling.md"));
    pages.sort();
    let (counts, wrong): (Vec<usize>, Vec<Vec<String>>) = pages.iter().map(|page| check(page)).unzip();
    assert!(counts.iter().sum::<usize>() > 10, "few commands of the docs can be run: {pages:?}, {counts:?}");
    assert!(wrong.concat().is_empty(), "{}", wrong.concat().join("\n\n"));
}

#[test]
fn lines_behind_a_greater_than_sign_and_indented_commands_are_read() {
    let page =
        "```console\n$ cat > f <<'END'\n> a\n>\n>   b\n> END\nshown\n```\n\n    stance inspect\n    cargo test\n";
    let steps = steps(page);
    let commands: Vec<&str> = steps.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands, ["cat > f <<'END'\na\n\n  b\nEND", "stance inspect"]);
    assert_eq!(steps[0].shown, ["shown"]);
}

const PAGE: &str = "# Page\n```rust\n$ no command\n```\n```console\n$ echo one; echo two\none\ntwo\n$ stance predict \\\n    \
    data/examples/caracas.txt\ncaracas.txt...\n...\n  eu ... opposes\n```\n$ neither this\n";

#[test]
fn commands_and_their_output_are_taken_from_console_blocks_only() {
    let step = |line, command: &str, shown: &[&str]| Step {
        line,
        command: command.into(),
        shown: shown.iter().map(|s| s.to_string()).collect(),
    };
    let expected = [
        step(6, "echo one; echo two", &["one", "two"]),
        step(9, "stance predict data/examples/caracas.txt", &["caracas.txt...", "...", "  eu ... opposes"]),
    ];
    assert_eq!(steps(PAGE), expected);
}

#[test]
fn steps_that_do_not_print_what_is_shown_or_fail_are_found() {
    let folder = copy();
    let result = |command: &str, shown: &[&str]| {
        let shown = shown.iter().map(|s| s.to_string()).collect();
        run(&Step { line: 1, command: command.into(), shown }, folder.path())
    };
    assert_eq!(result("echo one; echo two", &["two"]), Ok(()));
    assert_eq!(
        result("stance predict data/examples/caracas.txt", &["caracas.txt...", "...", "  eu ... opposes..."]),
        Ok(())
    );
    assert_eq!(result("cargo run --release -- inspect --top 1", &["labels ... opposes, neutral, supports"]), Ok(()));
    assert_eq!(result("cargo test --release", &["anything"]), Ok(()));
    assert!(result("echo one; echo two", &["two", "one"]).is_err(), "order counts");
    assert!(result("echo one", &["on"]).is_err(), "a line is shown whole");
    assert!(result("stance inspect nothing", &[]).is_err(), "a command that fails");
}
