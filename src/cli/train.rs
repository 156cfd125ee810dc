//! `stance train`: labelled items in, a model file out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::ValueEnum;
use indicatif::ProgressBar;
use linfa::ParamGuard;

use super::{Answer, bundled, check, memory, output, shared, tune};
use crate::actor::find::Finder;
use crate::error::Result;
use crate::feature::featurizer::FeatureSettings;
use crate::feature::item::ItemFormat;
use crate::feature::lexicon::Lexicon;
use crate::feature::registry;
use crate::files;
use crate::model::card::{DataFile, Recorded};
use crate::model::{Model, format};
use crate::predict::Classifier;
use crate::read;
use crate::train::dataset::Dataset;
use crate::train::params::{AUTO_ITEMS, CALIBRATION_FOLDS, Calibrate, ClassWeight, FeatureScale};
use crate::train::solver::Solver;
use crate::train::source::Source;
use crate::train::stream::ItemFiles;
use crate::train::{ModelParams, ModelValidParams};

/// Train a model on labelled items
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance train --data train.jsonl --out my.safetensors
  stance train --data train.jsonl --dev dev.jsonl --out my.safetensors --alpha 0.1 --min-count 3
  stance train --data train.jsonl --out my.safetensors --tune --tune-table trials.csv
  stance train --data train.jsonl --out my.safetensors --checklist         # pass rates of its rules into the card
  stance train --data topics.jsonl --label-field topic --out topics.safetensors

An item is a JSON object on a line of its own: text, stance, and where it asks about an actor: actor, start, end
(offsets in characters). Items of the same group (story, article) are never split in cross-validation.")]
pub struct Args {
    /// Files of labelled items: JSON Lines; JSON, CSV, TSV, Parquet, .gz and .zst are read too, and kept in memory
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Model file to write
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// Labelled items to evaluate on after training; the scores go into the card
    #[arg(long, value_name = "FILE")]
    dev: Option<PathBuf>,
    /// Checklist to hold the model against after training (without FILE the bundled one); the pass rates go into the card
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    checklist: Option<Option<PathBuf>>,
    #[command(flatten)]
    settings: Settings,
    /// Choose feature families, minimum count, alpha and class weight by grouped cross-validation, starting from the other
    /// settings: all candidates on some of the data, the best of them on more
    #[arg(long)]
    tune: bool,
    /// Write what was tried into a table (JSON if its name ends so, else CSV)
    #[arg(long, value_name = "FILE", requires = "tune")]
    tune_table: Option<PathBuf>,
    /// Pass over bad lines, with a warning for each
    #[arg(long)]
    skip_bad: bool,
}

/// Settings that decide the model; the demo uses their defaults.
#[derive(clap::Args)]
pub struct Settings {
    /// How to minimise the objective
    #[arg(long, value_enum, default_value_t = SolverArg::Auto)]
    solver: SolverArg,
    /// Weight of the penalty on the weights; smaller fits the data closer
    #[arg(long, value_name = "A", default_value_t = 0.2)]
    alpha: f64,
    /// Whether rare labels weigh more
    #[arg(long, value_enum, default_value_t = ClassWeightArg::Balanced)]
    class_weight: ClassWeightArg,
    /// Scale features, beside tf-idf, by how unevenly they are spread over the labels (nb: log-count ratios as in naive
    /// Bayes); the scale ends up in the weights
    #[arg(long, value_enum, default_value_t = ScaleArg::None)]
    scale: ScaleArg,
    /// Whether probabilities are scaled to fit what cross-validation finds, which also makes sets for --coverage possible;
    /// auto takes temperature for 200 to 50,000 items in 5 groups or more, and none otherwise; only vector can change
    /// which label wins
    #[arg(long, value_enum, default_value_t = CalibrateArg::Auto)]
    calibrate: CalibrateArg,
    /// Keep only the N most frequent features
    #[arg(long, value_name = "N")]
    max_features: Option<usize>,
    /// Keep features that occur in at least N items
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_count: u32,
    /// Feature families, separated by commas, or `all`; a name that is none lists them [default: a choice of them that
    /// serves stance best]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    features: Option<Vec<String>>,
    /// Whether names are replaced by roles, so that the model learns what actors do and not who they are
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    mask: bool,
    /// Field of the items that holds the text
    #[arg(long, value_name = "FIELD", default_value = "text")]
    text_field: String,
    /// Field of the items that holds the label
    #[arg(long, value_name = "FIELD", default_value = "stance")]
    label_field: String,
    /// Actors to add to the shipped gazetteer, or to replace in it (TOML)
    #[arg(long, value_name = "FILE")]
    actors: Vec<PathBuf>,
    /// Lexicon to use instead of the shipped one (TOML)
    #[arg(long, value_name = "FILE")]
    lexicon: Option<PathBuf>,
    /// Stop after so many iterations even if not converged
    #[arg(long, value_name = "N", default_value_t = 500)]
    max_iterations: u64,
    /// Relative gradient norm at which training is done
    #[arg(long, value_name = "T", default_value_t = 1e-4)]
    tolerance: f64,
    /// Keep feature rows and counts in about so much memory; what does not fit goes to a temporary file, which is slower
    /// and gives the same model
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = memory::parse_size)]
    max_memory: u64,
    /// Seed of everything random (folds, parts of the data)
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Number of threads; the model is the same for any [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum SolverArg {
    Auto,
    Sparse,
    Dense,
    Dual,
}

#[derive(Clone, Copy, ValueEnum)]
enum ClassWeightArg {
    Balanced,
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum ScaleArg {
    None,
    Nb,
}

#[derive(Clone, Copy, ValueEnum)]
enum CalibrateArg {
    Auto,
    None,
    Temperature,
    Vector,
}

impl Settings {
    /// How items are read.
    pub fn item_format(&self) -> ItemFormat {
        ItemFormat { text_field: self.text_field.clone(), label_field: self.label_field.clone(), label_needed: true }
    }

    /// Training parameters.
    ///
    /// # Errors
    /// A gazetteer or lexicon that cannot be used; a family that does not exist.
    pub fn params(&self) -> Result<ModelParams> {
        let gazetteer = shared::extend_gazetteer(bundled::gazetteer()?, &self.actors)?;
        let lexicon = match &self.lexicon {
            Some(path) => Lexicon::from_toml(&files::read_text(path)?, &files::name(path))?,
            None => bundled::lexicon()?,
        };
        let features = FeatureSettings {
            families: self.families()?,
            min_count: self.min_count,
            max_features: self.max_features,
            mask: self.mask,
            ..FeatureSettings::default()
        };
        Ok(Model::params()
            .features(features)
            .alpha(self.alpha)
            .class_weight(match self.class_weight {
                ClassWeightArg::Balanced => ClassWeight::Balanced,
                ClassWeightArg::None => ClassWeight::None,
            })
            .solver(match self.solver {
                SolverArg::Auto => Solver::Auto,
                SolverArg::Sparse => Solver::Sparse,
                SolverArg::Dense => Solver::Dense,
                SolverArg::Dual => Solver::Dual,
            })
            .scale(match self.scale {
                ScaleArg::None => FeatureScale::None,
                ScaleArg::Nb => FeatureScale::Nb,
            })
            .calibrate(match self.calibrate {
                CalibrateArg::Auto => Calibrate::Auto,
                CalibrateArg::None => Calibrate::None,
                CalibrateArg::Temperature => Calibrate::Temperature,
                CalibrateArg::Vector => Calibrate::Vector,
            })
            .max_iterations(self.max_iterations)
            .tolerance(self.tolerance)
            .lexicon(Arc::new(lexicon))
            .gazetteer(Arc::new(gazetteer)))
    }

    fn families(&self) -> Result<Vec<String>> {
        match self.features.as_deref() {
            None => Ok(registry::default_names()),
            Some([all]) if all == "all" => Ok(registry::FAMILIES.iter().map(|f| f.name.to_string()).collect()),
            Some(names) => Ok(registry::select(names)?.iter().map(|f| f.name.to_string()).collect()),
        }
    }
}

/// Trains, says what came of it, and writes the model.
///
/// # Errors
/// Bad input or settings, found before long work begins; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let start = Instant::now();
    files::check_writable(&args.out)?;
    args.tune_table.iter().try_for_each(|path| files::check_writable(path))?;
    shared::use_threads(args.settings.threads)?;
    let params = args.settings.params()?.check()?;
    let item_format = args.settings.item_format();
    let (params, trials) = match args.tune {
        true => {
            let (items, _) = shared::load_items(&args.data, &item_format, args.skip_bad)?;
            let found = tune::run(&params, items, args.settings.seed, args.tune_table.as_deref())?;
            (found.best, found.trials)
        }
        false => (params, Vec::new()),
    };
    let (mut model, data) = match args.data.iter().all(|path| path.is_file() && read::is_plain(path)) {
        true => from_files(params, &item_format, args)?,
        false => from_pipes(&params, &item_format, args)?,
    };
    model.card.command = command_line();
    model.card.label_field.clone_from(&args.settings.label_field);
    model.card.data = data;
    model.card.trials = trials;
    if let Some(dev) = &args.dev {
        let (items, _) = shared::load_items(std::slice::from_ref(dev), &item_format, args.skip_bad)?;
        model.card.scores = vec![recorded(&model, items, dev)?];
    }
    if let Some(file) = &args.checklist {
        let classifier = super::evaluate::classifier_of(&model);
        let (outcome, name) = check::outcome(&classifier, file.as_deref(), &model.card.label_field)?;
        model.card.checklist = Some(outcome.recorded(&name));
    }
    files::write_atomically(&args.out, &format::to_bytes(&model)?)?;
    if model.card.calibration.is_none() && matches!(args.settings.calibrate, CalibrateArg::Auto) {
        let (few, many) = (AUTO_ITEMS.start(), AUTO_ITEMS.end());
        let when = format!("for {few} to {many} items in {CALIBRATION_FOLDS} groups or more");
        output::note(&format!("probabilities are not calibrated: without --calibrate that is done {when}"));
    }
    summary(&model, &args.out, start);
    Ok(Answer::Done)
}

/// Trains on files, which may be read several times.
fn from_files(params: ModelValidParams, format: &ItemFormat, args: &Args) -> Result<(Model, Vec<DataFile>)> {
    let gazetteer = params.gazetteer().clone();
    let source = ItemFiles::new(&args.data, format, args.skip_bad, &gazetteer);
    let params = params.with_room(memory::room(source.bytes(), args.settings.max_memory));
    let model = fit(&params, &source)?;
    let (read, skipped) = source.read();
    skipped.iter().for_each(|error| output::warn(&format!("skipped: {error}")));
    if !skipped.is_empty() {
        output::warn(&format!("{} bad lines skipped", skipped.len()));
    }
    Ok((model, read))
}

/// Trains on what is read only once, and so is kept in memory.
fn from_pipes(params: &ModelValidParams, format: &ItemFormat, args: &Args) -> Result<(Model, Vec<DataFile>)> {
    let (items, read) = shared::load_items(&args.data, format, args.skip_bad)?;
    let dataset = Dataset::new(items, params.gazetteer(), &Finder::new(params.gazetteer()));
    Ok((fit(params, &dataset)?, read))
}

/// Trains with progress on stderr and a warning where the solver did not converge.
///
/// # Errors
/// As training.
pub fn fit(params: &ModelValidParams, source: &dyn Source) -> Result<Model> {
    let bar = shared::spinner("reading features");
    let params = params.clone().with_progress(report_to(bar.clone()));
    let model = params.train(source);
    bar.finish_and_clear();
    let model = model?;
    let solved = &model.card.solved;
    if !solved.converged {
        let reached = format!("not converged: the relative gradient norm is {:.1e}", solved.relative_gradient);
        output::warn(&format!("{reached}; raise --max-iterations, --alpha or --tolerance"));
    }
    Ok(model)
}

fn report_to(bar: ProgressBar) -> crate::train::solver::Progress {
    Arc::new(move |iteration, gradient| {
        bar.set_message(format!("iteration {iteration}: relative gradient norm {gradient:.1e}"));
    })
}

fn recorded(model: &Model, items: Vec<crate::feature::item::Item>, path: &Path) -> Result<Recorded> {
    let classifier = Classifier::new(Arc::new(model.clone()));
    let dataset = Dataset::new(items, classifier.gazetteer(), classifier.finder());
    let (judged, _) = super::evaluate::judge(&classifier, &dataset, &[])?;
    let pairs = judged.iter().map(|j| (j.gold, j.predicted));
    let confusion = crate::evaluate::Confusion::from_pairs(model.labels.len(), pairs);
    let (accuracy, macro_f1) = (confusion.accuracy(), confusion.macro_f1());
    Ok(Recorded { data: files::base_name(path), n: judged.len(), accuracy, macro_f1 })
}

/// One line about the model that was written.
fn summary(model: &Model, out: &Path, start: Instant) {
    let solved = &model.card.solved;
    let features = model.featurizer.vocabulary().len();
    let iterations = solved.iterations.map(|n| format!(" in {n} iterations")).unwrap_or_default();
    let scores: String = model
        .card
        .scores
        .iter()
        .map(|s| format!("; {}: macro-F1 {:.3}, accuracy {:.3}", s.data, s.macro_f1, s.accuracy))
        .collect();
    output::note(&format!(
        "{} items, {features} features, {} solver, objective {:.4}{iterations}{scores}; wrote {} in {:.1} s",
        model.card.items,
        solved.solver,
        solved.objective,
        files::name(out),
        start.elapsed().as_secs_f64()
    ));
}

/// Options that do not matter to the model.
const NO_MATTER: [&str; 4] = ["--out", "--threads", "--max-memory", "--tune-table"];

/// The command as the card records it: what decides the model, without folders and without what does not matter to it.
fn command_line() -> String {
    let mut words = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(word) = args.next() {
        match word.as_str() {
            w if NO_MATTER.contains(&w) => drop(args.next()),
            w if NO_MATTER.iter().any(|name| w.starts_with(&format!("{name}="))) => {}
            w if w.starts_with("--") => words.push(w.to_string()),
            w => words.push(files::base_name(Path::new(w))),
        }
    }
    format!("stance {}", words.join(" "))
}
