//! What may happen to a run from outside: killed at any moment, Ctrl-C, a full disk, leftovers of a run before. The model
//! file is whole, the old one or the new one; nothing piles up; errors are told.
//!
//! `STANCE_KILLS` sets how often a run is killed (60).
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Folder, SMALL, at, command, first_lines, small_model, stance};

fn spawn(args: &[&str], stdout: Stdio) -> Child {
    let mut command = Command::new(command().get_program());
    command.args(args).stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// Temporary files beside the models of a folder.
fn temporary(folder: &Folder) -> Vec<String> {
    folder.names().into_iter().filter(|name| name.ends_with(".tmp")).collect()
}

/// A seeded sequence of numbers from 0 to 1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1 << 24) as f64
    }
}

/// Waits until the run is writing, as its temporary file shows, or has ended.
fn wait_for_writing(child: &mut Child, folder: &Folder) {
    let before = temporary(folder);
    while child.try_wait().expect("it can be asked").is_none() {
        let now = temporary(folder);
        if now.iter().any(|name| !before.contains(name)) {
            return;
        }
    }
}

/// Runs two commands in turn that write the same file, and kills each at a random moment; the file is that of the one or
/// of the other at every moment, and what is left behind does not pile up.
fn killed_at_any_moment(kills: usize, commands: [&[&str]; 2], name: &str) {
    let target = Folder::new();
    let out = target.at(name);
    let with_out = |command: &[&str]| -> Vec<String> {
        command.iter().chain(&["--out", &out]).map(|arg| arg.to_string()).collect()
    };
    let commands = commands.map(with_out);
    let mut longest = Duration::ZERO;
    let whole = [1, 0].map(|number: usize| {
        let start = Instant::now();
        stance(&commands[number]).ok();
        longest = longest.max(start.elapsed());
        fs::read(&out).expect("it was written")
    });
    assert!(whole[0] != whole[1], "otherwise nobody could tell old from new");
    let (mut random, mut cut_short, mut left) = (Random(1), 0, 0);
    for kill in 0..kills {
        let args: Vec<&str> = commands[(kill + 1) % 2].iter().map(String::as_str).collect();
        let mut child = spawn(&args, Stdio::null());
        if kill % 2 == 0 {
            std::thread::sleep(longest.mul_f64(1.2 * random.next()));
        } else {
            wait_for_writing(&mut child, &target);
            std::thread::sleep(Duration::from_micros((2000.0 * random.next()) as u64));
        }
        child.kill().expect("it can be ended");
        cut_short += usize::from(!child.wait().expect("it ends").success());
        let found = fs::read(&out).expect("there is a file at every moment");
        assert!(whole.contains(&found), "kill {kill}: neither the old file nor the new one");
        let temporary = temporary(&target);
        assert!(temporary.len() <= 1, "kill {kill}: {temporary:?} pile up");
        left += temporary.len();
    }
    println!("{name}: {cut_short} of {kills} runs were cut short, {left} left a temporary file behind");
    assert!(cut_short > 0, "no run was killed in time");
    stance(&commands[0]).ok();
    assert_eq!(target.names(), [name]);
    assert!(fs::read(&out).expect("it is there") == whole[1]);
}

fn kills() -> usize {
    std::env::var("STANCE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_a_whole_model_and_nothing_piles_up() {
    let folder = Folder::new();
    let a = folder.write("a.jsonl", first_lines("data/train.jsonl", SMALL));
    let b = folder.write("b.jsonl", first_lines("data/train.jsonl", 2 * SMALL));
    killed_at_any_moment(kills(), [&["train", "--data", &a], &["train", "--data", &b]], "m.safetensors");
}

#[test]
fn predict_that_is_killed_at_any_moment_leaves_a_whole_file() {
    let folder = Folder::new();
    let many = |lines: usize| -> String {
        let articles = first_lines("data/articles.jsonl", lines);
        (0..30).map(|n| articles.replace("{\"id\": \"", &format!("{{\"id\": \"{n}-"))).collect()
    };
    let (a, b) = (folder.write("a.jsonl", many(10)), folder.write("b.jsonl", many(20)));
    let formats: &[&str] = if cfg!(feature = "parquet") { &["jsonl", "parquet"] } else { &["jsonl"] };
    for format in formats {
        let command = |file| ["predict", "--format", format, file];
        killed_at_any_moment(kills() / 2, [&command(&a), &command(&b)], &format!("out.{format}"));
    }
}

#[test]
fn what_a_dead_run_left_is_removed_and_what_a_living_one_writes_is_not() {
    let (folder, other) = (Folder::new(), Folder::new());
    let data = other.write("a.jsonl", first_lines("data/train.jsonl", SMALL));
    for name in [".stance-dead.tmp", ".stance-alive.tmp", "mine.tmp", ".stance-notes.txt"] {
        folder.write(name, "half a mod");
    }
    fs::create_dir(folder.at(".stance-folder.tmp")).expect("a folder");
    let alive = File::open(folder.at(".stance-alive.tmp")).expect("it is there");
    alive.try_lock().expect("nobody else locks it");
    stance(["train", "--data", &data, "--out", &folder.at("m.safetensors")]).ok();
    let kept = [".stance-alive.tmp", ".stance-folder.tmp", ".stance-notes.txt", "m.safetensors", "mine.tmp"];
    assert_eq!(folder.names(), kept);
    drop(alive);
}

/// The commands that write a file; `OUT` stands for its path.
fn writers<'a>(data: &'a str, article: &'a str, items: &'a str) -> Vec<Vec<&'a str>> {
    let predict = |format| vec!["predict", "--format", format, "--out", "OUT", article];
    let mut writers: Vec<Vec<&str>> = formats().into_iter().map(predict).collect();
    writers.push(vec!["train", "--data", data, "--out", "OUT"]);
    writers.push(vec!["predict", "--unit", "sentence", "--format", "csv", "--out", "OUT", items]);
    let tune = "train --tune --features words --calibrate none --threads 2 --out /dev/null --tune-table OUT --data";
    writers.push(tune.split(' ').chain([data]).collect());
    writers
}

/// The forms that `predict` writes.
fn formats() -> Vec<&'static str> {
    let more = cfg!(feature = "parquet").then_some("parquet");
    ["text", "jsonl", "csv", "html"].into_iter().chain(more).collect()
}

#[test]
fn a_full_disk_is_told_for_files() {
    // Through a link, so that a mistake could not replace the device itself.
    let folder = Folder::new();
    let data = folder.write("a.jsonl", first_lines("data/train.jsonl", SMALL));
    let out = folder.at("full");
    std::os::unix::fs::symlink("/dev/full", &out).expect("a link");
    for args in writers(&data, &at("data/examples/caracas.txt"), &at("data/dev.jsonl")) {
        let run = stance(args.iter().map(|arg| if *arg == "OUT" { &out } else { *arg }));
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(&out) && run.err.contains("No space left"), "{args:?}: {}", run.err);
        let kind = fs::metadata(&out).expect("it is there").file_type();
        assert!(kind.is_char_device(), "the device is still what the link leads to");
        assert!(temporary(&folder).is_empty());
    }
}

#[test]
fn a_full_disk_is_told_for_folders() {
    let folder = Folder::new();
    for (command, names) in [("man", &["stance.1"][..]), ("demo", &["evaluation.html", "article.html"])] {
        for name in names {
            let inside = folder.write(&format!("{command}-{name}/x"), "");
            let inside = std::path::Path::new(&inside).parent().expect("a folder");
            std::os::unix::fs::symlink("/dev/full", inside.join(name)).expect("a link");
            let inside = inside.to_str().expect("UTF-8");
            let run = stance([command, "--out", inside]);
            assert_eq!(run.code, 2, "{name}: {}", run.err);
            assert!(run.err.contains(&format!("{name}: No space left")), "{}", run.err);
        }
    }
}

#[test]
fn a_full_disk_is_told_for_stdout() {
    let (article, items) = (at("data/examples/caracas.txt"), at("data/dev.jsonl"));
    let predict = |format| vec!["predict", "--format", format, &article];
    let mut runs: Vec<Vec<&str>> = formats().into_iter().map(predict).collect();
    runs.push(vec!["predict", "--unit", "sentence", &items]);
    let report = |format| vec!["evaluate", "--resamples", "0", "--format", format, "--data", &items];
    runs.extend(["text", "json", "html"].map(report));
    runs.push(vec!["compare", "--resamples", "100", "--data", &items, "bundled", "bundled"]);
    runs.extend([vec!["inspect"], vec!["check"], vec!["completions", "bash"], vec!["man"]]);
    for args in runs {
        let full = File::options().write(true).open("/dev/full").expect("it is there");
        let output = spawn(&args, full.into()).wait_with_output().expect("it ends");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains("stdout") && told.contains("No space left"), "{args:?}: {told}");
    }
}

#[test]
fn a_model_behind_a_link_is_replaced_and_the_link_stays() {
    let folder = Folder::new();
    let data = folder.write("train.jsonl", first_lines("data/train.jsonl", SMALL));
    let real = folder.write("real/m.safetensors", "old");
    std::os::unix::fs::symlink(&real, folder.at("link")).expect("a link");
    stance(["train", "--data", &data, "--out", &folder.at("link")]).ok();
    assert!(fs::symlink_metadata(folder.at("link")).expect("it is there").file_type().is_symlink());
    assert!(fs::read(&real).expect("a model") == small_model());
}

/// Sends SIGINT when the run is at work and asserts that it ends within a second; gives how it ended.
fn interrupted(args: &[&str]) -> std::process::ExitStatus {
    let mut child = spawn(args, Stdio::null());
    std::thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("it can be asked").is_none(), "{args:?} takes longer than that");
    let start = Instant::now();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill is there").success());
    let status = child.wait().expect("it ends");
    assert!(start.elapsed() < Duration::from_secs(1), "{args:?}: {:?}", start.elapsed());
    status
}

#[test]
fn ctrl_c_ends_every_long_run_within_a_second() {
    const SIGINT: i32 = 2;
    let folder = Folder::new();
    let items = fs::read_to_string(at("data/train.jsonl")).expect("it is there");
    let data = folder.write("large.jsonl", items.repeat(5));
    let out = folder.write("m.safetensors", "old");
    let sentence = "Juan Guaidó said that Russia and the US rejected any military intervention, and ";
    let article = folder.write("long.txt", sentence.repeat(40_000_000 / sentence.len()));
    for args in [vec!["train", "--data", &data, "--out", &out], vec!["evaluate", "--data", &data]] {
        assert_eq!(interrupted(&args).signal(), Some(SIGINT), "{args:?}");
    }
    assert_eq!(interrupted(&["predict", "--format", "jsonl", &article]).code(), Some(130));
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "old");
    assert_eq!(folder.names(), ["large.jsonl", "long.txt", "m.safetensors"]);
}
