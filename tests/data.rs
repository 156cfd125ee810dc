//! The data files keep their promises: every line of the item and article files, both gazetteers, the lexicon,
//! the example articles and the tables of the datasheet. A failure names the file and the line.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

#[allow(dead_code)]
#[path = "../examples/datasheet.rs"]
mod datasheet;

use datasheet::{FILES, HELD_OUT, STANCES, datasheet};

const KINDS: [&str; 10] = [
    "attribution",
    "background",
    "conditional",
    "hedge",
    "metonym",
    "multi_actor",
    "negation",
    "no_keyword",
    "plain",
    "pronoun",
];

/// Two texts of different files may share fewer than this part of their five-word sequences (Jaccard index).
const NEAR_DUPLICATE: f64 = 0.5;

#[test]
fn items_have_the_fields_of_the_codebook() {
    let mut problems = Vec::new();
    for line in items() {
        let strings = ["id", "text", "actor", "stance", "group", "crisis", "source", "kind"];
        line.check_fields(&strings, &["start", "end", "hard"], &mut problems);
        line.check(line.value["start"].is_u64(), "`start` is no count of characters", &mut problems);
        line.check(line.value["end"].is_u64(), "`end` is no count of characters", &mut problems);
        line.check(line.value["hard"].is_boolean(), "`hard` is neither true nor false", &mut problems);
        line.check(STANCES.contains(&line.get("stance")), "unknown `stance`", &mut problems);
        line.check(KINDS.contains(&line.get("kind")), "unknown `kind`", &mut problems);
        line.check(line.get("source") == "authored", "unknown `source`", &mut problems);
    }
    report(&problems);
}

#[test]
fn spans_are_on_whole_words() {
    let mut problems = Vec::new();
    for line in items() {
        if let Err(reason) = check_span(&line) {
            problems.push(format!("{}: {reason}", line.at()));
        }
    }
    report(&problems);
}

#[test]
fn ids_are_unique() {
    let mut first = HashMap::new();
    let mut problems = Vec::new();
    for line in items().into_iter().chain(lines("articles")) {
        if let Some(earlier) = first.insert(line.get("id").to_owned(), line.at()) {
            problems.push(format!("{}: id `{}` was used at {earlier}", line.at(), line.get("id")));
        }
    }
    report(&problems);
}

#[test]
fn actors_are_canonical() {
    let known: BTreeSet<_> = gazetteers().into_iter().map(|entry| entry.actor.id.into_inner()).collect();
    let mut problems = Vec::new();
    for line in items() {
        let known = known.contains(line.get("actor"));
        line.check(known, &format!("actor `{}` is no id of the gazetteers", line.get("actor")), &mut problems);
    }
    for line in lines("articles") {
        for actor in line.value["gold"].as_object().into_iter().flat_map(|gold| gold.keys()) {
            line.check(known.contains(actor), &format!("actor `{actor}` is no id of the gazetteers"), &mut problems);
        }
    }
    report(&problems);
}

#[test]
fn no_group_is_in_two_files() {
    let mut first: HashMap<String, Line> = HashMap::new();
    let mut problems = Vec::new();
    for line in items() {
        let group = line.get("group").to_owned();
        let other = first.entry(group).or_insert_with(|| line.clone());
        if other.file != line.file {
            problems.push(format!("{}: group `{}` is also at {}", line.at(), line.get("group"), other.at()));
        }
    }
    report(&problems);
}

#[test]
fn held_out_crises_are_only_in_test() {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for line in items() {
        let crisis = line.get("crisis");
        seen.extend(HELD_OUT.into_iter().find(|held_out| *held_out == crisis));
        let allowed = line.file == "test" || !HELD_OUT.contains(&crisis);
        line.check(allowed, &format!("crisis `{crisis}` is held out for test.jsonl"), &mut problems);
    }
    for crisis in HELD_OUT.into_iter().filter(|crisis| !seen.contains(crisis)) {
        problems.push(format!("data/test.jsonl: no item of the held-out crisis `{crisis}`"));
    }
    report(&problems);
}

#[test]
fn no_sentence_is_coded_twice_for_an_actor() {
    let mut first = HashMap::new();
    let mut problems = Vec::new();
    for line in items() {
        let key = (words(line.get("text")), line.get("actor").to_owned());
        if let Some(earlier) = first.insert(key, line.at()) {
            problems.push(format!("{}: the same text and actor as {earlier}", line.at()));
        }
    }
    report(&problems);
}

#[test]
fn no_near_duplicates_across_files() {
    let texts: BTreeMap<_, _> =
        items().into_iter().map(|line| ((line.file, words(line.get("text"))), line.at())).collect();
    let mut problems = Vec::new();
    let mut index: HashMap<&[String], Vec<usize>> = HashMap::new();
    let mut earlier = Vec::new();
    for ((file, words), at) in &texts {
        let shingles: BTreeSet<_> = words.windows(words.len().clamp(1, 5)).collect();
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for other in shingles.iter().filter_map(|shingle| index.get(shingle)).flatten() {
            *shared.entry(*other).or_default() += 1;
        }
        for (other, shared) in shared {
            let (other_file, other_at, other_len) = earlier[other];
            let jaccard = shared as f64 / (shingles.len() + other_len - shared) as f64;
            if other_file != file && jaccard >= NEAR_DUPLICATE {
                problems.push(format!("{at}: {jaccard:.2} of its five-word sequences are those of {other_at}"));
            }
        }
        for shingle in &shingles {
            index.entry(shingle).or_default().push(earlier.len());
        }
        earlier.push((file, at, shingles.len()));
    }
    report(&problems);
}

#[test]
fn articles_are_well_formed() {
    let mut problems = Vec::new();
    for line in lines("articles") {
        let strings = ["id", "title", "text", "crisis", "date", "outlet", "split"];
        line.check_fields(&strings, &["gold", "noise"], &mut problems);
        line.check(is_date(line.get("date")), "`date` is not YYYY-MM-DD", &mut problems);
        line.check(FILES.contains(&line.get("split")), "`split` is no item file", &mut problems);
        let gold = line.value["gold"].as_object();
        let labels = gold.is_some_and(|gold| gold.values().all(|label| STANCES.iter().any(|stance| label == stance)));
        line.check(labels, "`gold` does not map actors to stances", &mut problems);
        let count = line.get("text").lines().count() as u64;
        let noise = line.value["noise"].as_array();
        let in_range = |number: &Value| number.as_u64().is_some_and(|number| number < count);
        let in_range = noise.is_some_and(|noise| noise.iter().all(in_range));
        line.check(in_range, &format!("`noise` is no list of line numbers below {count}"), &mut problems);
    }
    report(&problems);
}

#[test]
fn articles_agree_with_their_items() {
    let mut of_group: HashMap<String, Vec<Line>> = HashMap::new();
    for line in items() {
        of_group.entry(line.get("group").to_owned()).or_default().push(line);
    }
    let mut problems = Vec::new();
    for article in lines("articles") {
        let items = of_group.get(article.get("id")).map_or(&[][..], Vec::as_slice);
        article.check(!items.is_empty(), "no item has this article's id as its group", &mut problems);
        article.check(article.value["gold"] == majority(&article, items), "`gold` is not the majority", &mut problems);
        let sentences = outside_noise(&article);
        for item in items {
            let same = item.file == article.get("split");
            item.check(same, &format!("another `split` than that of {}", article.at()), &mut problems);
            let found = sentences.iter().any(|sentences| sentences.contains(item.get("text")));
            item.check(found, &format!("not in the title or text of {}", article.at()), &mut problems);
        }
    }
    report(&problems);
}

#[test]
fn actor_ids_are_unique() {
    let mut first = HashMap::new();
    let mut problems = Vec::new();
    for entry in gazetteers() {
        for id in std::iter::once(&entry.actor.id).chain(&entry.actor.also) {
            let at = entry.source.at(id);
            let well_formed = !id.get_ref().is_empty()
                && id.get_ref().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if !well_formed {
                problems.push(format!("{at}: `{}` is no lower-case id", id.get_ref()));
            }
            if let Some(earlier) = first.insert(id.get_ref().clone(), at.clone()) {
                problems.push(format!("{at}: id `{}` was used at {earlier}", id.get_ref()));
            }
        }
    }
    report(&problems);
}

#[test]
fn lexicon_entries_are_lower_case() {
    let source = Source::read("lexicon.toml");
    let classes: BTreeMap<String, Class> = source.parse();
    let mut problems = Vec::new();
    for (name, class) in &classes {
        let mut seen = BTreeSet::new();
        for entry in &class.entries {
            let text = entry.get_ref();
            let at = source.at(entry);
            if text.trim().is_empty() || text.trim() != text || text.to_lowercase() != *text {
                problems.push(format!("{at}: `{text}` in [{name}] is empty, padded or not in lower case"));
            }
            if !seen.insert(text) {
                problems.push(format!("{at}: `{text}` is in [{name}] twice"));
            }
        }
        if class.entries.is_empty() {
            problems.push(format!("data/lexicon.toml: [{name}] has no entries"));
        }
    }
    report(&problems);
}

#[test]
fn example_articles_are_the_text_files() {
    let mut problems = Vec::new();
    for line in lines("examples/articles") {
        line.check_fields(&["id", "title", "date", "outlet", "text"], &[], &mut problems);
        line.check(is_date(line.get("date")), "`date` is not YYYY-MM-DD", &mut problems);
        let name = format!("examples/{}.txt", line.get("id"));
        let joined = format!("{}\n{}\n", line.get("title"), line.get("text"));
        line.check(read(&name) == joined, &format!("title and text are not those of data/{name}"), &mut problems);
    }
    report(&problems);
}

#[test]
fn readme_has_the_tables_of_the_datasheet_example() {
    let readme = read("README.md");
    let (begin, end) = ("<!-- datasheet:begin -->", "<!-- datasheet:end -->");
    let (before, rest) = readme.split_once(begin).expect("data/README.md: the begin marker is missing");
    let (tables, _) = rest.split_once(end).expect("data/README.md: the end marker is missing");
    let first_line = before.lines().count() + 1;
    let expected = datasheet(&data()).expect("the datasheet can be computed");
    let expected: Vec<_> = expected.trim().lines().collect();
    let found: Vec<_> = tables.trim().lines().collect();
    for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let line = first_line + index;
        assert_eq!(found, expected, "data/README.md:{line} is out of date; see examples/datasheet.rs");
    }
    assert_eq!(found.len(), expected.len(), "data/README.md: number of lines between the datasheet markers");
}

/// One line of a JSON Lines file, with where it stands.
#[derive(Clone)]
struct Line {
    file: &'static str,
    number: usize,
    value: Value,
}

impl Line {
    fn at(&self) -> String {
        format!("data/{}.jsonl:{}", self.file, self.number)
    }

    fn get(&self, field: &str) -> &str {
        self.value[field].as_str().unwrap_or_default()
    }

    fn check(&self, holds: bool, problem: &str, problems: &mut Vec<String>) {
        if !holds {
            problems.push(format!("{}: {problem}", self.at()));
        }
    }

    /// The object has exactly these fields, and `strings` are strings that are not empty.
    fn check_fields(&self, strings: &[&str], others: &[&str], problems: &mut Vec<String>) {
        let found: BTreeSet<_> = self.value.as_object().into_iter().flat_map(|object| object.keys()).collect();
        for field in strings.iter().chain(others) {
            let present = found.iter().any(|found| found == field);
            self.check(present, &format!("field `{field}` is missing"), problems);
        }
        for field in found.iter().filter(|field| !strings.iter().chain(others).any(|known| known == *field)) {
            self.check(false, &format!("field `{field}` is not in the format"), problems);
        }
        for field in strings {
            self.check(!self.get(field).is_empty(), &format!("`{field}` is empty or no string"), problems);
        }
    }
}

/// A TOML file and its text, to turn byte offsets into line numbers.
struct Source {
    name: &'static str,
    text: String,
}

impl Source {
    fn read(name: &'static str) -> Self {
        Self { name, text: read(name) }
    }

    fn parse<'de, T: Deserialize<'de>>(&'de self) -> T {
        toml::from_str(&self.text).unwrap_or_else(|error| panic!("data/{}: {error}", self.name))
    }

    fn at<T>(&self, value: &Spanned<T>) -> String {
        let line = self.text[..value.span().start].matches('\n').count() + 1;
        format!("data/{}:{line}", self.name)
    }
}

#[derive(Deserialize)]
struct Gazetteer {
    actor: Vec<Actor>,
}

#[derive(Deserialize)]
struct Actor {
    id: Spanned<String>,
    #[serde(default)]
    also: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
struct Class {
    entries: Vec<Spanned<String>>,
}

struct Entry {
    source: &'static Source,
    actor: Actor,
}

/// The actors of both gazetteers.
fn gazetteers() -> Vec<Entry> {
    let mut entries = Vec::new();
    for name in ["actors.toml", "actors-fictional.toml"] {
        let source: &'static Source = Box::leak(Box::new(Source::read(name)));
        let gazetteer: Gazetteer = source.parse();
        entries.extend(gazetteer.actor.into_iter().map(|actor| Entry { source, actor }));
    }
    entries
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn read(name: &str) -> String {
    fs::read_to_string(data().join(name)).unwrap_or_else(|error| panic!("data/{name}: {error}"))
}

fn lines(file: &'static str) -> Vec<Line> {
    let parse = |(index, line)| {
        let number = index + 1;
        let value = serde_json::from_str(line).unwrap_or_else(|error| panic!("data/{file}.jsonl:{number}: {error}"));
        Line { file, number, value }
    };
    read(&format!("{file}.jsonl")).lines().enumerate().map(parse).collect()
}

fn items() -> Vec<Line> {
    FILES.into_iter().flat_map(lines).collect()
}

fn check_span(line: &Line) -> Result<(), String> {
    let text: Vec<char> = line.get("text").chars().collect();
    let offset = |field: &str| line.value[field].as_u64().map_or(usize::MAX, |offset| offset as usize);
    let (start, end) = (offset("start"), offset("end"));
    if start >= end || end > text.len() {
        return Err(format!("span {start}..{end} in a text of {} characters", text.len()));
    }
    let mention: String = text[start..end].iter().collect();
    if mention.trim() != mention {
        return Err(format!("the mention `{mention}` has spaces around it"));
    }
    let before = start.checked_sub(1).map(|index| text[index]);
    let after = text.get(end).copied();
    if before.is_some_and(char::is_alphanumeric) || after.is_some_and(char::is_alphanumeric) {
        return Err(format!("the mention `{mention}` begins or ends inside a word"));
    }
    Ok(())
}

/// The stance per actor by section 6 of the codebook; items on another crisis than the article's do not vote.
fn majority(article: &Line, items: &[Line]) -> Value {
    let mut balance: BTreeMap<&str, i64> = BTreeMap::new();
    for item in items {
        let vote = match item.get("stance") {
            "supports" => 1,
            "opposes" => -1,
            _ => 0,
        };
        let votes = item.get("crisis") == article.get("crisis");
        *balance.entry(item.get("actor")).or_default() += if votes { vote } else { 0 };
    }
    let label = |balance: i64| STANCES[(balance.signum() + 1) as usize].into();
    Value::Object(balance.into_iter().map(|(actor, balance)| (actor.to_owned(), label(balance))).collect())
}

/// The title and the lines of the text that are not boilerplate.
fn outside_noise(article: &Line) -> Vec<&str> {
    let is_noise = |number: usize| {
        let noise = article.value["noise"].as_array();
        noise.is_some_and(|noise| noise.iter().any(|line| line.as_u64() == Some(number as u64)))
    };
    let body = article.get("text").lines().enumerate().filter(|(number, _)| !is_noise(*number)).map(|(_, line)| line);
    std::iter::once(article.get("title")).chain(body).collect()
}

/// Lower-case words; what is neither letter nor digit separates.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_date(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00"
}

fn report(problems: &[String]) {
    let shown = problems.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(problems.is_empty(), "{} problems:\n{shown}", problems.len());
}
