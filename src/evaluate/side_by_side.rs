//! A comparison as text and as one HTML page, from the same cells.
//!
//! Layout is that of `sheet`; the numbers are those of [`super::compare()`].

use super::compare::{ComparedSlice, Comparison};
use super::figures::{count, counted, interval, method, number, with_interval};
use super::mcnemar::{McNemar, Method};
use super::plots::{self, Estimate};
use super::sheet::{Section, Sheet, Tile};
use super::table::{NOTE, TEXT, Table};

/// Writes the comparison as text; the last line ends with a line feed.
pub fn text(comparison: &Comparison) -> String {
    sheet(comparison).text()
}

/// Writes the comparison as an HTML page that loads nothing.
pub fn html(comparison: &Comparison) -> String {
    sheet(comparison).html()
}

fn sheet(c: &Comparison) -> Sheet {
    let mut sections = vec![systems(c), labels(c)];
    sections.extend(c.by.iter().enumerate().map(|(i, (field, slices))| by(i, field, slices)));
    if !c.shown.is_empty() {
        sections.push(differing(c));
    }
    Sheet {
        title: "Comparison of A and B".into(),
        summary: format!("{} in {}", counted(c.n, "item"), counted(c.groups, "group")),
        about: c.about.clone(),
        tiles: tiles(c),
        sections,
        method: method(c.bootstrap, c.groups)
            + "\nMcNemar's test takes items for independent; the paired interval does not.",
    }
}

fn tiles(c: &Comparison) -> Vec<Tile> {
    let d = &c.difference;
    let ahead = d.a_ahead.map_or(String::new(), |share| format!("A ahead in {:.1} % of the resamples", share * 100.0));
    vec![
        Tile::new("A macro-F1", number(c.a.macro_f1, false), &interval(c.a.macro_f1_interval, false)),
        Tile::new("B macro-F1", number(c.b.macro_f1, false), &interval(c.b.macro_f1_interval, false)),
        Tile::new("A − B", number(d.macro_f1, true), &format!("{} {ahead}", interval(d.macro_f1_interval, true))),
        Tile::new("McNemar's test", p_value(c.mcnemar.p_value), &test(&c.mcnemar)),
        Tile::new("labelled differently", count(c.differing as u64), &share(c.differing, c.n)),
    ]
}

/// `p = 0.0224`, and `p < 0.0001` for what is smaller.
fn p_value(p: f64) -> String {
    if p < 0.0001 { "p < 0.0001".to_owned() } else { format!("p = {p:.4}") }
}

fn test(test: &McNemar) -> String {
    let how = match (test.method, test.statistic) {
        (Method::ChiSquareCorrected, Some(statistic)) => format!("chi-square {statistic:.2}, corrected"),
        _ => "exact".to_owned(),
    };
    format!("only A right {}, only B right {}; {how}", count(test.only_a), count(test.only_b))
}

fn share(part: usize, whole: usize) -> String {
    format!("{:.1} % of the items", 100.0 * part as f64 / whole as f64)
}

fn systems(c: &Comparison) -> Section {
    let estimate = |name: &str, system: &super::compare::SystemScore, main| Estimate {
        name: format!("{name} {}", system.name),
        value: system.macro_f1,
        interval: system.macro_f1_interval,
        main,
    };
    let estimates = [estimate("A", &c.a, true), estimate("B", &c.b, false)];
    let row = |name: &str, f1: String, accuracy: String| vec![name.to_owned(), f1, accuracy];
    let d = &c.difference;
    let rows = [("A", &c.a), ("B", &c.b)].map(|(name, system)| {
        row(
            name,
            with_interval(system.macro_f1, system.macro_f1_interval, false),
            with_interval(system.accuracy, system.accuracy_interval, false),
        )
    });
    let difference = row(
        "A − B",
        with_interval(d.macro_f1, d.macro_f1_interval, true),
        with_interval(d.accuracy, d.accuracy_interval, true),
    );
    Section {
        heading: "Scores".into(),
        lead: "The interval of the difference is the one to look at: both systems are scored on the same draws of groups, so \
               that items that are hard for both do not widen it.",
        plot: Some(plots::forest("systems", "Macro-F1 of A and B", &estimates, None)),
        table: Table::new(&["", "macro-F1", "accuracy"], rows.into_iter().chain([difference])),
        align: "l",
    }
}

fn labels(c: &Comparison) -> Section {
    let rows = c.a.per_label.iter().zip(&c.b.per_label).map(|((name, a), (_, b))| {
        let cells = [number(a.f1, false), number(b.f1, false), number(a.f1 - b.f1, true)];
        [name.clone()].into_iter().chain(cells).chain([a.support, a.predicted, b.predicted].map(count)).collect()
    });
    Section {
        heading: "F1 per label".into(),
        lead: "Support: items of the label. The last columns say how often each system gave it.",
        plot: None,
        table: Table::new(&["", "A", "B", "A − B", "support", "A gave", "B gave"], rows),
        align: "lr",
    }
}

fn by(i: usize, field: &str, slices: &[ComparedSlice]) -> Section {
    let estimate = |name: String, value, interval, main| Estimate { name, value, interval, main };
    let both = |slice: &ComparedSlice| {
        let name = |system| format!("{} {system}", slice.value);
        [estimate(name("A"), slice.a, slice.a_interval, true), estimate(name("B"), slice.b, slice.b_interval, false)]
    };
    let estimates: Vec<Estimate> = slices.iter().flat_map(both).collect();
    let rows = slices.iter().map(|slice| {
        vec![
            slice.value.clone(),
            count(slice.n as u64),
            count(slice.groups as u64),
            number(slice.a, false),
            number(slice.b, false),
            number(slice.difference, true),
            interval(slice.difference_interval, true),
            slice.note.clone().unwrap_or_default(),
        ]
    });
    Section {
        heading: format!("Macro-F1 by {field}"),
        lead: "The interval is that of the difference, paired. Of many slices some differ by chance.",
        plot: Some(plots::forest(&format!("by-{i}"), &format!("Macro-F1 by {field}"), &estimates, None)),
        table: Table::new(&["", "items", "groups", "A", "B", "A − B", "interval", NOTE], rows),
        align: "lrrrrrl",
    }
}

/// The text comes last and is cut nowhere: whoever asks for items wants to read them.
fn differing(c: &Comparison) -> Section {
    let clean = |text: &str| -> String { text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect() };
    let rows = c.shown.iter().map(|item| {
        let actor = item.actor.as_deref().unwrap_or_default();
        [item.id.as_str(), &item.gold, &item.a, &item.b, actor, &item.text].map(clean).to_vec()
    });
    Section {
        heading: format!("Labelled differently: the first {} of {}", c.shown.len(), count(c.differing as u64)),
        lead: "In the order of the data.",
        plot: None,
        table: Table::new(&["", "gold", "A", "B", "actor", TEXT], rows),
        align: "l",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Baseline, Settings, compare, made_up};
    use super::*;

    fn comparison() -> Comparison {
        let items = made_up::items(120, &["us", "eu", "<i>latam</i>"]);
        let b = Baseline { name: "other <tool>".into(), predicted: items.iter().map(|item| item.gold).collect() };
        let settings = Settings {
            by: vec!["actor".into()],
            about: vec![("A".into(), "m.safetensors".into()), ("B".into(), "other <tool>".into())],
            ..Settings::default()
        };
        let mut comparison = compare(&made_up::labels(), ("m.safetensors", &items), &b, &settings).unwrap();
        let shown = super::super::compare::Differing {
            id: "a1".into(),
            actor: Some("us".into()),
            text: "<b>No</b>\u{1b} troops".into(),
            gold: "opposes".into(),
            a: "neutral".into(),
            b: "opposes".into(),
        };
        comparison.shown = vec![shown];
        comparison
    }

    #[test]
    fn the_comparison_as_text() {
        insta::assert_snapshot!(text(&comparison()));
    }

    #[test]
    fn the_page_needs_nothing_else_and_escapes_names() {
        let page = html(&comparison());
        for forbidden in ["<script", "<link", "http", "src=", "url(", "<i>", "<tool>", "<b>", "\u{1b}", "NaN"] {
            assert!(!page.contains(forbidden), "{forbidden} is in the page");
        }
        assert_eq!((page.matches("<svg").count(), page.matches("<table").count()), (2, 4));
    }

    #[test]
    fn small_p_values_are_not_written_as_zero() {
        assert_eq!([0.5, 0.0224, 0.00002].map(p_value), ["p = 0.5000", "p = 0.0224", "p < 0.0001"]);
    }
}
