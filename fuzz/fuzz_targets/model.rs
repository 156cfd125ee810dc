//! Model files: any bytes; what is read classifies an article. The checksum stops nearly everything, so the tests also
//! put it right after each change (`tests/model_file.rs`).
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use stance::model::format::from_bytes;
use stance::predict::Classifier;
use stance::predict::classifier::Workspace;
use stance::text::article::Article;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = from_bytes(bytes, "fuzz") {
        let article = Article::from_text("fuzz", "Peru rejected war. Russia did not.");
        Classifier::new(Arc::new(model)).explain(true).article(&article, &mut Workspace::default());
    }
});
