//! The page: a fixed table of files that the program carries, so that no name from a request reaches the file system.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::body::Part;
use super::problem::{Answer, Problem};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";

/// Name, media type and content of files of `page/`.
macro_rules! files {
    ($($name:literal is $kind:expr),+ $(,)?) => {
        [$(($name, $kind, include_str!(concat!("page/", $name)))),+]
    };
}

/// `index.html` is the page itself, the others are its assets.
const FILES: [(&str, &str, &str); 30] = files![
    "adjudicate.js" is SCRIPT,
    "agreement.js" is SCRIPT,
    "api.js" is SCRIPT,
    "article.js" is SCRIPT,
    "bars.js" is SCRIPT,
    "batch.js" is SCRIPT,
    "characters.js" is SCRIPT,
    "charts.js" is SCRIPT,
    "codebook.js" is SCRIPT,
    "coder.js" is SCRIPT,
    "dom.js" is SCRIPT,
    "download.js" is SCRIPT,
    "edit.js" is SCRIPT,
    "files.js" is SCRIPT,
    "icon.svg" is PICTURE,
    "importing.js" is SCRIPT,
    "index.html" is HTML,
    "keys.js" is SCRIPT,
    "label.js" is SCRIPT,
    "labels.js" is SCRIPT,
    "main.js" is SCRIPT,
    "models.js" is SCRIPT,
    "outbox.js" is SCRIPT,
    "pace.js" is SCRIPT,
    "read.js" is SCRIPT,
    "reading.js" is SCRIPT,
    "sortable.js" is SCRIPT,
    "style.css" is STYLE,
    "unit.js" is SCRIPT,
    "words.js" is SCRIPT,
];
/// An article to try the page with.
const EXAMPLE: (&str, &str, &str) = ("example.txt", TEXT, include_str!("../../data/examples/caracas.txt"));

fn file(name: &str) -> Option<Response> {
    let (_, media_type, content) = FILES.iter().chain([&EXAMPLE]).find(|(own, ..)| *own == name)?;
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
    use super::*;

    #[test]
    fn the_page_is_small_and_has_nothing_inline() {
        let bytes: usize = FILES.iter().map(|(.., content)| content.len()).sum();
        assert!(bytes < 200_000, "{bytes} bytes");
        for (name, _, content) in FILES.iter().filter(|f| f.1 == HTML) {
            assert!(!content.contains("<style") && !content.contains(" style=") && !content.contains("javascript:"));
            let outside = content.matches("<script type=\"module\" src=").count();
            assert_eq!(content.matches("<script").count(), outside, "{name}");
        }
        for (name, _, content) in FILES.iter().filter(|f| f.1 == SCRIPT) {
            for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
                assert!(!content.contains(way), "{name} parses text: {way}");
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_served_and_every_address_in_them_is_there() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve/page");
        let mut there: Vec<String> =
            folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        there.sort();
        assert_eq!(there, FILES.map(|(name, ..)| name));
        for (name, _, content) in FILES {
            let imports = content.split("from \"./").chain(content.split("/assets/")).filter(|rest| *rest != content);
            for rest in imports.filter(|rest| !content.starts_with(rest)) {
                let wanted: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
                assert!(file(&wanted).is_some(), "{name} asks for {wanted:?}");
            }
        }
    }

    #[test]
    fn nothing_but_these_files_is_served() {
        for name in ["", "..", "../assets.rs", "page/dom.js", "dom.js/", "DOM.js"] {
            assert!(file(name).is_none(), "{name}");
        }
    }
}
