//! Gazetteers: any text as TOML; what is read finds actors in a text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::actor::find::Finder;
use stance::actor::gazetteer::Gazetteer;
use stance::actor::mention::Context;
use stance::text::article::Article;
use stance::text::language::Language;
use stance::text::sentence::Document;

const TEXT: &str = "Zembla's King Charles met Z. in Onhava.\nIt said (a+)+$ and no more; the Zemblans did not.";

fuzz_target!(|source: &str| {
    if let Ok(gazetteer) = Gazetteer::from_toml(source, "fuzz") {
        let article = Article::from_text("fuzz", TEXT);
        let document = Document::new(&article, Language::english());
        Finder::new(&gazetteer).find(&article.text, &document, &Context::default());
    }
});
