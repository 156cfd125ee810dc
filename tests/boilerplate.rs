//! Lines that are not the article, in the manner of several outlets: `tests/data/boilerplate.txt`.

use stance::text::{article::Article, language::Language, sentence::Document, span::Span};

#[test]
fn every_line_is_told_from_the_article() {
    let source = include_str!("data/boilerplate.txt");
    let lines: String = source.lines().filter(|l| !l.starts_with('#')).map(|l| format!("{l}\n")).collect();
    let wrong: Vec<String> = lines.trim().split("\n\n").flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} lines\n{}", wrong.len(), wrong.join("\n"));
}

/// The lines of an article of which the verdict is not the one in the file.
fn differences(marked: &str) -> Vec<String> {
    let lines: Vec<(&str, &str)> = marked.lines().map(|l| l.split_at(2)).collect();
    let text = lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
    let article = Article { text, ..Article::default() };
    let document = Document::new(&article, Language::english());
    let mut at = 0;
    let mut out = Vec::new();
    for (mark, line) in lines {
        let span = Span::new(at, at + line.len());
        at = span.end + 1;
        let dropped = document.dropped.iter().find(|d| d.span.overlaps(&span));
        let analysed = document.sentences.iter().any(|s| s.span.overlaps(&span));
        if analysed != (mark == ". ") {
            out.push(format!("{mark}{line}   ({:?})", dropped.map(|d| d.why)));
        }
    }
    out
}
