//! Articles: read, classified in parallel, printed in order.

use std::io::Write;

use super::input::{self, Raw, Source};
use super::{Args, Format, Tally, output, skip_or_stop, table, text};
use crate::error::Result;
use crate::predict::classifier::{Classifier, Workspace};
use crate::predict::{html, json, stream};

/// A rendered article: what is printed, and how many actors it has.
struct Rendered {
    text: String,
    actors: usize,
}

/// Classifies all articles of the sources.
///
/// # Errors
/// Input that cannot be read and is not skipped; a failed write.
pub fn run(args: &Args, classifier: &Classifier, sources: Vec<Source>) -> Result<Tally> {
    let labels = &classifier.model().labels;
    let mut out = output::stdout();
    let (begin, end) = match args.format {
        Format::Html => (html::begin("Stances", labels), html::end()),
        Format::Csv => (table::header(labels), String::new()),
        Format::Text | Format::Jsonl => (String::new(), String::new()),
    };
    output::written(out.write_all(begin.as_bytes()))?;
    let raw = sources.into_iter().flat_map(|source| input::raw_articles(source, args.input, &args.text_field));
    let mut tally = Tally::default();
    let work = |raw: Result<Raw>, workspace: &mut Workspace| render(args, classifier, raw?, workspace);
    stream::ordered(raw, work, |rendered| match rendered {
        Ok(rendered) => {
            tally.units += 1;
            tally.answers += rendered.actors;
            output::written(out.write_all(rendered.text.as_bytes()))
        }
        Err(error) => {
            output::written(out.flush())?;
            skip_or_stop(error, args, &mut tally)
        }
    })?;
    output::written(out.write_all(end.as_bytes()).and_then(|()| out.flush()))?;
    Ok(tally)
}

fn render(args: &Args, classifier: &Classifier, raw: Raw, workspace: &mut Workspace) -> Result<Rendered> {
    let article = raw.article(&args.text_field)?;
    let report = classifier.article(&article, workspace);
    let labels = &classifier.model().labels;
    let text = match args.format {
        Format::Text => text::article(&article, &report, labels, args.min_confidence),
        Format::Csv => table::article(&article, &report, labels, args.min_confidence),
        Format::Html => html::article(&article, &report, labels, args.min_confidence),
        Format::Jsonl => {
            let object = json::article(&article, &report, labels, args.min_confidence);
            serde_json::to_string(&object).unwrap_or_default() + "\n"
        }
    };
    Ok(Rendered { text, actors: report.actors.len() })
}
