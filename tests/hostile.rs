//! Input of bad intent or none: any bytes for every parser, texts made to be slow, markup in every field, formulas in
//! every cell. Nothing may panic, hang, or come out as more than text.
//!
//! `PROPTEST_CASES` sets how many inputs each parser is given.

mod common;

use std::sync::{Arc, OnceLock};

use common::{Folder, shipped_model, stance};
use proptest::prelude::*;
use proptest::sample::Index;
use stance::actor::find::Finder;
use stance::actor::gazetteer::Gazetteer;
use stance::actor::mention::Context;
use stance::feature::item::{ItemFormat, items_from_jsonl};
use stance::feature::lexicon::Lexicon;
use stance::model::format::from_bytes;
use stance::predict::classifier::{Classifier, Workspace};
use stance::read::{Notes, Options, raw_articles_of};
use stance::text::article::Article;
use stance::text::language::Language;
use stance::text::lines::numbered_lines;
use stance::text::reader::FieldNames;
use stance::text::sentence::Document;

/// What makes parsers of JSON Lines, TOML and CSV work, and what breaks careless ones.
const PIECES: [&[u8]; 44] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[actor]]\n",
    b"\"",
    b"'",
    b"\"\"\"",
    b"\\",
    b"\\u0000",
    b"\\ud83d",
    b":",
    b",",
    b"=",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc3",
    b"\xf0\x9f",
    b"null",
    b"true",
    b"1e999",
    b"-0",
    b"18446744073709551616",
    b"\"text\"",
    b"\"stance\"",
    b"\"actor\"",
    b"\"start\"",
    b"\"end\"",
    b"\"weight\"",
    b"\"id\"",
    b"id = ",
    b"names = ",
    b"entries = ",
    b"version = 1\n",
    b"kind = \"state\"\n",
    b"[person]\n",
    b"Guaid\xc3\xb3",
    b"text,id\n",
    b"\"a\"\"b\"",
    b"#",
    b" ",
];

const ITEM: &[u8] = br#"{"id":"a","text":"Peru rejected war.","actor":"peru","start":0,"end":4,"stance":"opposes","group":"g","weight":0.5}
{"id":2,"text":"Guaid\u00f3 begged for troops","stance":"supports","date":"2019-02-25","title":"T","outlet":"O"}
"#;
const ACTORS: &[u8] = br#"version = 1
[[actor]]
id = "zembla"
kind = "state"
names = ["Zembla", "Z.", "(a+)+$"]
pronouns = ["it"]
[[actor.person]]
name = "Charles Xavier"
surname = "Xavier"
from = 1936
until = 1958
"#;
const CLASSES: &[u8] = b"[force]\ngroup = \"noun\"\nentries = [\"troops\", \"air strike\", \"boots on the ground\"]\n[reject]\ngroup = \"con\"\nentries = [\"rejected\", \".*\"]\n";

fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Any bytes, pieces that parsers know in any order, or a good document with some places changed.
fn bytes(good: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![9 => prop::sample::select(PIECES.to_vec()).prop_map(<[u8]>::to_vec), 1 => any::<Vec<u8>>()];
    let mixture = prop::collection::vec(piece.clone(), 0..40).prop_map(|pieces| pieces.concat());
    let edits = prop::collection::vec((any::<Index>(), 0..12_usize, piece), 1..5);
    let changed = edits.prop_map(move |edits| {
        let mut bytes = good.to_vec();
        for (place, length, put) in edits {
            let start = place.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, put);
        }
        bytes
    });
    prop_oneof![1 => any::<Vec<u8>>(), 2 => mixture, 4 => changed]
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The number of mentions in an article.
fn find(gazetteer: &Gazetteer, article: &Article) -> usize {
    let document = Document::new(article, Language::english());
    Finder::new(gazetteer).find(&article.text, &document, &Context::default()).iter().map(Vec::len).sum()
}

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(|| {
        let bytes = std::fs::read(shipped_model()).expect("the shipped model");
        Classifier::new(Arc::new(from_bytes(&bytes, "shipped").expect("a good model")))
    })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_bytes_are_articles_or_errors(bytes in bytes(ITEM)) {
        for line in numbered_lines(&bytes[..], "any").flatten() {
            if let Ok(article) = Article::from_json_line(&line.text, &line.place, &FieldNames::default()) {
                Document::new(&article, Language::english());
            }
        }
        Document::new(&Article::from_text("any", text(&bytes)), Language::english());
    }

    #[test]
    fn any_bytes_are_items_or_errors_that_name_the_line(bytes in bytes(ITEM)) {
        for item in items_from_jsonl(&bytes[..], "any", &ItemFormat::default()) {
            match item {
                Ok(item) => if let Some(span) = item.span {
                    prop_assert!(span.start < span.end && item.text.get(span.start..span.end).is_some());
                }
                Err(error) => prop_assert!(error.to_string().starts_with("any:"), "{}", error),
            }
        }
    }

    #[test]
    fn any_bytes_are_a_gazetteer_that_works_or_an_error(bytes in bytes(ACTORS)) {
        match Gazetteer::from_toml(&text(&bytes), "any") {
            Ok(gazetteer) => {
                let article = Article::from_text("a", "Zembla and Charles Xavier of Z. said: (a+)+$ it is. Peru!");
                find(&gazetteer, &article);
            }
            Err(error) => prop_assert!(error.to_string().starts_with("any"), "{}", error),
        }
    }

    #[test]
    fn any_bytes_are_a_lexicon_or_an_error(bytes in bytes(CLASSES)) {
        if let Err(error) = Lexicon::from_toml(&text(&bytes), "any") {
            prop_assert!(error.to_string().starts_with("any"), "{}", error);
        }
    }

    #[test]
    fn any_bytes_are_no_model(bytes in bytes(b"\x20\0\0\0\0\0\0\0{\"__metadata__\":{\"stance\":\"{}\"}}")) {
        prop_assert!(from_bytes(&bytes, "any").is_err());
    }
}

/// Good Parquet files of every encoding that has lengths in it.
#[cfg(feature = "parquet")]
fn good_parquet() -> &'static [Vec<u8>] {
    use parquet::basic::{Compression, Encoding};
    use parquet::file::properties::{WriterProperties, WriterVersion};
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let row = |i: usize| {
            vec![Some(format!("Peru rejected war {}.", i % 7)), (!i.is_multiple_of(3)).then(|| i.to_string())]
        };
        let rows: Vec<_> = (0..40).map(row).collect();
        let versions = [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0];
        let encodings =
            [None, Some(Encoding::PLAIN), Some(Encoding::DELTA_LENGTH_BYTE_ARRAY), Some(Encoding::DELTA_BYTE_ARRAY)];
        let packings = [Compression::UNCOMPRESSED, Compression::ZSTD(Default::default())];
        let mut files = Vec::new();
        for (version, packing) in versions.into_iter().flat_map(|v| packings.map(|p| (v, p))) {
            for encoding in encodings {
                let builder = WriterProperties::builder().set_writer_version(version).set_compression(packing);
                let builder = match encoding {
                    None => builder,
                    Some(encoding) => {
                        builder.set_dictionary_enabled(false).set_column_encoding("text".into(), encoding)
                    }
                };
                files.push(common::parquet_with(&["text", "start"], &rows, 15, builder.build()));
            }
        }
        files
    })
}

/// A good Parquet file with some bytes changed, a piece taken out, or any bytes between its begin and its end.
#[cfg(feature = "parquet")]
fn bad_parquet() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(0_u8), Just(0x7f), Just(0x80), Just(0xff), any::<u8>()];
    let edits = prop::collection::vec((any::<Index>(), byte, 1..6_usize), 1..6);
    let changed = (any::<Index>(), edits).prop_map(|(file, edits)| {
        let mut bytes = file.get(good_parquet()).clone();
        for (place, byte, length) in edits {
            let start = place.index(bytes.len());
            let end = (start + length).min(bytes.len());
            bytes[start..end].fill(byte);
        }
        bytes
    });
    let cut = (any::<Index>(), any::<Index>(), 0..200_usize).prop_map(|(file, place, length)| {
        let mut bytes = file.get(good_parquet()).clone();
        let start = place.index(bytes.len());
        bytes.drain(start..(start + length).min(bytes.len()));
        bytes
    });
    let anything = any::<Vec<u8>>().prop_map(|bytes| {
        let size = (bytes.len() as u32).to_le_bytes();
        [b"PAR1", &bytes[..], &size, b"PAR1"].concat()
    });
    prop_oneof![8 => changed, 1 => cut, 2 => anything]
}

#[cfg(feature = "parquet")]
proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_bytes_behind_par1_are_rows_or_errors(bytes in bad_parquet()) {
        let options = stance::read::Options { max_unpacked: 10_000_000, ..Default::default() };
        let notes = stance::read::Notes::default();
        for raw in stance::read::raw_articles_of("any.parquet", bytes.clone(), &options, &notes) {
            if let Err(error) = raw.and_then(|raw| raw.article(&options.names)) {
                prop_assert!(error.to_string().starts_with("any.parquet"), "{}", error);
            }
        }
        match stance::read::item_lines_of(bytes, std::path::Path::new("any.parquet"), &options) {
            Ok(lines) => lines.flatten().for_each(|line| assert!(line.text.starts_with('{'))),
            Err(error) => prop_assert!(error.to_string().starts_with("any.parquet"), "{}", error),
        }
    }
}

#[cfg(feature = "parquet")]
#[test]
fn the_good_parquet_files_are_good() {
    let (options, notes) = (stance::read::Options::default(), stance::read::Notes::default());
    for file in good_parquet() {
        let articles = stance::read::raw_articles_of("good.parquet", file.clone(), &options, &notes);
        let articles: Vec<_> =
            articles.map(|raw| raw.and_then(|raw| raw.article(&options.names)).expect("good")).collect();
        assert_eq!(articles.len(), 40);
    }
}

const TABLE: &[u8] = b"id,title,text,date\n1,T,\"Peru rejected war, twice\",2019-02-25\n2,\"\",\"Said \"\"no\"\"\",\n";
#[cfg(feature = "html")]
const PAGE: &[u8] = br#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>Talks fail | Wire</title>
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2019-02-25"}</script></head><body>
<nav><a href="/">Home</a></nav><table><tr><td><article><h1>Talks fail</h1><p class="a">Peru, he said, rejected <b>war.</b></p>
<div hidden>x</div><blockquote>Russia &amp; others did not.</blockquote></article></table><!-- c --></body></html>"#;

/// The articles of a file in memory, read as one of that name is.
fn articles_of(name: &str, bytes: Vec<u8>) -> Vec<Article> {
    let options = Options::default();
    let raws = raw_articles_of(name, bytes, &options, &Notes::default());
    let found = raws.map(|raw| raw.and_then(|raw| raw.article(&options.names)));
    let found = found.filter_map(|article| match article {
        Ok(article) => Some(article),
        Err(error) => {
            assert!(error.to_string().starts_with(name), "{error}");
            None
        }
    });
    found.collect()
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_bytes_are_a_table_or_errors_that_name_it(bytes in bytes(TABLE)) {
        for article in articles_of("any.csv", bytes) {
            Document::new(&article, Language::english());
        }
    }
}

#[cfg(feature = "html")]
mod pages {
    use super::*;

    const TAGS: [&str; 48] = [
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<a href=x>",
        "</a>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<ul>",
        "<li>",
        "<br>",
        "<br><br>",
        "<h1>",
        "</h1>",
        "<title>",
        "</title>",
        "<script>",
        "</script>",
        "<style>",
        "<!--",
        "-->",
        "<svg>",
        "</svg>",
        "<math>",
        "<select>",
        "<option>",
        "<template>",
        "</template>",
        "<noscript>",
        "<img src=x>",
        "<article>",
        "</article>",
        "<form>",
        "<body>",
        "<html>",
        "<head>",
        "<frameset>",
        "<plaintext>",
        "<textarea>",
        "<meta charset=gbk>",
        "<meta name=date content='1 May 2019'>",
        "&amp;",
        "&#x110000;",
        "Peru, it said, rejected war. ",
    ];

    proptest! {
        #![proptest_config(cases(1000))]

        #[test]
        fn any_bytes_are_a_page_or_an_error(bytes in bytes(PAGE)) {
            articles_of("any.html", bytes);
        }

        #[test]
        fn any_tags_are_a_page_or_an_error(tags in prop::collection::vec(prop::sample::select(TAGS.to_vec()), 0..60)) {
            for article in articles_of("any.html", tags.concat().into_bytes()) {
                Document::new(&article, Language::english());
            }
        }
    }

    /// Quadratic behaviour in the parser or in what comes behind it would turn these seconds into hours.
    #[test]
    fn pages_made_to_be_slow_cost_linear_time() {
        let attributes: String = (0..60_000).map(|i| format!("a{i}=b ")).collect();
        let deep = format!("{}x, y{}", "<div>".repeat(250), "</div>".repeat(250));
        for piece in [
            "<div>",
            "<b>",
            "<b><p>",
            "<b><div></b>",
            "<a href=x><div>",
            "<br>",
            "word, <br><br>",
            "<table><tr><td>",
            "<tr><td>a, b",
            "word, ",
            "<!-- x -->",
            "<noscript><p>",
            "<li>word",
            "<meta name=a content=b>",
            "<div class=ad>x</div>",
            "&amp;&lt;&x",
            "<h1>x",
            "<select><option>",
            "<svg><g>",
            "<template>",
            "<",
            "<nobr>a",
            "<button>a<p>",
            "<p>a, b, c</p>",
            &attributes,
            &deep,
        ] {
            let page = format!("<title>t</title><table><div {}", piece.repeat(500_000 / piece.len()));
            articles_of("slow.html", page.into_bytes());
            articles_of("slow.html", piece.repeat(500_000 / piece.len()).into_bytes());
        }
    }
}

#[test]
fn the_good_documents_are_good() {
    assert_eq!(articles_of("good.csv", TABLE.to_vec()).len(), 2);
    #[cfg(feature = "html")]
    assert_eq!(articles_of("good.html", PAGE.to_vec())[0].title.as_deref(), Some("Talks fail"));
    assert!(items_from_jsonl(ITEM, "i", &ItemFormat::default()).all(|item| item.is_ok()));
    assert_eq!(Gazetteer::from_toml(&text(ACTORS), "a").map(|_| ()).map_err(|e| e.to_string()), Ok(()));
    assert_eq!(Lexicon::from_toml(&text(CLASSES), "c").map(|_| ()).map_err(|e| e.to_string()), Ok(()));
}

/// The readers of the command line, all forms of input at once: a folder of broken files.
#[test]
fn files_of_any_bytes_are_read_or_skipped() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let folder = Folder::new();
    let mut runner = TestRunner::deterministic();
    for (ending, good) in [("txt", ITEM), ("jsonl", ITEM), ("csv", TABLE)] {
        for number in 0..cases(200).cases.min(2000) {
            let bytes = bytes(good).new_tree(&mut runner).expect("a value").current();
            folder.write(&format!("{number}.{ending}"), bytes);
        }
    }
    for format in ["jsonl", "csv"] {
        let path = folder.path().to_str().expect("UTF-8");
        let run = stance(["predict", "--skip-bad", "--format", format, path]);
        assert!(run.code == 0 && !run.err.contains("panicked"), "{} {:.2000}", run.code, run.err);
    }
}

/// Quadratic behaviour anywhere would turn these seconds into hours. `benches/hostile.rs` shows time against length.
#[test]
fn texts_made_to_be_slow_cost_linear_time() {
    for piece in [
        "\"",
        "“",
        "a\u{301}",
        "\u{301}",
        "\u{202e}\u{5d0} ",
        "שלום ",
        "Guaidó ",
        "Guaidó, ",
        "US ",
        "he ",
        "its ",
        "the bloc ",
        "not ",
        "\"No,\" he said. ",
        "Guaidó rejected troops, ",
        "U.S.-Russia-",
        "(a+)+$",
        "\u{200b}",
        "\t",
        "said “",
    ] {
        let article = Article::from_text("x", piece.repeat(500_000 / piece.len()));
        let report = classifier().article(&article, &mut Workspace::default());
        assert!(report.actors.len() < 10, "{piece:?}");
    }
}

#[test]
fn names_that_look_like_patterns_are_names() {
    let table = |names: &[&str]| {
        let list: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        format!("version = 1\n[[actor]]\nid = \"odd\"\nkind = \"state\"\nnames = [{}, \"Zembla\"]\n", list.join(", "))
    };
    let patterns = ["(a+)+$", "[a-z]{1,99999}", "(?=x)*y", "\\w+\\b", "a|b|", "(a|aa)*b"];
    let gazetteer = Gazetteer::from_toml(&table(&patterns), "odd.toml").expect("names with a word in them");
    let wordless = Gazetteer::from_toml(&table(&[".*"]), "odd.toml").map(|_| ()).expect_err("no word").to_string();
    assert!(wordless.contains("empty alias"), "{wordless}");
    let article = Article::from_text("x", format!("{} and Zembla said no.", "a".repeat(1_000_000)));
    assert!(find(&gazetteer, &article) >= 1);
}

const SCRIPT: &str = "<script>alert(1)</script>";

#[test]
fn no_field_puts_markup_into_a_page_of_articles() {
    let folder = Folder::new();
    let label = |name: &str| format!("{name}{SCRIPT}");
    let items: String = (0..40)
        .map(|i| {
            let (verb, name) = if i % 2 == 0 { ("rejected", "no") } else { ("backed", "yes") };
            serde_json::json!({ "text": format!("Peru {verb} {SCRIPT} it {i}"), "stance": label(name), "actor": "peru", "start": 0, "end": 4,
                "group": format!("g{i}{SCRIPT}"), "kind": format!("k{}{SCRIPT}", i % 2) })
            .to_string()
                + "\n"
        })
        .collect();
    let data = folder.write("<i>items.jsonl", items);
    let model = folder.at("m.safetensors");
    stance(["train", "--data", &data, "--out", &model]).ok();
    let article = serde_json::json!({ "id": label("i"), "title": format!("Peru {SCRIPT}"), "date": label("2019"), "outlet": label("o"),
        "text": format!("Peru rejected {SCRIPT} war. The US backed {SCRIPT}.") });
    let articles = folder.write("articles.jsonl", format!("{article}\n"));
    let pages = [
        stance(["predict", "--format", "html", "--explain", "--model", &model, &articles]),
        stance(["evaluate", "--format", "html", "--model", &model, "--data", &data, "--by", "kind,actor"]),
    ];
    for page in pages.map(|run| run.ok().out) {
        assert!(page.contains("&lt;script&gt;"), "the texts are there");
        for markup in ["<script", "</script", "<i>items"] {
            assert!(!page.contains(markup), "{markup}");
        }
    }
}

#[test]
fn no_cell_of_csv_begins_like_a_formula() {
    let article = |(number, start): (usize, &str)| {
        let field = |name: &str| format!("{start}{name}");
        // White space at the ends of an id goes, so they are told apart behind it.
        serde_json::json!({ "id": field(&format!("i{number}")), "title": field("t"), "date": field("d"), "outlet": field("o"),
            "text": format!("{start}cmd|' /C calc'!A0 Peru rejected war.\n{start}Peru rejected the war.") })
        .to_string()
            + "\n"
    };
    let lines: String =
        ["=", "+", "-", "@", "\t", "\r", "\n=", "\u{7}=", "\u{1b}[31m="].into_iter().enumerate().map(article).collect();
    let folder = Folder::new();
    let out = stance(["predict", "--format", "csv", &folder.write("a.jsonl", lines)]).ok().out;
    let mut csv = csv::Reader::from_reader(out.as_bytes());
    let mut cells = 0;
    for record in csv.records() {
        for cell in record.expect("a record").iter() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
            cells += 1;
        }
    }
    assert!(cells > 50, "{cells} cells");
    let item = "{\"id\": \"=1+1\", \"text\": \"Peru rejected war.\", \"actor\": \"@peru\", \"start\": 0, \"end\": 4}\n";
    let items = folder.write("items.jsonl", item);
    let run = stance(["predict", "--unit", "sentence", "--format", "csv", &items]).ok();
    assert!(run.out.contains("\n'=1+1,'@peru,"), "{}", run.out);
}
