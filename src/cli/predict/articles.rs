//! Articles: read, classified in parallel, printed in order.

use super::input::{self, Raw, Source};
use super::{Args, Format, Tally, output, skip_or_stop, table, text};
use crate::error::Result;
use crate::predict::classifier::{Classifier, Workspace};
use crate::predict::{html, json, stream};

/// A rendered article: what is printed, and how many actors it has.
struct Rendered {
    text: Vec<u8>,
    actors: usize,
}

/// Classifies all articles of the sources.
///
/// # Errors
/// Input that cannot be read and is not skipped; a failed write.
pub fn run(args: &Args, classifier: &Classifier, sources: Vec<Source>) -> Result<Tally> {
    let labels = &classifier.model().labels;
    let out = output::Stream::new(args.format == Format::Jsonl);
    let (begin, end) = match args.format {
        Format::Html => (html::begin("Stances", labels), html::end()),
        Format::Csv => (table::header(labels), String::new()),
        Format::Text | Format::Jsonl => (String::new(), String::new()),
    };
    out.write(begin.as_bytes())?;
    let raw = sources.into_iter().flat_map(|source| input::raw_articles(source, args.input, &args.text_field));
    let mut tally = Tally::default();
    let work = |raw: Result<Raw>, workspace: &mut Workspace| render(args, classifier, raw?, workspace);
    let size = |raw: &Result<Raw>| raw.as_ref().map_or(0, Raw::size);
    stream::ordered(raw, size, work, |rendered| match rendered {
        Ok(rendered) => {
            tally.units += 1;
            tally.answers += rendered.actors;
            out.write(&rendered.text)
        }
        Err(error) => {
            out.flush()?;
            skip_or_stop(error, args, &mut tally)
        }
    })?;
    out.write(end.as_bytes())?;
    out.flush()?;
    Ok(tally)
}

fn render(args: &Args, classifier: &Classifier, raw: Raw, workspace: &mut Workspace) -> Result<Rendered> {
    let article = raw.article(&args.text_field)?;
    let report = classifier.article(&article, workspace);
    let labels = &classifier.model().labels;
    let min = args.min_confidence;
    let text = match args.format {
        Format::Text => text::article(&article, &report, labels, min).into_bytes(),
        Format::Csv => table::article(&article, &report, labels, min).into_bytes(),
        Format::Html => html::article(&article, &report, labels, min).into_bytes(),
        Format::Jsonl => {
            let mut line = Vec::with_capacity(2 * article.text.len());
            // Writing to memory cannot fail.
            let _ = serde_json::to_writer(&mut line, &json::article(&article, &report, labels, min));
            output::escape_delete(&mut line);
            line.push(b'\n');
            line
        }
    };
    Ok(Rendered { text, actors: report.actors.len() })
}
