//! The pictures in docs/page.md, taken anew with `STANCE_RENEW_SCREENSHOTS=1`.

use std::path::PathBuf;

use crate::browser::Browser;
use crate::common::server::Served;
use crate::common::{self, Folder};
use crate::labelling;
use crate::reading::{choose, read_example};

const WIDTHS: [(u32, u32); 3] = [(360, 740), (768, 1000), (1280, 860)];

#[test]
fn pictures_of_the_views() {
    if std::env::var("STANCE_RENEW_SCREENSHOTS").as_deref() != Ok("1") {
        return;
    }
    let browser = Browser::start().expect("pictures need a browser");
    let folder = Folder::new();
    let server = Served::start(&["--store", &folder.at("store.sqlite")]);
    let file = |name: String| PathBuf::from(common::at(&format!("docs/screenshots/{name}.png")));
    std::fs::create_dir_all(common::at("docs/screenshots")).expect("the folder can be made");
    browser.theme("light");
    labelling::prepare(&browser, &server, "ada");
    for (width, height) in WIDTHS {
        browser.size(width, height);
        read_example(&browser, &server);
        browser.run("document.activeElement.blur(); document.querySelector('.reading').scrollIntoView()");
        if width > 1000 {
            browser.run("document.querySelectorAll('.pair')[1].click()");
        }
        browser.picture(&file(format!("read-{width}")));
        browser.open(&format!("{}#label", server.url));
        browser.until("document.querySelector('.choice')");
        browser.picture(&file(format!("label-{width}")));
    }
    labelling::two_coders_per_unit(&browser);
    labelling::label(&browser, "132", 9);
    labelling::second_coder(&browser, &server);
    labelling::label(&browser, "122", 9);
    browser.open(&format!("{}#adjudicate", server.url));
    browser.until("document.querySelector('.interval')");
    browser.picture(&file("adjudicate-1280".into()));
    browser.open(&format!("{}#read", server.url));
    choose(&browser, &[&common::at("data/examples/articles.jsonl")]);
    browser.until("document.querySelector('.batch')");
    browser.run("document.querySelector('.batch').scrollIntoView()");
    browser.picture(&file("batch-1280".into()));
    browser.theme("dark");
    read_example(&browser, &server);
    browser.run("document.querySelector('.text').scrollIntoView(); document.querySelectorAll('.pair')[1].click()");
    browser.picture(&file("read-dark".into()));
}
