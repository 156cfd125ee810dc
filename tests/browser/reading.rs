//! Reading: one article, many, hostile ones; what is saved.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::common::server::Served;
use crate::common::{self, Folder};

/// Opens the page and reads the example.
pub fn read_example(browser: &Browser, server: &Served) {
    browser.open(&format!("{}#read", server.url));
    browser.click("Example");
    browser.until("document.querySelectorAll('.pair').length");
}

/// Hands files to the page.
pub fn choose(browser: &Browser, files: &[&str]) {
    browser.until("document.querySelector('#files')");
    browser.run("document.querySelector('#files').classList.remove('unseen')");
    browser.type_into("#files", &files.join("\n"));
}

#[test]
fn an_article_shows_what_the_command_line_says() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    read_example(&browser, &server);
    let run = common::stance(["predict", "--format", "jsonl", &common::at("data/examples/caracas.txt")]).ok();
    let report = &run.lines()[0];
    let actors = report["actors"].as_array().unwrap();
    for actor in actors {
        let (name, stance) = (actor["actor"].as_str().unwrap(), actor["stance"].as_str().unwrap());
        let find = format!(
            "[...document.querySelectorAll('.actor')].some(b => b.innerText.includes({name:?}) && b.innerText.includes({stance:?}))"
        );
        assert_eq!(browser.run(&format!("return {find}")), json!(true), "{name} {stance}");
    }
    let pairs: usize = actors.iter().map(|actor| actor["evidence"].as_array().unwrap().len()).sum();
    assert_eq!(browser.run("return document.querySelectorAll('.pair').length"), json!(pairs));
    // Nothing of the article is lost between the marks; the signs behind sentences aside.
    let shown = browser.run(
        "const copy = document.querySelector('.article').cloneNode(true); \
         copy.querySelectorAll('.pair').forEach(b => b.remove()); \
         return copy.textContent.replace(/[\\s\\u200b]/g, '')",
    );
    let text = std::fs::read_to_string(common::at("data/examples/caracas.txt")).unwrap();
    assert_eq!(shown.as_str().unwrap(), text.split_whitespace().collect::<String>());
}

#[test]
fn words_of_a_sentence_are_shown_by_keyboard_and_sum_to_the_score() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    read_example(&browser, &server);
    browser.run("document.querySelector('.pair').focus()");
    let first = browser.until("document.querySelector('.words .sum')?.innerText");
    browser.press("\u{e014}"); // the right arrow
    let second = browser.until(&format!("document.querySelector('.words .sum')?.innerText !== {first} && document.querySelector('.words .sum').innerText"));
    for sum in [first, second] {
        let numbers: Vec<f64> = sum
            .as_str()
            .unwrap()
            .replace('−', "-")
            .split(|c: char| !(c.is_ascii_digit() || "+-.".contains(c)))
            .filter_map(|piece| piece.parse().ok())
            .collect();
        // Each is shown with two decimals.
        assert!((numbers[0] + numbers[1] - numbers[2]).abs() < 0.016, "{sum}");
    }
    assert_eq!(browser.run("return document.querySelectorAll('.pair[aria-pressed=true]').length"), json!(1));
}

#[test]
fn filters_leave_the_pairs_that_are_wanted() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    read_example(&browser, &server);
    let all = browser.run("return document.querySelectorAll('.pair').length").as_u64().unwrap();
    browser.click("▼ opposes");
    browser.until("[...document.querySelectorAll('.pair')].every(b => b.innerText.startsWith('▼'))");
    browser.run("document.querySelector('.actor').click()");
    let name = browser.run("return document.querySelector('.actor b').innerText");
    browser.until(&format!("[...document.querySelectorAll('.pair')].every(b => b.innerText.endsWith({name}))"));
    browser.click("▼ opposes");
    browser.run("document.querySelector('.actor').click()");
    browser.until(&format!("document.querySelectorAll('.pair').length === {all}"));
}

#[test]
fn a_batch_is_saved_as_the_command_line_writes_it() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    browser.open(&format!("{}#read", server.url));
    let file = common::at("data/examples/articles.jsonl");
    choose(&browser, &[&file]);
    browser.until("document.querySelectorAll('.batch tbody tr').length");
    let expected = common::stance(["predict", "--format", "csv", &file]).ok().out;
    browser.click("Save as CSV");
    assert_eq!(browser.saved("stances.csv"), expected);
    browser.click("Save as JSON Lines");
    let lines = |text: &str| text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).collect::<Vec<_>>();
    let expected = common::stance(["predict", "--format", "jsonl", &file]).ok();
    assert_eq!(lines(&browser.saved("stances.jsonl")), expected.lines());
    browser.click("Save as SVG");
    assert!(browser.saved("stances-per-actor.svg").starts_with("<svg"));
    browser.click("Save as PNG");
    assert!(browser.saved_bytes("stances-per-actor.png").starts_with(b"\x89PNG"));
}

#[test]
fn a_table_is_sorted_by_its_heads_and_leads_to_the_article_and_back() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    browser.open(&format!("{}#read", server.url));
    choose(&browser, &[&common::at("data/examples/articles.jsonl")]);
    browser.click("confidence");
    let column = "[...document.querySelectorAll('[aria-label=\"Stances of all articles\"] tbody tr')].map(r => parseFloat(r.cells[5].innerText))";
    browser.until("document.querySelector('th[aria-sort=descending]')?.innerText.startsWith('confidence')");
    browser.until(&format!("{column}.every((p, at, all) => !at || p <= all[at - 1])"));
    browser.run("document.querySelector('.batch tbody button.link').click()");
    browser.until("document.querySelectorAll('.pair').length");
    browser.click("← All articles");
    browser.until("document.querySelector('th[aria-sort=descending]')");
}

#[test]
fn markup_and_formulas_in_articles_stay_text() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::start(&[]);
    let folder = Folder::new();
    let evil = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
    let article = |id: &str| {
        let text =
            format!("France rejected any use of force. {evil} The US will send troops. 🦀 Paris said no to bombs.");
        format!("{}\n", json!({"id": id, "title": format!("=1+1 {evil}"), "text": text}))
    };
    let file = folder.write("evil.jsonl", [article("=a"), article("b"), "{ no\n".into()].concat());
    browser.open(&format!("{}#read", server.url));
    choose(&browser, &[&file]);
    browser.until("document.querySelectorAll('.batch tbody tr').length");
    assert!(browser.text(".failure").contains("1 could not be read"));
    browser.click("Save as CSV");
    assert!(browser.saved("stances.csv").lines().skip(1).all(|line| line.starts_with(['\'', 'b'])));
    browser.run("document.querySelector('.batch tbody button.link').click()");
    browser.until("document.querySelectorAll('.pair').length");
    assert!(browser.text(".article").contains("<script>"));
    assert_eq!(browser.run("return document.querySelectorAll('main img, main script').length"), json!(0));
    // Offsets count characters, also behind one that JavaScript counts twice.
    let mentions = browser.run("return [...document.querySelectorAll('.article u')].map(u => u.innerText)");
    assert!(mentions.as_array().unwrap().contains(&json!("Paris")), "{mentions}");
}
