//! From a file to the pieces that become articles: opened, unpacked, converted, and cut by its form.

use std::io::{Cursor, Read};
use std::path::PathBuf;

#[cfg(feature = "html")]
use super::html;
use super::parquet::parquet_articles;
use super::start::{Reader, start_of};
use super::{InputForm, Notes, Options, Raw, Source, Whole, encoding, form, table, unpack};
use crate::error::{Error, Place, Refusal, Result};
use crate::files;
use crate::text::elements::json_elements;
use crate::text::lines::{lines_up_to, too_long};

/// Pieces, one after the other.
type Pieces<'a> = Box<dyn Iterator<Item = Result<Raw>> + Send + 'a>;

/// The raw articles of a source; it is opened when the first is asked for.
pub fn raw_articles<'a>(source: Source, options: &'a Options, notes: &Notes) -> Pieces<'a> {
    let opened = opened(&source, options, notes);
    cut(&source, opened, options, notes)
}

/// The raw articles of a file that is in memory already, such as one that was sent; its name tells form and id.
pub fn raw_articles_of<'a>(name: &str, bytes: Vec<u8>, options: &'a Options, notes: &Notes) -> Pieces<'a> {
    let source = Source { path: name.into(), id: name.into(), found: false };
    let place = Place::file(name);
    let opened = prepared(Box::new(Cursor::new(bytes)), &place, options, notes).map_err(|e| Error::read(place, e));
    cut(&source, opened.map(|(opened, _)| opened), options, notes)
}

fn cut<'a>(source: &Source, opened: Result<Opened>, options: &'a Options, notes: &Notes) -> Pieces<'a> {
    match opened.and_then(|opened| pieces(source, opened, options, notes)) {
        Ok(pieces) => Box::new(or_nothing(pieces, Place::file(files::name(&source.path)))),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

/// A file that is open.
pub struct Opened {
    /// Its first bytes.
    pub start: Vec<u8>,
    /// All of it, unpacked and, but for what [`encoding::text`] converts, in UTF-8.
    pub reader: Reader,
    /// Where it lies on the disk, if that is the same as what the reader has.
    pub path: Option<PathBuf>,
}

/// Opens a source.
///
/// # Errors
/// What the operating system says; a pipe in a folder; what is known to be no text.
pub fn opened(source: &Source, options: &Options, notes: &Notes) -> Result<Opened> {
    let place = Place::file(files::name(&source.path));
    if source.found && source.path.metadata().is_ok_and(|m| !m.is_file()) {
        let what = "it is a pipe, a socket or a device";
        return Err(Error::input(place, what, "take it out of the folder, or name it to have it read"));
    }
    let reader = files::open(&source.path)?;
    let (opened, as_it_is) = prepared(reader, &place, options, notes).map_err(|e| Error::read(place, e))?;
    Ok(Opened { path: as_it_is.then(|| source.path.clone()), ..opened })
}

/// A stream unpacked and converted, and whether it is to be read as it is.
fn prepared(reader: Reader, place: &Place, options: &Options, notes: &Notes) -> std::io::Result<(Opened, bool)> {
    let (mut start, mut reader) = start_of(reader)?;
    let packed = unpack::is_packed(&start);
    if packed {
        (start, reader) = start_of(unpack::unpacked(reader, &start, options.max_unpacked)?)?;
        if unpack::is_packed(&start) {
            return Err(Refusal::io("it is packed twice", "unpack it once yourself"));
        }
    }
    form::refuse_others(&start)?;
    if start.starts_with(form::PARQUET) {
        return Ok((Opened { start, reader, path: None }, !packed));
    }
    let plain = encoding::converted(reader, &start, options.encoding, place, notes)?;
    let (start, reader) = start_of(plain)?;
    Ok((Opened { start, reader, path: None }, false))
}

fn pieces<'a>(source: &Source, opened: Opened, options: &'a Options, notes: &Notes) -> Result<Pieces<'a>> {
    let Opened { start, reader, path } = opened;
    let (name, max) = (files::name(&source.path), options.max());
    let to_text = converter(options, notes);
    Ok(match options.input.unwrap_or_else(|| form::form_of(&source.path, &start, &options.names.text)) {
        InputForm::Jsonl => Box::new(lines_up_to(reader, name, max, to_text).map(|line| line.map(Raw::Json))),
        InputForm::Json => Box::new(json_elements(reader, name, max, to_text).map(|line| line.map(Raw::Json))),
        form @ (InputForm::Csv | InputForm::Tsv) => {
            let delimiter = delimiter(form, &start, options);
            table::articles(reader, name, options, delimiter, Box::new(no_zero(to_text)))?
        }
        InputForm::Parquet => parquet_articles(path.as_deref(), reader, name, options, Box::new(no_zero(to_text)))?,
        InputForm::Html => page(source, reader, options, notes)?,
        form => {
            let place = Place::file(name);
            let text = whole_text(reader, &place, max, no_zero(to_text))?;
            let whole = Whole { id: source.id.clone(), text, place };
            let raw = if form == InputForm::Md { Raw::Markdown(whole) } else { Raw::Text(whole) };
            Box::new(std::iter::once(Ok(raw)))
        }
    })
}

/// What makes text of pieces of a stream that was [`opened`].
pub fn converter(options: &Options, notes: &Notes) -> impl FnMut(&Place, &[u8]) -> Result<String> + Send + use<> {
    let (choice, notes) = (choice_within(options), notes.clone());
    move |place: &Place, bytes: &[u8]| encoding::text(bytes, choice, place, &notes)
}

/// What is to be done with pieces: a stream that was converted as a whole is UTF-8 by now.
fn choice_within(options: &Options) -> encoding::Choice {
    match options.encoding {
        encoding::Choice::Of(_) => encoding::Choice::Strict,
        choice => choice,
    }
}

/// What parts the columns of a table that begins so.
pub fn delimiter(form: InputForm, start: &[u8], options: &Options) -> u8 {
    let told = options.delimiter.or((form == InputForm::Tsv).then_some(b'\t'));
    told.unwrap_or_else(|| form::delimiter(start))
}

#[cfg(feature = "html")]
fn page<'a>(source: &Source, reader: Reader, options: &Options, notes: &Notes) -> Result<Pieces<'a>> {
    let place = Place::file(files::name(&source.path));
    let to_text = no_zero(|place: &Place, bytes: &[u8]| {
        encoding::declared_text(bytes, html::declared(bytes), choice_within(options), place, notes)
    });
    let text = whole_text(reader, &place, options.max(), to_text)?;
    let whole = Whole { id: source.id.clone(), text, place };
    Ok(Box::new(std::iter::once(Ok(Raw::Html(whole)))))
}

#[cfg(not(feature = "html"))]
fn page<'a>(source: &Source, _: Reader, _: &Options, _: &Notes) -> Result<Pieces<'a>> {
    let place = Place::file(files::name(&source.path));
    let help = "build with `--features html`, or make text of it first, with pandoc for example";
    Err(Error::input(place, "it is a web page, which this build does not read", help))
}

/// Text that has a zero byte is no text.
pub fn no_zero(
    mut to_text: impl FnMut(&Place, &[u8]) -> Result<String>,
) -> impl FnMut(&Place, &[u8]) -> Result<String> {
    move |place, bytes| match bytes.iter().position(|b| *b == 0) {
        Some(at) => {
            let what = format!("it is no text (byte {} is zero)", at + 1);
            Err(Error::input(place.clone(), what, "give text, or name its encoding: --encoding LABEL"))
        }
        None => to_text(place, bytes),
    }
}

fn whole_text(
    reader: Reader,
    place: &Place,
    max: usize,
    mut to_text: impl FnMut(&Place, &[u8]) -> Result<String>,
) -> Result<String> {
    let mut bytes = Vec::new();
    let limit = (max as u64).saturating_add(1);
    reader.take(limit).read_to_end(&mut bytes).map_err(|e| Error::read(place.clone(), e))?;
    if bytes.len() > max {
        return Err(too_long(place.clone(), "the text", max));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    to_text(place, bytes)
}

/// The pieces, or an error where there is none.
fn or_nothing(pieces: Pieces<'_>, place: Place) -> impl Iterator<Item = Result<Raw>> + Send {
    let mut nothing =
        Some(Error::input(place, "there is no article in it", "take it out, or pass it over with --skip-bad"));
    let mut pieces = pieces;
    std::iter::from_fn(move || match pieces.next() {
        Some(piece) => {
            nothing = None;
            Some(piece)
        }
        None => nothing.take().map(Err),
    })
}
