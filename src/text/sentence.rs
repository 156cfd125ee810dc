//! Sentences with their tokens: a [`Document`] is an article ready for finding actors.
//!
//! Puts the steps together: paragraphs, boilerplate out, sentences, tokens. What they find is decided in their files.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{
    article::Article,
    boilerplate::{self, Dropped},
    front::front,
    language::Language,
    paragraph::{paragraphs, trimmed, without_bullet},
    pattern::Why,
    phrase::mix,
    span::Span,
    split::split,
    token::{Token, TokenKind, tokenize},
};

/// One sentence of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes of the article's text, without surrounding white space.
    pub span: Span,
    /// Its tokens, as a range of [`Document::tokens`].
    pub tokens: Range<usize>,
    /// 0-based number of the paragraph (line) it stands in; dropped ones count, empty lines do not.
    pub paragraph: usize,
}

/// An article cut into sentences and tokens, boilerplate left out.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The sentences in order.
    pub sentences: Vec<Sentence>,
    /// The tokens of all sentences in order; spans count from the start of the article's text.
    pub tokens: Vec<Token>,
    /// What is not analysed and why, in order.
    pub dropped: Vec<Dropped>,
}

impl Document {
    /// The sentences and tokens of an article.
    pub fn new(article: &Article, language: &Language) -> Document {
        let mut cutter = Cutter { text: &article.text, language, seen: FxHashSet::default(), out: Document::default() };
        cutter.run(article.title_len);
        cutter.out
    }

    /// A text that is one sentence by definition, such as an item of the codebook: nothing is split or dropped. An
    /// empty text has no sentence.
    pub fn of_sentence(text: &str, language: &Language) -> Document {
        let mut out = Document::default();
        let span = trimmed(text, Span::new(0, text.len()));
        if span.start < span.end {
            tokenize(text, span, language, &mut out.tokens);
            out.sentences.push(Sentence { span, tokens: 0..out.tokens.len(), paragraph: 0 });
        }
        out
    }

    /// The tokens of one sentence.
    pub fn tokens_of(&self, sentence: &Sentence) -> &[Token] {
        &self.tokens[sentence.tokens.clone()]
    }
}

struct Cutter<'a> {
    text: &'a str,
    language: &'a Language,
    /// Mixed token hashes of the sentences so far.
    seen: FxHashSet<u64>,
    out: Document,
}

impl Cutter<'_> {
    fn run(&mut self, title_len: usize) {
        let body = title_len + front(&self.text[title_len..]).len;
        let mut all = paragraphs(self.text, Span::new(0, title_len));
        let header = trimmed(self.text, Span::new(title_len, body));
        if header.of(self.text).contains(char::is_alphanumeric) {
            self.out.dropped.push(Dropped { span: header, why: Why::Metadata });
        }
        all.extend(paragraphs(self.text, Span::new(body, self.text.len())));
        let whys = boilerplate::find(self.text, &all, self.language);
        let mut spans = Vec::new();
        for (paragraph, (span, why)) in all.into_iter().zip(whys).enumerate() {
            if let Some(why) = why {
                self.out.dropped.push(Dropped { span, why });
                continue;
            }
            spans.clear();
            split(self.text, without_bullet(self.text, span), self.language, &mut spans);
            spans.iter().for_each(|span| self.sentence(*span, paragraph));
        }
        self.out.dropped.sort_unstable_by_key(|d| d.span);
    }

    fn sentence(&mut self, span: Span, paragraph: usize) {
        let first = self.out.tokens.len();
        tokenize(self.text, span, self.language, &mut self.out.tokens);
        let tokens = &self.out.tokens[first..];
        let has_words = tokens.iter().any(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number));
        let key = tokens.iter().fold(0, |key, token| mix(key, token.hash));
        // A line of stars or dashes says nothing, and no one has to be told that it was left out.
        if !has_words || !self.seen.insert(key) {
            if has_words {
                self.out.dropped.push(Dropped { span, why: Why::Repeat });
            }
            self.out.tokens.truncate(first);
            return;
        }
        self.out.sentences.push(Sentence { span, tokens: first..self.out.tokens.len(), paragraph });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::new(&Article::from_text("x", text), Language::english())
    }

    fn sentences<'t>(text: &'t str, document: &Document) -> Vec<(usize, &'t str)> {
        document.sentences.iter().map(|s| (s.paragraph, s.span.of(text))).collect()
    }

    #[test]
    fn a_leading_date_goes_and_the_lede_stays() {
        let text = " date 2019-05-06 The envoys left. Nobody spoke.\nRead more: Ships sail\nThe ships sailed.";
        let found = document(text);
        assert_eq!(sentences(text, &found), [(0, "The envoys left."), (0, "Nobody spoke."), (2, "The ships sailed.")]);
        let whys: Vec<Why> = found.dropped.iter().map(|d| d.why).collect();
        assert_eq!(whys, [Why::Metadata, Why::Related]);
        assert_eq!(found.dropped[0].span.of(text), "date 2019-05-06");
    }

    #[test]
    fn a_repeated_sentence_goes_even_inside_a_paragraph() {
        let text = "The envoys left. Nobody spoke.\nThe ships sailed. Nobody  spoke. The planes stayed.";
        let found = document(text);
        let kept: Vec<&str> = sentences(text, &found).into_iter().map(|(_, s)| s).collect();
        assert_eq!(kept, ["The envoys left.", "Nobody spoke.", "The ships sailed.", "The planes stayed."]);
        assert_eq!(found.dropped[0].span.of(text), "Nobody  spoke.");
    }

    #[test]
    fn a_header_block_goes_and_its_title_is_the_first_sentence() {
        let article = Article::from_text("x", "Title: Talks fail\nDate: 2019-05-06\n\nThe envoys left. Nobody spoke.");
        let found = Document::new(&article, Language::english());
        let kept: Vec<&str> = found.sentences.iter().map(|s| s.span.of(&article.text)).collect();
        assert_eq!(kept, ["Talks fail", "The envoys left.", "Nobody spoke."]);
        assert_eq!(found.dropped[0].why, Why::Metadata);
    }

    #[test]
    fn a_sentence_by_definition_is_not_cut() {
        let found = Document::of_sentence(" By Jane Roe. He left! ", Language::english());
        assert_eq!(found.sentences.len(), 1);
        assert_eq!(found.sentences[0].span, Span::new(1, 22));
        assert!(found.dropped.is_empty());
        assert!(Document::of_sentence(" ", Language::english()).sentences.is_empty());
    }
}
