//! The store of labelling as its callers meet it: what goes in comes out, draws are as likely as they say, coders do
//! not get into each other's way, and what was acknowledged survives being killed.
//!
//! `STANCE_KILLS` sets how often a writer is killed (200).
#![cfg(feature = "store")]

mod common;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use common::{Folder, at, first_lines, shipped_model};
use serde_json::Value;
use stance::model::format::from_bytes;
use stance::predict::Classifier;
use stance::read::Options;
use stance::store::decisions::NewDecision;
use stance::store::edits::Edit;
use stance::store::queue::Why;
use stance::store::{Counts, InUse, Kind, NewLabel, Settings, Store};

fn labels() -> Vec<String> {
    ["opposes", "neutral", "supports"].map(String::from).into()
}

/// The shipped model, loaded once.
fn classifier() -> Arc<Classifier> {
    static SHIPPED: OnceLock<Arc<Classifier>> = OnceLock::new();
    let load = || {
        let bytes = fs::read(shipped_model()).expect("the model is there");
        Arc::new(Classifier::new(Arc::new(from_bytes(&bytes, "shipped").expect("it is a model"))))
    };
    SHIPPED.get_or_init(load).clone()
}

fn in_use() -> InUse {
    InUse::new(classifier())
}

fn fresh(folder: &Folder) -> Store {
    Store::open_or_make(Path::new(&folder.at("s.sqlite"))).expect("a store")
}

fn import(store: &Store, name: &str, content: impl AsRef<[u8]>, kind: Kind) -> Counts {
    let bytes = content.as_ref().to_vec();
    store.import(name, bytes, kind, None, &Options::default(), &classifier()).expect("it can be imported")
}

fn articles(n: usize) -> String {
    first_lines("data/articles.jsonl", n)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn client() -> String {
    static LAST: Mutex<u64> = Mutex::new(0);
    let mut last = LAST.lock().expect("nobody panicked");
    *last += 1;
    format!("test-{last}")
}

fn stance(unit: i64, coder: i64, stance: &str) -> NewLabel {
    NewLabel { client: client(), unit, coder, stance: Some(stance.into()), ..NewLabel::default() }
}

#[test]
fn articles_become_units_whose_offsets_are_the_mention_and_come_again_as_known() {
    let folder = Folder::new();
    let store = fresh(&folder);
    let counts = import(&store, "a.jsonl", articles(5), Kind::Auto);
    assert_eq!((counts.articles, counts.labels, counts.known), (5, 0, 0));
    assert!(counts.units > 20 && counts.skipped.is_empty(), "{counts:?}");
    let again = import(&store, "a.jsonl", articles(5), Kind::Auto);
    assert_eq!((again.articles, again.units, again.known), (0, 0, 5));
    let all = lines(&articles(5));
    let gazetteer = classifier();
    for id in 1..=counts.units as i64 {
        let unit = store.unit(id, gazetteer.gazetteer()).expect("it is there");
        let source = unit.article.as_ref().expect("it is from an article");
        let text =
            all.iter().find(|a| a["id"] == source.id.as_str()).expect("that article")["text"].as_str().expect("text");
        let (start, end) = (unit.start.expect("a mention"), unit.end.expect("a mention"));
        let mention: String = unit.text.chars().skip(start).take(end - start).collect();
        assert!(!mention.trim().is_empty() && mention.trim() == mention, "{mention:?} in {:?}", unit.text);
        let title = source.title.as_deref().unwrap_or_default();
        let around = format!("{}{}{}", unit.before, unit.text, unit.after);
        assert!(format!("{title}\n{text}").contains(&around), "{around:?} does not stand in the article");
        assert!(unit.key.starts_with(&format!("{}#", source.id)), "{}", unit.key);
    }
}

#[test]
fn items_keep_fields_and_labels_and_an_export_imports_to_the_same_bytes() {
    let folder = Folder::new();
    let store = fresh(&folder);
    let items = first_lines("data/dev.jsonl", 60);
    let counts = import(&store, "ana.jsonl", &items, Kind::Auto);
    assert_eq!((counts.units, counts.labels), (60, 60), "{counts:?}");
    let again = import(&store, "ana.jsonl", &items, Kind::Auto);
    assert_eq!((again.units, again.labels, again.known), (0, 0, 60), "nothing comes twice");
    let out = store.export(false).expect("it can be exported");
    assert_eq!(out, store.export(false).expect("it can be exported"));
    let by_id: BTreeMap<String, Value> =
        lines(&items).into_iter().map(|item| (item["id"].as_str().expect("an id").to_string(), item)).collect();
    let exported = lines(&out);
    assert_eq!(exported.len(), 60);
    for line in &exported {
        let item = &by_id[line["id"].as_str().expect("an id")];
        for (field, value) in item.as_object().expect("an object") {
            assert_eq!(&line[field], value, "{field} of {}", line["id"]);
        }
        assert_eq!(line["coder"], "ana");
    }
    let keys: Vec<&str> = exported.iter().filter_map(|line| line["id"].as_str()).collect();
    assert!(keys.is_sorted(), "in the order of keys");
    let other = Folder::new();
    let second = fresh(&other);
    import(&second, "export.jsonl", &out, Kind::Items);
    assert_eq!(second.export(false).expect("it can be exported"), out);
}

#[test]
fn bad_records_are_told_with_their_line_and_the_others_are_taken() {
    let folder = Folder::new();
    let store = fresh(&folder);
    let content = concat!(
        r#"{"id":"1","text":"Berlin stays.","actor":"germany","start":0,"end":6,"stance":"opposes"}"#,
        "\nno json\n",
        r#"{"id":"3","text":"Berlin stays.","actor":"germany","start":0,"end":60}"#,
        "\n",
        r#"{"id":"4","text":"Berlin stays.","actor":"germany","stance":"maybe"}"#,
        "\n",
        r#"{"id":"1","text":"Another text.","actor":"germany"}"#,
    );
    let counts = import(&store, "a.jsonl", content, Kind::Auto);
    assert_eq!((counts.units, counts.labels), (1, 1));
    let told: Vec<(Option<usize>, &str)> = counts.skipped.iter().map(|s| (s.line, s.detail.as_str())).collect();
    let parts = [
        (2, "not a JSON object"),
        (3, "no span of the text"),
        (4, "\"maybe\" is no label"),
        (5, "another text has the id"),
    ];
    assert_eq!(told.len(), parts.len(), "{told:?}");
    for ((line, detail), (expected, part)) in told.iter().zip(parts) {
        assert!(*line == Some(expected) && detail.contains(part), "{detail}");
    }
}

#[test]
fn exports_of_other_tools_become_units_with_the_labels_of_their_coders() {
    let read = |name: &str| fs::read(at(&format!("tests/data/labelling/{name}"))).expect("the file is there");
    let rows = |name: &str| -> (Counts, Vec<String>) {
        let folder = Folder::new();
        let store = fresh(&folder);
        let counts = import(&store, name, read(name), Kind::Auto);
        let text = |line: &Value, field: &str| line[field].as_str().unwrap_or("-").to_string();
        let mention = |line: &Value| -> String {
            let (start, end) =
                (line["start"].as_u64().unwrap_or(0) as usize, line["end"].as_u64().unwrap_or(0) as usize);
            text(line, "text").chars().skip(start).take(end - start).collect()
        };
        let row = |line: &Value| {
            format!(
                "{} {} {:?} {} {}",
                text(line, "id"),
                text(line, "actor"),
                mention(line),
                text(line, "stance"),
                text(line, "coder")
            )
        };
        let out = store.export(false).expect("it can be exported");
        (counts, lines(&out).iter().map(row).collect())
    };
    let (counts, labels) = rows("label-studio.json");
    assert_eq!((counts.units, counts.labels, counts.skipped.len()), (3, 4, 1), "{counts:?}");
    assert!(counts.skipped[0].detail.contains("\"unclear\" is no label"), "{counts:?}");
    // An emoji stands before Oslo: a browser counts it twice.
    let expected = [
        "label-studio:11#norway norway \"Oslo\" opposes ana@example.org",
        "label-studio:11#norway norway \"Oslo\" neutral user 7",
        "own-12 germany \"Berlin\" supports user 7",
    ];
    assert_eq!(labels, expected);
    let (counts, labels) = rows("label-studio-min.json");
    assert_eq!((counts.units, counts.labels), (2, 1), "{counts:?}");
    assert_eq!(labels, ["label-studio-min:21 germany \"Berlin\" supports user 3"]);
    let (counts, labels) = rows("doccano-classification.jsonl");
    assert_eq!((counts.units, counts.labels), (3, 2), "{counts:?}");
    assert!(counts.skipped[0].detail.contains("it has 2 labels: neutral, opposes"), "{counts:?}");
    let expected = [
        "doccano-classification:1 germany \"Berlin\" supports doccano-classification",
        "doccano-classification:2 latam \"Lima\" neutral doccano-classification",
    ];
    assert_eq!(labels, expected);
    let (counts, labels) = rows("doccano-spans.jsonl");
    assert_eq!((counts.units, counts.labels), (3, 3), "{counts:?}");
    let expected = [
        "doccano-spans:1#germany germany \"Berlin\" opposes doccano-spans",
        "doccano-spans:1#russia russia \"Russia\" supports doccano-spans",
        "doccano-spans:2#martian_council martian_council \"Martian Council\" supports doccano-spans",
    ];
    assert_eq!(labels, expected);
    let (counts, labels) = rows("prodigy.jsonl");
    assert_eq!((counts.units, counts.labels, counts.known), (3, 4, 1), "{counts:?}");
    assert!(counts.skipped[0].detail.contains("it was rejected"), "{counts:?}");
    let expected = [
        "own-2 latam \"Lima\" neutral prodigy",
        "prodigy:101 germany \"Berlin\" supports stance-ana",
        "prodigy:101 germany \"Berlin\" neutral stance-ben",
    ];
    assert_eq!(labels, expected);
}

#[test]
fn no_damaged_export_ends_the_program_and_what_is_left_of_it_is_read() {
    let folder = Folder::new();
    let store = fresh(&folder);
    let mut random = 1u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let kinds = [Kind::Auto, Kind::Items, Kind::LabelStudio, Kind::Doccano, Kind::Prodigy];
    for name in fs::read_dir(at("tests/data/labelling")).expect("a folder").map(|e| e.expect("a file").file_name()) {
        let name = name.into_string().expect("UTF-8");
        let whole = fs::read(at(&format!("tests/data/labelling/{name}"))).expect("a file");
        for _ in 0..60 {
            let mut bytes = whole.clone();
            for _ in 0..1 + next(4) {
                let at = next(bytes.len().max(2) - 1);
                match next(4) {
                    0 => bytes.truncate(at.max(1)),
                    1 => bytes[at] = b"0123456789{}[]\":,-"[next(18)],
                    2 if bytes.len() > 2 => drop(bytes.remove(at)),
                    _ => bytes[at] = next(256) as u8,
                }
            }
            let kind = kinds[next(kinds.len())];
            // An error is an answer too.
            let _ = store.import(&name, bytes, kind, None, &Options::default(), &classifier());
        }
    }
    let counts = import(
        &store,
        "prodigy.jsonl",
        fs::read(at("tests/data/labelling/prodigy.jsonl")).expect("a file"),
        Kind::Auto,
    );
    assert!(counts.units + counts.known > 0, "{counts:?}");
    lines(&store.export(false).expect("it can be exported"));
}

#[test]
fn a_label_is_kept_once_replaced_by_a_later_one_and_history_stays() {
    let folder = Folder::new();
    let store = fresh(&folder);
    import(&store, "a.jsonl", articles(1), Kind::Articles);
    let ana = store.coder("Ana").expect("a coder").id;
    let unit = store.next(ana, &in_use()).expect("a unit").unit.expect("a unit");
    assert!(
        unit.probability.is_some_and(|p| p > 0.0 && p <= 1.0) && unit.round == Some(1) && unit.suggestion.is_none()
    );
    let first = NewLabel { note: "sure".into(), seconds: Some(2.5), ..stance(unit.id, ana, "opposes") };
    let id = store.label(&first, &labels()).expect("kept");
    assert_eq!(store.label(&first, &labels()).expect("known"), id, "sent twice, kept once");
    let second = store.label(&stance(unit.id, ana, "supports"), &labels()).expect("kept");
    assert_eq!(store.label(&first, &labels()).expect("known"), id);
    let given = store.labels_of(unit.id).expect("labels");
    assert_eq!(given.iter().map(|g| g.stance.as_deref()).collect::<Vec<_>>(), [Some("supports")]);
    assert_eq!(store.withdraw(second, ana).expect("undone"), unit.id);
    assert!(store.labels_of(unit.id).expect("labels").is_empty());
    assert_eq!(store.next(ana, &in_use()).expect("a unit").unit.expect("a unit").id, unit.id);
    for wrong in [
        NewLabel { stance: Some("maybe".into()), ..stance(unit.id, ana, "x") },
        NewLabel { stance: None, ..stance(unit.id, ana, "x") },
        NewLabel { skipped: true, ..stance(unit.id, ana, "opposes") },
        NewLabel { client: String::new(), ..stance(unit.id, ana, "opposes") },
        NewLabel { seconds: Some(-1.0), ..stance(unit.id, ana, "opposes") },
        stance(99_999, ana, "opposes"),
        stance(unit.id, 99, "opposes"),
    ] {
        assert!(store.label(&wrong, &labels()).is_err(), "{wrong:?}");
    }
}

#[test]
fn every_unit_is_labelled_once_by_four_coders_at_once_through_two_programs() {
    let folder = Folder::new();
    let first = fresh(&folder);
    let counts = import(&first, "a.jsonl", articles(2), Kind::Articles);
    first.set_settings(&Settings { round_size: 7, ..Settings::default() }).expect("set");
    let second = fresh(&folder);
    let work = |(number, store): (usize, &Store)| {
        let coder = store.coder(&format!("coder {number}")).expect("a coder").id;
        let in_use = in_use();
        let mut done = Vec::new();
        loop {
            let next = store.next(coder, &in_use).expect("an answer");
            match (next.unit, next.why) {
                (Some(unit), _) => {
                    store.label(&stance(unit.id, coder, "neutral"), &labels()).expect("kept");
                    done.push(unit.id);
                }
                (None, Some(Why::Waiting)) => std::thread::sleep(Duration::from_millis(1)),
                (None, _) => return done,
            }
        }
    };
    let work = &work;
    let done: Vec<i64> = std::thread::scope(|scope| {
        let threads: Vec<_> = [&first, &second, &first, &second]
            .into_iter()
            .enumerate()
            .map(|job| scope.spawn(move || work(job)))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(done.len(), counts.units, "nothing twice");
    assert_eq!(done.iter().collect::<HashSet<_>>().len(), counts.units, "nothing left out");
    let progress = first.progress(&labels()).expect("progress");
    assert_eq!(
        (progress.complete, progress.drawn, progress.per_label["neutral"]),
        (counts.units, counts.units, counts.units)
    );
    let share = progress.estimate.expect("an estimate")["neutral"];
    assert!((share.share - 1.0).abs() < 0.5 && share.se.is_some(), "{share:?}");
}

#[test]
fn units_are_drawn_as_often_as_the_probabilities_that_are_kept_and_the_seed_decides() {
    const TIMES: u64 = 200;
    let (mut drawn, mut expected) = (BTreeMap::new(), BTreeMap::new());
    let folder = Folder::new();
    {
        let store = fresh(&folder);
        import(
            &store,
            "items.jsonl",
            first_lines("data/test.jsonl", 30).replace("\"stance\"", "\"gold\""),
            Kind::Items,
        );
        store.coder("a").expect("a coder");
        store.set_settings(&Settings { round_size: 6, uniform_share: 0.3, ..Settings::default() }).expect("set");
    }
    let (in_use, template) = (in_use(), fs::read(folder.at("s.sqlite")).expect("one file when nobody has it open"));
    let round_of = |seed: u64| -> Vec<(i64, f64)> {
        let own = Folder::new();
        own.write("s.sqlite", &template);
        let store = fresh(&own);
        store.set_seed(seed).expect("before the first round");
        let mut units = Vec::new();
        for _ in 0..6 {
            let unit = store.next(1, &in_use).expect("an answer").unit.expect("a unit");
            units.push((unit.id, unit.probability.expect("it was drawn")));
            store.label(&stance(unit.id, 1, "neutral"), &labels()).expect("kept");
        }
        units
    };
    // Side by side, as most of the time goes into waiting for the disk.
    let round_of = &round_of;
    let rounds: Vec<Vec<(i64, f64)>> = std::thread::scope(|scope| {
        let some = |first: u64| (first..TIMES).step_by(8).map(round_of).collect::<Vec<_>>();
        let threads: Vec<_> = (0..8).map(|first| scope.spawn(move || some(first))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    for (unit, probability) in rounds.concat() {
        *drawn.entry(unit).or_insert(0.0) += 1.0 / TIMES as f64;
        expected.insert(unit, probability);
    }
    let sum: f64 = expected.values().sum();
    assert!(
        expected.len() == 30 && (sum - 6.0).abs() < 1e-9,
        "all units come up, and their probabilities sum to 6: {sum}"
    );
    let spread = expected.values().cloned().fold(0.0, f64::max) / expected.values().cloned().fold(1.0, f64::min);
    assert!(spread > 1.5, "doubtful units are more likely: {spread}");
    for (unit, probability) in &expected {
        let error = (probability * (1.0 - probability) / TIMES as f64).sqrt();
        assert!((drawn[unit] - probability).abs() < 5.0 * error, "unit {unit}: {} for {probability}", drawn[unit]);
    }
    assert_eq!(round_of(3), round_of(3));
}

#[test]
fn alpha_of_the_published_example_comes_out_of_the_store() {
    // Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: four observers, five nominal values,
    // gaps; 0.743.
    let columns = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
    let values: Vec<String> = (1..=5).map(|value| value.to_string()).collect();
    let folder = Folder::new();
    let store = fresh(&folder);
    let item =
        |i: usize| format!(r#"{{"id":"u{i:02}","text":"Unit {i}.","actor":"{}"}}"#, if i < 6 { "us" } else { "eu" });
    import(&store, "u.jsonl", (0..12).map(item).collect::<Vec<_>>().join("\n"), Kind::Items);
    for (coder, column) in columns.iter().enumerate() {
        let coder = store.coder(&format!("observer {coder}")).expect("a coder").id;
        for (unit, value) in column.chars().enumerate().filter(|(_, value)| *value != '.') {
            store.label(&stance(unit as i64 + 1, coder, &value.to_string()), &values).expect("kept");
        }
    }
    let agreement = store.agreement(&values).expect("agreement");
    let all = &agreement.overall;
    assert!((all.alpha.expect("defined") - 0.743).abs() < 0.0005, "{all:?}");
    // One unit has a single value and does not count: 11 units with 40 values, as in the paper.
    assert_eq!((all.units, all.labels), (11, 40));
    let (low, high) = (all.low.expect("an interval"), all.high.expect("an interval"));
    assert!(low < 0.743 && 0.743 < high && low > 0.2 && high <= 1.0, "{low} to {high}");
    assert_eq!(agreement.by_actor.iter().map(|a| a.alpha.units).sum::<usize>(), 11);
    assert_eq!(agreement.by_label.len(), 5);
}

#[test]
fn disagreements_are_listed_decided_and_exported_as_decided() {
    let folder = Folder::new();
    let store = fresh(&folder);
    import(&store, "a.jsonl", articles(1), Kind::Articles);
    store.set_settings(&Settings { coders_per_unit: 2, ..Settings::default() }).expect("set");
    let [ana, ben] = ["Ana", "Ben"].map(|name| store.coder(name).expect("a coder").id);
    for (unit, of_ana, of_ben) in [(1, "opposes", "opposes"), (2, "opposes", "neutral"), (3, "supports", "neutral")] {
        store.label(&stance(unit, ana, of_ana), &labels()).expect("kept");
        store.label(&stance(unit, ben, of_ben), &labels()).expect("kept");
    }
    let names = classifier();
    let open = store.disagreements(names.gazetteer()).expect("a list");
    assert_eq!(open.len(), 2);
    let decide = |unit, stance: &str| NewDecision {
        client: client(),
        unit,
        coder: ana,
        stance: stance.into(),
        note: "R4".into(),
    };
    let wrong = store.decide(&decide(2, "maybe"), &labels());
    assert!(wrong.is_err());
    let first = decide(2, "supports");
    let id = store.decide(&first, &labels()).expect("kept");
    assert_eq!(store.decide(&first, &labels()).expect("known"), id);
    store.decide(&decide(2, "neutral"), &labels()).expect("a second thought");
    let listed = store.disagreements(names.gazetteer()).expect("a list");
    let two = listed.iter().find(|d| d.unit.id == 2).expect("it stays in the list");
    assert_eq!(two.decision.as_ref().map(|d| (d.stance.as_str(), d.coder.as_str())), Some(("neutral", "Ana")));
    let exported = lines(&store.export(true).expect("it can be exported"));
    let mut stances: Vec<&str> = exported.iter().filter_map(|line| line["stance"].as_str()).collect();
    stances.sort_unstable();
    assert_eq!(stances, ["neutral", "opposes"], "what is open is left out");
    assert_eq!(lines(&store.export(false).expect("it can be exported")).len(), 6);
}

#[test]
fn mentions_can_be_mended_and_names_added_on_the_spot() {
    let folder = Folder::new();
    let store = fresh(&folder);
    let text = "Ruritania rejected any military intervention. Germany will stay at home.";
    import(&store, "a.txt", text, Kind::Auto);
    let in_use = in_use();
    let before = store.count_units().expect("a number");
    assert_eq!(before, 1, "nobody knows Ruritania");
    let ana = store.coder("Ana").expect("a coder").id;
    let added = store.add_alias("ruritania", Some("Ruritania"), "Ruritanian government", &in_use).expect("a new actor");
    assert_eq!((added.actor.as_str(), added.units), ("ruritania", 1));
    let again = store.add_alias("ruritania", None, "Ruritania", &in_use).expect("known");
    assert_eq!(again.units, 0);
    let names = in_use.get(&store).expect("a classifier").1;
    let unit = store.unit(2, names.gazetteer()).expect("the new unit");
    assert_eq!((unit.actor_name.as_deref(), unit.start, unit.end), (Some("Ruritania"), Some(0), Some(9)));
    assert!(store.add_alias("ruritania", None, "Germany", &in_use).is_err(), "another actor's name");
    let edit = |start, end, actor: &str| Edit { coder: ana, start, end, actor: actor.into() };
    let mended = store.edit(1, &edit(0, 7, "un"), names.gazetteer()).expect("mended");
    assert_eq!((mended.actor.as_deref(), mended.key.as_str()), (Some("un"), "a.txt#1#germany"), "the key stays");
    assert!(store.edit(1, &edit(5, 500, "un"), names.gazetteer()).is_err());
    assert!(store.edit(1, &edit(0, 7, "atlantis"), names.gazetteer()).is_err());
    // The next import finds the aliases too.
    let later = store
        .import("b.txt", b"Ruritania sent troops.".to_vec(), Kind::Auto, None, &Options::default(), &names)
        .expect("imported");
    assert_eq!(later.units, 1);
}

#[cfg(feature = "train")]
#[test]
fn retraining_keeps_a_version_that_is_compared_on_held_out_groups_and_used_on_request() {
    use linfa::ParamGuard;
    use stance::store::retrain::{Step, Task, is_held_out};

    let folder = Folder::new();
    let store = fresh(&folder);
    import(&store, "ana.jsonl", first_lines("data/train.jsonl", 600), Kind::Items);
    let in_use = in_use();
    let params = || {
        let model = classifier();
        stance::model::Model::params()
            .gazetteer(model.model().gazetteer.clone())
            .labels(model.model().labels.clone())
            .check()
            .expect("sound")
    };
    let steps = Mutex::new(Vec::new());
    let watch = |step: Step| {
        steps.lock().expect("nobody panicked").push(step);
        true
    };
    let task =
        |name| Task { name, params: params(), more: Default::default(), current: in_use.get(&store).expect("a model") };
    let id = store.retrain(&task("second"), &watch).expect("trained").expect("not stopped");
    let steps = steps.into_inner().expect("nobody panicked");
    assert!(steps.windows(2).all(|pair| pair[0].done <= pair[1].done), "{steps:?}");
    assert!(steps.iter().any(|step| step.name == "training") && steps.len() > 4);
    let versions = store.versions("base").expect("a list");
    assert_eq!(versions.iter().map(|v| (v.id, v.active)).collect::<Vec<_>>(), [(0, true), (id, false)]);
    let report = versions[1].report.as_ref().expect("a report");
    let held = store.gold().expect("items").iter().filter(|item| is_held_out(&item.group)).count();
    assert_eq!(report["n"].as_u64(), Some(held as u64));
    assert_eq!(versions[1].items, Some(600 - held as u64));
    for path in ["/old/macro_f1", "/new/accuracy", "/difference/macro_f1", "/difference/low", "/groups"] {
        assert!(report.pointer(path).is_some_and(Value::is_number), "{path} of {report}");
    }
    store.activate(id).expect("it is there");
    let (version, used) = in_use.get(&store).expect("a model");
    assert_eq!((version, used.model().labels.names()), (id, &labels()[..]));
    let stopped = store.retrain(&task("third"), &|step: Step| step.name != "comparing").expect("no fault");
    assert_eq!((stopped, store.versions("").expect("a list").len()), (None, 2), "what was stopped leaves nothing");
    let same = store.retrain(&task("fourth"), &|_| true).expect("trained").expect("not stopped");
    let bytes = |id| store.version(id).expect("it is there").1;
    assert!(bytes(same) == bytes(id), "the same labels give the same model");
}

/// What [`acknowledged_labels_survive_being_killed_at_any_moment`] runs and kills: it labels, and prints what was kept.
#[test]
fn writer_that_is_killed() {
    let Ok(path) = std::env::var("STANCE_TEST_WRITER") else { return };
    let store = Store::open(Path::new(&path)).expect("a store");
    let coder = store.coder("writer").expect("a coder").id;
    let mut out = std::io::stdout();
    for number in 0.. {
        let client = format!("{}-{number}", std::process::id());
        let new = NewLabel { client: client.clone(), ..stance(1 + number % 10, coder, "neutral") };
        store.label(&new, &labels()).expect("kept");
        writeln!(out, "kept {client}").and_then(|()| out.flush()).expect("somebody listens");
    }
}

#[test]
fn acknowledged_labels_survive_being_killed_at_any_moment() {
    let kills: u64 = std::env::var("STANCE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let folder = Folder::new();
    let path = folder.at("s.sqlite");
    import(&fresh(&folder), "a.jsonl", articles(2), Kind::Articles);
    let mut acknowledged = Vec::new();
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "writer_that_is_killed", "--nocapture"])
            .env("STANCE_TEST_WRITER", &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        // A different moment each time: after some labels, and some microseconds more.
        let (labels, more) = (1 + kill % 5, (kill * 7919) % 3000);
        let mut kept = 0;
        let mut line = String::new();
        while kept < labels && out.read_line(&mut line).is_ok_and(|n| n > 0) {
            kept += u64::from(line.contains("kept "));
            acknowledged.extend(line.trim().split_once("kept ").map(|(_, client)| client.to_string()));
            line.clear();
        }
        assert_eq!(kept, labels, "the writer works until it is killed");
        std::thread::sleep(Duration::from_micros(more));
        child.kill().expect("it can be ended");
        child.wait().expect("it ends");
        for line in out.lines().map_while(Result::ok) {
            // A line that was cut short was not acknowledged.
            acknowledged.extend(line.trim().split_once("kept ").map(|(_, client)| client.to_string()));
        }
    }
    let store = fresh(&folder);
    let coder = store.coder("writer").expect("a coder").id;
    let before = store.progress(&labels()).expect("progress");
    let ids: HashSet<i64> = acknowledged
        .iter()
        .map(|client| {
            // What is known already is answered with its number and changes nothing.
            let again = NewLabel { client: client.clone(), ..stance(1, coder, "opposes") };
            store.label(&again, &labels()).expect("an answer")
        })
        .collect();
    assert_eq!(ids.len(), acknowledged.len(), "every acknowledged label has a row of its own");
    assert_eq!(store.progress(&labels()).expect("progress"), before, "and none of them was new");
    assert_eq!(before.per_label["opposes"], 0);
    println!("{kills} kills, {} acknowledged labels", acknowledged.len());
    assert!(acknowledged.len() as u64 >= kills);
}
