//! Whether everybody can use the page: axe-core's rules, no sideways scrolling on a phone, a visible focus.

use std::fs;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::common::server::Served;
use crate::common::{self, Folder};
use crate::labelling;
use crate::reading::{choose, read_example};

/// Where `.ci/run` puts it; it is fetched because it is large and under another licence (MPL-2.0).
const AXE: &str = "target/axe/node_modules/axe-core/axe.min.js";
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']";

/// What axe-core finds in the page as it is.
fn violations(browser: &Browser, axe: &str) -> Vec<Value> {
    browser.run(&format!("if (!window.axe) {{ {axe} }}"));
    let found = browser.run_until_done(&format!(
        "axe.run(document, {{ runOnly: {RULES} }}).then(r => done(r.passes.length ? r.violations.map(v => [v.impact, v.id, v.nodes[0].html]) : ['nothing was checked']), e => done([String(e)]))"
    ));
    found.as_array().expect("a list").clone()
}

#[test]
fn axe_finds_nothing_in_any_view_in_light_and_dark() {
    let Some(browser) = Browser::start() else { return };
    let Ok(axe) = fs::read_to_string(common::at(AXE)) else {
        eprintln!("skipped: needs npm install --prefix target/axe axe-core");
        return;
    };
    let folder = Folder::new();
    let server = Served::start(&["--store", &folder.at("store.sqlite")]);
    labelling::prepare(&browser, &server, "ada");
    let mut wrong = Vec::new();
    for (theme, width) in [("light", 1280), ("dark", 1280), ("light", 360)] {
        browser.theme(theme);
        browser.size(width, 900);
        let mut check = |view: &str| {
            let found = violations(&browser, &axe);
            wrong.extend(found.into_iter().map(|v| format!("{view}, {theme}, {width}: {v}")));
        };
        read_example(&browser, &server);
        browser.run("document.querySelectorAll('.pair')[1].click()");
        check("read");
        choose(&browser, &[&common::at("data/examples/articles.jsonl")]);
        browser.until("document.querySelector('.batch')");
        check("batch");
        browser.open(&format!("{}#label", server.url));
        browser.until("document.querySelector('.choice')");
        check("label");
        browser.press("c");
        browser.until("document.querySelector('dialog .codebook')");
        check("codebook");
        browser.click("Close");
        browser.press("e");
        browser.until("document.querySelector('dialog .pick')");
        check("edit");
        browser.click("Close");
        for view in ["adjudicate", "models"] {
            browser.open(&format!("{}#{view}", server.url));
            browser.until(&format!("document.querySelector('.{view} section')"));
            check(view);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_scrolls_sideways_on_a_phone_or_at_200_percent() {
    let Some(browser) = Browser::start() else { return };
    let folder = Folder::new();
    let server = Served::start(&["--store", &folder.at("store.sqlite")]);
    labelling::prepare(&browser, &server, "ada");
    // 640 pixels are 1280 at a zoom of 200 %.
    for width in [360, 640] {
        browser.size(width, 740);
        read_example(&browser, &server);
        for view in ["read", "label", "adjudicate", "models"] {
            browser.run(&format!("location.hash = '{view}'"));
            browser.until(&format!("document.querySelector('.{view}')"));
            let wide = browser.run("return document.documentElement.scrollWidth").as_u64();
            assert!(wide.is_some_and(|wide| wide <= width.into()), "{view} at {width}: {wide:?}");
        }
    }
}

#[test]
fn everything_that_can_be_pressed_is_reached_by_tab_and_shows_its_focus() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    read_example(&browser, &server);
    let wanted =
        "[...document.querySelectorAll('a[href], button, textarea')].filter(e => !e.disabled && e.checkVisibility())";
    let count = browser.run(&format!("return {wanted}.length")).as_u64().unwrap();
    browser.run("window.reached = new Set(); document.activeElement.blur()");
    for _ in 0..count + 10 {
        browser.press("\u{e004}"); // Tab
        let outline = browser.run(
            "const e = document.activeElement; window.reached.add(e); \
             return e === document.body ? 'body' : getComputedStyle(e).outlineStyle",
        );
        assert_ne!(outline, json!("none"), "{}", browser.run("return document.activeElement.outerHTML.slice(0, 200)"));
    }
    let missed = browser
        .run(&format!("return {wanted}.filter(e => !window.reached.has(e)).map(e => e.outerHTML.slice(0, 120))"));
    assert_eq!(missed, json!([]));
}
