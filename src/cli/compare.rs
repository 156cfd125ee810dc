//! `stance compare`: two models, or predictions of other tools, on the same labelled items.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::evaluate::{fields, to_json};
use super::predictions::Predictions;
use super::{Answer, output, shared};
use crate::error::{Error, Place, Result};
use crate::evaluate::compare::{Comparison, Differing};
use crate::evaluate::{Baseline, Judged, Settings, compare, side_by_side};
use crate::feature::item::Item;
use crate::files;
use crate::label::Labels;
use crate::model::Model;
use crate::predict::classifier::Workspace;
use crate::train::dataset::Dataset;

/// Compare two models, or other tools' predictions, on labelled items
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance compare --data test.jsonl my.safetensors bundled
  stance compare --data test.jsonl new.safetensors old.safetensors --by kind,actor --show 20
  stance compare --data test.jsonl bundled other-tool.csv                  # columns id and stance
  stance compare --data test.jsonl new.safetensors old.safetensors --format html > comparison.html

A and B are each a model file, `bundled`, or predictions: JSON Lines or CSV with id and label. The interval of the
difference is paired: both are scored on the same draws of groups.")]
pub struct Args {
    /// The first system: a model file, `bundled`, or predictions (.jsonl or .csv)
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The second system
    #[arg(value_name = "B")]
    b: PathBuf,
    /// File of labelled items (JSON Lines); give it several times for several files
    #[arg(long, value_name = "FILE", required = true)]
    data: Vec<PathBuf>,
    /// Slice by these fields of the items, such as actor, crisis or kind
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    by: Vec<String>,
    /// List the first N items that the two label differently
    #[arg(long, value_name = "N", default_value_t = 0)]
    show: usize,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = super::evaluate::Format::Text)]
    format: super::evaluate::Format,
    #[command(flatten)]
    scoring: shared::Scoring,
}

/// Compares and prints the report.
///
/// # Errors
/// Bad input, items without a prediction, labels that do not fit, a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    shared::use_threads(args.scoring.threads)?;
    let systems = [open(&args.a)?, open(&args.b)?];
    let format = args.scoring.item_format(systems.iter().find_map(System::label_field).unwrap_or_default());
    let (items, _) = shared::load_items(&args.data, &format, args.scoring.skip_bad)?;
    let names = [&args.a, &args.b].map(|path| files::base_name(path));
    let [a, b] = systems.map(|system| answers(system, &items, &format.label_field, &args.scoring.actors));
    let (a, b) = (a?, b?);
    let labels = labels(&items, &a, &b, &names)?;
    let mut comparison = compared(args, &labels, &items, (&a.answers, &b.answers), &names)?;
    comparison.shown = differing(args.show, &items, &a.answers, &b.answers);
    output::print(&match args.format {
        super::evaluate::Format::Text => side_by_side::text(&comparison),
        super::evaluate::Format::Json => to_json(&comparison),
        super::evaluate::Format::Html => side_by_side::html(&comparison),
    })?;
    Ok(Answer::Done)
}

/// What is compared.
enum System {
    Model(Box<Model>),
    Predictions(PathBuf),
}

impl System {
    fn label_field(&self) -> Option<&str> {
        match self {
            System::Model(model) => Some(model.card.label_field.as_str()).filter(|field| !field.is_empty()),
            System::Predictions(_) => None,
        }
    }
}

/// Endings of files of predictions; every other file is a model.
const PREDICTIONS: [&str; 4] = ["jsonl", "ndjson", "json", "csv"];

fn open(path: &Path) -> Result<System> {
    if files::extension(path).is_some_and(|ending| PREDICTIONS.contains(&ending.as_str())) {
        return Ok(System::Predictions(path.to_owned()));
    }
    let bundled = path == Path::new("bundled");
    let (model, _) = shared::load_model(Some(path).filter(|_| !bundled))?;
    Ok(System::Model(Box::new(model)))
}

/// What a system says.
struct Answers {
    /// One label name per item.
    answers: Vec<String>,
    /// The labels that it may give, if it is a model.
    known: Option<Vec<String>>,
}

fn answers(system: System, items: &[Item], label_field: &str, actors: &[PathBuf]) -> Result<Answers> {
    let model = match system {
        System::Predictions(path) => {
            let predictions = Predictions::read(&path, label_field)?;
            let answers = predictions.of(items)?.into_iter().map(str::to_owned).collect();
            return Ok(Answers { answers, known: None });
        }
        System::Model(model) => model,
    };
    let classifier = shared::classifier(*model, actors)?;
    let dataset = Dataset::new(items.to_vec(), classifier.gazetteer(), classifier.finder());
    let labels = &classifier.model().labels;
    let answer =
        |workspace: &mut Workspace, instance| labels.name(classifier.instance(instance, workspace).best()).to_owned();
    let answers = dataset.instances.par_iter().map_init(Workspace::default, answer).collect();
    Ok(Answers { answers, known: Some(labels.names().to_vec()) })
}

/// All labels that occur or that a model knows.
///
/// # Errors
/// A gold label that neither of two models knows; two systems that have no label in common.
fn labels(items: &[Item], a: &Answers, b: &Answers, names: &[String; 2]) -> Result<Labels> {
    let gold: BTreeSet<&str> = items.iter().filter_map(|item| item.label.as_deref()).collect();
    let all = |system: &'_ Answers| -> BTreeSet<String> {
        system.answers.iter().chain(system.known.iter().flatten()).cloned().collect()
    };
    let (of_a, of_b) = (all(a), all(b));
    let list = |labels: &BTreeSet<String>| labels.iter().cloned().collect::<Vec<_>>().join(", ");
    if of_a.is_disjoint(&of_b) {
        let [a, b] = names;
        let what = format!("it gives {}, but {a} gives {}", list(&of_b), list(&of_a));
        return Err(Error::input(Place::file(b), what, "compare systems that answer the same question"));
    }
    let both_models = a.known.is_some() && b.known.is_some();
    if let Some(odd) = gold.iter().find(|g| both_models && !of_a.contains(**g) && !of_b.contains(**g)) {
        let what = format!("neither model knows the label {odd:?}; they know {}", list(&(&of_a | &of_b)));
        return Err(Error::data(what, "mend the items, or name another field with --label-field"));
    }
    let gold: BTreeSet<String> = gold.into_iter().map(str::to_owned).collect();
    Labels::new(&(&of_a | &of_b) | &gold)
}

fn compared(
    args: &Args,
    labels: &Labels,
    items: &[Item],
    (a, b): (&[String], &[String]),
    names: &[String; 2],
) -> Result<Comparison> {
    let index = |name: &str| labels.index(name).unwrap_or(0);
    let judge = |(item, answer): (&Item, &String)| Judged {
        gold: index(item.label.as_deref().unwrap_or_default()),
        predicted: index(answer),
        scores: None,
        group: item.group.clone(),
        fields: fields(item, &args.by),
    };
    let judged: Vec<Judged> = items.iter().zip(a).map(judge).collect();
    let b = Baseline { name: names[1].clone(), predicted: b.iter().map(|answer| index(answer)).collect() };
    let bootstrap = args.scoring.bootstrap();
    let data = args.data.iter().map(|path| files::base_name(path)).collect::<Vec<_>>().join(", ");
    let about = [("A", names[0].clone()), ("B", names[1].clone()), ("data", data)];
    let about = about.map(|(what, value)| (what.to_owned(), value)).to_vec();
    compare(
        labels,
        (&names[0], &judged),
        &b,
        &Settings { bootstrap, by: args.by.clone(), about, ..Settings::default() },
    )
}

/// The first `n` items that the systems label differently.
fn differing(n: usize, items: &[Item], a: &[String], b: &[String]) -> Vec<Differing> {
    let rows = items.iter().zip(a.iter().zip(b)).filter(|(_, (a, b))| a != b);
    let differing = |(item, (a, b)): (&Item, (&String, &String))| Differing {
        id: item.id.clone(),
        actor: item.actor.clone(),
        text: item.text.clone(),
        gold: item.label.clone().unwrap_or_default(),
        a: a.clone(),
        b: b.clone(),
    };
    rows.take(n).map(differing).collect()
}
