//! Tests of the page of classified articles: a golden article, and any text with any spans.

use proptest::prelude::*;

use super::*;
use crate::label::Scores;
use crate::text::span::Span;

fn labels() -> Labels {
    Labels::new(["opposes", "neutral", "supports"]).unwrap()
}

/// Evidence at the first place of `sentence` and of `mention` in it.
fn evidence(text: &str, sentence: &str, mention: &str, scores: [f64; 3]) -> Evidence {
    let start = text.find(sentence).unwrap();
    let at = start + sentence.find(mention).unwrap();
    let scores = Scores(scores.to_vec());
    let sentence = Span::new(start, start + sentence.len());
    let mention = Span::new(at, at + mention.len());
    Evidence { sentence, mention, label: scores.best(), scores, set: None, explanation: None }
}

fn stance(actor: &str, confidence: f64, evidence: Vec<Evidence>) -> ActorStance {
    let mut counts = vec![0; 3];
    evidence.iter().for_each(|e| counts[e.label] += 1);
    let label = evidence[0].label;
    let scores = evidence[0].scores.clone();
    ActorStance { actor: actor.into(), label, confidence, scores, counts, evidence }
}

fn small() -> (Article, StanceReport) {
    let text = "Talks <fail> on the coast\nBy Jane Roe\nParis rejects the landing, & London wants it. Nobody else \
                spoke.\nThe ministers of France met again.";
    let article = Article { outlet: Some("The <Wire>".into()), ..Article::from_text("wire-2019-05-05", text) };
    let both = "Paris rejects the landing, & London wants it.";
    let mut rejects = evidence(text, both, "Paris", [0.8125, 0.125, 0.0625]);
    let add = |feature: &str, piece: &str, value| {
        let start = text.find(piece).unwrap();
        Contribution { feature: feature.into(), span: Span::new(start, start + piece.len()), value }
    };
    let added = vec![add("after:<rejects>", "rejects", 1.25), add("after:wants", "wants", -0.5)];
    rejects.explanation = Some((added, -0.125));
    let met = evidence(text, "The ministers of France met again.", "France", [0.25, 0.5, 0.25]);
    let wants = evidence(text, both, "London", [0.25, 0.25, 0.5]);
    let actors = vec![stance("france", 0.8125, vec![rejects, met]), stance("uk", 0.5, vec![wants])];
    (article, StanceReport { actors })
}

#[test]
fn a_small_article() {
    let (source, report) = small();
    insta::assert_snapshot!(article(&source, &report, &labels(), 0.6));
}

#[test]
fn the_page_needs_nothing_else_and_its_elements_are_closed() {
    let (source, report) = small();
    let empty = Article::default();
    let page = begin("News & <views>", &labels())
        + &article(&source, &report, &labels(), 0.6)
        + &article(&empty, &StanceReport::default(), &labels(), 0.0)
        + &end();
    for forbidden in
        ["<script", "<link", "http:", "https:", "src=", "href=", "url(", "@import", "<views>", "<Wire>", "<fail>"]
    {
        assert!(!page.contains(forbidden), "{forbidden} is in the page");
    }
    for needed in ["<html lang=\"en\"", "News &amp; &lt;views&gt;", "prefers-color-scheme", "@media print", "<caption"]
    {
        assert!(page.contains(needed), "{needed} is missing");
    }
    assert_closed(&page);
}

#[test]
fn labels_are_told_apart_by_place_and_the_neutral_one_is_dim() {
    let looks = |names: &[&str]| {
        let labels = Labels::new(names.iter().copied()).unwrap();
        (0..labels.len()).map(|l| Chip::new(&labels, l).hue).collect::<Vec<_>>()
    };
    assert_eq!(looks(&["no", "yes"]), ["red", "green"]);
    assert_eq!(looks(&["none", "b", "c"]), ["dim", "blue", "green"]);
    assert_eq!(looks(&["a", "b", "c", "d", "e", "f"]), ["red", "blue", "magenta", "cyan", "yellow", "green"]);
}

#[test]
fn wild_numbers_are_written_all_the_same() {
    assert_eq!([share(f64::NAN), percent(f64::INFINITY), percent(7.0)], ["?", "0.0", "100.0"]);
    assert_eq!([signed(-0.0001), signed(0.5), signed(-0.5), plain(0.5)], ["0.000", "+0.500", "−0.500", "0.500"]);
}

/// Panics unless every element of the markup is closed in its turn.
fn assert_closed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("every tag ends");
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None if ["!DOCTYPE", "meta"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?} is left open");
}

/// The article's text as it stands in the page: without markup, and without the tags behind sentences.
fn text_of(page: &str) -> String {
    let (_, text) = page.split_once("<div class=\"text\">").unwrap();
    let (text, _) = text.split_once("</div>").unwrap();
    let mut out = String::new();
    let mut tags = false;
    for (i, piece) in text.split('<').enumerate() {
        let (tag, rest) = if i == 0 { ("", piece) } else { piece.split_once('>').unwrap() };
        tags = (tags && tag != "/small") || tag == "small class=\"tags\"";
        if !tags {
            out.push_str(rest);
        }
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    named.iter().fold(out, |out, (entity, c)| out.replace(entity, c))
}

/// Sentences and words of all kinds, markup among them.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        Just("<script>alert('x')</script>".to_string()),
        Just("&lt;b&gt; ".to_string()),
        Just("The EU rejects the use of force. ".to_string()),
        Just("Maduro “спокоен” said: no!\r\n\r\n".to_string()),
        Just(" \n• \u{2028}\t".to_string()),
        Just("\nRead more: Ships sail\n".to_string()),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Two cuts of a text, on characters' boundaries unless the fourth number is even and they lie anywhere.
fn span(text: &str, (from, to, wild): (usize, usize, bool)) -> Span {
    let (from, to) = (from % (text.len() + 1), to % (text.len() + 1));
    let (start, end) = (from.min(to), from.max(to));
    if wild {
        return Span { start, end: end + 3 };
    }
    Span::new(text.floor_char_boundary(start), text.floor_char_boundary(end))
}

type Numbers = (usize, usize, bool);

fn any_report(text: &str, numbers: &[(u8, Numbers, Numbers)], name: &str) -> StanceReport {
    let evidence = |(n, sentence, mention): &(u8, Numbers, Numbers)| {
        let span_of = |numbers| span(text, numbers);
        let contribution = Contribution { feature: name.into(), span: span_of(*mention), value: f64::from(*n) - 100.0 };
        let label = usize::from(*n) % 3;
        let mut scores = vec![0.25; 3];
        scores[label] = 0.5;
        Evidence {
            sentence: span_of(*sentence),
            mention: span_of(*mention),
            label,
            scores: Scores(scores),
            set: Some(vec![0, 1]),
            explanation: n.is_multiple_of(2).then(|| (vec![contribution; usize::from(*n) % 15], 0.5)),
        }
    };
    let all: Vec<Evidence> = numbers.iter().map(evidence).collect();
    let actors = all.chunks(3).enumerate().map(|(i, chunk)| stance(&format!("{name}{i}"), 0.5, chunk.to_vec()));
    StanceReport { actors: actors.collect() }
}

proptest! {
    #[test]
    fn the_whole_text_is_there_in_order_whatever_the_spans(
        text in any_text(),
        title in proptest::option::of(any_text()),
        numbers in proptest::collection::vec(any::<(u8, Numbers, Numbers)>(), 0..12),
        names in proptest::collection::vec("[a-z<>&\"' ]{1,6}", 4),
        title_len in 0usize..40,
    ) {
        let report = any_report(&text, &numbers, &names[0]);
        let source = Article { id: names[0].clone(), title, outlet: Some(text.clone()), text, ..Article::default() };
        // The analysis takes the length of the title on trust, so that it has to be a boundary.
        let title_len = source.text.floor_char_boundary(title_len);
        let source = Article { title_len, ..source };
        let labels = Labels::new((1..4).map(|i| format!("{i}{}", names[i]))).unwrap();
        let page = article(&source, &report, &labels, 0.5);
        prop_assert_eq!(text_of(&page), source.text);
        prop_assert!(!page.contains("<script"));
        assert_closed(&page);
    }
}
