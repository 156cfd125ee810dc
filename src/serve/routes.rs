//! The table of routes: every method and path that the server answers, with its handler.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::{Method, StatusCode, Uri};
use axum::routing::{MethodFilter, MethodRouter, on};

use super::app::App;
use super::problem::Problem;
use super::{assets, document, label, read};

/// A method and path with its handler.
pub struct Route {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path, with names of parts in braces.
    pub path: &'static str,
    handler: MethodRouter<Arc<App>>,
}

/// A route for GET.
pub fn get<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    Route { method: "GET", path, handler: on(MethodFilter::GET, handler) }
}

/// A route for POST.
pub fn post<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    Route { method: "POST", path, handler: on(MethodFilter::POST, handler) }
}

/// A route for PUT.
pub fn put<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    Route { method: "PUT", path, handler: on(MethodFilter::PUT, handler) }
}

/// A route for PATCH.
pub fn patch<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    Route { method: "PATCH", path, handler: on(MethodFilter::PATCH, handler) }
}

/// A route for DELETE.
pub fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    Route { method: "DELETE", path, handler: on(MethodFilter::DELETE, handler) }
}

/// All routes.
pub fn routes() -> Vec<Route> {
    read_routes().into_iter().chain(label_routes()).collect()
}

fn read_routes() -> Vec<Route> {
    vec![
        get("/healthz", read::model::health),
        get("/v1/model", read::model::model),
        post("/v1/articles", read::articles::articles),
        post("/v1/predict", read::predict::predict),
        post("/v1/explain", read::explain::explain),
        get("/v1/openapi.json", document::document),
        get("/", assets::page),
        get("/assets/{name}", assets::asset),
    ]
}

fn label_routes() -> Vec<Route> {
    vec![
        get("/v1/coders", label::coders::coders),
        post("/v1/coders", label::coders::add_coder),
        get("/v1/settings", label::coders::settings),
        put("/v1/settings", label::coders::set_settings),
        post("/v1/import", label::files::import),
        get("/v1/export", label::files::export),
        get("/v1/codebook", label::files::codebook),
        get("/v1/next", label::labels::next),
        post("/v1/labels", label::labels::label),
        post("/v1/labels/{id}/withdraw", label::labels::withdraw),
        get("/v1/units/{id}", label::units::unit),
        patch("/v1/units/{id}", label::units::edit),
        get("/v1/actors", label::units::actors),
        post("/v1/actors", label::units::add_alias),
        get("/v1/progress", label::review::progress),
        get("/v1/disagreements", label::review::disagreements),
        post("/v1/decisions", label::review::decide),
        get("/v1/agreement", label::review::agreement),
        post("/v1/retrain", label::models::retrain),
        get("/v1/jobs/{id}", label::models::job),
        delete("/v1/jobs/{id}", label::models::stop),
        get("/v1/models", label::models::models),
        post("/v1/models/{id}/activate", label::models::activate),
    ]
}

/// A router of all routes, that answers by a problem where there is none.
pub fn router() -> Router<Arc<App>> {
    let add = |router: Router<Arc<App>>, route: Route| router.route(route.path, route.handler);
    routes().into_iter().fold(Router::new(), add).fallback(no_path).method_not_allowed_fallback(no_method)
}

const HELP: &str = "the document at /v1/openapi.json lists what there is";

async fn no_path(uri: Uri) -> Problem {
    Problem::not_found(format!("nothing is at {}", uri.path()), HELP)
}

async fn no_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{method} is not possible at {}", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This method is not possible here", detail, HELP)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_document_has_every_route_and_no_other() {
        let document = serde_json::to_value(document::openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let documented = paths.iter().flat_map(|(path, operations)| {
            operations.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        });
        let routes = routes();
        let known: BTreeSet<String> = routes.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
        assert_eq!(known.len(), routes.len(), "a route stands twice in the table");
        assert_eq!(documented.collect::<BTreeSet<_>>(), known);
    }
}
