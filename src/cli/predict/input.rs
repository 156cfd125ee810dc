//! Where articles come from: files, folders and stdin, as a stream of raw pieces that worker threads make articles of.

use std::collections::HashMap;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use super::{InputForm, files};
use crate::error::{Error, Place, Result};
use crate::text::article::{Article, Fields};
use crate::text::lines::{Line, numbered_lines};

/// A file to read, and the id of an article that is the whole file.
pub struct Source {
    /// The path, `-` for stdin.
    pub path: PathBuf,
    /// File name, for files of a folder the path inside it.
    pub id: String,
}

/// The files named by the user, folders opened. Without any, stdin is read, unless a person sits at it.
///
/// # Errors
/// A path that does not exist, a folder without articles, nothing to read.
pub fn sources(inputs: &[PathBuf]) -> Result<Vec<Source>> {
    if inputs.is_empty() {
        if std::io::stdin().is_terminal() {
            let help = "name a file or a folder, or pipe a text in; `stance predict --help` has examples";
            return Err(Error::input(Place::file("stdin"), "there is nothing to read", help));
        }
        return Ok(vec![Source { path: "-".into(), id: "stdin".into() }]);
    }
    let mut sources = Vec::new();
    for input in inputs {
        let dash = input == Path::new("-");
        if !dash && !input.exists() {
            let help = "check the name; `-` is stdin";
            return Err(Error::input(Place::file(files::name(input)), "there is no such file or folder", help));
        }
        for path in files::expand(std::slice::from_ref(input))? {
            let inside = path.strip_prefix(input).ok().filter(|rest| !rest.as_os_str().is_empty());
            let id = if dash { "stdin".into() } else { inside.map_or_else(|| files::base_name(&path), files::name) };
            sources.push(Source { path, id });
        }
    }
    Ok(sources)
}

/// One article before it is parsed.
pub enum Raw {
    /// A whole text file.
    Text { id: String, text: String },
    /// A JSON line.
    Json(Line),
    /// A CSV record.
    Record { fields: Fields, place: Place },
}

impl Raw {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        match self {
            Raw::Text { text, .. } => text.len(),
            Raw::Json(line) => line.text.len(),
            Raw::Record { fields, .. } => fields.text.len(),
        }
    }

    /// Parses it.
    ///
    /// # Errors
    /// A JSON line without a text.
    pub fn article(self, text_field: &str) -> Result<Article> {
        match self {
            Raw::Text { id, text } => Ok(Article::from_text(id, text)),
            Raw::Json(line) => Article::from_json_line(&line.text, &line.place, text_field),
            Raw::Record { fields, place } => Ok(Article::from_fields(fields, &place.to_string())),
        }
    }
}

/// The raw articles of a source, one after the other; the file is opened when the first is asked for.
pub fn raw_articles(
    source: Source,
    form: Option<InputForm>,
    text_field: &str,
) -> Box<dyn Iterator<Item = Result<Raw>> + Send + '_> {
    let name = files::name(&source.path);
    let mut reader = match files::open(&source.path) {
        Ok(reader) => reader,
        Err(error) => return Box::new(std::iter::once(Err(error))),
    };
    match form.map_or_else(|| guess(&source.path, &mut *reader), Ok) {
        Ok(InputForm::Txt) => Box::new(std::iter::once(whole_text(&source, &mut *reader))),
        Ok(InputForm::Jsonl) => Box::new(numbered_lines(reader, name).map(|line| line.map(Raw::Json))),
        Ok(InputForm::Csv) => records(reader, name, text_field),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

/// The form of a file by its ending; of stdin and other endings by the first character.
fn guess(path: &Path, reader: &mut dyn BufRead) -> Result<InputForm> {
    match files::extension(path).as_deref() {
        Some("jsonl" | "ndjson" | "json") => Ok(InputForm::Jsonl),
        Some("csv") => Ok(InputForm::Csv),
        Some("txt" | "text" | "md") => Ok(InputForm::Txt),
        _ => {
            let start = reader.fill_buf().map_err(|e| Error::io(files::name(path), e))?;
            let first = start.iter().find(|b| !b.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(b));
            Ok(if first == Some(&b'{') { InputForm::Jsonl } else { InputForm::Txt })
        }
    }
}

fn whole_text(source: &Source, reader: &mut dyn BufRead) -> Result<Raw> {
    let text = files::text_of(reader, &files::name(&source.path))?;
    if text.trim().is_empty() {
        return Err(Error::input(Place::file(files::name(&source.path)), "there is no text in it", "take it out"));
    }
    Ok(Raw::Text { id: source.id.clone(), text })
}

/// Columns that mean something besides the text's.
const COLUMNS: [&str; 6] = ["id", "title", "date", "outlet", "source", "crisis"];

fn records(
    reader: Box<dyn BufRead + Send>,
    name: String,
    text_field: &str,
) -> Box<dyn Iterator<Item = Result<Raw>> + Send> {
    let mut csv = csv::ReaderBuilder::new().flexible(false).from_reader(reader);
    let failed = |name: &str, e: csv::Error| {
        let place = Place { file: name.into(), line: e.position().map(|p| p.line() as usize) };
        Error::input(place, format!("the CSV is broken: {e}"), "quote fields that hold commas, quotes or line breaks")
    };
    let header = match csv.headers() {
        Ok(header) => header.clone(),
        Err(e) => return Box::new(std::iter::once(Err(failed(&name, e)))),
    };
    let column = |wanted: &str| header.iter().position(|h| h.trim_start_matches('\u{feff}').trim() == wanted);
    let Some(text_column) = column(text_field) else {
        let there = header.iter().collect::<Vec<_>>().join(", ");
        let what = format!("no column {text_field:?}; the columns are: {there}");
        return Box::new(std::iter::once(Err(Error::input(
            Place::line(name, 1),
            what,
            "name the text's column: --text-field",
        ))));
    };
    let columns: HashMap<&str, usize> = COLUMNS.iter().filter_map(|c| Some((*c, column(c)?))).collect();
    Box::new(csv.into_records().map(move |record| {
        let record = record.map_err(|e| failed(&name, e))?;
        let get = |c: &str| columns.get(c).and_then(|i| record.get(*i)).map(str::to_string).filter(|v| !v.is_empty());
        let fields = Fields {
            id: get("id"),
            title: get("title"),
            date: get("date"),
            outlet: get("outlet").or_else(|| get("source")),
            crisis: get("crisis"),
            text: record.get(text_column).unwrap_or_default().to_string(),
        };
        let line = record.position().map(|p| p.line() as usize);
        Ok(Raw::Record { fields, place: Place { file: name.clone(), line } })
    }))
}
