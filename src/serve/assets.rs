//! The page: a fixed table of files that the program carries, so that no name from a request reaches the file system.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::body::Part;
use super::problem::{Answer, Problem};

/// Name and content of each file of `page/` that is named.
macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("page/", $name)))),*] };
}

/// Every file of the page; `index.html` is the page itself, the others are its assets.
const FILES: &[(&str, &str)] = files![
    "adjudicate.js",
    "agreement.js",
    "api.js",
    "article.js",
    "bars.js",
    "batch.js",
    "characters.js",
    "charts.js",
    "codebook.js",
    "coder.js",
    "dom.js",
    "download.js",
    "edit.js",
    "files.js",
    "icon.svg",
    "importing.js",
    "index.html",
    "keys.js",
    "label.js",
    "labels.js",
    "main.js",
    "models.js",
    "outbox.js",
    "pace.js",
    "read.js",
    "reading.js",
    "sortable.js",
    "style.css",
    "unit.js",
    "words.js",
];

/// An article to try the page with.
const EXAMPLE: (&str, &str) = ("example.txt", include_str!("../../data/examples/caracas.txt"));

/// Endings and their media types.
const MEDIA_TYPES: [(&str, &str); 5] = [
    (".html", "text/html; charset=utf-8"),
    (".css", "text/css; charset=utf-8"),
    (".js", "text/javascript; charset=utf-8"),
    (".svg", "image/svg+xml"),
    (".txt", "text/plain; charset=utf-8"),
];

fn file(name: &str) -> Option<Response> {
    let (name, content) = FILES.iter().chain([&EXAMPLE]).find(|(own, _)| *own == name)?;
    let (_, media_type) = MEDIA_TYPES.iter().find(|(ending, _)| name.ends_with(ending))?;
    Some(([(CONTENT_TYPE, *media_type)], *content).into_response())
}

/// The page
///
/// For people: read articles, label sentences, retrain.
#[utoipa::path(get, path = "/", tag = "page", responses((status = 200, description = "The page", content_type = "text/html", body = String)))]
pub async fn page() -> Answer<Response> {
    file("index.html").ok_or_else(|| Problem::fault("the page is missing"))
}

/// A file of the page
#[utoipa::path(
    get,
    path = "/assets/{name}",
    tag = "page",
    params(("name" = String, Path, description = "The file's name")),
    responses((status = 200, description = "A script or a style sheet", body = String)),
)]
pub async fn asset(Part(name): Part<String>) -> Answer<Response> {
    let missing = || Problem::not_found(format!("no asset {name:?}"), "open / and load it again");
    file(&name).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_has_every_file_of_the_page_and_each_has_a_media_type() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/page");
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(FILES.iter().map(|(name, _)| name.to_string()).collect::<BTreeSet<_>>(), entries.collect());
        FILES.iter().for_each(|(name, _)| assert!(file(name).is_some(), "{name}"));
    }

    /// The policy forbids what is inline: it would not work.
    #[test]
    fn the_page_is_small_and_has_nothing_inline() {
        let bytes: usize = FILES.iter().map(|(_, content)| content.len()).sum();
        assert!(bytes < 200_000, "{bytes} bytes");
        for (name, content) in FILES.iter().filter(|(name, _)| name.ends_with(".html")) {
            for inline in ["<style", " style=", "javascript:", " onclick=", "<script>"] {
                assert!(!content.contains(inline), "{name}: {inline}");
            }
            assert!(
                content
                    .match_indices("<script")
                    .all(|(at, _)| content[at..].split('>').next().is_some_and(|tag| tag.contains(" src=\"/assets/"))),
                "{name}"
            );
        }
    }

    /// What an article brings is never parsed as markup or run.
    #[test]
    fn scripts_make_elements_from_text_only() {
        for (name, content) in FILES.iter().filter(|(name, _)| name.ends_with(".js")) {
            for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
                assert!(!content.contains(way), "{name}: {way}");
            }
        }
    }

    #[test]
    fn every_address_in_the_files_is_there_and_nothing_else_is() {
        for (name, content) in FILES {
            for (at, before) in content.match_indices("from \"./").chain(content.match_indices("\"/assets/")) {
                let rest = &content[at + before.len()..];
                let wanted = rest.split('"').next().unwrap();
                assert!(file(wanted).is_some(), "{name} asks for {wanted:?}");
            }
        }
        for name in ["", "..", "../assets.rs", "page/dom.js", "dom.js/", "DOM.js"] {
            assert!(file(name).is_none(), "{name:?}");
        }
    }
}
