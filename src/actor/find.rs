//! Finds the mentions of a gazetteer's actors in a document: leftmost, longest, one pass over the tokens.
//!
//! This file walks the sentences and weighs the meanings of a phrase against each other; what pronouns and
//! descriptions refer to is asked of [`super::resolve`].

use super::{
    compile::{Alias, Entity, IS_BODY, IS_PERSON, Lexis, Sense},
    gazetteer::Gazetteer,
    person::{Acquaintance, Clues},
    resolve::{Discourse, Reference, is_stranger, is_subject},
    table::{Kind, Pronoun},
    view::{After, Tail, View},
};
use crate::text::{sentence::Document, span::Span, token::TokenKind};

pub use super::mention::{How, Mention};

/// What is known of a document besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The year it was written; tells office holders of the same name apart.
    pub year: Option<i32>,
    /// The crisis it is about (`venezuela-2019`): the state in its name reports under its own id, not under its bloc's.
    pub crisis: Option<&'a str>,
    /// Actors that count as named already, the most recent first: for a sentence taken out of its article.
    pub known: &'a [usize],
}

/// A gazetteer compiled for finding; build it once and share it.
#[derive(Debug, Clone)]
pub struct Finder {
    lexis: Lexis,
}

impl Finder {
    /// Compiles a gazetteer.
    pub fn new(gazetteer: &Gazetteer) -> Finder {
        Finder { lexis: Lexis::new(gazetteer) }
    }

    /// The mentions of each sentence, in order; those of one actor never overlap.
    pub fn find(&self, text: &str, document: &Document, context: &Context) -> Vec<Vec<Mention>> {
        debug_assert!(document.tokens.last().is_none_or(|t| t.span.end <= text.len()));
        let mut pass = Pass {
            lexis: &self.lexis,
            context: *context,
            discourse: Discourse::new(&self.lexis, context.known),
            acquaintance: Acquaintance::new(&self.lexis),
            sightings: vec![(0, usize::MAX); self.lexis.entities.len()],
            sentence: 0,
            last_end: usize::MAX,
            place_end: usize::MAX,
            found: Vec::new(),
        };
        let mut sentences = Vec::with_capacity(document.sentences.len());
        let mut paragraph = usize::MAX;
        for (number, sentence) in document.sentences.iter().enumerate() {
            let opens = sentence.paragraph != paragraph;
            paragraph = sentence.paragraph;
            pass.sentence = number;
            pass.read(&View::new(text, &self.lexis, &document.tokens[sentence.tokens.clone()], opens));
            sentences.push(std::mem::take(&mut pass.found));
        }
        let crisis = pass.crisis(sentences.len());
        for mentions in &mut sentences {
            gather(&self.lexis.entities, crisis, mentions);
        }
        sentences
    }
}

/// One walk over a document.
struct Pass<'a> {
    lexis: &'a Lexis,
    context: Context<'a>,
    discourse: Discourse,
    acquaintance: Acquaintance,
    /// Per actor: how many sentences name it, as a place too, and the last of them.
    sightings: Vec<(usize, usize)>,
    sentence: usize,
    /// One past the last token of the mention before, within the sentence.
    last_end: usize,
    /// One past the last name that was only a place, within the sentence.
    place_end: usize,
    found: Vec<Mention>,
}

/// What a mention says about the one it names.
struct Bearing {
    /// The office or body in its title or behind it.
    office: After,
    /// The person, if it names one.
    holder: Option<u32>,
    /// Whether it is a name or description, as opposed to an adjective, a capital or a country.
    named: bool,
}

/// What came of a phrase.
enum Verdict {
    /// A mention that ends before this token.
    Mention(usize),
    /// No mention; the phrase is passed over.
    Skip,
    /// No mention; a shorter phrase may be one.
    Shorter,
}

impl<'a> Pass<'a> {
    fn read(&mut self, view: &View<'a>) {
        self.last_end = usize::MAX;
        self.place_end = usize::MAX;
        let mut at = view.start;
        while at < view.tokens.len() {
            at = self.step(view, at);
        }
    }

    /// Looks at one position; gives back the next.
    fn step(&mut self, view: &View<'a>, at: usize) -> usize {
        let matches = self.lexis.at(&view.tokens[at..]);
        for (length, number) in matches.as_slice().iter().rev() {
            let meanings = self.lexis.meanings(*number);
            let end = at + length;
            if let Some(next) = self.grammar(view, meanings, at) {
                return next;
            }
            match self.weigh(view, meanings, at, end, at, 0) {
                Verdict::Mention(next) => return next,
                Verdict::Skip => return end,
                Verdict::Shorter => {}
            }
        }
        self.look_for_stranger(view, at);
        at + 1
    }

    fn look_for_stranger(&mut self, view: &View, at: usize) {
        if view.is_word(at) && is_stranger(view, at) && is_subject(view, at) && !view.is_quoted(at) {
            self.discourse.note(Reference::stranger(self.sentence as i32, at));
        }
    }

    /// Titles, pronouns and articles: words that are no aliases but may begin a mention.
    fn grammar(&mut self, view: &View<'a>, meanings: &[Alias], at: usize) -> Option<usize> {
        for alias in meanings {
            let next = match alias.sense {
                Sense::Title | Sense::Honorific => self.titled(view, at),
                Sense::Pronoun(form) => {
                    let (reference, next) = self.discourse.pronoun(view, at, form, self.sentence as i32)?;
                    self.take_up(view, reference, at, next);
                    Some(next)
                }
                Sense::The => {
                    let (actor, start, end) = self.discourse.office(view, at, self.sentence as i32)?;
                    self.emit(view, actor, How::Description, start, end);
                    let office = view.organ_at(end - 1).map(|(organ, _)| After::Organ { organ, start, end });
                    let office = office.unwrap_or(After::Nothing);
                    self.remember(view, actor, start, end, Bearing { office, holder: None, named: true });
                    Some(end)
                }
                _ => None,
            };
            if next.is_some() {
                return next;
            }
        }
        None
    }

    /// A pronoun is a mention and may be taken up again itself.
    fn take_up(&mut self, view: &View, reference: Reference, at: usize, end: usize) {
        let Some(actor) = reference.actor else { return };
        self.emit(view, actor, How::Pronoun, at, end);
        let subject = is_subject(view, at);
        let (sentence, quoted) = (self.sentence as i32, view.is_quoted(at));
        self.discourse.note(Reference { sentence, subject, free: true, quoted, ..reference });
    }

    /// A person behind one or more titles that begin at `at`; gives back one past the name.
    fn titled(&mut self, view: &View<'a>, at: usize) -> Option<usize> {
        let mut end = at;
        let mut title = 0;
        // Titles chain: "President General ...".
        for _ in 0..4 {
            let matches = self.lexis.at(&view.tokens[end..]);
            let longest = matches.as_slice().iter().rev().find_map(|(length, number)| {
                let meanings = self.lexis.meanings(*number);
                let office = meanings.iter().any(|a| a.sense == Sense::Title);
                (office || meanings.iter().any(|a| a.sense == Sense::Honorific)).then_some((*length, office))
            });
            let Some((length, office)) = longest else { break };
            end += length;
            if office {
                title = view.hash(end - 1);
            }
        }
        let matches = self.lexis.at(view.tokens.get(end..)?);
        for (length, number) in matches.as_slice().iter().rev() {
            let meanings = self.lexis.meanings(*number);
            if meanings.iter().any(Alias::is_person)
                && let Verdict::Mention(next) = self.weigh(view, meanings, end, end + length, at, title)
            {
                return Some(next);
            }
        }
        None
    }

    /// Weighs what the phrase `at..end` may mean; `from` is where its titles begin, `title` the last word of them.
    fn weigh(
        &mut self,
        view: &View<'a>,
        meanings: &[Alias],
        at: usize,
        end: usize,
        from: usize,
        title: u64,
    ) -> Verdict {
        let tokens = &view.tokens[at..end];
        if !self.may_begin(view, at, from) {
            return Verdict::Shorter;
        }
        let fitting: Fitting = Fitting::new(meanings, |a| a.fits(tokens) && (!a.sensitive || view.stands_out(at, end)));
        if fitting.is_empty() {
            return Verdict::Shorter;
        }
        for alias in fitting.iter() {
            self.sight(alias);
        }
        let tail = view.tail(end);
        if tail == Tail::Blocked {
            return Verdict::Skip;
        }
        let after = view.after(if tail == Tail::Led { end + 1 } else { end });
        if tail == Tail::Led && !after.is_organ() {
            return Verdict::Skip;
        }
        if let Some(alias) = self.pick(view, &fitting, at, end, from, title, after) {
            self.accept(view, &alias, from, at, end, after);
            return Verdict::Mention(end);
        }
        if fitting.iter().any(|a| a.place) {
            self.place_end = end;
        }
        if fitting.only_weak() { Verdict::Shorter } else { Verdict::Skip }
    }

    /// Whether a mention may begin here: not behind a hyphen, unless that joins two actors.
    fn may_begin(&self, view: &View, at: usize, from: usize) -> bool {
        if !view.tokens[at].glued || from < at || at == 0 {
            return true;
        }
        self.last_end == at || self.lexis.words.prefix.contains(&view.tokens[at - 1].hash)
    }

    /// The meaning that holds, best kind first.
    fn pick(
        &self,
        view: &View<'a>,
        fitting: &Fitting,
        at: usize,
        end: usize,
        from: usize,
        title: u64,
        after: After,
    ) -> Option<Alias> {
        let live = |a: &&Alias| a.sense != Sense::Exclude && !fitting.excludes(a.actor);
        let named = fitting.iter().filter(live).find(|a| {
            matches!(a.sense, Sense::Name | Sense::Metonym) && {
                let demonym = fitting.iter().any(|d| d.actor == a.actor && d.sense == Sense::Demonym);
                let place = a.place && self.goes_on(view, at, end) || view.is_place(a, at, end, demonym);
                !view.name_is_barred(end) && !place
            }
        });
        if let Some(alias) = named {
            return Some(*alias);
        }
        let persons: Vec<&Alias> = fitting.iter().filter(live).filter(|a| a.is_person()).collect();
        if !persons.is_empty() && !view.name_is_barred(end) {
            let attached = from < at || self.last_end == at;
            let clues = Clues { year: self.context.year, title, attached };
            if let Some(alias) = self.acquaintance.choose(view, &persons, at, end, clues) {
                return Some(*alias);
            }
        }
        let adjective = fitting.iter().any(|a| a.sense == Sense::Demonym);
        let place = fitting.iter().filter(live).any(|a| matches!(a.sense, Sense::Name | Sense::Metonym));
        let weak = fitting.iter().filter(live).find(|a| match a.sense {
            Sense::Demonym => after.is_organ() && !place,
            Sense::People => !after.is_organ() && view.people_acts(at, end, adjective),
            _ => false,
        });
        weak.copied().or_else(|| {
            let described = fitting.iter().filter(live).filter(|a| a.sense == Sense::Description);
            let named = described.filter(|a| {
                self.discourse.named(a.actor) > 0 && !view.name_is_barred(end) && !self.is_anothers(view, a, at, end)
            });
            named.max_by_key(|a| self.discourse.named(a.actor)).copied()
        })
    }

    /// Whether a place before this one makes it a place: *in Bogota and Lima*, *from Panama to Trinidad*.
    fn goes_on(&self, view: &View, at: usize, end: usize) -> bool {
        let words = &self.lexis.words;
        let before = view.before(at, 1);
        let link = before == words.and || before == words.or || before == words.to || before == words.comma;
        let acts = view.is_possessive(end) || view.organ_at(end).is_some();
        link && self.place_end != usize::MAX
            && self.place_end + 1 == at
            && !acts
            && (before != words.comma || view.is_end(end))
    }

    /// Whether a description is said of somebody else: *the Turkish army*, *his generals*, *the chief of the OAS*.
    fn is_anothers(&self, view: &View, alias: &Alias, at: usize, end: usize) -> bool {
        let words = &self.lexis.words;
        let owner = if at > 0 && view.is_possessive(at - 1) { at - 1 } else { at };
        let owned = self.last_end == owner && self.found.last().is_some_and(|m| m.actor != alias.actor as usize);
        let pronoun = at > 0 && words.owner.contains(&view.hash(at - 1));
        let of = view.hash(end) == words.of
            && (view.names_actor(end + 1) || view.hash(end + 1) == words.the && view.names_actor(end + 2));
        let a = |back: usize| words.indefinite.contains(&view.before(at, back));
        let indefinite = a(1) || a(2) && !view.is_end(at - 1);
        let whole = end == at + 1 && view.hash(end) == words.of;
        let number = view.get(at).is_some_and(|t| t.kind == TokenKind::Number) && view.before(at, 1) != words.the;
        owned || pronoun || of || indefinite || whole || number || owner < at && self.last_end != owner
    }

    /// Records a mention and what it means for the rest of the document.
    fn accept(&mut self, view: &View, alias: &Alias, from: usize, at: usize, end: usize, after: After) {
        let how = match alias.sense {
            Sense::Metonym => How::Metonym,
            Sense::Demonym => How::Demonym,
            Sense::People => How::People,
            Sense::Description => How::Description,
            _ if alias.is_person() => How::Person,
            _ => How::Name,
        };
        self.emit(view, alias.actor, how, from, end);
        if how != How::Description {
            self.discourse.name(alias.actor);
        }
        let holder = alias.is_person().then_some(alias.person);
        if let Some(person) = holder {
            self.acquaintance.meet(person);
        }
        let office = if alias.is_person() && from < at { view_office(view, from, at) } else { after };
        let named = matches!(alias.sense, Sense::Name | Sense::Description) && !alias.place;
        self.remember(view, alias.actor, from, end, Bearing { office, holder, named });
    }

    /// Notes a mention as something that pronouns may take up.
    fn remember(&mut self, view: &View, actor: u32, at: usize, end: usize, bearing: Bearing) {
        let Bearing { office, holder, named } = bearing;
        if let After::Organ { organ, end, .. } = office
            && organ & (IS_BODY | IS_PERSON) != 0
        {
            self.discourse.hold(view.hash(end - 1), actor);
        }
        if self.lexis.words.head.contains(&view.hash(end - 1)) {
            self.discourse.hold(view.hash(end - 1), actor);
        }
        let entity = &self.lexis.entities[actor as usize];
        let single = entity.pronouns.iter().any(|p| matches!(p, Pronoun::He | Pronoun::She));
        let party = named && entity.kind == Kind::Person && single;
        let official = office.has(IS_PERSON) && !view.plural_after(office);
        let person = holder.is_some() || official || party;
        // A name that only qualifies something else ("EU sanctions") is not what a pronoun takes up.
        let head = match office {
            After::Organ { .. } => office.has(IS_BODY | IS_PERSON),
            _ => !view.is_possessive(end),
        };
        let woman = holder.map(|h| self.lexis.holders[h as usize].woman).or(
            match (entity.pronouns.contains(&Pronoun::He), entity.pronouns.contains(&Pronoun::She)) {
                (true, false) if party => Some(false),
                (false, true) if party => Some(true),
                _ if party && self.lexis.words.woman.contains(&view.hash(at)) => Some(true),
                _ => None,
            },
        );
        self.discourse.note(Reference {
            actor: Some(actor),
            at,
            sentence: self.sentence as i32,
            person,
            thing: !person && head && entity.pronouns.contains(&Pronoun::It),
            plural: view.plural_after(office) || (!person && head && entity.kind == Kind::Bloc),
            woman,
            subject: is_subject(view, at),
            quoted: view.is_quoted(at),
            holder,
            free: at == view.start || !self.lexis.words.preposition.contains(&view.hash(at - 1)),
        });
    }

    fn emit(&mut self, view: &View, actor: u32, how: How, from: usize, end: usize) {
        let span = Span::new(view.tokens[from].span.start, view.tokens[end - 1].span.end);
        self.found.push(Mention { actor: actor as usize, span, how });
        self.last_end = end;
    }

    /// Counts a sentence that has an actor's name, as a place too.
    fn sight(&mut self, alias: &Alias) {
        if matches!(alias.sense, Sense::Name | Sense::Metonym | Sense::Demonym | Sense::Full | Sense::Short) {
            let (count, last) = &mut self.sightings[alias.actor as usize];
            if *last != self.sentence {
                (*count, *last) = (*count + 1, self.sentence);
            }
        }
    }

    /// The actor whose crisis the document is about: as told, or else the bloc member that most sentences name, if they
    /// are a fifth. A member that is no state is a party, not one of many governments, and goes before the states.
    fn crisis(&self, sentences: usize) -> Option<u32> {
        if let Some(crisis) = self.context.crisis {
            return self.lexis.crisis_actor(crisis);
        }
        let entities = &self.lexis.entities;
        let weight = |actor: &usize| {
            let count = self.sightings[*actor].0;
            (count > 1 && entities[*actor].kind == Kind::Person, count)
        };
        let members = (0..entities.len()).filter(|a| !entities[*a].umbrellas.is_empty());
        let most = members.max_by_key(weight)?;
        let count = self.sightings[most].0;
        (count > 1 && count * 5 >= sentences).then_some(most as u32)
    }
}

/// The office in a title before a name: its last word.
fn view_office(view: &View, from: usize, at: usize) -> After {
    for start in from..at {
        if let Some((organ, length)) = view.organ_at(start).filter(|(_, length)| start + length <= at) {
            return After::Organ { organ, start, end: start + length };
        }
    }
    After::Nothing
}

/// Gives the mentions of a bloc's members to the bloc, unless the member is the crisis's own actor.
fn gather(entities: &[Entity], crisis: Option<u32>, mentions: &mut Vec<Mention>) {
    for i in 0..mentions.len() {
        let actor = mentions[i].actor;
        for umbrella in &entities[actor].umbrellas {
            if entities[*umbrella as usize].kind != Kind::Bloc {
                let whole = Mention { actor: *umbrella as usize, ..mentions[i].clone() };
                mentions.push(whole);
            } else if crisis != Some(actor as u32) && !(crisis.is_none() && entities[actor].kind == Kind::Person) {
                mentions[i].actor = *umbrella as usize;
            }
        }
    }
    mentions.sort_by_key(|m| (m.span.start, m.span.end, m.actor));
    mentions.dedup_by(|later, earlier| later.actor == earlier.actor && later.span.overlaps(&earlier.span));
}

/// The meanings of a phrase that its spelling allows.
struct Fitting<'m> {
    meanings: &'m [Alias],
    /// Which of them, a bit each.
    bits: u64,
}

impl<'m> Fitting<'m> {
    fn new(meanings: &'m [Alias], fits: impl Fn(&Alias) -> bool) -> Self {
        let real = |a: &Alias| !matches!(a.sense, Sense::Title | Sense::Honorific | Sense::Pronoun(_) | Sense::The);
        let bit = |(k, a): (usize, &Alias)| u64::from(real(a) && fits(a)) << k;
        Fitting { meanings, bits: meanings.iter().enumerate().take(64).map(bit).sum() }
    }

    fn is_empty(&self) -> bool {
        self.bits == 0
    }

    fn iter(&self) -> impl Iterator<Item = &'m Alias> {
        let bits = self.bits;
        self.meanings.iter().take(64).enumerate().filter(move |(k, _)| (bits >> k) & 1 == 1).map(|(_, a)| a)
    }

    fn excludes(&self, actor: u32) -> bool {
        self.iter().any(|a| a.sense == Sense::Exclude && a.actor == actor)
    }

    /// Whether nothing here is a name: then a shorter phrase may still be one.
    fn only_weak(&self) -> bool {
        self.iter().all(|a| matches!(a.sense, Sense::Description | Sense::Surname | Sense::People))
    }
}
