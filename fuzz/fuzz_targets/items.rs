//! Labelled items: any bytes as JSON Lines; spans of what is read lie in their text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::feature::item::{ItemFormat, items_from_jsonl};

fuzz_target!(|bytes: &[u8]| {
    for item in items_from_jsonl(bytes, "fuzz", &ItemFormat::default()).flatten() {
        for span in [item.span, item.target].into_iter().flatten() {
            assert!(item.text.get(span.start..span.end).is_some());
        }
    }
});
