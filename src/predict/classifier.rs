//! The classifier: a model and its compiled gazetteer, applied to articles and items.

use std::sync::Arc;

use super::report::{ActorStance, Evidence, StanceReport, aggregate, mean_scores};
use crate::actor::find::{Context, Finder, Mention};
use crate::actor::gazetteer::Gazetteer;
use crate::feature::instance::{Instance, InstanceView};
use crate::label::Scores;
use crate::model::Model;
use crate::model::conformal::Thresholds;
use crate::model::trained::ScoreScratch;
use crate::text::article::Article;
use crate::text::language::Language;
use crate::text::sentence::{Document, Sentence};
use crate::text::span::Span;
use crate::text::token::{Token, tokenize};

/// Articles in, reports out. Share one between threads; give each thread a [`Workspace`]. A clone shares model and
/// gazetteer.
#[derive(Clone)]
pub struct Classifier {
    model: Arc<Model>,
    gazetteer: Arc<Gazetteer>,
    finder: Arc<Finder>,
    explain: bool,
    thresholds: Option<Thresholds>,
}

/// Memory that is used again from text to text.
#[derive(Debug, Default)]
pub struct Workspace {
    scratch: ScoreScratch,
    tokens: Vec<Token>,
    again: Vec<Span>,
    others: Vec<Span>,
}

impl Classifier {
    /// A classifier with the model's own gazetteer.
    pub fn new(model: Arc<Model>) -> Self {
        let gazetteer = model.gazetteer.clone();
        Self::with_gazetteer(model, gazetteer)
    }

    /// A classifier with another gazetteer: as names are masked, a model knows what to make of actors it never saw.
    pub fn with_gazetteer(model: Arc<Model>, gazetteer: Arc<Gazetteer>) -> Self {
        let finder = Arc::new(Finder::new(&gazetteer));
        Classifier { model, gazetteer, finder, explain: false, thresholds: None }
    }

    /// Whether evidence carries the contribution of every feature; off by default, as it costs time and memory.
    pub fn explain(mut self, explain: bool) -> Self {
        self.explain = explain;
        self
    }

    /// Gives each piece of evidence the prediction set of these thresholds, which are of single sentences: an article's
    /// stance has no set. Off by default.
    pub fn with_sets(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = Some(thresholds);
        self
    }

    fn set(&self, scores: &Scores) -> Option<Vec<usize>> {
        self.thresholds.as_ref().map(|thresholds| thresholds.set(scores))
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The gazetteer in use.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// The compiled gazetteer in use.
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// The stance of every actor in an article.
    pub fn article(&self, article: &Article, workspace: &mut Workspace) -> StanceReport {
        let document = Document::new(article, Language::english());
        self.document(article, &document, workspace)
    }

    /// The same for an article that is cut into sentences already.
    pub fn document(&self, article: &Article, document: &Document, workspace: &mut Workspace) -> StanceReport {
        let context = Context { year: article.year(), crisis: article.crisis.as_deref(), known: &[] };
        let found = self.finder.find(&article.text, document, &context);
        let mut actors: Vec<(usize, Vec<Evidence>)> = Vec::new();
        for (sentence, mentions) in document.sentences.iter().zip(&found) {
            for (at, first) in mentions.iter().enumerate() {
                if mentions[..at].iter().any(|m| m.actor == first.actor) {
                    continue;
                }
                let tokens = document.tokens_of(sentence);
                let evidence = self.evidence(&article.text, sentence, tokens, first, mentions, workspace);
                match actors.iter_mut().find(|(actor, _)| *actor == first.actor) {
                    Some((_, all)) => all.push(evidence),
                    None => actors.push((first.actor, vec![evidence])),
                }
            }
        }
        StanceReport { actors: actors.into_iter().map(|(actor, evidence)| self.stance(actor, evidence)).collect() }
    }

    fn stance(&self, actor: usize, evidence: Vec<Evidence>) -> ActorStance {
        let labels = &self.model.labels;
        let (label, confidence) = aggregate(labels, &evidence);
        let mut counts = vec![0; labels.len()];
        evidence.iter().for_each(|e| counts[e.label] += 1);
        let scores = mean_scores(labels.len(), &evidence);
        ActorStance { actor: self.gazetteer.id(actor).to_string(), label, confidence, scores, counts, evidence }
    }

    /// Scores one actor in one sentence: by its first mention, the codebook's choice where no verb decides.
    fn evidence(
        &self,
        text: &str,
        sentence: &Sentence,
        tokens: &[Token],
        first: &Mention,
        mentions: &[Mention],
        workspace: &mut Workspace,
    ) -> Evidence {
        let Workspace { scratch, again, others, .. } = workspace;
        again.clear();
        others.clear();
        for mention in mentions {
            if mention.actor != first.actor {
                others.push(mention.span);
            } else if mention.span != first.span {
                again.push(mention.span);
            }
        }
        let view = InstanceView { text, tokens, actor: Some(first.span), again, others, target: None };
        let scores = self.model.scores(&view, scratch);
        let label = scores.best();
        let explanation = self.explain.then(|| self.model.explain(&view, label, scratch));
        let set = self.set(&scores);
        Evidence { sentence: sentence.span, mention: first.span, label, scores, set, explanation }
    }

    /// Scores an instance.
    pub fn instance(&self, instance: &Instance, workspace: &mut Workspace) -> Scores {
        self.with_view(instance, workspace, |model, view, scratch| model.scores(view, scratch))
    }

    /// Scores an instance by the target-blind baseline, if the model has one.
    pub fn instance_blind(&self, instance: &Instance, workspace: &mut Workspace) -> Option<Scores> {
        self.with_view(instance, workspace, |model, view, scratch| model.blind_scores(view, scratch))
    }

    /// Scores an instance and, if asked for, explains its most probable label.
    pub fn instance_evidence(&self, instance: &Instance, workspace: &mut Workspace) -> Evidence {
        let whole = Span::new(0, instance.text.len());
        self.with_view(instance, workspace, |model, view, scratch| {
            let scores = model.scores(view, scratch);
            let label = scores.best();
            let explanation = self.explain.then(|| model.explain(view, label, scratch));
            let (mention, set) = (instance.actor.unwrap_or(whole), self.set(&scores));
            Evidence { sentence: whole, mention, label, scores, set, explanation }
        })
    }

    fn with_view<T>(
        &self,
        instance: &Instance,
        workspace: &mut Workspace,
        f: impl FnOnce(&Model, &InstanceView<'_>, &mut ScoreScratch) -> T,
    ) -> T {
        let Workspace { scratch, tokens, .. } = workspace;
        tokens.clear();
        tokenize(&instance.text, Span::new(0, instance.text.len()), Language::english(), tokens);
        f(&self.model, &InstanceView::new(instance, tokens), scratch)
    }
}
