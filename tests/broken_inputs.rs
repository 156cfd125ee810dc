//! Broken input of every kind, for every reader: exit code 2 with the place and the way out, or with `--skip-bad` passed
//! over, counted and said.

mod common;

use std::io::Write;

use common::{Folder, Run, command, stance};

const GOOD: &str = "France rejected any attack.";

/// A case: the file's name, its bytes, what the message says, and how many articles are left with `--skip-bad`.
struct Case(&'static str, Vec<u8>, &'static [&'static str], usize);

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn predict(args: &[&str]) -> Run {
    stance(["predict", "--format", "jsonl"].iter().chain(args))
}

/// Runs a case without and with `--skip-bad`.
fn check(Case(name, bytes, parts, left): &Case, more: &[&str]) {
    let folder = Folder::new();
    let path = folder.write(name, bytes);
    let args: Vec<&str> = [path.as_str()].iter().chain(more).copied().collect();
    let run = predict(&args);
    assert_eq!(run.code, 2, "{name}: {run:?}");
    assert!(run.err.contains(&path), "{name}: the file is not named: {}", run.err);
    parts.iter().for_each(|part| assert!(run.err.contains(part), "{name}: {part:?} is not in {}", run.err));
    let run = predict(&[&args[..], &["--skip-bad"]].concat());
    assert_eq!((run.code, run.lines().len()), (0, *left), "{name}: {run:?}");
    assert!(run.err.contains("warning: skipped: ") && run.err.contains(" skipped as bad ("), "{name}: {}", run.err);
}

fn all(cases: &[Case], more: &[&str]) {
    cases.iter().for_each(|case| check(case, more));
}

fn line(id: &str) -> String {
    format!("{{\"id\": \"{id}\", \"text\": \"{GOOD}\"}}\n")
}

/// A line between two good ones.
fn between(bytes: &[u8]) -> Vec<u8> {
    [line("a").as_bytes(), bytes, b"\n", line("b").as_bytes()].concat()
}

#[test]
fn every_reader_refuses_what_is_empty_or_no_text() {
    let pages: &[&str] = if cfg!(feature = "html") { &["html", "htm", "xhtml"] } else { &[] };
    for ending in ["txt", "md", "jsonl", "json", "csv", "tsv", "xyz", "txt.gz"].iter().chain(pages) {
        let name: &'static str = format!("a.{ending}").leak();
        let table = ending.ends_with("sv");
        let nothing: &[&str] = if table { &["no column \"text\""] } else { &["there is no"] };
        all(&[Case(name, Vec::new(), nothing, 0)], &[]);
        let binary = if table { b"text,id\n\x00\x01\xff,1\n".to_vec() } else { b"\x00\x01\xff\xfe\x00ab\x80".to_vec() };
        let binary = if ending.starts_with("tsv") { b"text\tid\n\x00\x01\xff\t1\n".to_vec() } else { binary };
        all(&[Case(name, binary, &[], 0)], &[]);
    }
    all(
        &[
            Case("a.txt", b"PK\x03\x04....".to_vec(), &["a ZIP archive", "unpack it first"], 0),
            Case("a.txt", b"%PDF-1.4 ....".to_vec(), &["a PDF", "pdftotext"], 0),
            Case("a.txt", b"France\0rejected.".to_vec(), &["it is no text (byte 7 is zero)", "--encoding"], 0),
            Case("a.txt", b" \r\n\t\n".to_vec(), &["there is no text in it"], 0),
            Case("a.csv", b"id,text\n".to_vec(), &["there is no article in it"], 0),
        ],
        &[],
    );
}

#[test]
fn broken_json_lines() {
    let deep =
        [b"{\"id\": \"d\", \"x\": ".to_vec(), b"[".repeat(200_000), b"]".repeat(200_000), b"}".to_vec()].concat();
    all(
        &[
            Case("a.jsonl", between(b"{\"text\": \"x\""), &["a.jsonl:2: not JSON"], 2),
            Case("a.jsonl", between(b"{\"id\": 1, \"text\": NaN}"), &["a.jsonl:2: not JSON: NaN", "write null"], 2),
            Case(
                "a.jsonl",
                between(b"{\"id\": 1, \"body\": \"x\"}"),
                &["a.jsonl:2: no field \"text\"", "body", "--text-field"],
                2,
            ),
            Case("a.jsonl", between(b"{\"id\": 1, \"text\": \"\"}"), &["a.jsonl:2: there is no text"], 2),
            Case(
                "a.jsonl",
                between("{\"id\": 1, \"text\": \"Peña, Peñ".as_bytes().split_last().expect("bytes").1),
                &["a.jsonl:2: "],
                2,
            ),
            Case(
                "a.jsonl",
                between("{\"text\": \"Peña Peña Pe\u{f1}".as_bytes().split_last().expect("bytes").1),
                &["the UTF-8 is damaged at byte"],
                2,
            ),
            Case("a.jsonl", between(b"{\"text\": \"a\x00b\"}"), &["a.jsonl:2: not JSON: control character"], 2),
            Case("a.jsonl", between(&deep), &["a.jsonl:2: not JSON: recursion limit"], 2),
            Case(
                "a.jsonl",
                between(line("a").trim_end().as_bytes()),
                &["a.jsonl:2: the id \"a\" was there before", "--id-field"],
                2,
            ),
        ],
        &[],
    );
    let long = format!("{{\"id\": \"x\", \"text\": \"{}\"}}", "word ".repeat(400_000));
    all(
        &[Case(
            "a.jsonl",
            between(long.as_bytes()),
            &["a.jsonl:2: the line has more than 1000000 bytes", "--max-line"],
            2,
        )],
        &["--max-line", "1MB"],
    );
}

#[test]
fn broken_json_arrays() {
    let array = |inside: &str| format!("[\n{},\n{inside}", line("a").trim_end()).into_bytes();
    let deep = format!("{{\"x\": {}{}}},\n{}]", "[".repeat(200_000), "]".repeat(200_000), line("b"));
    all(
        &[
            Case("a.json", array("{\"id\": 2, \"text\": \"x"), &["a.json:3: the file ends inside this object"], 1),
            Case("a.json", array(&line("b")), &["the file ends before the array does"], 2),
            Case("a.json", array("{\"text\": NaN}]"), &["a.json:3: not JSON: NaN"], 1),
            Case("a.json", array(&format!("7, {}]", line("b"))), &["a.json:3: there is something between objects"], 2),
            Case("a.json", array(&deep), &["a.json:3: not JSON: recursion limit"], 2),
            Case("a.json", array(&format!("{}]", line("a"))), &["the id \"a\" was there before"], 1),
        ],
        &[],
    );
    let long = format!("{{\"text\": \"{}\"}},\n{}]", "word ".repeat(400_000), line("b"));
    all(
        &[Case("a.json", array(&long), &["a.json:3: the object has more than 1000000 bytes"], 2)],
        &["--max-line", "1MB"],
    );
}

#[test]
fn broken_tables() {
    let table = |rows: &str| format!("id,text\na,{GOOD}\n{rows}b,{GOOD}\n").into_bytes();
    all(
        &[
            Case("a.csv", b"id,body\n1,x\n".to_vec(), &["a.csv:1: no column \"text\"", "id, body", "--text-field"], 0),
            Case(
                "a.csv",
                table("c,x,y,z\n"),
                &["a.csv:3: the record has 4 fields and the header 2", "quote fields"],
                2,
            ),
            Case("a.csv", table("c\n"), &["a.csv:3: the record has 1 fields and the header 2"], 2),
            Case("a.csv", table("c,NaN\n"), &["a.csv:3: there is no text"], 2),
            Case("a.csv", table("c,\n"), &["a.csv:3: there is no text"], 2),
            Case("a.csv", table("c,x\0y\n"), &["a.csv:3: it is no text (byte 2 is zero)"], 2),
            Case("a.csv", table(&format!("a,{GOOD}\n")), &["a.csv:3: the id \"a\" was there before"], 2),
        ],
        &[],
    );
    all(&[Case("a.csv", table(""), &["no column \"day\"", "--date-field"], 0)], &["--date-field", "day"]);
    let open = format!("id,text\na,{GOOD}\nb,\"{}", "never closed\n".repeat(200_000));
    all(
        &[Case("a.csv", open.into_bytes(), &["a record has more than 1000000 bytes", "close its quotes"], 1)],
        &["--max-line", "1MB"],
    );
}

#[test]
fn broken_texts() {
    for name in ["a.txt", "a.md"] {
        let damaged = b"Se\xc3\xb1or Pe\xc3\xb1a rejected any attack, est\xc3".to_vec();
        all(&[Case(name, damaged, &["the UTF-8 is damaged at byte 38"], 0)], &[]);
        all(&[Case(name, b"caf\xe9 society".to_vec(), &["it is not UTF-8 (byte 4)"], 0)], &["--encoding", "strict"]);
        all(
            &[Case(name, "word ".repeat(300_000).into(), &["the text has more than 1000000 bytes"], 0)],
            &["--max-line", "1MB"],
        );
    }
}

#[cfg(feature = "html")]
#[test]
fn broken_pages() {
    let page = |body: &str| format!("<html><title>t</title><body>{body}</body></html>").into_bytes();
    let attributes: String = (0..100_000).map(|i| format!("a{i}=b ")).collect();
    all(
        &[
            Case(
                "a.html",
                b"<title>Talks fail</title><script>let a = 1;</script>".to_vec(),
                &["there is no article in the page"],
                0,
            ),
            Case("a.html", page(&"<div>".repeat(100_000)), &["the page is nested more than 512 deep", "--skip-bad"], 0),
            Case("a.html", page(&"<a href=x><div>".repeat(100_000)), &["the page is nested more than 512 deep"], 0),
            Case("a.html", page(&"<br>".repeat(400_000)), &["the page has more than 300000 elements"], 0),
            Case(
                "a.html",
                page(&format!("<p {attributes}>x")),
                &["a tag of the page has more than 1000 attributes"],
                0,
            ),
            Case("a.html", page("France\0rejected."), &["it is no text (byte 35 is zero)"], 0),
            Case("a.html", b"<p>Pe\xc3\xb1a Pe\xc3\xb1a said\xc3</p>".to_vec(), &["the UTF-8 is damaged at byte"], 0),
        ],
        &[],
    );
    all(
        &[Case("a.html", page(&"word ".repeat(300_000)), &["the text has more than 1000000 bytes"], 0)],
        &["--max-line", "1MB"],
    );
}

#[test]
fn packed_files_that_are_damaged_or_bombs() {
    let lines: String = (0..3000).map(|i| line(&i.to_string())).collect();
    let packed = gzip(lines.as_bytes());
    let folder = Folder::new();
    let cut = folder.write("cut.jsonl.gz", &packed[..packed.len() / 2]);
    predict(&[&cut]).assert_error(&["cut.jsonl.gz", "damaged or cut off near byte", "get the file anew"]);
    let run = predict(&[&cut, "--skip-bad"]);
    assert!(run.code == 0 && run.lines().len() > 500 && run.err.contains("1 skipped as bad (1 in "), "{}", run.err);
    for (name, bytes) in
        [("big.jsonl.gz", packed), ("big.jsonl.zst", zstd::encode_all(lines.as_bytes(), 3).expect("memory"))]
    {
        let path = folder.write(name, bytes);
        predict(&[&path, "--max-unpacked", "50kB"]).assert_error(&[
            name,
            "unpacks to more than 50000 bytes",
            "--max-unpacked",
        ]);
    }
    let spaces = vec![b' '; 300 << 20];
    for (name, bytes) in
        [("bomb.txt.gz", gzip(&spaces)), ("bomb.txt.zst", zstd::encode_all(&spaces[..], 1).expect("memory"))]
    {
        let path = folder.write(name, bytes);
        let run = predict(&[&path, "--max-line", "1GB"]);
        assert_eq!(run.code, 2, "{name}");
        assert!(run.err.contains("times its size") && run.err.contains("pipe it in"), "{}", run.err);
    }
    let twice = folder.write("twice.gz", gzip(&gzip(b"x")));
    predict(&[&twice]).assert_error(&["it is packed twice"]);
}

#[test]
fn other_encodings_are_converted_and_said_once() {
    let folder = Folder::new();
    // Python: "id,text\n1,Señor Peña rejected any attack.\n2,..." in cp1252.
    let table = folder
        .write("a.csv", b"id,text\n1,Se\xf1or Pe\xf1a of France rejected any attack.\n2,Pe\xf1a agreed with France.\n");
    let run = predict(&[&table]).ok();
    assert_eq!(run.lines()[0]["actors"][0]["evidence"][0]["text"], "Señor Peña of France rejected any attack.");
    assert_eq!(run.err.matches("converted to UTF-8").count(), 1, "{}", run.err);
    assert!(run.err.contains("a.csv:2 and 1 more from windows-1252"), "{}", run.err);
    predict(&[&table, "--encoding", "strict"]).assert_error(&["a.csv:2: it is not UTF-8 (byte 3)"]);
    let utf16: Vec<u8> = format!("\u{feff}{}", line("a")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let path = folder.write("b.jsonl", utf16);
    assert!(predict(&[&path]).ok().err.contains("b.jsonl from UTF-16LE"));
    let named = folder.write("c.txt", b"\xd4\xf0\xe0\xed\xf6\xe8\xff France rejected any attack.");
    let run = predict(&[&named, "--encoding", "windows-1251"]).ok();
    assert!(run.out.contains("Франция France"), "{}", run.out);
    predict(&[&named, "--encoding", "klingon"]).assert_error(&["klingon", "windows-1252"]);
}

#[test]
fn marks_line_ends_and_a_million_short_lines_are_no_trouble() {
    let folder = Folder::new();
    let mark = folder.write("a.csv", format!("\u{feff}text,id\r\n{GOOD},a\r\n"));
    assert_eq!(predict(&[&mark]).ok().lines()[0]["id"], "a");
    let words = folder.write("words.txt", "word\n".repeat(1_000_000));
    assert_eq!(predict(&[&words]).ok().lines().len(), 1);
    let lines = folder.write("lines.jsonl", "x\n".repeat(1_000_000));
    predict(&[&lines]).assert_error(&["lines.jsonl:1: not JSON"]);
    let run = predict(&[&lines, "--skip-bad"]).ok();
    assert!(run.err.contains("1000000 skipped as bad (1000000 in"), "{}", run.err);
    assert!(run.err.lines().count() < 30, "a line for each would be too much");
}

#[cfg(unix)]
#[test]
fn pipes_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    folder.write("in/a.txt", GOOD);
    let pipe = folder.at("in/pipe.txt");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    symlink("nowhere", folder.at("in/broken.txt")).expect("a link");
    let closed = folder.write("in/closed.txt", GOOD);
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o000)).expect("a file of ours");
    // Root reads what it likes.
    let readable = std::fs::File::open(&closed).is_ok();
    let inside = folder.at("in");
    assert_eq!(predict(&[&inside]).code, 2);
    let run = predict(&[&inside, "--skip-bad"]).ok();
    assert_eq!(run.lines().len(), 1 + usize::from(readable));
    assert!(run.err.contains("pipe.txt: it is a pipe") && run.err.contains("broken.txt: No such file"), "{}", run.err);
    if !readable {
        predict(&[&closed]).assert_error(&["closed.txt: Permission denied"]);
    }
    // A pipe that is named is read.
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, GOOD)
    });
    assert_eq!(predict(&[&pipe]).ok().lines()[0]["id"], "pipe.txt");
    writer.join().expect("the writer").expect("it writes");
}

// Output.

#[test]
fn a_file_is_there_whole_or_as_it_was() {
    let folder = Folder::new();
    let (good, bad) = (folder.write("a.jsonl", line("a")), folder.write("b.jsonl", between(b"{")));
    let out = folder.write("out.jsonl", "old");
    predict(&[&bad, "--out", &out]).assert_error(&["b.jsonl:2"]);
    assert_eq!(std::fs::read_to_string(&out).expect("it is there"), "old");
    let run = predict(&[&good, "--out", &out]).ok();
    assert_eq!(run.out, "");
    assert_eq!(std::fs::read_to_string(&out).expect("it is there"), predict(&[&good]).ok().out);
    assert_eq!(folder.names(), ["a.jsonl", "b.jsonl", "out.jsonl"]);
    predict(&[&good, "--out", &folder.at("no/out")]).assert_error(&["its folder does not exist"]);
    let colours =
        command().env("CLICOLOR_FORCE", "1").args(["predict", &good, "--out", &out]).output().expect("it runs");
    assert!(colours.status.success() && !std::fs::read(&out).expect("it is there").contains(&0x1b));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = Folder::new();
    let good = folder.write("a.jsonl", line("a"));
    predict(&[&good, "--out", "/dev/full"]).assert_error(&["/dev/full: No space left"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let status = std::process::Command::new(command().get_program())
        .args(["predict", "--format", "jsonl", &good])
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status();
    assert_eq!(status.expect("it runs").code(), Some(2));
}

#[test]
fn a_link_is_followed_and_stays() {
    #[cfg(unix)]
    {
        let folder = Folder::new();
        let good = folder.write("a.jsonl", line("a"));
        folder.write("real", "old");
        std::os::unix::fs::symlink("real", folder.at("link")).expect("a link");
        predict(&[&good, "--out", &folder.at("link")]).ok();
        assert!(std::fs::symlink_metadata(folder.at("link")).expect("it is there").is_symlink());
        assert_eq!(std::fs::read_to_string(folder.at("real")).expect("it is there"), predict(&[&good]).ok().out);
    }
}

/// Ctrl-C in the middle leaves the old file, and no temporary one.
#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_old_file() {
    use std::process::{Command, Stdio};
    let folder = Folder::new();
    let out = folder.write("out.jsonl", "old");
    let mut child = Command::new(command().get_program())
        .args(["predict", "--format", "jsonl", "--input", "jsonl", "--out", &out, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(line("a").as_bytes()).expect("it reads");
    while folder.names().len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(50));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill is there").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(
        (folder.names(), std::fs::read_to_string(&out).expect("it is there").as_str()),
        (vec!["out.jsonl".to_string()], "old")
    );
}

// Parquet.

/// Articles with these ids, so many to a row group.
#[cfg(feature = "parquet")]
fn parquet(ids: std::ops::Range<usize>, group: usize) -> Vec<u8> {
    let row = |id: usize| vec![Some(id.to_string()), Some(format!("{GOOD} It was number {id}."))];
    common::parquet_of(&["id", "text"], &ids.map(row).collect::<Vec<_>>(), group)
}

/// Where the footer of a Parquet file begins.
#[cfg(feature = "parquet")]
fn footer(file: &[u8]) -> usize {
    let (rest, size) = file[..file.len() - 4].split_last_chunk::<4>().expect("a footer");
    rest.len() - u32::from_le_bytes(*size) as usize
}

#[cfg(feature = "parquet")]
#[test]
fn broken_parquet_files() {
    let good = parquet(0..30, 10);
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        bytes
    };
    let (length, footer) = (good.len(), footer(&good));
    let nulls = common::parquet_of(
        &["id", "text"],
        &[vec![None, Some(GOOD.into())], vec![Some("b".into()), None], vec![Some("c".into()), Some(GOOD.into())]],
        2,
    );
    let zero = common::parquet_of(&["text"], &[vec![Some("a\0b".into())], vec![Some(GOOD.into())]], 9);
    all(
        &[
            Case("a.parquet", Vec::new(), &["it is no Parquet file: it is too short"], 0),
            Case("a.parquet", b"PAR1".to_vec(), &["it is no Parquet file: it is too short"], 0),
            Case("a.parquet", line("a").into_bytes(), &["it is no Parquet file", "--input"], 0),
            Case("a.parquet", parquet(0..0, 1), &["there is no article in it"], 0),
            Case("a.parquet", good[..length - 9].to_vec(), &["its end is missing: the file is cut off"], 0),
            Case("a.pq", b"PAR1 and nothing else PARE".to_vec(), &["it is encrypted", "write it without"], 0),
            Case("a.parquet", b"PARE and more PARE".to_vec(), &["encrypted Parquet", "without encryption"], 0),
            Case("a.parquet", changed(&|b| b[length - 8..length - 4].fill(0xff)), &["longer than the file"], 0),
            Case("a.parquet", changed(&|b| b[footer..footer + 40].fill(0xff)), &["its footer is damaged"], 0),
            Case("a.parquet", nulls, &["a.parquet:2: there is no text in it"], 2),
            Case("a.parquet", zero, &["a.parquet:1: it is no text (byte 2 is zero)"], 1),
        ],
        &[],
    );
    all(
        &[Case("a.parquet", good.clone(), &["no column \"body\"", "id, text", "--text-field"], 0)],
        &["--text-field", "body"],
    );
    all(&[Case("a.parquet", good.clone(), &["no column \"day\"", "--date-field"], 0)], &["--date-field", "day"]);
    all(
        &[Case("a.parquet", good.clone(), &["its footer has more than 200 bytes", "--max-line"], 0)],
        &["--max-line", "200"],
    );
}

/// A row group that cannot be read is passed over as one; those around it are read.
#[cfg(feature = "parquet")]
#[test]
fn a_row_group_that_is_cut_off_or_damaged_is_one_thing_to_skip() {
    let good = parquet(0..30, 10);
    let groups = parquet::file::metadata::ParquetMetaDataReader::decode_metadata(&good[footer(&good)..good.len() - 8]);
    let chunk = groups.expect("a footer").row_group(1).column(1).clone();
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset()) as usize;
    let end = start + chunk.compressed_size() as usize;
    let mut damaged = good.clone();
    damaged[start..end].fill(0xff);
    let parts: &[&str] =
        &["a.parquet:11: row group 2, column \"text\"", "other row groups can be read with --skip-bad"];
    all(&[Case("a.parquet", damaged, parts, 20)], &[]);
    // Zeros are a header without fields.
    let mut zeros = good.clone();
    zeros[start..end].fill(0);
    all(&[Case("a.parquet", zeros, &["row group 2, column \"text\": no page begins at byte"], 20)], &[]);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_that_unpacks_to_too_much() {
    use parquet::basic::{Compression, ZstdLevel};
    use parquet::file::properties::WriterProperties;
    let folder = Folder::new();
    let path = folder.write("big.parquet", parquet(0..3000, 1000));
    predict(&[&path, "--max-unpacked", "50kB"]).assert_error(&["big.parquet", "unpacks to more than 50000 bytes"]);
    let run = predict(&[&path, "--max-unpacked", "150kB", "--skip-bad"]);
    assert!(run.code == 0 && run.lines().len() < 3000 && run.err.contains("1 skipped as bad"), "{}", run.err);
    // A value that a thousand rows share costs nothing in the file.
    let same = vec![vec![Some("France. ".repeat(1000))]; 1000];
    let shared = common::parquet_of(&["text"], &same, 1000);
    assert!(shared.len() < 20_000);
    let path = folder.write("shared.parquet", shared);
    predict(&[&path, "--max-unpacked", "1MB"]).assert_error(&["unpacks to more than 1000000 bytes"]);
    let properties = || {
        WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_statistics_enabled(parquet::file::properties::EnabledStatistics::None)
    };
    let bomb = vec![vec![Some(" ".repeat(200 << 20))]];
    let packing = Compression::ZSTD(ZstdLevel::default());
    let path = folder.write(
        "bomb.parquet",
        common::parquet_with(&["text"], &bomb, 1, properties().set_compression(packing).build()),
    );
    predict(&[&path, "--max-line", "1GB"]).assert_error(&["row group 1, column \"text\"", "times its size"]);
    let long = vec![vec![Some("word ".repeat(300_000))], vec![Some(GOOD.into())]];
    let bytes = common::parquet_with(&["text"], &long, 9, properties().build());
    let parts: &[&str] = &["a.parquet:1: the column \"text\" of the row has more than 1000000 bytes", "--max-line"];
    all(&[Case("a.parquet", bytes, parts, 1)], &["--max-line", "1MB"]);
}

/// Three articles with ids as numbers, one of them none, and days as dates; with `nested` an outlet that is a list.
#[cfg(feature = "parquet")]
fn typed_parquet(nested: bool) -> Vec<u8> {
    use parquet::data_type::{ByteArrayType, DoubleType, Int32Type};
    let list = "optional group outlet (list) { repeated group list { optional binary element (string); } }";
    let plain = "required binary text (string); optional double id; required int32 date (date);";
    let schema = format!("message m {{ {plain} {} }}", if nested { list } else { "" });
    let schema = parquet::schema::parser::parse_message_type(&schema).expect("a schema");
    let mut writer = parquet::file::writer::SerializedFileWriter::new(Vec::new(), schema.into(), Default::default())
        .expect("it begins");
    let mut group = writer.next_row_group().expect("a group");
    let mut number = 0;
    while let Some(mut column) = group.next_column().expect("a column") {
        let written = match number {
            0 => column.typed::<ByteArrayType>().write_batch(&[GOOD.into(), GOOD.into(), GOOD.into()], None, None),
            1 => column.typed::<DoubleType>().write_batch(&[7.0, f64::NAN], Some(&[1, 1, 0]), None),
            // Python: (datetime.date(2019, 2, 25) - datetime.date(1970, 1, 1)).days
            2 => column.typed::<Int32Type>().write_batch(&[17_952, 0, -1], None, None),
            _ => column.typed::<ByteArrayType>().write_batch(&[], Some(&[0; 3]), Some(&[0; 3])),
        };
        written.expect("values");
        column.close().expect("it ends");
        number += 1;
    }
    group.close().expect("it ends");
    writer.into_inner().expect("it ends")
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_columns_of_other_types() {
    let folder = Folder::new();
    let path = folder.write("typed.parquet", typed_parquet(false));
    let run = predict(&[&path]).ok();
    let field = |name: &str| -> Vec<String> {
        run.lines().iter().map(|line| line[name].as_str().expect("text").replace(&path, "FILE")).collect()
    };
    assert_eq!(field("id"), ["7", "FILE:2", "FILE:3"]);
    assert_eq!(field("date"), ["2019-02-25", "1970-01-01", "1969-12-31"]);
    let nested = typed_parquet(true);
    all(&[Case("a.parquet", nested.clone(), &["the column \"outlet\" is nested"], 0)], &[]);
    all(&[Case("a.parquet", nested.clone(), &["the column \"outlet\" is nested"], 0)], &["--text-field", "outlet"]);
    // Of items the columns are taken that can be read.
    let path = folder.write("nested.parquet", nested);
    predict(&[&path, "--unit", "sentence"]).assert_error(&["the item \"7\" has no actor"]);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_so() {
    let folder = Folder::new();
    let path = folder.write("a.parquet", b"PAR1 and more PAR1");
    for unit in ["article", "sentence"] {
        predict(&[&path, "--unit", unit]).assert_error(&["built without it", "--features parquet", "JSON Lines"]);
    }
    let good = folder.write("a.jsonl", line("a"));
    let out = folder.at("out.parquet");
    stance(["predict", "--format", "parquet", "--out", &out, &good]).assert_error(&["--features parquet", "csv"]);
    assert_eq!(folder.names(), ["a.jsonl", "a.parquet"]);
}

// Training reads other forms too.

#[test]
fn training_data_may_be_packed_or_a_table() {
    let folder = Folder::new();
    let texts = [("good fine day", "pos"), ("bad poor night", "neg")];
    let rows: Vec<(String, &str)> = (0..40).map(|i| (format!("{} {i}", texts[i % 2].0), texts[i % 2].1)).collect();
    let lines: String = rows.iter().map(|(t, l)| format!("{{\"text\": \"{t}\", \"stance\": \"{l}\"}}\n")).collect();
    let table: String = rows.iter().fold("text,stance\n".into(), |all, (t, l)| format!("{all}\"{t}\",{l}\n"));
    let files = [
        ("t.jsonl", lines.clone().into_bytes()),
        ("t.jsonl.gz", gzip(lines.as_bytes())),
        ("t.jsonl.zst", zstd::encode_all(lines.as_bytes(), 3).expect("memory")),
        ("t.csv", table.into_bytes()),
        ("t.json", format!("[{}]", lines.trim_end().replace('\n', ",")).into_bytes()),
    ];
    #[cfg(feature = "parquet")]
    let files = {
        let cells = |(text, label): &(String, &str)| vec![Some(text.clone()), Some(label.to_string())];
        let rows: Vec<_> = rows.iter().map(cells).collect();
        files.into_iter().chain([("t.parquet", common::parquet_of(&["text", "stance"], &rows, 7))])
    };
    let mut expected = None;
    for (name, bytes) in files {
        let (data, out) = (folder.write(name, bytes), folder.at("m.safetensors"));
        stance(["train", "--data", &data, "--out", &out]).ok();
        let bytes = std::fs::read(&out).expect("a model");
        let weights = stance::model::format::from_bytes(&bytes, name).expect("a model").linear.weights().to_vec();
        assert_eq!(&weights, expected.get_or_insert_with(|| weights.clone()), "{name}");
    }
}
