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
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let record = json!({ "url": "a", "head": "Talks fail", "day": "2019-02-25", "body": TEXT });
    let mut texts: Vec<(&'static str, String)> = vec![
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
    ];
    if cfg!(feature = "html") {
        let head = "<meta name=url content=a><meta name=day content=2019-02-25><title>Talks fail | The Wire</title>";
        let text = TEXT.replace("Juan Guaidó", "<b>Juan <a href=x>Guaid&oacute;</a></b>");
        let page =
            format!("<!DOCTYPE html>\n{head}<nav>Home</nav><h1>Talks fail</h1><p>{text}</p><footer>Terms</footer>\n");
        texts.push(("a.html", page));
    }
    let mut forms: Vec<_> = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    forms.extend(parquet_form());
    forms
}

#[cfg(feature = "parquet")]
fn parquet_form() -> Option<(&'static str, Vec<u8>)> {
    let row = ["a", "Talks fail", "2019-02-25", TEXT].map(|cell| Some(cell.to_string()));
    Some(("a.parquet", common::parquet_of(&["url", "head", "day", "body"], &[row.into()], 1)))
}

#[cfg(not(feature = "parquet"))]
fn parquet_form() -> Option<(&'static str, Vec<u8>)> {
    None
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
            (name.to_string(), content.clone()),
            (format!("{name}.gz"), gzip(&content)),
            (format!("{name}.zst"), zstd::encode_all(&content[..], 3).expect("memory")),
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
    assert_eq!(run.lines().len(), forms().len() + 1, "{:?}", ids(&run));
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

/// A table of the same rows in every form that has records, packed or not, in row groups of some sizes; `None` is
/// missing.
fn tables(names: &[&str], rows: &[Vec<Option<String>>]) -> Vec<(String, Vec<u8>)> {
    let object = |row: &Vec<Option<String>>| -> Value {
        let fields = names.iter().zip(row).filter_map(|(name, cell)| Some((name.to_string(), json!(cell.as_ref()?))));
        // Offsets are numbers.
        let number = |(name, value): (String, Value)| match value.as_str().and_then(|v| v.parse::<u64>().ok()) {
            Some(number) if ["start", "end"].contains(&&name[..]) => (name, json!(number)),
            _ => (name, value),
        };
        Value::Object(fields.map(number).collect())
    };
    let objects: Vec<String> = rows.iter().map(|row| object(row).to_string()).collect();
    let lines = objects.join("\n");
    let table = |delimiter: u8| {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(names).expect("memory");
        for row in rows {
            writer.write_record(row.iter().map(|cell| cell.as_deref().unwrap_or_default())).expect("memory");
        }
        writer.into_inner().expect("memory")
    };
    let mut tables = vec![
        ("a.jsonl".to_string(), lines.clone().into_bytes()),
        ("a.jsonl.gz".to_string(), gzip(lines.as_bytes())),
        ("a.json".to_string(), format!("[{}]", objects.join(",")).into_bytes()),
        ("a.csv".to_string(), table(b',')),
        ("a.csv.zst".to_string(), zstd::encode_all(&table(b',')[..], 3).expect("memory")),
        ("a.tsv".to_string(), table(b'\t')),
    ];
    tables.extend(parquet_tables(names, rows));
    tables
}

#[cfg(feature = "parquet")]
fn parquet_tables(names: &[&str], rows: &[Vec<Option<String>>]) -> Vec<(String, Vec<u8>)> {
    let table = |group: usize| common::parquet_of(names, rows, group);
    vec![
        ("one.parquet".into(), table(1)),
        ("some.parquet".into(), table(7)),
        ("all.parquet".into(), table(rows.len())),
        ("a.parquet.gz".into(), gzip(&table(7))),
    ]
}

#[cfg(not(feature = "parquet"))]
fn parquet_tables(_: &[&str], _: &[Vec<Option<String>>]) -> Vec<(String, Vec<u8>)> {
    Vec::new()
}

/// Rows from a file of the repository, of the fields that are named.
fn rows_of(path: &str, lines: usize, names: &[&str]) -> Vec<Vec<Option<String>>> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let row = |line: &str| {
        let object: Value = serde_json::from_str(line).expect("JSON");
        names.iter().map(|name| text(&object[*name])).collect()
    };
    common::first_lines(path, lines).lines().map(row).collect()
}

#[test]
fn articles_are_answered_the_same_in_any_form_by_any_number_of_threads() {
    let folder = Folder::new();
    let names = ["id", "title", "date", "outlet", "text"];
    let rows = rows_of("data/articles.jsonl", 60, &names);
    assert!(rows.iter().all(|row| row[4].is_some()), "there are texts");
    let mut expected = None;
    for (name, bytes) in tables(&names, &rows) {
        let path = folder.write(&name, bytes);
        for threads in ["1", "3"] {
            let out = predict([&path, "--threads", threads]).ok().out;
            assert_eq!(out.lines().count(), rows.len(), "{name}");
            assert!(&out == expected.get_or_insert_with(|| out.clone()), "{name} with {threads} threads");
        }
    }
}

#[test]
fn items_are_answered_the_same_in_any_form_by_any_number_of_threads() {
    let folder = Folder::new();
    let names = ["id", "text", "actor", "start", "end", "stance"];
    let rows = rows_of("data/dev.jsonl", 80, &names);
    assert!(rows.iter().all(|row| row[3].is_some()), "there are offsets");
    let mut expected = None;
    for (name, bytes) in tables(&names, &rows) {
        let path = folder.write(&name, &bytes);
        let out = predict([path.as_str(), "--unit", "sentence", "--threads", "2"]).ok().out;
        assert_eq!(out.lines().count(), rows.len(), "{name}");
        assert!(&out == expected.get_or_insert_with(|| out.clone()), "{name}");
        let piped = ["predict", "--format", "jsonl", "--unit", "sentence", "--threads", "1"];
        let piped = stance_with(&bytes, piped).ok().out;
        assert!(Some(&piped) == expected.as_ref(), "{name} from a pipe");
    }
}

#[test]
fn a_text_has_no_items() {
    let folder = Folder::new();
    for name in ["a.txt", "a.md.gz"] {
        let path = folder.write(name, if name.ends_with("gz") { gzip(b"France.") } else { b"France.".to_vec() });
        predict([path.as_str(), "--unit", "sentence"]).assert_error(&[name, "has no fields", "--input"]);
    }
}

/// The text, title, date and site of 30 pages (benches/extractors/pages.py); how much else is in the text is measured in
/// benches/extractors, this test holds what docs/reading.md says of it.
#[cfg(feature = "html")]
#[test]
fn the_articles_of_pages_are_found() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pages");
    let expected = std::fs::read_to_string(folder.join("expected.jsonl")).expect("it is there");
    for line in expected.lines() {
        let page: Value = serde_json::from_str(line).expect("JSON");
        let name = page["file"].as_str().expect("a name");
        let found = predict([folder.join(name)]).ok().lines().remove(0);
        assert_eq!(found["title"], page["title"], "{name}");
        assert!(found["date"].as_str().is_some_and(|date| !date.is_empty()), "{name}");
        if page["outlet"].is_string() {
            assert_eq!(found["outlet"], page["outlet"], "{name}");
        }
        let squeeze = |text: &Value| text.as_str().expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
        let text = squeeze(&found["text"]);
        for paragraph in page["text"].as_str().expect("text").lines() {
            let paragraph = squeeze(&paragraph.into());
            assert!(text.contains(&paragraph), "{name}: {paragraph:?} is not in {text}");
        }
        assert!(!text.contains("partners store") && !text.contains("money back"), "{name}: {text}");
    }
}

#[cfg(feature = "html")]
#[test]
fn pages_in_other_encodings_are_read_as_they_say_or_as_they_are() {
    let folder = Folder::new();
    let page = |charset: &str, word: &[u8]| {
        let head = format!("<html><head>{charset}<title>t</title></head><body><p>");
        [head.as_bytes(), word, b" of France rejected any attack, he said.</p></body></html>"].concat()
    };
    // Python: "Санкт".encode("cp1251"), "café".encode("latin-1"), "日本".encode("shift_jis"), "日本".encode("iso-2022-jp")
    let cases: [(&str, &[u8], &str); 6] = [
        ("<meta charset=windows-1251>", b"\xd1\xe0\xed\xea\xf2", "Санкт"),
        ("<meta http-equiv='content-type' content='text/html; charset=ISO-8859-1'>", b"caf\xe9", "café"),
        ("<meta charset=shift_jis>", b"\x93\xfa\x96{", "日本"),
        ("<meta charset=iso-2022-jp>", b"\x1b$BF|K\\\x1b(B", "日本"),
        ("<meta charset=windows-1252>", "Peña".as_bytes(), "Peña"),
        ("<meta charset=klingon>", b"caf\xe9", "café"),
    ];
    for (charset, word, expected) in cases {
        let path = folder.write("a.html", page(charset, word));
        let run = predict([&path]).ok();
        assert!(run.lines()[0]["text"].as_str().is_some_and(|t| t.contains(expected)), "{charset}: {}", run.out);
    }
    let path = folder.write("a.html", page("<meta charset=windows-1252>", b"caf\xe9"));
    predict(["--encoding", "strict", &path]).assert_error(&["a.html: it is not UTF-8 (byte "]);
}

#[cfg(not(feature = "html"))]
#[test]
fn a_page_is_refused_where_the_feature_is_missing() {
    let folder = Folder::new();
    let path = folder.write("a.html", "<html><p>France rejected any attack.");
    predict([&path]).assert_error(&["a.html: it is a web page, which this build does not read", "--features html"]);
}
