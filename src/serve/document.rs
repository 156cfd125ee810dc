//! The API's document (OpenAPI), put together from what stands at each handler.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::problem::{PROBLEM, Problem};
use super::schema::ErrorLine;
use super::{assets, label, read};

/// All parts.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "stance",
        description = "Who in the news supports, opposes or is neutral on a proposition. What is not GET must have a \
                       Content-Type that no form can send, or the header `X-Stance: 1`. Offsets count Unicode scalar \
                       values.",
    ),
    paths(
        read::model::health,
        read::model::model,
        read::articles::articles,
        read::predict::predict,
        read::explain::explain,
        label::coders::coders,
        label::coders::add_coder,
        label::coders::settings,
        label::coders::set_settings,
        label::files::import,
        label::files::export,
        label::files::codebook,
        label::labels::next,
        label::labels::label,
        label::labels::withdraw,
        label::units::unit,
        label::units::edit,
        label::units::actors,
        label::units::add_alias,
        label::review::progress,
        label::review::disagreements,
        label::review::decide,
        label::review::agreement,
        label::models::retrain,
        label::models::job,
        label::models::stop,
        label::models::models,
        label::models::activate,
        document,
        assets::page,
        assets::asset,
    ),
    components(schemas(Problem, ErrorLine)),
    modifiers(&Common),
)]
struct Api;

/// What all operations have in common: problems, and the token.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        // It is demanded only where others than this machine can reach the server.
        document.security = Some(vec![SecurityRequirement::default(), SecurityRequirement::new("token", [""; 0])]);
        let schema = utoipa::openapi::Ref::from_schema_name("Problem");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let problem =
            ResponseBuilder::new().description("What is wrong, and what to do").content(PROBLEM, content).build();
        for item in document.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                operation.responses.responses.insert("default".into(), RefOr::T(problem.clone()));
            }
        }
    }
}

/// The whole document.
pub fn openapi() -> Document {
    Api::openapi()
}

/// This document
#[utoipa::path(get, path = "/v1/openapi.json", tag = "read", responses((status = 200, description = "OpenAPI", body = Object)))]
pub async fn document() -> Json<Document> {
    Json(openapi())
}
