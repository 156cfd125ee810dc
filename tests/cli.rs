//! The command line as its users meet it: exit codes, messages, forms of input and output.

mod common;

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Folder, SMALL, at, command, first_lines, shipped_model, stance, stance_in, stance_with};
use serde_json::Value;

const COMMANDS: [&str; 11] =
    ["demo", "train", "evaluate", "compare", "check", "predict", "inspect", "completions", "man", "label", "serve"];

/// An article whose title stands apart from the text, with accents before and inside the evidence.
const APART: &str = r#"{"id": "é1", "title": "Guaidó: «Sí» to troops", "date": "2019-02-25", "outlet": "El País",
    "text": "Señor Peña cheered. In Bogotá Juan Guaidó begged Washington to send soldiers at once. The European Union, naïve or not, rejected any military intervention."}"#;

fn apart() -> String {
    APART.replace('\n', " ")
}

fn chars(text: &str, start: &Value, end: &Value) -> String {
    let number = |v: &Value| v.as_u64().expect("a whole number") as usize;
    text.chars().skip(number(start)).take(number(end) - number(start)).collect()
}

fn sum_of(scores: &Value) -> f64 {
    scores.as_object().expect("scores").values().map(|p| p.as_f64().expect("a number")).sum()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Trains on the given lines and expects exit code 2, a message with all parts, and nothing at `--out`.
fn assert_training_fails(lines: impl AsRef<[u8]>, more: &[&str], parts: &[&str]) {
    let folder = Folder::new();
    let data = folder.write("bad.jsonl", lines);
    let out = folder.at("m.safetensors");
    stance(["train", "--data", &data, "--out", &out].iter().chain(more)).assert_error(parts);
    assert_eq!(folder.names(), ["bad.jsonl"], "something was left behind");
}

// Help, completions, the manual.

#[test]
fn help_of_every_command_has_examples() {
    assert!(stance(["--help"]).ok().out.contains("Examples:"));
    for name in COMMANDS {
        let help = stance([name, "--help"]).ok().out;
        assert!(help.contains("Examples:") && help.contains(&format!("stance {name}")), "{name}: {help}");
        assert!(stance(["--help"]).ok().out.contains(&format!("  {name}")), "{name} is not listed");
    }
}

#[test]
fn without_a_command_help_is_shown_as_an_error() {
    assert_eq!(stance([""; 0]).code, 2);
    assert_eq!(stance(["dance"]).code, 2);
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = stance(["completions", shell]).ok().out;
        assert!(COMMANDS.iter().all(|name| script.contains(name)) && script.contains("min-f1"), "{shell}");
    }
    assert_eq!(stance(["completions", "dos"]).code, 2);
}

#[test]
fn the_manual_is_printed() {
    let page = stance(["man"]).ok().out;
    assert!(page.contains(".TH") && COMMANDS.iter().all(|name| page.contains(name)));
}

// Training: errors.

#[test]
fn training_without_items_is_refused() {
    assert_training_fails("\n\n", &[], &["there are no items", "at least one item per label"]);
}

#[test]
fn training_on_one_label_is_refused_by_its_name() {
    let lines = "{\"text\": \"one\", \"stance\": \"supports\"}\n{\"text\": \"two\", \"stance\": \"supports\"}\n";
    assert_training_fails(lines, &[], &["only the label \"supports\"", "--label-field"]);
}

#[test]
fn a_missing_label_is_named_with_file_line_and_field() {
    let lines = "{\"text\": \"one\", \"stance\": \"supports\"}\n{\"text\": \"two\", \"mood\": \"supports\"}\n";
    assert_training_fails(lines, &[], &["bad.jsonl:2: ", "\"stance\" is missing", "mood, text", "--label-field"]);
}

#[test]
fn a_bad_span_is_named_with_its_values() {
    let lines = "{\"text\": \"one\", \"stance\": \"supports\", \"start\": 2, \"end\": 9}\n";
    assert_training_fails(lines, &[], &["bad.jsonl:1: ", "\"start\" 2", "\"end\" 9", "start < end <= 3"]);
}

#[test]
fn bytes_that_are_no_utf8_are_named() {
    let lines = b"{\"text\": \"one\", \"stance\": \"a\"}\n{\"text\": \"caf\xe9\", \"stance\": \"b\"}\n";
    assert_training_fails(lines, &[], &["bad.jsonl:2: ", "not UTF-8 (byte 14", "convert the file to UTF-8"]);
}

#[test]
fn a_missing_file_is_named() {
    let folder = Folder::new();
    let (data, out) = (folder.at("none.jsonl"), folder.at("m.safetensors"));
    stance(["train", "--data", &data, "--out", &out]).assert_error(&[&data]);
    stance(["evaluate", "--data", &data]).assert_error(&[&data]);
    stance(["inspect", &data]).assert_error(&[&data]);
    stance(["predict", &data]).assert_error(&[&data, "no such file", "`-` is stdin"]);
    assert!(folder.names().is_empty());
}

#[test]
fn an_unknown_family_is_refused_with_the_list() {
    let lines = first_lines("data/train.jsonl", 50);
    assert_training_fails(lines, &["--features", "words,phrenology"], &["phrenology", "segment", "position"]);
}

#[test]
fn settings_out_of_range_are_refused() {
    let lines = first_lines("data/train.jsonl", 50);
    assert_training_fails(&lines, &["--alpha", "0"], &["alpha = 0", "positive"]);
    assert_training_fails(&lines, &["--tolerance", "0"], &["tolerance = 0"]);
    assert_training_fails(&lines, &["--max-iterations", "0"], &["max-iterations = 0"]);
    assert_training_fails(&lines, &["--solver", "dense", "--class-weight", "balanced"], &["--solver sparse"]);
}

#[test]
fn a_folder_that_does_not_exist_is_found_before_training() {
    let folder = Folder::new();
    let data = folder.write("train.jsonl", first_lines("data/train.jsonl", 50));
    stance(["train", "--data", &data, "--out", &folder.at("no/m")]).assert_error(&["its folder does not exist"]);
    stance(["train", "--data", &data, "--out", folder.path().to_str().expect("UTF-8")])
        .assert_error(&["it is a folder"]);
}

#[test]
fn bad_lines_are_passed_over_only_when_asked_and_counted() {
    let folder = Folder::new();
    let data = folder.write("train.jsonl", first_lines("data/train.jsonl", SMALL) + "not JSON\n{\"text\": \"x\"}\n");
    let args = ["train", "--data", &data, "--out", &folder.at("m.safetensors")];
    stance(args).assert_error(&[&format!("train.jsonl:{}", SMALL + 1)]);
    let run = stance(args.iter().chain(&["--skip-bad"])).ok();
    for line in [SMALL + 1, SMALL + 2] {
        assert!(run.err.contains(&format!("train.jsonl:{line}: ")), "{}", run.err);
    }
    assert!(run.err.contains("2 bad lines skipped") && run.err.contains("300 items"), "{}", run.err);
}

#[test]
#[cfg(unix)]
fn a_pipe_gives_the_same_model_as_a_file() {
    let folder = Folder::new();
    folder.write("train.jsonl", first_lines("data/train.jsonl", SMALL));
    let (file, pipe) = (folder.at("file.st"), folder.at("pipe.st"));
    stance(["train", "--data", &folder.at("train.jsonl"), "--out", &file]).ok();
    let input = File::open(folder.at("train.jsonl")).expect("it was written");
    let mut cat = Command::new("cat").stdin(input).stdout(Stdio::piped()).spawn().expect("cat");
    let trained = Command::new(env!("CARGO_BIN_EXE_stance"))
        .args(["train", "--data", "/dev/stdin", "--out", &pipe])
        .stdin(cat.stdout.take().expect("piped"))
        .output()
        .expect("it runs");
    cat.wait().expect("cat ends");
    assert!(trained.status.success(), "{}", String::from_utf8_lossy(&trained.stderr));
    let weights = |path: &str| {
        let bytes = std::fs::read(path).expect("a model");
        let model = stance::model::format::from_bytes(&bytes, path).expect("a model");
        model.linear.weights().to_vec()
    };
    assert_eq!(weights(&file), weights(&pipe));
}

#[test]
fn any_two_labels_and_plain_texts_can_be_trained_on() {
    let folder = Folder::new();
    let texts = [("good fine day", "pos"), ("bad poor night", "neg")];
    let line = |i: usize| format!("{{\"body\": \"{} {i}\", \"mood\": \"{}\"}}\n", texts[i % 2].0, texts[i % 2].1);
    let data = folder.write("moods.jsonl", (0..40).map(line).collect::<String>());
    let model = folder.at("m.safetensors");
    stance(["train", "--data", &data, "--out", &model, "--label-field", "mood", "--text-field", "body"]).ok();
    let args = ["predict", "--model", &model, "--unit", "sentence", "--text-field", "body", "--format", "jsonl", "-"];
    let run =
        stance_with("{\"id\": 1, \"body\": \"a fine day\"}\n{\"id\": 2, \"body\": \"a poor night\"}\n", args).ok();
    let stances: Vec<Value> = run.lines().iter().map(|line| line["stance"].clone()).collect();
    assert_eq!(stances, ["pos", "neg"]);
}

// Evaluation.

#[test]
fn the_json_report_has_the_keys_of_the_contract() {
    let folder = Folder::new();
    let data = folder.write("test.jsonl", first_lines("data/test.jsonl", 200));
    let run = stance(["evaluate", "--data", &data, "--by", "actor,crisis", "--format", "json"]).ok();
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["n"], 200);
    for key in ["accuracy", "macro_f1", "macro_f1_interval", "per_label", "confusion", "baselines", "by"] {
        assert!(!report[key].is_null(), "{key} is missing");
    }
    assert!(report["by"]["actor"].to_string().contains("us") && !report["by"]["crisis"].is_null());
    let baselines = report["baselines"].to_string();
    for name in ["majority", "majority_per_actor", "lexicon_rule", "target_blind"] {
        assert!(baselines.contains(name), "{name}: {baselines}");
    }
    assert!(report["baselines"]["lexicon_rule"]["difference_interval"].is_array());
    let rows = array(&report["confusion"]["rows"]).iter().flat_map(array);
    assert_eq!(rows.map(|n| n.as_u64().expect("a count")).sum::<u64>(), 200);
}

#[test]
fn the_report_is_text_or_a_page_that_loads_nothing() {
    let folder = Folder::new();
    let data = folder.write("test.jsonl", first_lines("data/test.jsonl", 60));
    let text = stance(["evaluate", "--data", &data]).ok().out;
    assert!(text.contains("macro-F1") && text.contains("supports"), "{text}");
    let page = stance(["evaluate", "--data", &data, "--format", "html"]).ok().out;
    assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"), "{page:.80}");
    assert!(page.contains("<svg") && !page.contains("src=\"http") && !page.contains("<link"));
}

#[test]
fn min_f1_answers_with_the_exit_code() {
    let folder = Folder::new();
    let data = folder.write("test.jsonl", first_lines("data/test.jsonl", 60));
    let run = |min: &str| stance(["evaluate", "--data", &data, "--resamples", "0", "--min-f1", min]);
    run("0.1").ok();
    let no = run("0.999");
    assert_eq!(no.code, 1);
    assert!(no.out.contains("macro-F1") && no.err.contains("below the 0.999"), "{}", no.err);
}

#[test]
fn a_label_that_the_model_does_not_know_is_named() {
    let folder = Folder::new();
    let data = folder.write("odd.jsonl", "{\"id\": \"i7\", \"text\": \"x y\", \"stance\": \"ambivalent\"}\n");
    stance(["evaluate", "--data", &data]).assert_error(&["\"i7\"", "\"ambivalent\"", "opposes, neutral, supports"]);
}

#[test]
fn predictions_of_another_tool_are_scored() {
    let folder = Folder::new();
    let line = |id: u32, label: &str| format!("{{\"id\": {id}, \"text\": \"t\", \"stance\": \"{label}\"}}\n");
    let data = folder.write("gold.jsonl", line(1, "a") + &line(2, "b") + &line(3, "a") + &line(4, "b"));
    let other = folder.write("other.jsonl", line(4, "b") + &line(1, "a") + &line(2, "a") + &line(3, "a"));
    let run = stance(["evaluate", "--data", &data, "--predictions", &other, "--format", "json"]).ok();
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["accuracy"], 0.75);
    let short = folder.write("short.jsonl", line(1, "a"));
    stance(["evaluate", "--data", &data, "--predictions", &short]).assert_error(&[
        "short.jsonl",
        "no prediction",
        "\"2\"",
    ]);
}

// Prediction: forms of input.

#[test]
fn the_same_article_is_read_from_every_form_of_input() {
    let folder = Folder::new();
    let text = "The Lima Group met. Juan Guaidó begged Washington to send soldiers at once.";
    let json = serde_json::json!({ "id": "a", "text": text }).to_string();
    let txt = folder.write("one/a.txt", text);
    let jsonl = folder.write("two/a.jsonl", format!("{json}\n"));
    let csv = folder.write("three/a.csv", format!("id,text\na,\"{text}\"\n"));
    let actors = |run: common::Run| run.ok().lines()[0]["actors"].clone();
    let expected = actors(stance(["predict", "--format", "jsonl", &txt]));
    assert!(array(&expected).iter().any(|a| a["actor"] == "guaido" && a["stance"] == "supports"), "{expected}");
    for file in [&jsonl, &csv, &folder.at("one"), &folder.at("two"), &folder.at("three")] {
        assert_eq!(actors(stance(["predict", "--format", "jsonl", file])), expected, "{file}");
    }
    for (stdin, form) in [(text, "txt"), (&json, "jsonl"), (&format!("id,text\na,\"{text}\"\n"), "csv")] {
        assert_eq!(
            actors(stance_with(stdin, ["predict", "--format", "jsonl", "--input", form, "-"])),
            expected,
            "{form}"
        );
    }
    assert_eq!(actors(stance_with(&json, ["predict", "--format", "jsonl"])), expected, "stdin, guessed");
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names() {
    let folder = Folder::new();
    for name in ["c.txt", "a.txt", "b/z.txt", "notes.pdf"] {
        folder.write(name, "The United States rejected any attack.");
    }
    let run = stance(["predict", "--format", "jsonl", folder.path().to_str().expect("UTF-8")]).ok();
    let ids: Vec<String> = run.lines().iter().map(|l| l["id"].as_str().expect("an id").to_string()).collect();
    assert_eq!(ids, ["a.txt", "b/z.txt", "c.txt"]);
}

#[test]
fn bad_articles_stop_the_stream_unless_they_are_skipped() {
    let lines = "{\"id\": 1, \"text\": \"France rejected war.\"}\n{\"body\": \"x\"}\n{\"id\": 3, \"text\": \"France rejected war.\"}\n";
    let args = ["predict", "--format", "jsonl", "--input", "jsonl"];
    stance_with(lines, args).assert_error(&["stdin:2: ", "\"text\"", "body", "--text-field"]);
    let run = stance_with(lines, args.iter().chain(&["--skip-bad"])).ok();
    assert_eq!(run.lines().iter().map(|l| l["id"].clone()).collect::<Vec<_>>(), ["1", "3"]);
    assert!(run.err.contains("stdin:2: ") && run.err.contains("1 skipped"), "{}", run.err);
}

#[test]
fn items_are_answered_one_by_one_in_order() {
    let lines = first_lines("data/test.jsonl", 50);
    let run = stance_with(&lines, ["predict", "--unit", "sentence", "--format", "jsonl", "-"]).ok();
    let answers = run.lines();
    let items: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(answers.len(), items.len());
    for (answer, item) in answers.iter().zip(&items) {
        assert_eq!(answer["id"], item["id"]);
        assert!(answer["stance"].is_string() && (sum_of(&answer["scores"]) - 1.0).abs() < 1e-9, "{answer}");
    }
    let csv = stance_with(&lines, ["predict", "--unit", "sentence", "--format", "csv", "-"]).ok().out;
    assert_eq!(csv.lines().count(), 51);
    stance_with(&lines, ["predict", "--unit", "sentence", "--format", "html", "-"]).assert_error(&["format = html"]);
}

// Prediction: forms of output.

#[test]
fn a_report_has_the_fields_of_the_contract() {
    let run = stance_with(apart(), ["predict", "--format", "jsonl"]).ok();
    let report = &run.lines()[0];
    assert_eq!((&report["id"], &report["outlet"]), (&"é1".into(), &"El País".into()));
    assert!(array(&report["actors"]).len() >= 2, "{report}");
    for actor in array(&report["actors"]) {
        for key in ["actor", "stance", "confidence", "scores", "counts", "evidence"] {
            assert!(!actor[key].is_null(), "{key} is missing in {actor}");
        }
        assert!((sum_of(&actor["scores"]) - 1.0).abs() < 1e-9);
        assert_eq!(sum_of(&actor["counts"]) as usize, array(&actor["evidence"]).len());
        assert!(actor["evidence"][0]["contributions"].is_null(), "nobody asked for them");
    }
}

#[test]
fn offsets_count_characters_of_the_text_or_of_the_title() {
    let run = stance_with(apart(), ["predict", "--format", "jsonl", "--explain"]).ok();
    let article: Value = serde_json::from_str(&apart()).expect("JSON");
    let (mut in_title, mut in_text) = (0, 0);
    for evidence in array(&run.lines()[0]["actors"]).iter().flat_map(|a| array(&a["evidence"])) {
        let field = evidence["field"].as_str().unwrap_or("text");
        *(if field == "title" { &mut in_title } else { &mut in_text }) += 1;
        let text = article[field].as_str().expect("text");
        let cut = |of: &Value, start: &str, end: &str| chars(text, &of[start], &of[end]);
        assert_eq!(cut(evidence, "start", "end"), evidence["text"].as_str().expect("text"));
        assert_eq!(cut(evidence, "mention_start", "mention_end"), evidence["mention"].as_str().expect("text"));
        for contribution in array(&evidence["contributions"]) {
            assert_eq!(cut(contribution, "start", "end"), contribution["text"].as_str().expect("text"));
        }
    }
    assert!(in_title >= 1 && in_text >= 2, "{in_title} in the title, {in_text} in the text");
}

#[test]
fn contributions_and_bias_sum_to_the_logit_of_the_stance() {
    let run = stance(["predict", "--format", "jsonl", "--explain", &at("data/examples/caracas.txt")]).ok();
    let mut seen = 0;
    for evidence in array(&run.lines()[0]["actors"]).iter().flat_map(|a| array(&a["evidence"])) {
        let number = |v: &Value| v.as_f64().expect("a number");
        let sum: f64 = array(&evidence["contributions"]).iter().map(|c| number(&c["value"])).sum();
        assert!((sum + number(&evidence["bias"]) - number(&evidence["logit"])).abs() < 1e-9, "{evidence}");
        seen += 1;
    }
    assert!(seen >= 10, "{seen} pieces of evidence");
}

#[test]
fn the_explained_logits_give_the_scores() {
    // The logit of one label is not to be seen from the others: two items, the same model, ln(p) - logit must agree
    // with what the weights say. With two labels of opposite weights, p = 1 / (1 + exp(-2 * logit)).
    let folder = Folder::new();
    let line = |i: usize| {
        let (text, label) = if i.is_multiple_of(2) { ("good fine day", "a") } else { ("bad poor night", "b") };
        format!("{{\"text\": \"{text} {}\", \"stance\": \"{label}\"}}\n", i / 2)
    };
    let data = folder.write("t.jsonl", (0..40).map(line).collect::<String>());
    let model = folder.at("m.safetensors");
    let fit = ["--solver", "sparse", "--tolerance", "1e-9", "--max-iterations", "5000"];
    stance(["train", "--data", &data, "--out", &model].iter().chain(&fit)).ok();
    let args = ["predict", "--model", &model, "--unit", "sentence", "--format", "jsonl", "--explain"];
    let run = stance_with("{\"text\": \"good fine day\"}\n", args).ok();
    let answer = &run.lines()[0];
    let logit = answer["logit"].as_f64().expect("a number");
    let p = answer["confidence"].as_f64().expect("a number");
    assert_eq!(answer["stance"], "a");
    assert!(logit > 0.1 && (p - 1.0 / (1.0 + (-2.0 * logit).exp())).abs() < 1e-5, "logit {logit}, p {p}");
}

#[test]
fn stances_of_little_confidence_are_withheld() {
    let file = at("data/examples/caracas.txt");
    let run = |min: &str| stance(["predict", "--format", "jsonl", "--min-confidence", min, &file]);
    let count = |min: &str| {
        let run = run(min).ok();
        let actors = array(&run.lines()[0]["actors"]).to_vec();
        for actor in &actors {
            let sure = actor["confidence"].as_f64().expect("a number") >= min.parse().expect("a number");
            assert_eq!(sure, actor["stance"].is_string(), "{actor}");
        }
        (actors.iter().filter(|a| a["stance"].is_null()).count(), actors.len())
    };
    assert_eq!(count("0").0, 0);
    let (withheld, all) = count("0.75");
    assert!(0 < withheld && withheld < all, "{withheld} of {all}");
    run("1.5").assert_error(&["min-confidence = 1.5", "from 0 to 1"]);
}

#[test]
fn csv_has_one_record_per_actor() {
    let file = at("data/examples/caracas.txt");
    let reports = stance(["predict", "--format", "jsonl", &file]).ok().lines();
    let run = stance(["predict", "--format", "csv", &file]).ok();
    let mut csv = csv::Reader::from_reader(run.out.as_bytes());
    let header: Vec<String> = csv.headers().expect("a header").iter().map(String::from).collect();
    for name in ["id", "actor", "stance", "confidence", "p_opposes", "n_supports", "evidence"] {
        assert!(header.iter().any(|h| h == name), "{name} is missing: {header:?}");
    }
    let records: Vec<_> = csv.records().map(|r| r.expect("a record")).collect();
    let column = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let actors = array(&reports[0]["actors"]);
    assert_eq!(records.len(), actors.len());
    for (record, actor) in records.iter().zip(actors) {
        assert_eq!(record[column("actor")], *actor["actor"].as_str().expect("text"));
        assert_eq!(record[column("stance")], *actor["stance"].as_str().expect("text"));
    }
}

#[test]
fn html_is_one_page_and_text_of_articles_is_escaped() {
    let text = "{\"text\": \"<script>alert(1)</script> France rejected any attack.\"}";
    let page = stance_with(text, ["predict", "--format", "html"]).ok().out;
    assert!(page.to_lowercase().starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;"));
}

#[test]
fn no_colour_goes_into_a_pipe() {
    let file = at("data/examples/caracas.txt");
    for args in [vec!["predict", &file], vec!["inspect"], vec!["predict", "nothing"]] {
        let run = stance(&args);
        assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'), "{args:?}");
    }
    let forced = command().env("CLICOLOR_FORCE", "1").args(["predict", &file]).output().expect("it runs");
    assert!(forced.stdout.contains(&0x1b), "colour can be asked for");
    let not = command().env("NO_COLOR", "1").args(["predict", &file]).output().expect("it runs");
    assert!(!not.stdout.contains(&0x1b));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = Command::new(command().get_program());
    let args = ["predict", "--format", "jsonl", "--explain", &at("data/articles.jsonl")];
    let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut first = [0; 100];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("some output");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

/// stdin stays open, so that the program is in the middle of its input, waiting for more.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_at_once_and_leaves_whole_lines() {
    let folder = Folder::new();
    let out = folder.at("out.jsonl");
    let mut command = Command::new(command().get_program());
    command.args(["predict", "--format", "jsonl", "--input", "jsonl", "-"]).stdin(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.stdout(File::create(&out).expect("a file")).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let article = |n: usize| format!("{}\n", apart().replace("é1", &format!("é{n}")));
    let written = || std::fs::metadata(&out).expect("the file is there").len();
    for n in (0..).take_while(|_| written() == 0) {
        stdin.write_all(article(n).as_bytes()).expect("it reads");
    }
    let start = Instant::now();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill is there").success());
    let status = child.wait().expect("it ends");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(status.code(), Some(130));
    let text = std::fs::read_to_string(&out).expect("UTF-8");
    assert!(text.ends_with('\n') && text.lines().count() > 1);
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn control_characters_of_a_text_do_not_come_out() {
    let line = r#"{"id": "a", "text": "Germany \u001b[31mrejected\u0007 the \u007fwar."}"#;
    for format in ["jsonl", "csv", "html", "text"] {
        let run = stance_with(line, ["predict", "--format", format, "--input", "jsonl", "-"]).ok();
        let stray = run.out.chars().find(|c| c.is_control() && !c.is_whitespace());
        assert_eq!(stray, None, "{format}: {}", run.out);
        assert!(run.out.contains("rejected"), "{format}: {}", run.out);
        assert!(
            format != "jsonl"
                || run.lines()[0]["actors"][0]["evidence"][0]["text"]
                    .as_str()
                    .is_some_and(|t| t.contains("the \u{7f}war"))
        );
    }
}

// Actors.

#[test]
fn actors_of_ones_own_need_no_training() {
    let folder = Folder::new();
    let table =
        "version = 1\n[[actor]]\nid = \"zembla\"\nkind = \"state\"\npronouns = [\"it\"]\nnames = [\"Zembla\"]\n";
    let actors = folder.write("mine.toml", table);
    let text = "Zembla rejected any foreign invasion.";
    let found = |more: &[&str]| {
        let run = stance_with(text, ["predict", "--format", "jsonl"].iter().chain(more)).ok();
        run.lines()[0]["actors"].clone()
    };
    assert_eq!(array(&found(&[])).len(), 0);
    let with = found(&["--actors", &actors]);
    assert_eq!((&with[0]["actor"], &with[0]["stance"]), (&"zembla".into(), &"opposes".into()));
    let bad = folder.write("bad.toml", "version = 1\n[[actor]]\nid = \"x\"\nfamous = true\n");
    stance_with(text, ["predict", "--actors", &bad]).assert_error(&["bad.toml"]);
}

#[test]
fn a_pronoun_is_not_the_united_states() {
    let ids = |text: &str| {
        let run = stance_with(text, ["predict", "--format", "jsonl"]).ok();
        let actors = array(&run.lines()[0]["actors"]).to_vec();
        actors.iter().map(|a| a["actor"].as_str().expect("an id").to_string()).collect::<Vec<_>>()
    };
    assert!(ids("They told us all that war is wrong.").is_empty());
    assert_eq!(ids("The US told them that war is wrong."), ["us"]);
}

// Inspection and the demo.

#[test]
fn a_model_can_be_inspected_as_text_and_json() {
    let text = stance(["inspect", "--top", "3"]).ok().out;
    for part in ["labels", "opposes, neutral, supports", "BLAKE3", "families", "relation", "alpha"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let path = shipped_model();
    let run = stance(["inspect", path.to_str().expect("UTF-8"), "--top", "3", "--format", "json"]).ok();
    let json: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(json["labels"], serde_json::json!(["opposes", "neutral", "supports"]));
    assert!(["opposes", "neutral", "supports"].iter().all(|l| array(&json["heaviest"][l]).len() == 3));
    assert!(json["card"]["command"].as_str().expect("text").starts_with("stance train"));
}

#[test]
fn the_demo_writes_its_files_and_prints_the_evaluation() {
    let folder = Folder::new();
    let run = stance_in(folder.path(), ["demo", "--out", "made"]).ok();
    for part in ["macro-F1", "guaido", "evaluating on test.jsonl", "Next: stance predict"] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    assert_eq!(folder.names(), ["made"]);
    for name in ["model.safetensors", "evaluation.html", "article.jsonl", "article.html"] {
        let size = std::fs::metadata(folder.path().join("made").join(name)).expect(name).len();
        assert!(size > 500, "{name} has {size} bytes");
    }
    let model = folder.at("made/model.safetensors");
    let again = stance(["predict", "--model", &model, "--format", "jsonl", &at("data/examples/caracas.txt")]).ok();
    assert_eq!(again.out, std::fs::read_to_string(folder.at("made/article.jsonl")).expect("it is there"));
}
