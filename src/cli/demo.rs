//! `stance demo`: the main job from end to end on the project's own data, which the binary carries.

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use linfa::ParamGuard;

use super::output::BOLD;
use super::{Answer, bundled, evaluate, output, shared, train};
use crate::actor::find::Finder;
use crate::error::{Error, Result};
use crate::evaluate::{EvaluationReport, Settings, html, text};
use crate::files;
use crate::model::{Model, format};
use crate::predict::classifier::{Classifier, Workspace};
use crate::predict::{html as articles_html, json};
use crate::text::article::Article;
use crate::train::dataset::Dataset;

/// Train on the project's data, evaluate, and classify an example article
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance demo
  stance demo --out /tmp/demo --threads 1")]
pub struct Args {
    /// Folder to write the model and the reports into
    #[arg(long, value_name = "DIR", default_value = "stance-demo")]
    out: PathBuf,
    /// Number of threads; the model is the same for any [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// The training settings of the demo are the defaults of `stance train`.
#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    settings: train::Settings,
}

/// Runs the demo.
///
/// # Errors
/// A folder that cannot be made or written to.
pub fn run(args: &Args) -> Result<Answer> {
    shared::use_threads(args.threads)?;
    std::fs::create_dir_all(&args.out).map_err(|e| Error::io(files::name(&args.out), e))?;
    let settings = Defaults::parse_from(["demo"]).settings;
    let model = step_train(&settings)?;
    let model_file = args.out.join("model.safetensors");
    files::write_atomically(&model_file, &format::to_bytes(&model)?)?;
    let classifier = evaluate::classifier_of(&model);
    let report = step_evaluate(&classifier, &settings)?;
    files::write_atomically(&args.out.join("evaluation.html"), html::render(&report, "Evaluation").as_bytes())?;
    step_predict(&classifier, args)?;
    heading("files written");
    for name in ["model.safetensors", "evaluation.html", "article.jsonl", "article.html"] {
        output::print(&format!("  {}\n", args.out.join(name).display()))?;
    }
    output::print(&format!("\nNext: stance predict --model {} your-article.txt\n", model_file.display()))?;
    Ok(Answer::Done)
}

fn heading(text: &str) {
    let _ = output::print(&format!("\n{BOLD}{text}{BOLD:#}\n"));
}

fn step_train(settings: &train::Settings) -> Result<Model> {
    let start = Instant::now();
    let params = settings.params()?.check()?;
    let (name, content) = bundled::TRAIN;
    let mut items = Vec::new();
    shared::read_items(content.as_bytes(), name, &settings.item_format(), false, &mut items)?;
    heading(&format!("training on {name}: {} labelled (sentence, actor) items", items.len()));
    let dataset = Dataset::new(items, params.gazetteer(), &Finder::new(params.gazetteer()));
    let mut model = train::fit(&params, &dataset)?;
    model.card.command = "stance demo".into();
    let features = model.featurizer.vocabulary().len();
    let solved = &model.card.solved;
    output::print(&format!("  {features} features, {} solver, objective {:.4}\n", solved.solver, solved.objective))?;
    output::note(&format!("trained in {:.1} s", start.elapsed().as_secs_f64()));
    Ok(model)
}

fn step_evaluate(classifier: &Classifier, settings: &train::Settings) -> Result<EvaluationReport> {
    let (name, content) = bundled::TEST;
    let mut items = Vec::new();
    shared::read_items(content.as_bytes(), name, &settings.item_format(), false, &mut items)?;
    heading(&format!("evaluating on {name}: groups and crises that were not trained on"));
    let dataset = Dataset::new(items, classifier.gazetteer(), classifier.finder());
    let about = vec![("data".into(), name.into())];
    let report = evaluate::report_of(classifier, &dataset, &Settings { about, ..Settings::default() }, None)?;
    output::print(&text::render(&report))?;
    Ok(report)
}

fn step_predict(classifier: &Classifier, args: &Args) -> Result<()> {
    let (name, content) = bundled::ARTICLE;
    heading(&format!("classifying the article {name}"));
    let article = Article::from_text(name, content);
    let report = classifier.article(&article, &mut Workspace::default());
    let labels = &classifier.model().labels;
    output::print(&super::predict::article_text(&article, &report, labels))?;
    let object = serde_json::to_string(&json::article(&article, &report, labels, 0.0)).unwrap_or_default();
    files::write_atomically(&args.out.join("article.jsonl"), format!("{object}\n").as_bytes())?;
    let page = [
        articles_html::begin("Stances", labels),
        articles_html::article(&article, &report, labels, 0.0),
        articles_html::end(),
    ];
    files::write_atomically(&args.out.join("article.html"), page.concat().as_bytes())
}
