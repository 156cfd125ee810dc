//! What holds for any text whatever: spans in order, on character boundaries, trimmed; tokens inside their sentences;
//! time linear in the length.

use proptest::prelude::*;
use stance::text::{article::Article, language::Language, sentence::Document, span::Span};

/// Pieces that bring the rules into play.
const PIECES: &[&str] = &[
    " ",
    "\n",
    "\n\n",
    "\r\n",
    ". ",
    ".",
    "...",
    "…",
    "! ",
    "?\" ",
    ".\" ",
    "\"",
    "“",
    "”",
    "'",
    "’",
    "(",
    ") ",
    "- ",
    "• ",
    "Gen. ",
    "U.S. ",
    "a.m. ",
    "No. 5 ",
    "J. ",
    "The ",
    "the ",
    "Trump said",
    "said ",
    "By Jane Roe",
    "Read more: ",
    "5 May 2019",
    "(AFP, AP)",
    "(05.05.2019)",
    "Title: x\n",
    "Date: 2019\n",
    "date 2019-05-05 ",
    "Guaidó",
    "é",
    "\u{301}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "漢字。",
    "ǅ",
    "ß",
    "1,5",
    "12",
    "İ",
    "\0",
    "👍🏽",
    "Ships left. ",
];

fn check(article: &Article) -> Result<(), TestCaseError> {
    let (text, document) = (&article.text, Document::new(article, Language::english()));
    let mut end = 0;
    let mut tokens = 0;
    for sentence in &document.sentences {
        let span = sentence.span;
        prop_assert!(end <= span.start && span.start < span.end && span.end <= text.len());
        prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
        prop_assert_eq!(span.of(text), span.of(text).trim());
        prop_assert_eq!(sentence.tokens.start, tokens);
        let mut last = span.start;
        for token in document.tokens_of(sentence) {
            prop_assert!(span.contains(&token.span) && last <= token.span.start && token.span.start < token.span.end);
            prop_assert!(text.is_char_boundary(token.span.start) && text.is_char_boundary(token.span.end));
            last = token.span.end;
        }
        (end, tokens) = (span.end, sentence.tokens.end);
    }
    prop_assert_eq!(tokens, document.tokens.len());
    for dropped in &document.dropped {
        prop_assert!(dropped.span.start < dropped.span.end && dropped.span.end <= text.len());
        prop_assert!(!document.sentences.iter().any(|s| s.span.overlaps(&dropped.span)));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_keeps_the_rules(text in any::<String>()) {
        check(&Article::from_text("x", text))?;
    }

    #[test]
    fn any_mixture_of_pieces_keeps_the_rules(picks in prop::collection::vec(0..PIECES.len(), 0..60), title in ".{0,12}") {
        let text: String = picks.iter().map(|i| PIECES[*i]).collect();
        let fields = stance::text::article::Fields { title: Some(title), text, ..Default::default() };
        check(&Article::from_fields(fields, "x"))?;
    }

    #[test]
    fn a_sentence_by_definition_is_the_trimmed_text(text in any::<String>()) {
        let document = Document::of_sentence(&text, Language::english());
        let whole: Vec<Span> = document.sentences.iter().map(|s| s.span).collect();
        prop_assert_eq!(whole.len(), usize::from(!text.trim().is_empty()));
        prop_assert!(whole.iter().all(|s| s.of(&text) == text.trim()));
    }
}

/// Quadratic behaviour anywhere would turn these seconds into hours.
#[test]
fn long_lines_cost_linear_time() {
    for piece in [
        "a",
        "a.",
        ".",
        "\"",
        "(",
        "! ",
        "?\" A",
        "A. ",
        "U.S. ",
        ". \"",
        "' ",
        "\n",
        "- \n",
        "a\n",
        " ",
        "\u{301}",
        "“Go!” A ",
        "Title:\n",
    ] {
        let text = piece.repeat(2_000_000 / piece.len());
        let document = Document::new(&Article { text, ..Article::default() }, Language::english());
        assert!(document.sentences.len() <= 1_000_000);
    }
}

#[test]
fn ten_megabytes_without_a_space_are_one_sentence() {
    let article = Article::from_text("x", "x".repeat(10_000_000));
    assert_eq!(Document::new(&article, Language::english()).sentences.len(), 1);
}
