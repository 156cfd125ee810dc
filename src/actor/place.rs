//! When the name of a country or a capital is only a place (*a rally in Brussels*), and when it speaks all the same
//! (*officials in Washington*).

use rustc_hash::FxHashSet;

use super::{
    compile::{Alias, Sense},
    view::View,
};

impl View<'_> {
    /// Whether the name at `at..end` is a place here; `demonym` says that the name is an adjective as well (*US*).
    pub fn is_place(&self, alias: &Alias, at: usize, end: usize, demonym: bool) -> bool {
        if !alias.place {
            return false;
        }
        let words = &self.lexis.words;
        // Step over "the": "in the United States".
        let at = if self.before(at, 1) == words.the { at - 1 } else { at };
        // "In Central and South America", "in Libya and Syria": the second place stands under the same preposition.
        let conjoined = at >= 2 && self.before(at, 1) == words.and && self.in_place(at - 2);
        if !conjoined && !self.may_be_place(at, alias.sense == Sense::Metonym) {
            return false;
        }
        let possessive = self.is_possessive(end) && self.after(end).is_organ();
        let modifier =
            demonym && (self.organ_at(end).is_some() || self.organ_at(end + 1).is_some() && self.is_word(end));
        let before = self.before(at, 1);
        let speaks = (before == words.r#in || before == words.from) && self.body_ends_at(at.saturating_sub(1));
        !(possessive || modifier || speaks || self.opens_with_place(at, end))
    }

    /// Whether a preposition of place stands right before `at`.
    fn in_place(&self, at: usize) -> bool {
        let (last, second) = (self.before(at, 1), self.before(at, 2));
        let places = &self.lexis.places;
        last != 0 && (places.longest_at([last]).is_some() || matches!(places.longest_at([second, last]), Some((2, _))))
    }

    fn may_be_place(&self, at: usize, capital: bool) -> bool {
        let lexis = self.lexis;
        let last = self.before(at, 1);
        if last == 0 {
            return false;
        }
        if self.in_place(at) {
            return true;
        }
        let words = &lexis.words;
        let near = |reach: usize, set: &FxHashSet<u64>| (2..2 + reach).any(|k| set.contains(&self.before(at, k)));
        if last == words.on && !capital && !near(4, &words.addressing) {
            return true;
        }
        // "No answer came from Brussels": what comes from a capital is word, not a traveller.
        let moves = near(3, &lexis.motion) && !(last == words.from && near(3, &words.came));
        let goal = last == words.to || last == words.r#for;
        if moves && (goal || capital && lexis.capital_places.contains(&last)) {
            return true;
        }
        if last == words.from {
            near(4, &words.withdrawal)
        } else {
            [words.to, words.r#for].contains(&last) && near(4, &lexis.sent)
        }
    }

    /// Whether a body that speaks from its capital ends right before `at` (*officials* in Washington).
    fn body_ends_at(&self, at: usize) -> bool {
        let bodies = &self.lexis.bodies;
        let (last, second) = (self.before(at, 1), self.before(at, 2));
        matches!(bodies.longest_at([last]), Some((1, _))) || matches!(bodies.longest_at([second, last]), Some((2, _)))
    }

    /// *In Moscow, the foreign ministry said*: the capital at the head of the sentence speaks through the organ.
    fn opens_with_place(&self, at: usize, end: usize) -> bool {
        let words = &self.lexis.words;
        let before = self.before(at, 1);
        let opens = at > 0 && self.before(at, 2) == 0 && (before == words.r#in || before == words.from);
        if !opens {
            return false;
        }
        let comma = self.get(end).is_some_and(|t| t.kind == crate::text::token::TokenKind::Comma);
        let article = end + usize::from(comma);
        if !words.articles.contains(&self.hash(article)) {
            return false;
        }
        self.organ_at(article + 1).is_some() || self.organ_at(article + 2).is_some()
    }
}
