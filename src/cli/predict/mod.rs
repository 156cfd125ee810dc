//! `stance predict`: articles or items in, one report per article (or one line per item) out, in order.

mod skipped;
mod text;
mod table;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "no_parquet.rs"]
mod parquet;
mod rendered;
mod articles;
mod items;

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::ValueEnum;

use super::read_args::ReadArgs;
use super::{Answer, output, shared};
use crate::error::{Error, Result};
use crate::files;
use crate::label::Labels;
use crate::predict::Classifier;
use crate::predict::report::StanceReport;
use crate::read::{self, Notes};
use crate::text::article::Article;

use skipped::Skipped;

/// Say for each actor in articles which stance it takes, with the sentences that show it
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance predict article.txt
  stance predict --explain article.txt                 which words count, and how much
  stance predict --format jsonl news/ > stances.jsonl  a folder, one JSON object per article
  stance predict --format html --out news.html news.jsonl  a page with the sentences highlighted
  stance predict --text-field body --id-field url --date-field published news.csv.gz
  zstdcat news.jsonl.zst | stance predict --input jsonl --text-field body --format csv -
  stance predict --format parquet --out stances.parquet news.parquet
  stance predict --skip-bad --format csv archive/ > stances.csv  pass over what cannot be read, and say so
  stance predict --unit sentence items.jsonl           one answer per (sentence, actor) item
  stance predict --actors my-actors.toml article.txt   actors of your own, no retraining")]
pub struct Args {
    /// Articles: text, Markdown, web pages, JSON Lines, JSON, CSV, TSV or Parquet, each also as .gz or .zst; folders of
    /// these; - for stdin
    #[arg(value_name = "FILE|DIR|-")]
    inputs: Vec<PathBuf>,
    /// Model file [default: the bundled model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    #[command(flatten)]
    read: ReadArgs,
    /// What gets a stance: the actors of an article, or (sentence, actor) items as in labelled data
    #[arg(long, value_enum, default_value_t = Unit::Article)]
    unit: Unit,
    /// Show what each feature contributes; contributions and bias sum to the score
    #[arg(long)]
    explain: bool,
    /// Withhold stances of less confidence than this
    #[arg(long, value_name = "P", default_value_t = 0.0)]
    min_confidence: f64,
    /// Give each sentence the set of labels it may have, wide enough to hold the true one in this share of each label's
    /// sentences (conformal prediction); a whole article has no such set
    #[arg(long, value_name = "P")]
    coverage: Option<f64>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// File to write instead of printing; it is there whole in the end, or as it was
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Actors to add to the model's gazetteer, or to replace in it (TOML)
    #[arg(long, value_name = "FILE")]
    actors: Vec<PathBuf>,
    /// Pass over input that cannot be read; the first are listed, all are counted by file
    #[arg(long)]
    skip_bad: bool,
    /// Number of threads; the output is the same for any [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    Article,
    Sentence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Jsonl,
    Csv,
    /// The columns of csv with their types, texts as they are (needs --out, or a pipe)
    Parquet,
    Html,
}

/// What was done, for the summary line.
#[derive(Default)]
struct Tally {
    units: usize,
    answers: usize,
    skipped: Skipped,
}

/// Classifies everything and prints as it goes.
///
/// # Errors
/// Input that cannot be read (unless it is skipped), settings out of range, a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    if !(0.0..=1.0).contains(&args.min_confidence) {
        return Err(Error::setting("min-confidence", args.min_confidence, "it is a probability, from 0 to 1"));
    }
    let table = match args.format {
        Format::Csv => Some("csv with coverage"),
        Format::Parquet => Some("parquet with coverage"),
        Format::Text | Format::Jsonl | Format::Html => None,
    };
    if let (Some(table), Some(_), Unit::Article) = (table, args.coverage, args.unit) {
        let help = "a record is a whole article, and sets are of sentences: take --format jsonl, or --unit sentence";
        return Err(Error::setting("format", table, help));
    }
    if args.format == Format::Parquet && args.out.is_none() && std::io::stdout().is_terminal() {
        return Err(Error::setting("format", "parquet", "it is not for a terminal: name a file with --out"));
    }
    args.out.as_deref().map_or(Ok(()), files::check_writable)?;
    shared::use_threads(args.threads)?;
    let notes = Notes::default();
    let sources = read::sources(&args.inputs, &notes)?;
    let options = args.read.options();
    let (model, _) = shared::load_model(args.model.as_deref())?;
    let thresholds = args.coverage.map(|coverage| shared::thresholds(&model, coverage)).transpose()?;
    let mut classifier = shared::classifier(model, &args.actors)?.explain(args.explain);
    if let Some(thresholds) = thresholds {
        classifier = classifier.with_sets(thresholds);
    }
    let tally = match args.unit {
        Unit::Article => articles::run(args, &options, &classifier, sources, &notes),
        Unit::Sentence => items::run(args, &options, &classifier, sources, &notes),
    };
    notes.report().iter().for_each(|report| output::note(report));
    let tally = tally?;
    summary(args, &classifier, &tally);
    // The program ends here; giving the model's memory back piece by piece would only take time.
    std::mem::forget(classifier);
    Ok(Answer::Done)
}

fn summary(args: &Args, classifier: &Classifier, tally: &Tally) {
    let unit = match args.unit {
        Unit::Article => "articles",
        Unit::Sentence => "items",
    };
    let skipped = tally.skipped.summary();
    let labels = classifier.model().labels.names().join(", ");
    output::note(&format!("{} {unit}, {} stances ({labels}){skipped}", tally.units, tally.answers));
}

/// An article's report as text, for the demo.
pub fn article_text(article: &Article, report: &StanceReport, labels: &Labels) -> String {
    text::article(article, report, labels, 0.0)
}
