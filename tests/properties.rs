//! What holds for every text whatever: no panic, probabilities that sum to 1, evidence that lies in the text, results in
//! the order of the input. Checked with the shipped model on random text, wild and news-like.

mod common;

use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use stance::model::format::from_bytes;
use stance::predict::classifier::{Classifier, Workspace};
use stance::predict::report::StanceReport;
use stance::predict::{html, json, stream};
use stance::text::article::{Article, Fields};
use stance::text::span::Span;

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(|| {
        let bytes = std::fs::read(common::shipped_model()).expect("the shipped model");
        Classifier::new(Arc::new(from_bytes(&bytes, "shipped").expect("a good model"))).explain(true)
    })
}

/// Words that make the reader, the finder and the features work, and what breaks careless code.
const PIECES: [&str; 32] = [
    "Guaidó",
    "the US",
    "US",
    "us",
    "U.S.",
    "Washington",
    "The European Union",
    "its",
    "He",
    "Russia's",
    "the bloc",
    "rejected",
    "supports",
    "did not",
    "won't",
    "military intervention",
    "sanctions",
    "troops",
    "if",
    "said",
    ".",
    ",",
    "\n",
    "\n\n",
    "“",
    "”",
    "…",
    "—",
    "e\u{301}",
    "👩‍👩‍👧",
    "\u{feff}",
    "ﬁ",
];

fn news() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => prop::sample::select(PIECES.to_vec()).prop_map(String::from), 1 => "\\PC{0,6}"];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.join(" "))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![news(), any::<String>(), "\\PC{0,200}"]
}

fn classify(article: &Article) -> StanceReport {
    classifier().article(article, &mut Workspace::default())
}

fn check_span(span: Span, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(span.start < span.end && span.end <= text.len(), "{span:?} in {} bytes", text.len());
    prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{span:?} cuts a character");
    Ok(())
}

fn check(article: &Article, report: &StanceReport) -> Result<(), TestCaseError> {
    let sums_to_one =
        |p: &[f64]| (p.iter().sum::<f64>() - 1.0).abs() < 1e-9 && p.iter().all(|v| (0.0..=1.0).contains(v));
    for actor in &report.actors {
        prop_assert!(sums_to_one(&actor.scores.0), "{:?}", actor.scores);
        prop_assert!((0.0..=1.0).contains(&actor.confidence));
        prop_assert_eq!(actor.counts.iter().sum::<usize>(), actor.evidence.len());
        prop_assert!(actor.evidence.windows(2).all(|w| w[0].sentence.end <= w[1].sentence.start), "out of order");
        for evidence in &actor.evidence {
            prop_assert!(sums_to_one(&evidence.scores.0), "{:?}", evidence.scores);
            check_span(evidence.sentence, &article.text)?;
            check_span(evidence.mention, &article.text)?;
            let inside =
                evidence.sentence.start <= evidence.mention.start && evidence.mention.end <= evidence.sentence.end;
            prop_assert!(inside, "the mention is outside its sentence");
            let (contributions, _) = evidence.explanation.as_ref().expect("it was asked for");
            contributions.iter().try_for_each(|c| check_span(c.span, &article.text))?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_classified_without_panic_and_within_itself(text in any_text()) {
        let article = Article::from_text("t", text);
        check(&article, &classify(&article))?;
    }

    #[test]
    fn any_title_and_date_are_taken(title in any_text(), date in any_text(), text in news()) {
        let fields = Fields { title: Some(title), date: Some(date), text, ..Fields::default() };
        let article = Article::from_fields(fields, "t");
        check(&article, &classify(&article))?;
    }

    #[test]
    fn every_report_can_be_written_as_json_and_html(text in any_text()) {
        let article = Article::from_text("t", text);
        let report = classify(&article);
        let labels = &classifier().model().labels;
        let line = serde_json::to_string(&json::article(&article, &report, labels, 0.0)).expect("JSON");
        let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        prop_assert!(!line.contains('\n'));
        prop_assert_eq!(value["actors"].as_array().expect("a list").len(), report.actors.len());
        prop_assert!(html::article(&article, &report, labels, 0.0).len() > article.text.trim().len());
    }

    #[test]
    fn memory_used_again_changes_nothing(first in news(), second in news()) {
        let mut workspace = Workspace::default();
        let (first, second) = (Article::from_text("a", first), Article::from_text("b", second));
        classifier().article(&first, &mut workspace);
        prop_assert_eq!(classifier().article(&second, &mut workspace), classify(&second));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_keeps_the_order_of_its_input(texts in prop::collection::vec(news(), 0..200)) {
        let articles: Vec<Article> = texts.into_iter().map(|text| Article::from_text("t", text)).collect();
        let mut got = Vec::new();
        let work = |article: &Article, workspace: &mut Workspace| classifier().article(article, workspace);
        stream::ordered(articles.iter(), work, |report| report.actors.len(), |report| {
            got.push(report);
            Ok::<(), ()>(())
        })
        .expect("nothing fails");
        prop_assert_eq!(got, articles.iter().map(classify).collect::<Vec<_>>());
    }
}

#[test]
fn the_news_like_texts_have_actors_in_them() {
    let article = Article::from_text("t", PIECES.join(" "));
    assert!(classify(&article).actors.len() >= 4, "otherwise the properties above hold of nothing");
}
