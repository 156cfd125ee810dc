//! Articles into units: every actor that is found in a sentence, boilerplate left out.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde_json::json;

use super::add::{Added, NewUnit, add};
use crate::actor::find::{Context, Finder, Mention};
use crate::actor::gazetteer::Gazetteer;
use crate::error::Result;
use crate::text::article::Article;
use crate::text::language::Language;
use crate::text::sentence::{Document, Sentence};

/// An article cut into sentences, with the mentions in each.
pub(super) struct Cut {
    pub(super) article: Article,
    document: Document,
    mentions: Vec<Vec<Mention>>,
}

impl Cut {
    pub(super) fn new(article: Article, finder: &Finder) -> Cut {
        let document = Document::new(&article, Language::english());
        let context = Context { year: article.year(), crisis: article.crisis.as_deref(), known: &[] };
        let mentions = finder.find(&article.text, &document, &context);
        Cut { article, document, mentions }
    }

    /// One mention per actor and sentence, with the number of the sentence: the first one, as prediction takes it.
    fn pairs(&self) -> impl Iterator<Item = (usize, &Sentence, &Mention)> {
        let sentences = self.document.sentences.iter().zip(&self.mentions).enumerate();
        sentences.flat_map(|(number, (sentence, mentions))| {
            let mut seen = HashSet::new();
            mentions.iter().filter(move |m| seen.insert(m.actor)).map(move |mention| (number, sentence, mention))
        })
    }

    /// Adds the units of an article that is in the store, and gives the numbers of new and of known ones.
    pub(super) fn add_units(&self, t: &Transaction, id: i64, gazetteer: &Gazetteer) -> Result<(usize, usize)> {
        let (mut new, mut known) = (0, 0);
        let article = &self.article;
        let fields =
            article.crisis.as_ref().map_or_else(|| json!({}), |crisis| json!({ "crisis": crisis })).to_string();
        for (number, sentence, mention) in self.pairs() {
            let actor = gazetteer.id(mention.actor);
            let unit = NewUnit {
                key: &format!("{}#{number}#{actor}", article.id),
                origin: Some((id, number, sentence.span.start)),
                text: sentence.span.of(&article.text),
                actor: Some(actor),
                mention: Some(mention.span.shifted_back(sentence.span.start)),
                group: &article.id,
                fields: &fields,
                ..NewUnit::default()
            };
            match add(t, &unit)? {
                Added::New(_) => new += 1,
                Added::Known(_) => known += 1,
                // An item of that name from elsewhere; keys of articles have a form that items hardly have.
                Added::Clash => {}
            }
        }
        Ok((new, known))
    }
}

/// What became of an article.
pub(super) enum Kept {
    New(i64),
    Known(i64),
    /// Another text has its id.
    Clash,
}

/// Keeps an article, if it is not there.
pub(super) fn keep(t: &Transaction, article: &Article) -> Result<Kept> {
    let mut find = t.prepare_cached("SELECT id, text FROM article WHERE key = ?1")?;
    let found = find.query_row([&article.id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
    if let Some((id, text)) = found.optional()? {
        return Ok(if text == article.text { Kept::Known(id) } else { Kept::Clash });
    }
    let mut insert = t.prepare_cached(
        "INSERT INTO article(key, title, date, outlet, crisis, title_len, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let Article { id, title, date, outlet, crisis, text, title_len, .. } = article;
    insert.execute((id, title, date, outlet, crisis, *title_len as i64, text))?;
    Ok(Kept::New(t.last_insert_rowid()))
}

/// All articles of the store with their numbers, by key.
pub(super) fn all(connection: &Connection) -> Result<Vec<(i64, Article)>> {
    let mut statement =
        connection.prepare("SELECT id, key, title, date, outlet, crisis, title_len, text FROM article ORDER BY key")?;
    let articles = statement.query_map([], |row| {
        let article = Article {
            id: row.get(1)?,
            title: row.get(2)?,
            date: row.get(3)?,
            outlet: row.get(4)?,
            crisis: row.get(5)?,
            title_len: row.get(6)?,
            text: row.get(7)?,
            stripped: false,
        };
        Ok((row.get(0)?, article))
    })?;
    Ok(articles.collect::<rusqlite::Result<_>>()?)
}
