//! The page: a fixed table of files that the program carries, so that no name from a request reaches the file system.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::body::Part;
use super::problem::{Answer, Problem};

const HTML: &str = "text/html; charset=utf-8";

/// Name, media type and content of every file of the page; `index.html` is the page itself, the others are its assets.
const FILES: &[(&str, &str, &str)] = &[("index.html", HTML, include_str!("page/index.html"))];

fn file(name: &str) -> Option<Response> {
    let (_, media_type, content) = FILES.iter().find(|(own, ..)| *own == name)?;
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
        for (name, media_type, content) in FILES.iter().filter(|f| f.1 == HTML) {
            assert!(!content.contains("<style") && !content.contains(" style=") && !content.contains("javascript:"));
            let scripts = content.matches("<script").count();
            assert_eq!(
                scripts,
                content.matches("<script src=").count() + content.matches("<script type=\"module\" src=").count(),
                "{name}, {media_type}"
            );
        }
    }
}
