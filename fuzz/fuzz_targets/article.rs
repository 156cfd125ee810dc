//! Articles: any bytes as JSON Lines and as a text; what is read is split into sentences and tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::text::article::Article;
use stance::text::language::Language;
use stance::text::reader::{FieldNames, articles_from_jsonl};
use stance::text::sentence::Document;

fuzz_target!(|bytes: &[u8]| {
    for article in articles_from_jsonl(bytes, "fuzz", &FieldNames::default()).flatten() {
        Document::new(&article, Language::english());
    }
    let article = Article::from_text("fuzz", String::from_utf8_lossy(bytes));
    let document = Document::new(&article, Language::english());
    for sentence in &document.sentences {
        assert!(article.text.get(sentence.span.start..sentence.span.end).is_some());
    }
});
