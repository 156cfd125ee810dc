//! Labelling: twenty units by keyboard, undo, a second coder, adjudication, retraining, export; a server that dies.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::common::server::Served;
use crate::common::{self, Folder};

/// Opens the view that labels as a coder and imports the example articles; the first unit is shown then.
pub fn prepare(browser: &Browser, server: &Served, coder: &str) {
    enter(browser, server, coder);
    // Where nothing is imported yet, the place to do so is open.
    browser.until("document.querySelector('#store')?.open");
    import(browser, &common::at("data/examples/articles.jsonl"));
    browser.until("document.querySelector('.choice')");
}

/// Imports a file in the view that labels.
fn import(browser: &Browser, file: &str) {
    browser.until("document.querySelector('#import')");
    browser.run("document.querySelector('#store').open = true");
    browser.type_into("#import", file);
    browser.click("Import");
    browser.until("document.querySelector('#store .notice')");
}

/// Opens the view that labels and gives a coder's name.
fn enter(browser: &Browser, server: &Served, coder: &str) {
    browser.open(&format!("{}#label", server.url));
    browser.until("document.querySelector('#coder')");
    browser.type_into("#coder", coder);
    browser.press("\u{e007}"); // Enter
    browser.until("document.querySelector('.pace, #store')");
}

/// The number of the unit that is shown, once it is another one than `before`.
fn unit_after(browser: &Browser, before: &Value) -> Value {
    browser.until(&format!("(u => u && u !== {before} && u)(document.querySelector('.unit')?.dataset.unit)"))
}

/// Labels so many units with keys in turn; gives the units.
pub fn label(browser: &Browser, keys: &str, count: usize) -> Vec<Value> {
    let mut units = Vec::new();
    for key in keys.chars().cycle().take(count) {
        let unit = unit_after(browser, units.last().unwrap_or(&Value::Null));
        browser.press(&key.to_string());
        units.push(unit);
    }
    let done = "(p => p?.classList.contains('card'))(document.querySelector('.place > *'))";
    let last = units.last().expect("one at least");
    browser.until(&format!("{done} && document.querySelector('.unit')?.dataset.unit !== {last}"));
    units
}

/// What the API says.
fn api(browser: &Browser, path: &str) -> Value {
    let script = format!("fetch({path:?}).then(r => r.text()).then(done, e => done(String(e)))");
    let text = browser.run_until_done(&script);
    serde_json::from_str(text.as_str().unwrap()).unwrap_or_else(|e| panic!("{path}: {e}: {text}"))
}

fn labels_of(browser: &Browser, coder: &str) -> u64 {
    let progress = api(browser, "/v1/progress");
    let coders = progress["coders"].as_array().unwrap();
    coders.iter().find(|c| c["name"] == coder).map_or(0, |c| c["labels"].as_u64().unwrap())
}

#[test]
fn from_import_to_a_new_model_and_an_export() {
    let Some(browser) = Browser::start() else { return };
    let folder = Folder::new();
    let server = Served::start(&["--store", &folder.at("store.sqlite")]);
    prepare(&browser, &server, "ada");
    two_coders_per_unit(&browser);

    let units = label(&browser, "123", 20);
    assert_eq!(units.iter().collect::<std::collections::HashSet<_>>().len(), 20);
    assert_eq!(labels_of(&browser, "ada"), 20);
    undo(&browser, units.last().unwrap());

    second_coder(&browser, &server);
    label(&browser, "2", 20);
    assert_eq!(labels_of(&browser, "ben"), 20);

    adjudicate(&browser, &server);
    export(&browser);
    // Enough labelled stories that some are held out.
    browser.open(&format!("{}#label", server.url));
    import(&browser, &folder.write("labelled.jsonl", common::first_lines("data/dev.jsonl", 200)));
    retrain(&browser, &server);
}

/// Gives the place to a coder called ben.
pub fn second_coder(browser: &Browser, server: &Served) {
    browser.click("Another coder");
    browser.until("document.querySelector('#coder')");
    enter(browser, server, "ben");
}

/// Has each unit labelled twice.
pub fn two_coders_per_unit(browser: &Browser) {
    browser.until("document.querySelector('#round-size').value");
    browser.run("document.querySelector('#store').open = true; document.querySelector('#coders-per-unit').value = '2'");
    browser.click("Save settings");
    browser.until("document.querySelector('#toast').innerText.includes('saved')");
    browser.run("document.activeElement.blur()");
}

/// Takes the last label back, with a note and a flag, and gives it again.
fn undo(browser: &Browser, last: &Value) {
    browser.press("u");
    browser.until(&format!("document.querySelector('.unit')?.dataset.unit === {last}"));
    assert_eq!(labels_of(browser, "ada"), 19);
    browser.press("f");
    browser.press("n");
    browser.until("document.activeElement.id === 'note'");
    // Letters and digits of a note are no keys.
    browser.press("rule 3, unsure\u{e00c}");
    browser.press("3");
    unit_after(browser, last);
    assert_eq!(labels_of(browser, "ada"), 20);
    let unit = api(browser, &format!("/v1/units/{}", last.as_str().unwrap()));
    let label = &unit["labels"][0];
    assert_eq!((&label["note"], &label["flagged"]), (&json!("rule 3, unsure"), &json!(true)), "{unit}");
}

fn adjudicate(browser: &Browser, server: &Served) {
    browser.open(&format!("{}#adjudicate", server.url));
    browser.until("document.querySelector('.given li')");
    let open = api(browser, "/v1/disagreements").as_array().unwrap().len();
    assert!(open >= 5, "{open}");
    let unit = unit_after(browser, &Value::Null);
    browser.press("1");
    unit_after(browser, &unit);
    let decided = api(browser, "/v1/disagreements");
    let own =
        decided.as_array().unwrap().iter().find(|u| u["id"].as_u64() == unit.as_str().unwrap().parse().ok()).unwrap();
    assert_eq!(own["decision"]["stance"], "opposes");
    assert!(browser.text("[aria-label=Agreement]").contains("against the rest"));
}

fn export(browser: &Browser) {
    browser.click("All labels");
    let lines = browser.saved("labels.jsonl");
    let items: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(items.len(), 40);
    for item in &items {
        let probability = item["probability"].as_f64().unwrap();
        assert!(0.0 < probability && probability <= 1.0, "{item}");
        assert!(["ada", "ben"].contains(&item["coder"].as_str().unwrap()), "{item}");
    }
}

fn retrain(browser: &Browser, server: &Served) {
    browser.open(&format!("{}#models", server.url));
    browser.until("document.querySelector('.model')");
    browser.click("Train");
    let minutes = Duration::from_secs(600);
    browser.until_within(minutes, "document.querySelectorAll('.model').length === 2");
    assert!(browser.text(".model").contains("Difference in macro-F1"));
    assert_eq!(browser.run("return document.querySelectorAll('.model.active').length"), json!(1));
    browser.click("Activate");
    browser.until("document.querySelector('.model')?.classList.contains('active')");
}

#[test]
fn labels_made_while_the_server_is_down_are_sent_when_it_is_back() {
    let Some(browser) = Browser::start() else { return };
    let folder = Folder::new();
    let store = folder.at("store.sqlite");
    let server = Served::start(&["--store", &store]);
    prepare(&browser, &server, "ada");
    label(&browser, "1", 2);
    let address = server.host.clone();
    drop(server); // Killed, not told to end.
    browser.press("3");
    browser.until("document.querySelector('.unsent:not([hidden])')?.innerText.includes('1 label is kept')");
    let _again = Served::start(&["--listen", &address, "--store", &store]);
    browser.until("document.querySelector('.unsent').hidden");
    assert_eq!(labels_of(&browser, "ada"), 3);
    let kept = "Object.keys(localStorage).filter(k => k.startsWith('stance.unsent')).length";
    assert_eq!(browser.run(&format!("return {kept}")), json!(0));
}

#[test]
fn without_a_store_the_page_says_how_to_get_one() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    for view in ["label", "adjudicate", "models"] {
        browser.open(&format!("{}#{view}", server.url));
        browser.until(&format!("document.querySelector('.{view}')?.innerText.includes('stance serve --store')"));
    }
}
