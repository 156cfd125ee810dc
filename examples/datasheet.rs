//! Prints the tables of `data/README.md`, computed from the files in `data/`:
//!
//! ```text
//! cargo run --example datasheet
//! ```
//!
//! The output belongs between the markers `<!-- datasheet:begin -->` and `<!-- datasheet:end -->` of that file;
//! `tests/data.rs` includes this file and fails when the two differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;
use stance::evaluate::agreement::krippendorff_alpha;

/// The item files, in the order of the tables.
pub const FILES: [&str; 3] = ["train", "dev", "test"];

/// The stances, in the order of the tables.
pub const STANCES: [&str; 3] = ["opposes", "neutral", "supports"];

/// Crises of which no item stands in `train.jsonl` or `dev.jsonl`, chosen before the rest was split.
pub const HELD_OUT: [&str; 12] = [
    "bahrain-2011",
    "colombia-ecuador-2008",
    "falklands-1982",
    "fict-marwana",
    "fict-ulmen",
    "fictional-ombaro",
    "fictional-tembria",
    "kesmaria",
    "lumora",
    "medvara",
    "mozambique-2021",
    "mozambique-2024",
];

/// Actors and crises with fewer items than this share one row.
const OWN_ROW: usize = 100;

fn main() -> Result<(), String> {
    print!("{}", datasheet(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data"))?);
    Ok(())
}

/// All tables, as Markdown.
pub fn datasheet(data: &Path) -> Result<String, String> {
    let articles = records(data, "articles")?;
    let mut items = Vec::new();
    for file in FILES {
        items.extend(records(data, file)?);
    }
    Ok([
        file_table(&items, &articles),
        stance_table(&items),
        cross_table("actor", &items, OWN_ROW),
        cross_table("crisis", &items, OWN_ROW),
        cross_table("kind", &items, 0),
        held_out_table(&items, &articles),
        rule_table(&items),
        agreement_table(data)?,
    ]
    .join("\n"))
}

/// One line of a data file: the fields that the tables count. `file` is the item file, for an article its `split`.
struct Record {
    file: String,
    fields: BTreeMap<&'static str, String>,
}

impl Record {
    fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    fn held_out(&self) -> bool {
        HELD_OUT.contains(&self.get("crisis"))
    }
}

fn records(data: &Path, name: &str) -> Result<Vec<Record>, String> {
    let record = |value: Value| {
        let fields = ["stance", "actor", "crisis", "kind", "group"].map(|key| (key, text_of(&value, key)));
        let file = if name == "articles" { text_of(&value, "split") } else { name.to_owned() };
        Record { file, fields: fields.into() }
    };
    Ok(values(data, name)?.into_iter().map(record).collect())
}

/// The JSON values of a file, one a line.
fn values(data: &Path, name: &str) -> Result<Vec<Value>, String> {
    let path = data.join(format!("{name}.jsonl"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let value =
        |(index, line)| serde_json::from_str(line).map_err(|error| format!("{name}.jsonl:{}: {error}", index + 1));
    text.lines().enumerate().map(value).collect()
}

fn text_of(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn file_table(items: &[Record], articles: &[Record]) -> String {
    let mut out = heading("file", &["items", "share", "groups", "crises", "articles"]);
    let mut line = |name: &str, accept: &dyn Fn(&Record) -> bool| {
        let chosen: Vec<_> = items.iter().filter(|item| accept(item)).collect();
        let cells = [
            chosen.len().to_string(),
            percent(chosen.len(), items.len()),
            distinct("group", &chosen).to_string(),
            distinct("crisis", &chosen).to_string(),
            articles.iter().filter(|article| accept(article)).count().to_string(),
        ];
        row(&mut out, name, &cells);
    };
    for file in FILES {
        line(&format!("`{file}.jsonl`"), &|record| record.file == file);
    }
    line("all", &|_| true);
    out
}

fn stance_table(items: &[Record]) -> String {
    let mut out = heading("file", &["items", "opposes", "neutral", "supports"]);
    for file in FILES {
        let chosen: Vec<_> = items.iter().filter(|item| item.file == file).collect();
        let shares = stance_counts(&chosen).map(|count| format!("{count} ({})", percent(count, chosen.len())));
        let cells: Vec<_> = std::iter::once(chosen.len().to_string()).chain(shares).collect();
        row(&mut out, &format!("`{file}.jsonl`"), &cells);
    }
    out
}

/// Stances per value of a field, most frequent first; values with fewer than `own_row` items are pooled.
fn cross_table(field: &str, items: &[Record], own_row: usize) -> String {
    let mut by_value: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for item in items {
        by_value.entry(item.get(field)).or_default().push(item);
    }
    let mut values: Vec<_> = by_value.into_iter().collect();
    values.sort_by_key(|(_, items)| std::cmp::Reverse(items.len()));
    let (large, small): (Vec<_>, Vec<_>) = values.into_iter().partition(|(_, items)| items.len() >= own_row);

    let mut out = heading(field, &["items", "opposes", "neutral", "supports", "in test"]);
    for (value, items) in &large {
        row(&mut out, value, &counts(items));
    }
    if !small.is_empty() {
        let name = format!("{} others", small.len());
        let pooled: Vec<_> = small.into_iter().flat_map(|(_, items)| items).collect();
        row(&mut out, &name, &counts(&pooled));
    }
    out
}

fn held_out_table(items: &[Record], articles: &[Record]) -> String {
    let mut out = heading("held-out crisis", &["items", "opposes", "neutral", "supports", "groups", "articles"]);
    let mut line = |name: &str, accept: &dyn Fn(&Record) -> bool| {
        let chosen: Vec<_> = items.iter().filter(|item| accept(item)).collect();
        let articles = articles.iter().filter(|article| accept(article)).count();
        let cells: Vec<_> = [chosen.len()]
            .into_iter()
            .chain(stance_counts(&chosen))
            .chain([distinct("group", &chosen), articles])
            .map(|count| count.to_string())
            .collect();
        row(&mut out, name, &cells);
    };
    for crisis in HELD_OUT {
        line(crisis, &|record| record.get("crisis") == crisis);
    }
    line("all", &|record| record.held_out());
    let in_test = items.iter().filter(|item| item.file == "test").count();
    let held_out = items.iter().filter(|item| item.held_out()).count();
    let share = percent(held_out, in_test);
    let (crises, others) = unseen_by_chance(items);
    let _ = writeln!(
        out,
        "\nHeld-out crises make up {share} of `test.jsonl`. A further {crises} crises with {others} items in all \
         happen to occur only there."
    );
    out
}

/// Items of part l by the rule that they are written for, which stands second in their group (`l1-R4-07`).
fn rule_table(items: &[Record]) -> String {
    let mut by_rule: BTreeMap<(usize, &str), Vec<&Record>> = BTreeMap::new();
    for item in items {
        let mut parts = item.get("group").splitn(3, '-');
        if let (Some("l1" | "l2" | "l3"), Some(rule), Some(_)) = (parts.next(), parts.next(), parts.next()) {
            by_rule.entry((rule.len(), rule)).or_default().push(item);
        }
    }
    let mut out = heading("rule (part l)", &["items", "opposes", "neutral", "supports"]);
    for ((_, rule), items) in by_rule {
        let cells: Vec<_> = [items.len()].into_iter().chain(stance_counts(&items)).map(|n| n.to_string()).collect();
        row(&mut out, rule, &cells);
    }
    out
}

/// Agreement of the two blind codings with each other and with the labels as they were before corrections.
fn agreement_table(data: &Path) -> Result<String, String> {
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for (file, field) in FILES.map(|file| (file, "stance")).into_iter().chain([("corrections", "from")]) {
        for value in values(data, file)? {
            labels.insert(text_of(&value, "id"), text_of(&value, field));
        }
    }
    let codings = values(data, "codings")?;
    let number = |name: String| STANCES.iter().position(|stance| *stance == name);
    let coder = |field: &str| codings.iter().map(|c| number(text_of(c, field))).collect::<Vec<_>>();
    let label = codings.iter().map(|c| labels.get(&text_of(c, "id")).cloned().and_then(number)).collect();
    let columns = [("coder 1", coder("coder_1")), ("coder 2", coder("coder_2")), ("label", label)];
    let mut out = heading("compared", &["items", "agreement", "Krippendorff's alpha"]);
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let ((name, one), (other_name, other)) = (&columns[a], &columns[b]);
        let same = one.iter().zip(other).filter(|(a, b)| a == b).count();
        let alpha = krippendorff_alpha(&[one, other]).ok_or("data/codings.jsonl: nothing to compare")?;
        let cells = [one.len().to_string(), percent(same, one.len()), format!("{alpha:.3}")];
        row(&mut out, &format!("{name}, {other_name}"), &cells);
    }
    Ok(out)
}

/// Crises (and their items) that are not held out by choice and yet occur only in test.
fn unseen_by_chance(items: &[Record]) -> (usize, usize) {
    let seen: BTreeSet<_> = items.iter().filter(|item| item.file != "test").map(|item| item.get("crisis")).collect();
    let unseen: Vec<_> = items.iter().filter(|item| !item.held_out() && !seen.contains(item.get("crisis"))).collect();
    (distinct("crisis", &unseen), unseen.len())
}

fn counts(items: &[&Record]) -> Vec<String> {
    let in_test = items.iter().filter(|item| item.file == "test").count();
    let all = [items.len()].into_iter().chain(stance_counts(items)).chain([in_test]);
    all.map(|count| count.to_string()).collect()
}

fn stance_counts(items: &[&Record]) -> [usize; 3] {
    STANCES.map(|stance| items.iter().filter(|item| item.get("stance") == stance).count())
}

fn distinct(field: &str, items: &[&Record]) -> usize {
    items.iter().map(|item| item.get(field)).collect::<BTreeSet<_>>().len()
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

fn heading(first: &str, columns: &[&str]) -> String {
    format!("| {first} | {} |\n|---|{}\n", columns.join(" | "), "--:|".repeat(columns.len()))
}

fn row(out: &mut String, name: &str, cells: &[String]) {
    let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
}
