//! Work in the background: one piece at a time, whose state can be asked for and that can be told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Result;
use crate::store::retrain::Step;

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is at work.
    Running,
    /// It ended well.
    Done,
    /// It ended by an error, told in the detail.
    Failed,
    /// It was told to stop.
    Cancelled,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// How it stands.
    pub state: State,
    /// What is being done.
    pub step: String,
    /// How much is done, about, 0 to 1.
    pub done: f64,
    /// More of it, or the error.
    pub detail: String,
    /// The version of the model that came of it.
    pub model: Option<i64>,
}

/// All jobs since the server was started; a job's number is its place from 1.
#[derive(Default)]
pub struct Jobs(Mutex<Vec<(Job, Arc<AtomicBool>)>>);

impl Jobs {
    /// A new job, unless one is running; its number, and what tells it to stop.
    pub fn begin(&self) -> Option<(usize, Arc<AtomicBool>)> {
        let mut jobs = self.lock();
        if jobs.iter().any(|(job, _)| job.state == State::Running) {
            return None;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let job = Job { state: State::Running, step: String::new(), done: 0.0, detail: String::new(), model: None };
        jobs.push((job, stop.clone()));
        Some((jobs.len(), stop))
    }

    /// Notes a step of a job.
    pub fn step(&self, number: usize, step: Step) {
        self.change(number, |job| (job.step, job.done, job.detail) = (step.name.into(), step.done, step.detail));
    }

    /// Notes the end of a job.
    pub fn end(&self, number: usize, result: Result<Option<i64>>) {
        self.change(number, |job| match result {
            Ok(Some(model)) => (job.state, job.done, job.model) = (State::Done, 1.0, Some(model)),
            Ok(None) => job.state = State::Cancelled,
            Err(error) => (job.state, job.detail) = (State::Failed, error.to_string()),
        });
    }

    /// How a job stands.
    pub fn get(&self, number: usize) -> Option<Job> {
        self.lock().get(number.checked_sub(1)?).map(|(job, _)| job.clone())
    }

    /// Tells a job to stop, which it does at its next step; how it stands now.
    pub fn stop(&self, number: usize) -> Option<Job> {
        let jobs = self.lock();
        let (job, stop) = jobs.get(number.checked_sub(1)?)?;
        stop.store(true, Ordering::Relaxed);
        Some(job.clone())
    }

    fn change(&self, number: usize, change: impl FnOnce(&mut Job)) {
        if let Some((job, _)) = self.lock().get_mut(number.saturating_sub(1)) {
            change(job);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Job, Arc<AtomicBool>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn one_job_runs_at_a_time_and_its_end_is_told() {
        let jobs = Jobs::default();
        let (first, stop) = jobs.begin().unwrap();
        assert!(jobs.begin().is_none());
        jobs.step(first, Step { name: "training", done: 0.5, detail: "x".into() });
        assert_eq!(jobs.get(first).map(|job| (job.state, job.step)), Some((State::Running, "training".into())));
        assert!(jobs.stop(first).is_some() && stop.load(Ordering::Relaxed));
        jobs.end(first, Ok(None));
        assert_eq!(jobs.get(first).unwrap().state, State::Cancelled);
        let (second, _) = jobs.begin().unwrap();
        jobs.end(second, Ok(Some(7)));
        assert_eq!(jobs.get(second).map(|job| (job.state, job.model)), Some((State::Done, Some(7))));
        let (third, _) = jobs.begin().unwrap();
        jobs.end(third, Err(Error::missing("x", "y")));
        assert!(jobs.get(third).is_some_and(|job| job.state == State::Failed && job.detail.contains("no x")));
        assert!(jobs.get(0).is_none() && jobs.get(4).is_none() && jobs.stop(9).is_none());
    }
}
