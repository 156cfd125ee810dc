//! Lexicons: any text as TOML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::feature::lexicon::Lexicon;

fuzz_target!(|source: &str| {
    let _ = Lexicon::from_toml(source, "fuzz");
});
