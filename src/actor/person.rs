//! Persons: when a short form is safe, and for which of two actors somebody speaks.

use super::{
    compile::{Alias, Lexis, Sense},
    view::View,
};

/// Persons named so far in a document.
#[derive(Debug, Default)]
pub struct Acquaintance {
    /// When each person was named last; 0: not yet.
    seen: Vec<u32>,
    clock: u32,
}

/// What is known besides the name.
#[derive(Debug, Clone, Copy)]
pub struct Clues {
    /// Year of the document.
    pub year: Option<i32>,
    /// Last word of a title of office before the name, 0 without one.
    pub title: u64,
    /// One past the last token of an actor's name, adjective or title right before this name.
    pub attached: bool,
}

impl Acquaintance {
    pub fn new(lexis: &Lexis) -> Self {
        Acquaintance { seen: vec![0; lexis.holders.len()], clock: 0 }
    }

    /// Remembers that a person was named.
    pub fn meet(&mut self, person: u32) {
        self.clock += 1;
        self.seen[person as usize] = self.clock;
    }

    /// The meaning that holds of those that name a person at `at..end`, if one does.
    pub fn choose<'m, I>(
        &self,
        view: &View,
        aliases: impl Fn() -> I,
        at: usize,
        end: usize,
        clues: Clues,
    ) -> Option<&'m Alias>
    where
        I: Iterator<Item = &'m Alias>,
    {
        let safe = clues.attached || clues.title != 0 || !follows_name(view, at);
        let best = |sense: Sense| {
            let fits = |alias: &&Alias| match sense {
                Sense::Full => true,
                Sense::Short => safe,
                _ => safe && self.surname_holds(view, alias, end, clues),
            };
            let of_sense = aliases().filter(|a| a.sense == sense).filter(fits);
            of_sense.max_by_key(|alias| self.likelihood(view, alias, at, end, clues))
        };
        best(Sense::Full).or_else(|| best(Sense::Short)).or_else(|| best(Sense::Surname))
    }

    fn surname_holds(&self, view: &View, alias: &Alias, end: usize, clues: Clues) -> bool {
        let holder = &view.lexis.holders[alias.person as usize];
        let seen = self.seen[alias.person as usize] > 0;
        let in_office = clues.title != 0
            && holder.titles.contains(&clues.title)
            && clues.year.is_none_or(|y| holder.from.saturating_sub(1) <= y && y <= holder.until.saturating_add(1));
        let longer = view.may_be_name(end) && !view.headline && !view.capitals && view.organ_at(end).is_none();
        (seen || in_office) && !longer
    }

    /// Larger is likelier: the actor stands nearby, the person was met, the year fits, is near, is preferred.
    fn likelihood(
        &self,
        view: &View,
        alias: &Alias,
        at: usize,
        end: usize,
        clues: Clues,
    ) -> (bool, bool, bool, u32, i32, bool) {
        let holder = &view.lexis.holders[alias.person as usize];
        let away = match clues.year {
            Some(year) if year < holder.from => holder.from - year,
            Some(year) if year > holder.until => year - holder.until,
            _ => 0,
        };
        let titled = clues.title != 0 && holder.titles.contains(&clues.title);
        let near = actor_stands_near(view, holder.actor, at, end);
        (near, titled, clues.year.is_some() && away == 0, self.seen[alias.person as usize], -away, holder.prefer)
    }
}

/// Whether a word before the name makes it another person's (*Michelle* Obama).
fn follows_name(view: &View, at: usize) -> bool {
    if view.headline || view.capitals || at <= view.start + 1 {
        return false;
    }
    // A word that begins a quotation or follows a stop has its capital from there.
    let opens =
        !view.is_word(at - 2) && view.get(at - 2).is_some_and(|t| t.kind == crate::text::token::TokenKind::Bound);
    view.may_be_name(at - 1) && !opens
}

/// Whether a name or adjective of the actor stands up to five words before or seven after.
fn actor_stands_near(view: &View, actor: u32, at: usize, end: usize) -> bool {
    let around = (at.saturating_sub(5)..at).chain(end..(end + 7).min(view.tokens.len()));
    around.into_iter().any(|i| {
        let tokens = &view.tokens[i..];
        view.lexis.at(tokens).as_slice().iter().any(|(length, number)| {
            view.lexis.meanings(*number).iter().any(|a| {
                a.actor == actor
                    && matches!(a.sense, Sense::Name | Sense::Metonym | Sense::Demonym | Sense::Description)
                    && a.fits(&tokens[..*length])
            })
        })
    })
}
