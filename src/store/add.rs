//! Adds one unit, if it is not there.

use rusqlite::{OptionalExtension, Transaction};

use crate::error::Result;
use crate::text::span::Span;

/// A unit to be added. Spans are bytes of `text`.
#[derive(Debug, Clone, Default)]
pub(super) struct NewUnit<'a> {
    pub(super) key: &'a str,
    /// Number of the article, of the sentence in it, and the byte where it begins.
    pub(super) origin: Option<(i64, usize, usize)>,
    pub(super) text: &'a str,
    pub(super) actor: Option<&'a str>,
    pub(super) mention: Option<Span>,
    pub(super) target: Option<Span>,
    pub(super) group: &'a str,
    /// Other fields, as a JSON object.
    pub(super) fields: &'a str,
}

/// What became of it.
pub(super) enum Added {
    /// It is new.
    New(i64),
    /// The same unit is there.
    Known(i64),
    /// Another unit has its key.
    Clash,
}

pub(super) fn add(transaction: &Transaction, unit: &NewUnit) -> Result<Added> {
    let mut find = transaction.prepare_cached("SELECT id, text FROM unit WHERE key = ?1")?;
    let found = find.query_row([unit.key], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
    if let Some((id, text)) = found.optional()? {
        // Actor and mention are not compared: a coder may have mended them since.
        return Ok(if text == unit.text { Added::Known(id) } else { Added::Clash });
    }
    let (article, number, place) = match unit.origin {
        Some((article, number, place)) => (Some(article), Some(number as i64), Some(place as i64)),
        None => (None, None, None),
    };
    let ends = |span: Option<Span>| span.map(|s| (s.start as i64, s.end as i64)).unzip();
    let ((start, end), (target_start, target_end)) = (ends(unit.mention), ends(unit.target));
    let mut insert = transaction.prepare_cached(
        "INSERT INTO unit(key, article, number, place, text, actor, mention_start, mention_end, target_start,
                          target_end, grp, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    insert.execute(rusqlite::params![
        unit.key,
        article,
        number,
        place,
        unit.text,
        unit.actor,
        start,
        end,
        target_start,
        target_end,
        unit.group,
        unit.fields
    ])?;
    Ok(Added::New(transaction.last_insert_rowid()))
}
