//! What may happen to a run from outside: killed at any moment, Ctrl-C, a full disk, leftovers of a run before. The file
//! that it writes is whole, the old one or the new one; nothing piles up; errors are told.
//!
//! `STANCE_KILLS` sets how often the runs of each kind are killed (60).
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Folder, SMALL, at, command, first_lines, small_model, stance};
use stance::model::format::from_bytes;

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

/// How often the runs of each command are killed.
fn kills() -> usize {
    std::env::var("STANCE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

/// Runs a command in turn on two inputs, each time with the same output file, and kills it: at any moment, or right
/// after it began to write. `args` gives the arguments for an input and an output, `check` looks at what is there.
fn killed_at_any_moment(inputs: [&str; 2], args: impl Fn(&str, &str) -> Vec<String>, check: impl Fn(&[u8])) {
    let apart = Folder::new();
    let mut whole = Vec::new();
    let mut longest = Duration::ZERO;
    for (name, input) in ["a", "b"].iter().zip(inputs) {
        let start = Instant::now();
        stance(args(input, &apart.at(name))).ok();
        longest = longest.max(start.elapsed());
        whole.push(fs::read(apart.at(name)).expect("a result"));
    }
    assert!(whole[0] != whole[1], "otherwise nobody could tell old from new");
    let target = Folder::new();
    let out = target.write("out", &whole[0]);
    let (mut random, mut cut_short, mut left) = (Random(1), 0, 0);
    for kill in 0..kills() {
        let args = args(inputs[(kill + 1) % 2], &out);
        let mut child = spawn(&args.iter().map(String::as_str).collect::<Vec<_>>(), Stdio::null());
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
        check(&found);
        let temporary = temporary(&target);
        assert!(temporary.len() <= 1, "kill {kill}: {temporary:?} pile up");
        left += temporary.len();
    }
    println!(
        "{}: {cut_short} of {} runs were cut short, {left} left a temporary file behind",
        args("", "")[0],
        kills()
    );
    assert!(cut_short > 0, "no run was killed in time");
    stance(args(inputs[0], &out)).ok();
    assert_eq!(target.names(), ["out"]);
    assert!(fs::read(&out).expect("a result") == whole[0]);
}

#[test]
fn training_that_is_killed_at_any_moment_leaves_a_whole_model_and_nothing_piles_up() {
    let folder = Folder::new();
    let data = [
        folder.write("a.jsonl", first_lines("data/train.jsonl", SMALL)),
        folder.write("b.jsonl", first_lines("data/train.jsonl", 2 * SMALL)),
    ];
    let args = |data: &str, out: &str| ["train", "--data", data, "--out", out].map(String::from).to_vec();
    killed_at_any_moment([&data[0], &data[1]], args, |found| {
        from_bytes(found, "m").expect("it can be loaded");
    });
}

#[test]
fn prediction_that_is_killed_at_any_moment_leaves_a_whole_file_and_nothing_piles_up() {
    let folder = Folder::new();
    let articles = [
        folder.write("a.jsonl", first_lines("data/articles.jsonl", 120)),
        folder.write("b.jsonl", first_lines("data/articles.jsonl", 60)),
    ];
    for format in ["jsonl", "csv"] {
        let args =
            |input: &str, out: &str| ["predict", "--format", format, "--out", out, input].map(String::from).to_vec();
        killed_at_any_moment([&articles[0], &articles[1]], args, |found| assert_eq!(found.last(), Some(&b'\n')));
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

#[test]
fn a_full_disk_is_told_for_files() {
    // Through a link, so that a mistake could not replace the device itself.
    let folder = Folder::new();
    let data = folder.write("a.jsonl", first_lines("data/train.jsonl", SMALL));
    let out = folder.at("full");
    std::os::unix::fs::symlink("/dev/full", &out).expect("a link");
    stance(["train", "--data", &data, "--out", &out]).assert_error(&[&out, "No space left"]);
    let kind = fs::metadata(&out).expect("it is there").file_type();
    assert!(kind.is_char_device(), "the device is still what the link leads to");
    assert!(temporary(&folder).is_empty());
}

#[test]
fn a_full_disk_is_told_for_stdout() {
    let (article, items) = (at("data/examples/caracas.txt"), at("data/dev.jsonl"));
    let form = |format| vec!["predict", "--format", format, &article];
    let mut runs: Vec<Vec<&str>> = ["text", "jsonl", "csv", "html"].into_iter().map(form).collect();
    runs.push(vec!["predict", "--unit", "sentence", &items]);
    runs.push(vec!["evaluate", "--resamples", "0", "--data", &items]);
    runs.extend([vec!["inspect"], vec!["completions", "bash"], vec!["man"]]);
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
