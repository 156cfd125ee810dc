//! The gazetteer: who is an actor, and by which words it is named.
//!
//! Reading, merging and looking up ids; how its words are matched is left to [`super::find`].

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    check,
    table::{Actor, Table},
};
use crate::error::{Error, Place, Result};

/// Actors, numbered in the order of the file, and the word lists that decide what is a mention.
///
/// ```
/// use stance::actor::gazetteer::Gazetteer;
/// let source = "[[actor]]\nid = \"eu\"\nalso = [\"european_union\"]\nkind = \"bloc\"\nnames = [\"EU\"]";
/// let gazetteer = Gazetteer::from_toml(source, "mine.toml")?;
/// assert_eq!(gazetteer.canonical("european_union"), Some(0));
/// assert_eq!(gazetteer.id(0), "eu");
/// # Ok::<(), stance::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Table", into = "Table")]
pub struct Gazetteer {
    table: Table,
    /// Ids and other ids.
    index: FxHashMap<String, usize>,
}

impl Gazetteer {
    /// Reads the TOML form; `name` is what errors call the file.
    ///
    /// All word lists may be left out, so a file that only adds actors to another gazetteer is one `[[actor]]` each.
    pub fn from_toml(source: &str, name: &str) -> Result<Gazetteer> {
        let table: Table = toml::from_str(source).map_err(|error| {
            let line = error.span().map(|span| 1 + source[..span.start].matches('\n').count());
            let place = Place { file: name.to_owned(), line };
            let lines = error.to_string().replace('\n', " ");
            Error::table(place, lines.trim(), "see the head of data/actors.toml for the form of an actor in TOML")
        })?;
        Gazetteer::checked(table, name)
    }

    fn checked(table: Table, name: &str) -> Result<Gazetteer> {
        check::check(&table, name)?;
        let mut index = FxHashMap::default();
        for (number, actor) in table.actor.iter().enumerate() {
            for id in [&actor.id].into_iter().chain(&actor.also) {
                index.insert(id.clone(), number);
            }
        }
        Ok(Gazetteer { table, index })
    }

    /// Puts another gazetteer over this one: its actors replace those with the same id or are added behind them, its
    /// word lists extend these. Fails where the two contradict each other, or a member is an actor of neither.
    pub fn merged(self, other: Gazetteer) -> Result<Gazetteer> {
        const NAME: &str = "the merged gazetteer";
        let mut table = self.table;
        table.overlay(other.table);
        check::check_members(&table, NAME)?;
        Gazetteer::checked(table, NAME)
    }

    /// The number of the actor with this id, or that has it among its other ids.
    pub fn canonical(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The id of an actor.
    pub fn id(&self, actor: usize) -> &str {
        &self.table.actor[actor].id
    }

    /// The actors in order of their numbers.
    pub fn actors(&self) -> &[Actor] {
        &self.table.actor
    }

    /// Actors and word lists as they are written down.
    pub fn table(&self) -> &Table {
        &self.table
    }
}

impl Default for Gazetteer {
    /// A gazetteer without actors.
    fn default() -> Self {
        Gazetteer::from_toml("version = 1", "the empty gazetteer").expect("nothing contradicts nothing")
    }
}

impl TryFrom<Table> for Gazetteer {
    type Error = Error;

    fn try_from(table: Table) -> Result<Gazetteer> {
        Gazetteer::checked(table, "the stored gazetteer")
    }
}

impl From<Gazetteer> for Table {
    fn from(gazetteer: Gazetteer) -> Table {
        gazetteer.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Gazetteer {
        Gazetteer::from_toml(include_str!("../../data/actors.toml"), "data/actors.toml").unwrap()
    }

    #[test]
    fn the_shipped_files_are_sound_alone_and_together() {
        let invented = include_str!("../../data/actors-fictional.toml");
        let invented = Gazetteer::from_toml(invented, "data/actors-fictional.toml").unwrap();
        let count = shipped().actors().len() + invented.actors().len();
        let both = shipped().merged(invented).unwrap();
        assert_eq!(both.actors().len(), count);
        assert_eq!(both.canonical("venezuela"), both.canonical("maduro"));
        assert!(both.canonical("vortania").is_some() && both.canonical("nowhere").is_none());
    }

    #[test]
    fn json_gives_it_back() {
        let gazetteer = shipped();
        let json = serde_json::to_string(&gazetteer).unwrap();
        assert_eq!(serde_json::from_str::<Gazetteer>(&json).unwrap(), gazetteer);
        let broken = json.replacen("\"id\":\"eu\"", "\"id\":\"us\"", 1);
        assert!(serde_json::from_str::<Gazetteer>(&broken).unwrap_err().to_string().contains("`us`"));
    }

    #[test]
    fn merging_replaces_adds_and_extends() {
        let mine = "organs = [\"praetorium\", \"army\"]\n[[actor]]\nid = \"us\"\nkind = \"state\"\nnames = [\"Columbia\"]\n\
                    [[actor]]\nid = \"atlantis\"\nkind = \"state\"\nnames = [\"Atlantis\"]";
        let base = shipped();
        let us = base.canonical("us").unwrap();
        let (count, organs) = (base.actors().len(), base.table().organs.len());
        let merged = base.merged(Gazetteer::from_toml(mine, "mine.toml").unwrap()).unwrap();
        assert_eq!(merged.canonical("us"), Some(us));
        assert_eq!(merged.actors()[us].names, ["Columbia"]);
        assert_eq!(merged.canonical("atlantis"), Some(count));
        assert_eq!(merged.table().organs.len(), organs + 1);
    }

    #[test]
    fn members_may_be_in_the_other_file() {
        let bloc = |member: &str| {
            let source =
                format!("[[actor]]\nid = \"pact\"\nkind = \"bloc\"\nnames = [\"Pact\"]\nmembers = [\"{member}\"]");
            Gazetteer::from_toml(&source, "mine.toml").unwrap()
        };
        assert!(shipped().merged(bloc("france")).is_ok());
        assert!(shipped().merged(bloc("frankreich")).unwrap_err().to_string().contains("frankreich"));
    }

    #[test]
    fn complaints_name_actor_field_and_way_out() {
        let actor = |id: &str, rest: &str| format!("[[actor]]\nid = \"{id}\"\nkind = \"state\"\n{rest}\n");
        let cases = [
            (actor("France", "names = [\"France\"]"), "`id` = \"France\"", "lower-case"),
            (actor("a", "names = [\" \"]"), "actor `a`: `names`", "remove it"),
            (actor("a", ""), "has no `names`", "at least one"),
            (actor("a", "names = [\"A\"]\nplaces = [\"B\"]"), "`places` has \"B\"", "add it"),
            (actor("a", "names = [\"A\"]\nfame = 1"), "fame", "unknown field"),
            (actor("a", "names = [\"A\"]\nkind = 3"), "line", "TOML"),
            (actor("a", "names = [\"A\"]") + &actor("a", "names = [\"B\"]"), "id `a` is used", "rename"),
            (
                actor("a", "names = [\"Aa\"]") + &actor("b", "metonyms = [\"Aá\"]"),
                "actor `a` has in its `names`",
                "one of them",
            ),
            (
                "organs = [\"army\"]\n".to_owned() + &actor("a", "names = [\"A\"]\nmembers = [\"b\"]"),
                "`members` has `b`",
                "correct the id",
            ),
            (actor("a", "person = [{ name = \"B C\", from = 3, until = 2 }]"), "from 3 until 2", "no earlier"),
            ("version = 2".to_owned(), "version = 2", "version 1"),
        ];
        for (source, what, help) in cases {
            let message = Gazetteer::from_toml(&source, "mine.toml").unwrap_err().to_string();
            assert!(message.contains("mine.toml") && message.contains(what) && message.contains(help), "{message}");
        }
    }
}
