//! A model in use: what classifies, with memory that is used again.

use std::sync::{Mutex, PoisonError};

use crate::label::Labels;
use crate::model::Model;
use crate::predict::classifier::Workspace;
use crate::predict::{Classifier, json};
use crate::text::article::Article;

/// A model that articles are classified with.
pub struct Loaded {
    /// The model's name.
    pub name: String,
    plain: Classifier,
    explaining: Classifier,
    workspaces: Mutex<Vec<Workspace>>,
}

/// What is asked of an article.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// Whether evidence shows the contribution of every feature.
    pub explain: bool,
    /// Stances of less confidence are withheld; 0 to 1.
    pub min_confidence: f64,
}

impl Loaded {
    /// A classifier under its model's name.
    pub fn new(name: impl Into<String>, classifier: Classifier) -> Loaded {
        let explaining = classifier.clone().explain(true);
        Loaded { name: name.into(), plain: classifier.explain(false), explaining, workspaces: Mutex::default() }
    }

    /// The model.
    pub fn model(&self) -> &Model {
        self.plain.model()
    }

    /// The classifier, without explanations.
    pub fn classifier(&self) -> &Classifier {
        &self.plain
    }

    /// An article's report as one line of JSON, as `stance predict --format jsonl` writes it.
    pub fn line(&self, article: &Article, asked: Asked) -> Vec<u8> {
        let classifier = if asked.explain { &self.explaining } else { &self.plain };
        let free = || self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = free().pop().unwrap_or_default();
        let report = classifier.article(article, &mut workspace);
        free().push(workspace);
        let labels: &Labels = &self.model().labels;
        let written = serde_json::to_vec(&json::article(article, &report, labels, asked.min_confidence));
        let mut line = written.unwrap_or_default();
        line.push(b'\n');
        line
    }
}
