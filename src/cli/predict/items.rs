//! Items: one answer per (sentence, actor) pair, in the order of the input.

use super::rendered::{Output, Piece};
use super::{Args, Format, Tally, table, text};
use crate::error::{Error, Place, Result};
use crate::feature::item::{Item, ItemFormat, item_from_line};
use crate::feature::pairing::instances_of_text;
use crate::files;
use crate::predict::classifier::{Classifier, Workspace};
use crate::predict::report::Evidence;
use crate::predict::{json, stream};
use crate::read::{self, Notes, Options, Source};

/// Classifies all items of the sources.
///
/// # Errors
/// Input that cannot be read and is not skipped; a format or form that items do not have; a failed write.
pub fn run(
    args: &Args,
    options: &Options,
    classifier: &Classifier,
    sources: Vec<Source>,
    notes: &Notes,
) -> Result<Tally> {
    if args.format == Format::Html {
        return Err(Error::setting("format", "html", "items are printed as text, jsonl, csv or parquet"));
    }
    let labels = &classifier.model().labels;
    let format = ItemFormat { text_field: options.names.text.clone(), label_needed: false, ..ItemFormat::default() };
    let columns = table::item_columns(labels, args.coverage.is_some());
    let mut out = Output::new(args.out.as_deref(), args.format == Format::Parquet, args.format, columns)?;
    let mut tally = Tally::default();
    for source in sources {
        let name = files::name(&source.path);
        let needs_actor = !classifier.model().card.counts.by_actor.is_empty();
        let lines = match read::item_lines(&source, options, notes) {
            Ok(lines) => lines,
            Err(error) => {
                tally.skipped.or_stop(error, args.skip_bad)?;
                continue;
            }
        };
        let items = lines
            .map(|line| item_from_line(&line?, &format))
            .map(|item| item.and_then(|item| check_actor(item, needs_actor, &name)));
        let work = |run: Result<Vec<Item>>, workspace: &mut Workspace| render(args, classifier, &run?, workspace);
        let size = |run: &Result<Vec<Item>>| run.iter().flatten().map(|item| item.text.len()).sum();
        stream::ordered(runs(items), size, work, |rendered| match rendered {
            Ok((result, n)) => {
                tally.units += n;
                tally.answers += n;
                out.write(result)
            }
            Err(error) => {
                out.flush()?;
                tally.skipped.or_stop(error, args.skip_bad)
            }
        })?;
    }
    out.finish()?;
    Ok(tally)
}

/// A model of actors cannot say anything about a text without one.
fn check_actor(item: Item, needed: bool, name: &str) -> Result<Item> {
    if needed && item.actor.is_none() && item.span.is_none() {
        let what = format!("the item {:?} has no actor", item.id);
        let help = "give the fields actor, start and end, or classify whole articles with --unit article";
        return Err(Error::input(Place::file(name), what, help));
    }
    Ok(item)
}

/// Gathers neighbouring items of the same text, as they see each other's actors.
fn runs(items: impl Iterator<Item = Result<Item>>) -> impl Iterator<Item = Result<Vec<Item>>> {
    let mut items = items.peekable();
    std::iter::from_fn(move || {
        let first = match items.next()? {
            Ok(item) => item,
            Err(error) => return Some(Err(error)),
        };
        let mut run = vec![first];
        while let Some(Ok(next)) = items.next_if(|next| next.as_ref().is_ok_and(|n| n.text == run[0].text)) {
            run.push(next);
        }
        Some(Ok(run))
    })
}

fn render(args: &Args, classifier: &Classifier, run: &[Item], workspace: &mut Workspace) -> Result<(Piece, usize)> {
    let (labels, min) = (&classifier.model().labels, args.min_confidence);
    let instances = instances_of_text(run, classifier.gazetteer(), classifier.finder());
    let answers: Vec<Evidence> = instances.iter().map(|i| classifier.instance_evidence(i, workspace)).collect();
    let pairs = || run.iter().zip(&answers);
    let rows = || pairs().map(|(item, answer)| table::item_row(item, answer, labels, min)).collect();
    let line = |(item, answer): (&Item, &Evidence)| {
        let object = json::item(&item.id, item.actor.as_deref(), &item.text, answer, labels, min);
        serde_json::to_string(&object).unwrap_or_default() + "\n"
    };
    let result = match args.format {
        Format::Csv => table::csv(rows()).into(),
        Format::Parquet => Piece::Rows(rows()),
        Format::Text | Format::Html => {
            pairs().map(|(item, answer)| text::item(item, answer, labels, min)).collect::<String>().into()
        }
        Format::Jsonl => pairs().map(line).collect::<String>().into(),
    };
    Ok((result, run.len()))
}
