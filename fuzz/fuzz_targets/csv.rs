//! Tables: any bytes, read as a file of that name is; records that are refused end nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::read::{Notes, Options, raw_articles_of};
use stance::text::language::Language;
use stance::text::sentence::Document;

fuzz_target!(|bytes: &[u8]| {
    // Long records are refused, not kept.
    let options = Options { max_line: 4096, ..Options::default() };
    for raw in raw_articles_of("fuzz.csv", bytes.to_vec(), &options, &Notes::default()).flatten() {
        assert!(raw.size() <= 3 * 4096, "a record is longer than allowed");
        if let Ok(article) = raw.article(&options.names) {
            Document::new(&article, Language::english());
        }
    }
});
