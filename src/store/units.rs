//! A unit of coding as a coder sees it: the sentence, its mention, and what stands around it.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::Store;
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::text::span::Span;

/// A unit of coding. Offsets count Unicode scalar values of `text`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unit {
    /// Number in the store.
    pub id: i64,
    /// Name that stays the same in every store: the item's id, or article, sentence and actor.
    pub key: String,
    /// The sentence.
    pub text: String,
    /// First character of the mention; none for a plain text.
    pub start: Option<usize>,
    /// One past its last character.
    pub end: Option<usize>,
    /// Id of the actor.
    pub actor: Option<String>,
    /// Name of the actor; its id where nobody knows a name.
    pub actor_name: Option<String>,
    /// What stands before the sentence in its article, cut to some hundred characters.
    pub before: String,
    /// What stands behind it.
    pub after: String,
    /// The article, if the unit comes from one.
    pub article: Option<Source>,
    /// First character of the entity that the stance is toward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_start: Option<usize>,
    /// One past its last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_end: Option<usize>,
    /// Inclusion probability in its round; none if no round drew it.
    pub probability: Option<f64>,
    /// The round that drew it.
    pub round: Option<i64>,
    /// Share of the probability that all units of the round had alike.
    pub uniform_share: Option<f64>,
    /// What a model says: nothing, as it would sway coders.
    pub suggestion: Option<String>,
}

/// Where a unit comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The article's id.
    pub id: String,
    /// Headline.
    pub title: Option<String>,
    /// Date as given.
    pub date: Option<String>,
    /// Newspaper, agency or site.
    pub outlet: Option<String>,
}

/// A label as it is shown beside a unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Given {
    /// Who gave it.
    pub coder: String,
    /// The label; none if skipped.
    pub stance: Option<String>,
    /// The coder's note.
    pub note: String,
    /// Whether the coder wants it looked at again.
    pub flagged: bool,
    /// When, in UTC.
    pub created: String,
}

impl Store {
    /// A unit.
    ///
    /// # Errors
    /// A number that no unit has.
    pub fn unit(&self, id: i64, names: &Gazetteer) -> Result<Unit> {
        self.read(|c| unit(c, id, names))
    }

    /// The labels in force of a unit, in the order of their coders.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn labels_of(&self, unit: i64) -> Result<Vec<Given>> {
        self.read(|c| given(c, unit))
    }

    /// Number of units.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn count_units(&self) -> Result<u64> {
        self.read(|c| Ok(c.query_row("SELECT count(*) FROM unit", [], |row| row.get(0))?))
    }
}

/// Most bytes of the article that are shown on each side.
const AROUND: usize = 600;

const UNIT: &str = "
    SELECT u.id, u.key, u.text, u.mention_start, u.mention_end, u.actor, u.target_start, u.target_end,
           u.place, a.key, a.title, a.date, a.outlet, a.text, d.probability, d.round, r.uniform_share
    FROM unit u LEFT JOIN article a ON a.id = u.article
    LEFT JOIN draw d ON d.unit = u.id LEFT JOIN round r ON r.id = d.round
    WHERE u.id = ?1";

pub(super) fn unit(connection: &Connection, id: i64, names: &Gazetteer) -> Result<Unit> {
    let found = connection.prepare_cached(UNIT)?.query_row([id], from_row).optional()?;
    let mut unit = found.ok_or_else(|| missing(id))?;
    unit.actor_name = unit.actor.as_deref().map(|actor| name_of(names, actor));
    Ok(unit)
}

pub(super) fn missing(id: i64) -> Error {
    Error::missing(format!("unit {id}"), "ask for the next unit of a coder")
}

/// The first name of an actor, or its id.
pub(super) fn name_of(names: &Gazetteer, actor: &str) -> String {
    let known = names.canonical(actor).map(|number| &names.actors()[number]);
    known.and_then(|known| known.names.first()).map_or_else(|| actor.to_string(), Clone::clone)
}

fn from_row(row: &Row) -> rusqlite::Result<Unit> {
    let text: String = row.get(2)?;
    let chars = |from: usize| -> rusqlite::Result<(Option<usize>, Option<usize>)> {
        Ok(span(row, from, &text)?.map(|span| span.to_chars(&text)).unzip())
    };
    let ((start, end), (target_start, target_end)) = (chars(3)?, chars(6)?);
    let (before, after) = around(row.get::<_, Option<String>>(13)?.as_deref(), row.get(8)?, text.len());
    let source = |id| -> rusqlite::Result<Source> {
        Ok(Source { id, title: row.get(10)?, date: row.get(11)?, outlet: row.get(12)? })
    };
    Ok(Unit {
        id: row.get(0)?,
        key: row.get(1)?,
        text,
        start,
        end,
        actor: row.get(5)?,
        actor_name: None,
        before,
        after,
        article: row.get::<_, Option<String>>(9)?.map(source).transpose()?,
        target_start,
        target_end,
        probability: row.get(14)?,
        round: row.get(15)?,
        uniform_share: row.get(16)?,
        suggestion: None,
    })
}

/// A span of a text, from two neighbouring columns; none where somebody has written into the file what is none.
pub(super) fn span(row: &Row, from: usize, text: &str) -> rusqlite::Result<Option<Span>> {
    let (start, end): (Option<usize>, Option<usize>) = (row.get(from)?, row.get(from + 1)?);
    let span = start.zip(end).map(|(start, end)| Span { start, end });
    Ok(span.filter(|span| span.start < span.end && text.get(span.start..span.end).is_some()))
}

/// What stands before and behind a sentence, cut at white space.
fn around(article: Option<&str>, place: Option<usize>, length: usize) -> (String, String) {
    let Some((text, start)) = article.zip(place) else { return Default::default() };
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(start + length..).unwrap_or_default());
    let first = before.floor_char_boundary(before.len().saturating_sub(AROUND));
    let mut before = &before[first..];
    if first > 0 {
        before = before.find(char::is_whitespace).map_or("", |at| &before[at..]);
    }
    let last = after.floor_char_boundary(AROUND);
    let whole = last == after.len();
    let after = &after[..last];
    let after = if whole { after } else { after.rfind(char::is_whitespace).map_or("", |at| &after[..at]) };
    (before.trim_start().into(), after.trim_end().into())
}

pub(super) fn given(connection: &Connection, unit: i64) -> Result<Vec<Given>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.name, l.stance, l.note, l.flagged, l.created FROM label l JOIN coder c ON c.id = l.coder
         WHERE l.unit = ?1 AND l.withdrawn IS NULL ORDER BY c.id",
    )?;
    let given = statement.query_map([unit], |row| {
        let (coder, stance, note) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Given { coder, stance, note, flagged: row.get(3)?, created: row.get(4)? })
    })?;
    Ok(given.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_is_cut_at_white_space_and_never_inside_a_character() {
        let text = format!("{} Here. {}", "é word ".repeat(200), " wört".repeat(200));
        let place = text.find("Here.").unwrap();
        let (before, after) = around(Some(&text), Some(place), 5);
        assert!(before.len() <= AROUND && before.ends_with("é word  ") && !before.starts_with(' '), "{before}");
        assert!(after.len() <= AROUND && after.ends_with("wört"), "{after}");
        assert_eq!(around(Some("One. Two."), Some(5), 4), ("One. ".into(), String::new()));
        assert_eq!(around(None, None, 4), Default::default());
    }
}
