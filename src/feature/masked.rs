//! The masked sentence: names replaced by roles, lexicon entries found. What every feature family reads.
//!
//! `Germany rejects` becomes `<actor> rejects`, so that a model learns what actors do and not who they are.

use super::instance::InstanceView;
use super::lexicon::{Group, Lexicon};
use crate::text::span::Span;
use crate::text::token::{HASH_SEED, TokenKind};
use xxhash_rust::const_xxh3::xxh3_64_with_seed;

/// What a unit of the masked sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    /// The actor in question (any of its mentions).
    Actor,
    /// Another actor.
    Other,
    /// The entity that the stance is toward.
    Target,
    /// A word or number.
    Word,
    /// A comma.
    Comma,
    /// The end of a clause.
    Bound,
}

impl UnitKind {
    /// The mask that stands in features for a name, or `None` for what is no name.
    pub fn mask(self) -> Option<&'static str> {
        match self {
            UnitKind::Actor => Some("<actor>"),
            UnitKind::Other => Some("<other>"),
            UnitKind::Target => Some("<target>"),
            _ => None,
        }
    }

    fn mask_hash(self) -> u64 {
        const ACTOR: u64 = xxh3_64_with_seed(b"<actor>", HASH_SEED);
        const OTHER: u64 = xxh3_64_with_seed(b"<other>", HASH_SEED);
        const TARGET: u64 = xxh3_64_with_seed(b"<target>", HASH_SEED);
        match self {
            UnitKind::Actor => ACTOR,
            UnitKind::Target => TARGET,
            _ => OTHER,
        }
    }
}

/// A token, or a mention replaced by its role.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// Hash of the folded word or of the mask.
    pub hash: u64,
    /// Hash of the word's stem, or of the mask.
    pub stem: u64,
    /// What it is.
    pub kind: UnitKind,
    /// Whether it ends a clause, or begins another.
    pub ends_clause: bool,
    /// Bytes of the text.
    pub span: Span,
}

impl Unit {
    fn new((hash, stem): (u64, u64), kind: UnitKind, span: Span) -> Self {
        Unit { hash, stem, kind, ends_clause: ends_clause(hash, kind), span }
    }
}

/// A lexicon entry found in the sentence.
#[derive(Debug, Clone, Copy)]
pub struct Match {
    /// First unit.
    pub start: usize,
    /// One past the last unit.
    pub end: usize,
    /// Number of the phrase in the lexicon.
    pub phrase: u32,
}

/// A symbol of the skeleton: the sentence with everything deleted but actors, lexicon entries and punctuation.
#[derive(Debug, Clone, Copy)]
pub enum Symbol {
    /// A masked name or punctuation: the unit's number.
    Unit(usize),
    /// A lexicon entry: its number in [`Masked::matches`].
    Match(usize),
}

/// A masked sentence. Meant to be filled again and again: its vectors keep their memory.
#[derive(Debug, Default)]
pub struct Masked {
    /// The units in order.
    pub units: Vec<Unit>,
    /// Number of the unit that is the classified mention; `None` for a plain text.
    pub actor: Option<usize>,
    /// Lexicon entries in order, not overlapping, guards left out.
    pub matches: Vec<Match>,
    /// Actors, entries and punctuation in order.
    pub skeleton: Vec<Symbol>,
    predicate: Option<(usize, usize)>,
    /// For each unit, the first from it on that ends the clause.
    clause_ends: Vec<usize>,
    masks: Vec<(Span, UnitKind)>,
}

impl Masked {
    /// Fills itself from an instance. With `mask` off, names stay words; the actor's place is known all the same. Without
    /// a lexicon there are no matches and no skeleton.
    pub fn fill(&mut self, view: &InstanceView<'_>, lexicon: Option<&Lexicon>, mask: bool) {
        self.collect_masks(view);
        self.fill_units(view, mask);
        self.fill_clause_ends();
        self.matches.clear();
        self.skeleton.clear();
        if let Some(lexicon) = lexicon {
            self.fill_matches(lexicon);
            self.fill_skeleton();
        }
        self.predicate = self.actor.map(|actor| self.conjoined_end(actor)).map(|first| (first, self.clause_end(first)));
    }

    /// Roles by place; where spans overlap the more important role wins: actor, target, the actor again, others.
    fn collect_masks(&mut self, view: &InstanceView<'_>) {
        self.masks.clear();
        let roles = view.actor.iter().map(|s| (*s, UnitKind::Actor));
        let roles = roles.chain(view.target.iter().map(|s| (*s, UnitKind::Target)));
        let roles = roles.chain(view.again.iter().map(|s| (*s, UnitKind::Actor)));
        for (span, kind) in roles.chain(view.others.iter().map(|s| (*s, UnitKind::Other))) {
            // They are kept in order and apart, so that only the neighbours may overlap.
            let at = self.masks.partition_point(|(taken, _)| taken.start < span.start);
            let around = &self.masks[at.saturating_sub(1)..(at + 1).min(self.masks.len())];
            if !around.iter().any(|(taken, _)| taken.overlaps(&span)) {
                self.masks.insert(at, (span, kind));
            }
        }
    }

    fn fill_units(&mut self, view: &InstanceView<'_>, mask: bool) {
        self.units.clear();
        self.actor = None;
        let mut next = 0;
        let mut inside: Option<Span> = None;
        for token in view.tokens {
            while next < self.masks.len() && self.masks[next].0.end <= token.span.start {
                next += 1;
            }
            let role = self.masks.get(next).filter(|(span, _)| span.overlaps(&token.span));
            let kind = match (role, token.kind) {
                (Some((span, kind)), _) => {
                    let first = inside.replace(*span) != Some(*span);
                    if first && view.actor == Some(*span) {
                        self.actor = Some(self.units.len());
                    }
                    if mask {
                        if first {
                            let mask = kind.mask_hash();
                            self.units.push(Unit::new((mask, mask), *kind, *span));
                        }
                        continue;
                    }
                    UnitKind::Word
                }
                (None, TokenKind::Word | TokenKind::Number) => UnitKind::Word,
                (None, TokenKind::Comma) => UnitKind::Comma,
                (None, TokenKind::Bound) => UnitKind::Bound,
                (None, TokenKind::Symbol) => continue,
            };
            self.units.push(Unit::new((token.hash, token.stem), kind, token.span));
        }
    }

    fn fill_clause_ends(&mut self) {
        self.clause_ends.clear();
        self.clause_ends.resize(self.units.len(), 0);
        let mut end = self.units.len();
        for (at, unit) in self.units.iter().enumerate().rev() {
            if unit.ends_clause {
                end = at;
            }
            self.clause_ends[at] = end;
        }
    }

    fn fill_matches(&mut self, lexicon: &Lexicon) {
        let mut at = 0;
        while at < self.units.len() {
            let ahead = self.units[at..].iter().map(|u| u.hash);
            let Some((length, phrase)) = lexicon.longest_at(ahead) else {
                at += 1;
                continue;
            };
            if lexicon.meaning(phrase).iter().any(|c| lexicon.class(*c).group != Group::Guard) {
                self.matches.push(Match { start: at, end: at + length, phrase });
            }
            at += length;
        }
    }

    fn fill_skeleton(&mut self) {
        let mut next = 0;
        let mut at = 0;
        while at < self.units.len() {
            if self.matches.get(next).is_some_and(|m| m.start == at) {
                self.skeleton.push(Symbol::Match(next));
                at = self.matches[next].end;
                next += 1;
                continue;
            }
            if self.units[at].kind != UnitKind::Word {
                self.skeleton.push(Symbol::Unit(at));
            }
            at += 1;
        }
    }

    /// The units right of the actor up to the next name or clause boundary: (first, one past the last).
    pub fn segment_right(&self) -> Option<(usize, usize)> {
        let first = self.actor? + 1;
        let length = self.units[first..].iter().position(ends_segment).unwrap_or(self.units.len() - first);
        Some((first, first + length))
    }

    /// The units left of the actor back to the last name or clause boundary: (first, one past the last).
    pub fn segment_left(&self) -> Option<(usize, usize)> {
        let end = self.actor?;
        let first = self.units[..end].iter().rposition(ends_segment).map_or(0, |i| i + 1);
        Some((first, end))
    }

    /// What the actor is said to do: the units behind the names that are conjoined with it (`<actor>, along with the
    /// <other> and <other>, have backed ...`) up to the end of the clause, other names included: (first, one past the
    /// last).
    pub fn predicate(&self) -> Option<(usize, usize)> {
        self.predicate
    }

    /// One past the last of the names that are conjoined with the name at `name`, itself included.
    fn conjoined_end(&self, name: usize) -> usize {
        let (mut end, mut joined) = (name + 1, false);
        let mut at = end;
        while let Some(link) = self.link_behind(at) {
            joined |= link.joins;
            at = link.end;
            if joined {
                end = at;
            }
        }
        end
    }

    /// Commas, joining words and fillers from `at` on, and a name.
    fn link_behind(&self, at: usize) -> Option<Link> {
        let links = |u: &&Unit| u.kind == UnitKind::Comma || JOINERS.contains(&u.hash) || FILLERS.contains(&u.hash);
        let words = &self.units[at..at + self.units[at..].iter().take_while(links).count()];
        let joins = words.iter().any(|u| JOINERS.contains(&u.hash));
        let opens = joins || words.iter().any(|u| u.kind == UnitKind::Comma);
        let name = at + words.len();
        let ends = self.units.get(name).is_some_and(|u| u.kind.mask().is_some());
        (opens && ends).then_some(Link { end: name + 1, joins })
    }

    /// The first unit from `from` on that ends the clause, or the number of units. Quotation marks do not.
    pub fn clause_end(&self, from: usize) -> usize {
        self.clause_ends.get(from).copied().unwrap_or(self.units.len())
    }

    /// One past the last unit before `at` that ends a clause, or 0.
    pub fn clause_start(&self, at: usize) -> usize {
        self.units[..at].iter().rposition(|u| u.ends_clause).map_or(0, |i| i + 1)
    }
}

/// A further member of a chain of names.
struct Link {
    /// One past its name.
    end: usize,
    /// Whether a word joins it; commas alone may as well begin another clause.
    joins: bool,
}

/// Words that may stand between a joining word and its name (`as well as most of the <other>`).
const FILLERS: [u64; 11] = [
    word("the"),
    word("a"),
    word("most"),
    word("many"),
    word("several"),
    word("some"),
    word("all"),
    word("of"),
    word("other"),
    word("with"),
    word("as"),
];

/// Words that join names (`as well as`, `along with` and `together with` by their last word that is no filler).
const JOINERS: [u64; 6] = [word("and"), word("or"), word("nor"), word("along"), word("together"), word("well")];

/// Words that begin another clause.
const CLAUSE_WORDS: [u64; 7] =
    [word("but"), word("while"), word("although"), word("though"), word("whereas"), word("which"), word("who")];

/// The hash of a plain lower-case word, at compile time.
pub(super) const fn word(word: &str) -> u64 {
    xxh3_64_with_seed(word.as_bytes(), HASH_SEED)
}

fn ends_clause(hash: u64, kind: UnitKind) -> bool {
    const QUOTE: u64 = word("\"");
    (kind == UnitKind::Bound && hash != QUOTE) || CLAUSE_WORDS.contains(&hash)
}

fn ends_segment(unit: &Unit) -> bool {
    matches!(unit.kind, UnitKind::Other | UnitKind::Target | UnitKind::Bound)
}

#[cfg(test)]
mod tests {
    use super::super::instance::Instance;
    use super::*;
    use crate::text::{language::Language, token::tokenize};

    pub(crate) fn masked(text: &str, actor: &str, others: &[&str], lexicon: &Lexicon) -> Masked {
        let span = |s: &str| text.find(s).map(|i| Span::new(i, i + s.len())).unwrap();
        let instance = Instance {
            text: text.into(),
            actor: Some(span(actor)),
            others: others.iter().map(|o| span(o)).collect(),
            ..Instance::default()
        };
        let mut tokens = Vec::new();
        tokenize(text, Span::new(0, text.len()), Language::english(), &mut tokens);
        let mut masked = Masked::default();
        masked.fill(&InstanceView::new(&instance, &tokens), Some(lexicon), true);
        masked
    }

    #[test]
    fn names_of_several_words_become_one_unit() {
        let m = masked("The United States asked Brazil to act.", "United States", &["Brazil"], &Lexicon::default());
        let kinds: Vec<_> = m.units.iter().map(|u| u.kind).collect();
        use UnitKind::*;
        assert_eq!(kinds, [Word, Actor, Word, Other, Word, Word, Bound]);
        assert_eq!(m.actor, Some(1));
        assert_eq!(m.segment_right(), Some((2, 3)));
        assert_eq!(m.segment_left(), Some((0, 1)));
    }

    #[test]
    fn a_predicate_begins_behind_conjoined_names() {
        let predicate = |text: &str, others: &[&str]| {
            let m = masked(text, "EU", others, &Lexicon::default());
            m.predicate().map(|(first, end)| {
                Span::new(m.units[first].span.start, m.units[end - 1].span.end).of(text).to_string()
            })
        };
        let some = |s: &str| Some(s.to_string());
        assert_eq!(predicate("The EU and most of Peru oppose force.", &["Peru"]), some("oppose force"));
        assert_eq!(
            predicate("EU, Peru and the UN say \"no\" to Iran; why?", &["Peru", "UN", "Iran"]),
            some("say \"no\" to Iran")
        );
        assert_eq!(predicate("EU, along with Peru, left but Iran did not.", &["Peru", "Iran"]), some(", left"));
        assert_eq!(predicate("The EU, Peru said, will act.", &["Peru"]), some(", Peru said, will act"));
        assert_eq!(predicate("The EU left Peru and Iran.", &["Peru", "Iran"]), some("left Peru and Iran"));
    }

    #[test]
    fn a_name_never_takes_part_in_a_phrase() {
        let lexicon = Lexicon::from_toml("[a]\ngroup='con'\nentries=['the us', 'ruled out']", "l").unwrap();
        let m = masked("the US ruled out force", "US", &[], &lexicon);
        assert_eq!(m.matches.len(), 1);
        assert_eq!((m.matches[0].start, m.matches[0].end), (2, 4));
        assert_eq!(m.skeleton.len(), 2);
    }
}
