//! Files into the store: articles, items, and what other tools export. A file that comes again adds nothing twice.

use rayon::prelude::*;
use rusqlite::Transaction;
use serde::Serialize;

use super::add::{Added, NewUnit, add};
use super::articles::{Cut, Kept, keep};
use super::items::{Entry, Mark, Object, Reading, records};
use super::kind::{Kind, kind_of, stem};
use super::{Store, coders, doccano, label_studio, prodigy};
use crate::error::{Error, Place, Result};
use crate::predict::Classifier;
use crate::read::{self, Notes, Options, Raw};

/// What an import added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// New articles.
    pub articles: usize,
    /// New units.
    pub units: usize,
    /// New labels.
    pub labels: usize,
    /// Articles and units that were there.
    pub known: usize,
    /// What could not be read, and why; the first thousand.
    pub skipped: Vec<Passed>,
}

/// A piece of a file that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// 1-based line where it begins, if the file has lines.
    pub line: Option<usize>,
    /// Why.
    pub detail: String,
}

/// So many of what was passed over are told.
const MOST_TOLD: usize = 1000;
/// So many articles or units are written in a transaction.
const BATCH: usize = 500;

impl Counts {
    fn pass(&mut self, error: &Error) {
        if self.skipped.len() < MOST_TOLD {
            let line = if let Error::Input { place, .. } = error { place.line } else { None };
            self.skipped.push(Passed { line, detail: error.to_string() });
        }
    }

    fn clash(&mut self, place: &Place, key: &str) {
        let what = format!("another text has the id {key:?}");
        self.pass(&Error::input(place.clone(), what, "give ids that are unique in the store"));
    }
}

impl Store {
    /// Imports a file that is in memory; its name tells the form and makes ids. Labels in it are those of `coder` where
    /// it does not say whose they are; without one, the file's name without its ending is the coder's.
    ///
    /// # Errors
    /// A file that cannot be read at all; a failure of the database. What is wrong with single records is told in the
    /// counts.
    pub fn import(
        &self,
        name: &str,
        bytes: Vec<u8>,
        kind: Kind,
        coder: Option<&str>,
        options: &Options,
        classifier: &Classifier,
    ) -> Result<Counts> {
        let hash = blake3::hash(&bytes).to_hex().to_string();
        let kind = if kind == Kind::Auto { kind_of(name, &bytes) } else { kind };
        let counts = if kind == Kind::Articles {
            let notes = Notes::default();
            let raw = read::raw_articles_of(name, bytes, options, &notes);
            self.import_articles(raw, options, classifier)?
        } else {
            let records = records(name, bytes)?.collect();
            self.import_records(name, records, kind, coder, classifier)?
        };
        let json = serde_json::to_string(&counts).unwrap_or_default();
        self.write(|t| {
            Ok(t.execute("INSERT INTO import(name, blake3, counts) VALUES (?1, ?2, ?3)", [name, &hash, &json])?)
        })?;
        Ok(counts)
    }

    /// Imports articles, one after the other.
    ///
    /// # Errors
    /// A failure of the database.
    fn import_articles(
        &self,
        raw: impl Iterator<Item = Result<Raw>>,
        options: &Options,
        classifier: &Classifier,
    ) -> Result<Counts> {
        let (mut counts, mut raw) = (Counts::default(), raw.peekable());
        while raw.peek().is_some() {
            let batch: Vec<Result<Raw>> = raw.by_ref().take(BATCH).collect();
            let cut = |piece: Result<Raw>| {
                let piece = piece?;
                let place = piece.place().clone();
                Ok((Cut::new(piece.article(&options.names)?, classifier.finder()), place))
            };
            let cut: Vec<Result<(Cut, Place)>> = batch.into_par_iter().map(cut).collect();
            self.write(|t| cut.iter().try_for_each(|piece| add_article(t, piece, classifier, &mut counts)))?;
        }
        Ok(counts)
    }

    fn import_records(
        &self,
        name: &str,
        records: Vec<Result<(Object, Place)>>,
        kind: Kind,
        coder: Option<&str>,
        classifier: &Classifier,
    ) -> Result<Counts> {
        let stem = stem(name);
        let reading = Reading {
            labels: classifier.model().labels.names(),
            gazetteer: classifier.gazetteer(),
            finder: classifier.finder(),
            stem: stem.clone(),
        };
        let read = |record: Result<(Object, Place)>| {
            let (object, place) = record?;
            match kind {
                Kind::LabelStudio => label_studio::entries(object, &place, &reading),
                Kind::Doccano => doccano::entries(object, &place, &reading),
                Kind::Prodigy => prodigy::entries(object, &place, &reading),
                Kind::Items | Kind::Auto | Kind::Articles => reading.item(object, &place),
            }
        };
        let entries: Vec<Result<Vec<Entry>>> = records.into_par_iter().map(read).collect();
        let (mut counts, coder) = (Counts::default(), coder.unwrap_or(&stem));
        for batch in entries.chunks(BATCH) {
            self.write(|t| batch.iter().try_for_each(|entries| add_entries(t, entries, coder, &mut counts)))?;
        }
        Ok(counts)
    }
}

fn add_article(
    t: &Transaction,
    piece: &Result<(Cut, Place)>,
    classifier: &Classifier,
    counts: &mut Counts,
) -> Result<()> {
    let (cut, place) = match piece {
        Ok(piece) => piece,
        Err(error) => {
            counts.pass(error);
            return Ok(());
        }
    };
    match keep(t, &cut.article)? {
        Kept::New(id) => {
            counts.articles += 1;
            counts.units += cut.add_units(t, id, classifier.gazetteer())?.0;
        }
        Kept::Known(id) => {
            counts.known += 1;
            counts.units += cut.add_units(t, id, classifier.gazetteer())?.0;
        }
        Kept::Clash => counts.clash(place, &cut.article.id),
    }
    Ok(())
}

fn add_entries(t: &Transaction, entries: &Result<Vec<Entry>>, coder: &str, counts: &mut Counts) -> Result<()> {
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            counts.pass(error);
            return Ok(());
        }
    };
    for entry in entries {
        let item = &entry.item;
        let unit = NewUnit {
            key: &item.id,
            text: &item.text,
            actor: item.actor.as_deref(),
            mention: item.span,
            target: item.target,
            group: &item.group,
            fields: &serde_json::to_string(&entry.fields).unwrap_or_default(),
            ..NewUnit::default()
        };
        let id = match add(t, &unit)? {
            Added::New(id) => {
                counts.units += 1;
                id
            }
            Added::Known(id) => {
                counts.known += 1;
                id
            }
            Added::Clash => {
                counts.clash(&entry.place, &item.id);
                continue;
            }
        };
        for mark in &entry.marks {
            counts.labels += usize::from(add_label(t, id, &item.id, mark, coder)?);
        }
    }
    Ok(())
}

/// Adds a label of a file, unless its coder has given the unit one.
fn add_label(t: &Transaction, unit: i64, key: &str, mark: &Mark, coder: &str) -> Result<bool> {
    let name = mark.coder.as_deref().unwrap_or(coder);
    let coder = coders::coder(t, name)?.id;
    let stance = mark.stance.as_deref().unwrap_or_default();
    let hash = blake3::hash(format!("{name}\0{key}\0{stance}\0{}", mark.note).as_bytes()).to_hex();
    let mut insert = t.prepare_cached(
        "INSERT INTO label(client, unit, coder, stance, skipped, flagged, note, seconds, probability)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
    )?;
    let client = format!("import-{}", &hash[..32]);
    let skipped = mark.stance.is_none();
    let row = (&client, unit, coder, &mark.stance, skipped, mark.flagged, &mark.note, mark.seconds, mark.probability);
    Ok(insert.execute(row)? > 0)
}
