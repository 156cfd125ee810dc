//! Every form of input gives the same answer, packed or not, in any encoding; what is broken is named with its place and
//! the way out, or passed over and counted.

mod common;

use std::io::Write;

use common::{Folder, Run, stance, stance_with};
use serde_json::{Value, json};

const TEXT: &str = "The Lima Group met. Juan Guaidó begged Washington to send soldiers at once.";

fn predict<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    let mut all: Vec<std::ffi::OsString> = ["predict", "--format", "jsonl"].map(Into::into).to_vec();
    all.extend(args.into_iter().map(|arg| arg.as_ref().into()));
    stance(all)
}

fn ids(run: &Run) -> Vec<String> {
    run.lines().iter().map(|line| line["id"].as_str().expect("an id").to_string()).collect()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

/// The text in every form, with the same id, title and date; the columns have names of the user's.
fn forms() -> Vec<(&'static str, String)> {
    let record = json!({ "url": "a", "head": "Talks fail", "day": "2019-02-25", "body": TEXT });
    vec![
        ("a.jsonl", format!("{record}\n")),
        ("a.json", format!("[\n{}\n]\n", serde_json::to_string_pretty(&record).expect("JSON"))),
        ("one.json", serde_json::to_string_pretty(&record).expect("JSON")),
        ("a.csv", format!("url,head,day,body\r\na,Talks fail,2019-02-25,\"{TEXT}\"\r\n")),
        ("semicolon.csv", format!("url;head;day;body\na;Talks fail;2019-02-25;{TEXT}\n")),
        ("a.tsv", format!("url\thead\tday\tbody\na\tTalks fail\t2019-02-25\t{TEXT}\n")),
        (
            "a.md",
            format!(
                "---\nurl: a\nhead: Talks fail\nday: 2019-02-25\n---\n\n{}\n",
                TEXT.replace("Juan Guaidó", "**Juan [Guaidó](x)**")
            ),
        ),
        ("a.txt", format!("Title: Talks fail\nDate: 2019-02-25\n\n{TEXT}\n")),
    ]
}

const NAMES: [&str; 8] = ["--text-field", "body", "--id-field", "url", "--title-field", "head", "--date-field", "day"];

/// The report without what depends on the file's name and on where the text stands in it.
fn core(run: Run) -> Value {
    let line = run.ok().lines().remove(0);
    let actor = |a: &Value| {
        let sentences: Vec<_> = a["evidence"].as_array().expect("a list").iter().map(|e| e["text"].clone()).collect();
        json!([a["actor"], a["stance"], a["scores"], sentences])
    };
    let actors: Vec<Value> = line["actors"].as_array().expect("a list").iter().map(actor).collect();
    json!([line["title"], line["date"], actors])
}

#[test]
fn every_form_packed_or_not_gives_the_same_answer() {
    let folder = Folder::new();
    let mut expected = None;
    for (name, content) in forms() {
        let packed = [
            (name.to_string(), content.clone().into_bytes()),
            (format!("{name}.gz"), gzip(content.as_bytes())),
            (format!("{name}.zst"), zstd::encode_all(content.as_bytes(), 3).expect("memory")),
        ];
        for (name, bytes) in packed {
            let path = folder.write(&name, bytes);
            let found = core(predict([path.as_str()].iter().chain(&NAMES)));
            assert_eq!(&found, expected.get_or_insert_with(|| found.clone()), "{name}");
        }
    }
    let expected = expected.expect("forms").to_string();
    assert!(expected.contains("guaido") && expected.contains("supports"), "{expected}");
}

#[test]
fn stdin_is_told_by_its_first_bytes() {
    for (name, content) in forms().into_iter().filter(|(name, _)| *name != "one.json") {
        let args = ["predict", "--format", "jsonl"].iter().chain(&NAMES);
        let found = core(stance_with(&content, args));
        assert!(found.to_string().contains("guaido"), "{name}: {found}");
        assert_eq!((&found[0], &found[1]), (&json!("Talks fail"), &json!("2019-02-25")), "{name}");
    }
}

#[test]
fn offsets_in_markdown_count_in_the_text_that_is_given() {
    let folder = Folder::new();
    let path = folder.write("a.md", "# Talks *fail*\n\nThe **envoys** left. [France](x) rejected any é attack.\n");
    let line = predict([path]).ok().lines().remove(0);
    assert_eq!(line["title"], "Talks fail");
    let text: Vec<char> = line["text"].as_str().expect("the stripped text").chars().collect();
    let evidence = &line["actors"][0]["evidence"][0];
    let at = |key: &str| evidence[key].as_u64().expect("a number") as usize;
    let cut: String = text[at("start")..at("end")].iter().collect();
    assert_eq!(cut, "France rejected any é attack.");
    assert_eq!(evidence["text"], cut);
}

#[test]
fn a_folder_of_everything_is_read_once() {
    let folder = Folder::new();
    for (name, content) in forms() {
        folder.write(&format!("in/{name}"), content);
    }
    folder.write("in/deep/b.txt.gz", gzip(b"France rejected any attack."));
    folder.write("in/.hidden.txt", "France rejected any attack.");
    folder.write("in/x.pdf", "%PDF-1.4");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("in"), folder.path().join("in/deep/loop")).expect("a link");
    let run = predict([folder.at("in").as_str()].iter().chain(&["--id-field", ""]).chain(&NAMES[..2])).ok();
    assert_eq!(run.lines().len(), 9, "{:?}", ids(&run));
    assert!(ids(&run).contains(&"deep/b.txt.gz".to_string()), "{:?}", ids(&run));
    #[cfg(unix)]
    assert!(run.err.contains("loop leads to a folder that is read already"), "{}", run.err);
}

#[test]
fn files_of_the_same_name_keep_apart() {
    let folder = Folder::new();
    let (one, two) = (folder.write("one/a.txt", TEXT), folder.write("two/a.txt", TEXT));
    assert_eq!(ids(&predict([&one, &two]).ok()), [one, two]);
}
