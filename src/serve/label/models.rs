//! New versions of the model: trained in the background, listed, put to use.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::schema::{Begun, RetrainSent};
use super::{ask, of};
use crate::error::Result;
use crate::serve::app::Shared;
use crate::serve::body::{Part, json};
use crate::serve::jobs::Job;
use crate::serve::labelling::Labelling;
use crate::serve::problem::{Answer, Problem};
use crate::store::models::Version;
use crate::store::retrain::{Step, Task};

/// Train a new version on the labels, in the background
///
/// It is compared with the model in use on held-out groups, kept, and not put to use.
#[utoipa::path(
    post,
    path = "/v1/retrain",
    tag = "label",
    request_body = RetrainSent,
    responses((status = 202, description = "It has begun", body = Begun)),
)]
pub async fn retrain(State(app): Shared, headers: HeaderMap, body: Body) -> Answer<(StatusCode, Json<Begun>)> {
    let sent: RetrainSent = json(&headers, body, &app.settings).await?;
    let labelling = of(&app)?;
    let name = sent.name.trim().to_string();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Problem::input(format!("name = {name:?}"), "give the version a name of 1 to 100 characters"));
    }
    let begun = labelling.jobs.begin();
    let (job, stop) =
        begun.ok_or_else(|| Problem::conflict("a version is being trained", "wait for it, or stop it"))?;
    // A thread of its own: it runs for longer than a request may.
    std::thread::spawn(move || {
        let watch = |step: Step| {
            labelling.jobs.step(job, step);
            !stop.load(Ordering::Relaxed)
        };
        let run = || train(&labelling, &name, sent.with_shipped, &watch);
        // Whatever happens, nobody shall wait for it for ever.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
        let panicked = || Err(crate::error::Error::data("training failed", "report it, with what the server printed"));
        labelling.jobs.end(job, result.unwrap_or_else(|_| panicked()));
    });
    Ok((StatusCode::ACCEPTED, Json(Begun { job })))
}

const LONGEST_NAME: usize = 100;

fn train(
    labelling: &Arc<Labelling>,
    name: &str,
    with_shipped: bool,
    watch: &crate::store::retrain::Watch,
) -> Result<Option<i64>> {
    let current = labelling.in_use.get(&labelling.store)?;
    let (params, more) = (labelling.recipe)(&current.1.model().labels, with_shipped)?;
    labelling.store.retrain(&Task { name, params, more, current }, watch)
}

/// How a job stands
#[utoipa::path(
    get,
    path = "/v1/jobs/{id}",
    tag = "label",
    params(("id" = usize, Path, description = "Number of the job")),
    responses((status = 200, description = "The job", body = Job)),
)]
pub async fn job(State(app): Shared, Part(id): Part<usize>) -> Answer<Json<Job>> {
    of(&app)?.jobs.get(id).map(Json).ok_or_else(|| no_job(id))
}

/// Tell a job to stop
///
/// It stops at its next step; what it did is dropped.
#[utoipa::path(
    delete,
    path = "/v1/jobs/{id}",
    tag = "label",
    params(("id" = usize, Path, description = "Number of the job")),
    responses((status = 200, description = "The job as it stands", body = Job)),
)]
pub async fn stop(State(app): Shared, Part(id): Part<usize>) -> Answer<Json<Job>> {
    of(&app)?.jobs.stop(id).map(Json).ok_or_else(|| no_job(id))
}

fn no_job(id: usize) -> Problem {
    Problem::not_found(format!("there is no job {id}"), "jobs are numbered since the server was started")
}

/// All versions of the model, the oldest first
///
/// Number 0 is the model that the server was started with.
#[utoipa::path(get, path = "/v1/models", tag = "label", responses((status = 200, description = "The versions", body = Vec<Object>)))]
pub async fn models(State(app): Shared) -> Answer<Json<Vec<Version>>> {
    ask(&app, |labelling| labelling.store.versions(&labelling.name)).await
}

/// Put a version to use
#[utoipa::path(
    post,
    path = "/v1/models/{id}/activate",
    tag = "label",
    params(("id" = i64, Path, description = "Number of the version; 0 is the model that the server was started with")),
    responses((status = 200, description = "The versions", body = Vec<Object>)),
)]
pub async fn activate(State(app): Shared, Part(id): Part<i64>) -> Answer<Json<Vec<Version>>> {
    let labelling = of(&app)?;
    let switch = move || -> Result<_> {
        let before = labelling.in_use.get(&labelling.store)?.0;
        labelling.store.activate(id)?;
        let loaded = labelling.loaded().inspect_err(|_| {
            // A version that cannot be used must not stay in use.
            let _ = labelling.store.activate(before);
        })?;
        Ok((loaded, labelling.store.versions(&labelling.name)?))
    };
    let (loaded, versions) = app.work.run(switch).await??;
    app.switch(loaded);
    Ok(Json(versions))
}
