//! One walk over a document: from token to token, and what a mention means for the rest of the document.

use super::{
    compile::{Alias, IS_BODY, IS_PERSON, Lexis, Sense},
    mention::{Context, How, Mention},
    person::Acquaintance,
    resolve::{Discourse, Reference, is_stranger, is_subject},
    table::{Kind, Pronoun},
    view::{After, View},
    weigh::{Fitting, Phrase, State, Verdict},
};
use crate::text::span::Span;

/// One walk over a document.
pub struct Pass<'a> {
    lexis: &'a Lexis,
    context: Context<'a>,
    state: State<'a>,
    /// Per actor: how many sentences name it, as a place too, and the last of them.
    sightings: Vec<(usize, i32)>,
    sentence: i32,
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

impl<'a> Pass<'a> {
    /// Ready for the first sentence.
    pub fn new(lexis: &'a Lexis, context: Context<'a>) -> Self {
        let state = State {
            lexis,
            year: context.year,
            discourse: Discourse::new(lexis, context.known),
            acquaintance: Acquaintance::new(lexis),
            last: None,
            place_end: None,
        };
        let sightings = vec![(0, -1); lexis.entities.len()];
        Pass { lexis, context, state, sightings, sentence: 0, found: Vec::new() }
    }

    /// The mentions of the sentence with this number, in order.
    pub fn read(&mut self, number: usize, view: &View<'a>) -> Vec<Mention> {
        self.sentence = number as i32;
        self.state.last = None;
        self.state.place_end = None;
        let mut at = view.start;
        while at < view.tokens.len() {
            at = self.step(view, at);
        }
        std::mem::take(&mut self.found)
    }

    /// Looks at one position; gives back the next.
    fn step(&mut self, view: &View<'a>, at: usize) -> usize {
        if !self.lexis.begins(view.tokens[at].hash) {
            self.look_for_stranger(view, at);
            return at + 1;
        }
        let matches = self.lexis.at(&view.tokens[at..]);
        for (length, number) in matches.as_slice().iter().rev() {
            let meanings = self.lexis.meanings(*number);
            if let Some(next) = self.grammar(view, meanings, at) {
                return next;
            }
            let phrase = Phrase { at, end: at + length, from: at, title: 0 };
            if self.try_phrase(view, meanings, phrase) != Some(false) {
                return phrase.end;
            }
        }
        self.look_for_stranger(view, at);
        at + 1
    }

    /// Weighs a phrase and records what came of it: a mention (`true`), nothing, but a shorter phrase may be one
    /// (`false`), or `None`: a name that is no mention.
    fn try_phrase(&mut self, view: &View<'a>, meanings: &[Alias], phrase: Phrase) -> Option<bool> {
        if !self.state.may_begin(view, phrase) {
            return Some(false);
        }
        let fitting = Fitting::new(view, meanings, phrase);
        if fitting.is_empty() {
            return Some(false);
        }
        fitting.iter().for_each(|alias| self.sight(alias));
        match self.state.judge(view, &fitting, phrase) {
            Verdict::Mention(alias, after) => {
                self.accept(view, &alias, phrase, after);
                Some(true)
            }
            Verdict::Shorter => Some(false),
            Verdict::Skip => {
                if fitting.iter().any(|a| a.place) {
                    self.state.place_end = Some(phrase.end);
                }
                None
            }
        }
    }

    fn look_for_stranger(&mut self, view: &View, at: usize) {
        if view.is_word(at) && is_stranger(view, at) && is_subject(view, at) && !view.is_quoted(at) {
            self.state.discourse.note(Reference::stranger(self.sentence, at));
        }
    }

    /// Titles, pronouns and articles: words that are no aliases but may begin a mention; gives back one past it.
    fn grammar(&mut self, view: &View<'a>, meanings: &[Alias], at: usize) -> Option<usize> {
        let special = |a: &&Alias| matches!(a.sense, Sense::Title | Sense::Honorific | Sense::Pronoun(_) | Sense::The);
        match meanings.iter().find(special)?.sense {
            Sense::Pronoun(form) => {
                let (reference, end) = self.state.discourse.pronoun(view, at, form, self.sentence)?;
                self.take_up(view, reference, at, end);
                Some(end)
            }
            Sense::The => {
                let (actor, start, end) = self.state.discourse.office(view, at, self.sentence)?;
                self.emit(view, actor, How::Description, start, end);
                let office = view.organ_at(end - 1).map(|(organ, _)| After::Organ { organ, start, end });
                let office = office.unwrap_or(After::Nothing);
                self.remember(view, actor, start, end, Bearing { office, holder: None, named: true });
                Some(end)
            }
            _ => self.titled(view, at),
        }
    }

    /// A pronoun is a mention and may be taken up again itself.
    fn take_up(&mut self, view: &View, reference: Reference, at: usize, end: usize) {
        let Some(actor) = reference.actor else { return };
        self.emit(view, actor, How::Pronoun, at, end);
        let subject = is_subject(view, at);
        let (sentence, quoted) = (self.sentence, view.is_quoted(at));
        self.state.discourse.note(Reference { sentence, subject, free: true, quoted, ..reference });
    }

    /// Whether an alias names a person: an office holder, or an actor that is one.
    fn is_somebody(&self, alias: &Alias) -> bool {
        let actor = |a: &Alias| self.lexis.entities[a.actor as usize].kind == Kind::Person;
        alias.is_person() || alias.sense == Sense::Name && !alias.place && actor(alias)
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
            let phrase = Phrase { at: end, end: end + length, from: at, title };
            if meanings.iter().any(|a| self.is_somebody(a)) && self.try_phrase(view, meanings, phrase) == Some(true) {
                return Some(phrase.end);
            }
        }
        None
    }

    /// Records a mention and what it means for the rest of the document.
    fn accept(&mut self, view: &View, alias: &Alias, phrase: Phrase, after: After) {
        let Phrase { at, end, from, .. } = phrase;
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
            self.state.discourse.name(alias.actor);
        }
        let holder = alias.is_person().then_some(alias.person);
        if let Some(person) = holder {
            self.state.acquaintance.meet(person);
        }
        // The office is in the title, in the description itself, or behind the name.
        let within = |end: usize| view.organ_at(end - 1).map(|(organ, _)| After::Organ { organ, start: at, end });
        let office = match how {
            How::Person if from < at => view_office(view, from, at),
            How::Description if !after.is_organ() => within(end).unwrap_or(after),
            _ => after,
        };
        let named = matches!(alias.sense, Sense::Name | Sense::Description) && !alias.place;
        self.remember(view, alias.actor, from, end, Bearing { office, holder, named });
    }

    /// Notes a mention as something that pronouns may take up.
    fn remember(&mut self, view: &View, actor: u32, at: usize, end: usize, bearing: Bearing) {
        let Bearing { office, holder, named } = bearing;
        if let After::Organ { organ, end, .. } = office
            && organ & (IS_BODY | IS_PERSON) != 0
        {
            self.state.discourse.hold(view.hash(end - 1), actor, self.sentence);
        }
        if self.lexis.words.head.contains(&view.hash(end - 1)) {
            self.state.discourse.hold(view.hash(end - 1), actor, self.sentence);
        }
        let entity = &self.lexis.entities[actor as usize];
        let single = entity.pronouns.iter().any(|p| matches!(p, Pronoun::He | Pronoun::She));
        let party = named && entity.kind == Kind::Person && single;
        let official = office.has(IS_PERSON) && !view.plural_after(office);
        let person = holder.is_some() || official || party;
        // A name that only qualifies something else ("EU sanctions") is not what a pronoun takes up.
        let head = match office {
            After::Organ { end, .. } => {
                office.has(IS_BODY | IS_PERSON) || self.lexis.words.force.contains(&view.hash(end - 1))
            }
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
        self.state.discourse.note(Reference {
            actor: Some(actor),
            at,
            sentence: self.sentence,
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
        self.state.last = Some((end, actor));
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
    pub fn crisis(&self, sentences: usize) -> Option<u32> {
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
