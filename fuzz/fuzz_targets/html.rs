//! Web pages: any bytes, read as a file of that name is; what is read is split into sentences.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::read::{Notes, Options, raw_articles_of};
use stance::text::language::Language;
use stance::text::sentence::Document;

fuzz_target!(|bytes: &[u8]| {
    let options = Options::default();
    for raw in raw_articles_of("fuzz.html", bytes.to_vec(), &options, &Notes::default()).flatten() {
        if let Ok(article) = raw.article(&options.names) {
            Document::new(&article, Language::english());
        }
    }
});
