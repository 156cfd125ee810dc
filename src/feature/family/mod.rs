//! The feature families, one file each. What they have in common stands here.

use super::emit::{Feature, Keys, Part, Prefix, Sink};
use super::lexicon::{Group, Lexicon};
use super::masked::{Masked, Match, UnitKind};

pub mod words;
pub mod sides;
pub mod stems;
pub mod segment;
pub mod predicate;
pub mod position;
pub mod negation;
pub mod class;
pub mod class_order;
pub mod group_order;
pub mod class_negation;
pub mod first_class;
pub mod class_segment;
pub mod class_word;
pub mod class_predicate;
pub mod subject;
pub mod object;
pub mod relation;
pub mod chain;
pub mod topic;
pub mod distance;

/// A reader of one kind of features off a masked sentence.
pub trait Family: Sync {
    /// Gives out every occurrence of its features.
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S);

    /// Whether it looks at lexicon entries; families that say no may be given sentences without any.
    fn reads_lexicon(&self) -> bool {
        true
    }
}

/// A family as the registry keeps it, compiled once for any sink and once for keys alone: scoring needs no more, and
/// what only names and places are made of then costs nothing.
pub trait AnyFamily: Sync {
    /// Gives out every occurrence of its features.
    fn emit_to(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut dyn Sink);
    /// Adds the key of every occurrence to `keys`.
    fn emit_keys(&self, masked: &Masked, lexicon: &Lexicon, keys: &mut Keys);
    /// As [`Family::reads_lexicon`].
    fn reads_lexicon(&self) -> bool;
}

impl<F: Family> AnyFamily for F {
    fn emit_to(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut dyn Sink) {
        self.emit(masked, lexicon, sink);
    }

    fn emit_keys(&self, masked: &Masked, lexicon: &Lexicon, keys: &mut Keys) {
        self.emit(masked, lexicon, keys);
    }

    fn reads_lexicon(&self) -> bool {
        Family::reads_lexicon(self)
    }
}

/// Words (masks of other names included) and pairs of neighbours among the units `from..to`, under one prefix.
fn words_and_pairs<S: Sink + ?Sized>(masked: &Masked, from: usize, to: usize, prefix: Prefix, sink: &mut S) {
    for i in from..to {
        let part = Part::unit(masked, i);
        if !matches!(masked.units[i].kind, UnitKind::Actor | UnitKind::Comma | UnitKind::Bound) {
            sink.add(Feature::new(prefix, &[part], i, i));
        }
        if i + 1 < to {
            sink.add(Feature::new(prefix, &[part, Part::unit(masked, i + 1)], i, i + 1));
        }
    }
}

/// The prefix for a place left or right of the actor; without an actor there are no sides.
fn by_side(masked: &Masked, at: usize, left: Prefix, right: Prefix) -> Option<Prefix> {
    masked.actor.map(|actor| if at < actor { left } else { right })
}

/// Prefixes of classes and of their groups, each as it stands and behind a negator.
struct Polarity {
    class: [Prefix; 2],
    group: [Prefix; 2],
}

/// Classes, but for function classes, and groups of the matches within `region`, told apart by whether they are
/// negated there; `negated` makes of that and a further negator the next state.
fn classes_by_polarity<S: Sink + ?Sized>(
    masked: &Masked,
    lexicon: &Lexicon,
    region: (usize, usize),
    polarity: &Polarity,
    negated: fn(bool) -> bool,
    sink: &mut S,
) {
    let mut state = false;
    for found in masked.matches.iter().filter(|m| m.start >= region.0 && m.end <= region.1) {
        let (class_prefix, group_prefix) = (polarity.class[usize::from(state)], polarity.group[usize::from(state)]);
        for class in lexicon.meaning(found.phrase) {
            let group = lexicon.class(*class).group;
            if group != Group::Function {
                let (a, b) = (found.start, found.end - 1);
                sink.add(Feature::new(class_prefix, &[Part::class(lexicon, *class)], a, b));
                sink.add(Feature::new(group_prefix, &[Part::group(group)], a, b));
            }
        }
        if lexicon.is_negator(found.phrase) {
            state = negated(state);
        }
    }
}

/// The classes of a match that are acts or speech.
fn acts<'l>(lexicon: &'l Lexicon, found: &Match) -> impl Iterator<Item = u16> + Clone + 'l {
    let is_act = |c: &u16| matches!(lexicon.class(*c).group, Group::Pro | Group::Con | Group::Non | Group::Speech);
    lexicon.meaning(found.phrase).iter().copied().filter(is_act)
}

#[cfg(test)]
mod tests {
    use super::super::instance::{Instance, InstanceView};
    use super::super::registry::FAMILIES;
    use super::*;
    use crate::text::{language::Language, span::Span, token::tokenize};

    const LEXICON: &str = r#"
        [reject]
        group = "con"
        entries = ["rejected", "condemned"]
        [n_force]
        group = "noun"
        entries = ["troops"]
        [say]
        group = "speech"
        entries = ["said"]
        [neg]
        group = "function"
        entries = ["not"]
    "#;

    /// Names of all features that a family reads off a sentence; `US` is the actor, `EU` another.
    fn read(family: &str, text: &str) -> Vec<String> {
        let span = |name: &str| text.find(name).map(|at| Span::new(at, at + name.len()));
        let others = span("EU").into_iter().collect();
        let instance = Instance { text: text.into(), actor: span("US"), others, ..Instance::default() };
        let lexicon = Lexicon::from_toml(LEXICON, "test").unwrap();
        let (mut tokens, mut masked, mut names) = (Vec::new(), Masked::default(), Vec::new());
        tokenize(text, Span::new(0, text.len()), Language::english(), &mut tokens);
        masked.fill(&InstanceView::new(&instance, &tokens), Some(&lexicon), true);
        let entry = FAMILIES.iter().find(|f| f.name == family).unwrap();
        let (mut keys, mut keys_alone) = (Vec::new(), Keys::default());
        entry.family.emit_keys(&masked, &lexicon, &mut keys_alone);
        entry.family.emit_to(&masked, &lexicon, &mut |feature: Feature<'_>| {
            keys.push(feature.key);
            let mut name = String::new();
            feature.name(text, &masked, &lexicon, &mut name);
            names.push(name);
        });
        assert_eq!(keys, keys_alone.0);
        names
    }

    #[test]
    fn table_of_families_and_what_they_read() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("words", "US rejected it", &["word:<actor> rejected", "word:rejected", "word:rejected it", "word:it"]),
            ("sides", "Now US acts", &["left:now", "left:now <actor>", "right:<actor> acts", "right:acts"]),
            ("segment", "So US rejected EU aid", &["after:rejected", "before:so"]),
            ("predicate", "US and EU rejected it.", &["does:rejected", "does:rejected it", "does:it"]),
            ("position", "So US acts", &["at-1:so", "at+1:acts", "at-2:^", "at+2:$"]),
            ("negation", "US did not send it, ever.", &["not-right:send", "not-right:it", "not-right:ever"]),
            ("class", "US rejected it", &["class:reject", "class-right:reject"]),
            ("class-order", "US said, EU", &["order-right:<actor> say", "order-right:say ,", "order-right:, <other>"]),
            (
                "group-order",
                "US said.",
                &["groups-right:<actor> SPEECH", "groups-right:<actor> SPEECH |", "groups-right:SPEECH |"],
            ),
            ("class-negation", "US not rejected", &["neg:neg reject", "neg-right:neg reject"]),
            ("first-class", "rejected US said", &["first:say"]),
            ("class-segment", "US not said", &["own-not:say", "own-group-not:SPEECH"]),
            ("class-segment", "US not not said", &["own-not:say", "own-group-not:SPEECH"]),
            ("class-predicate", "US not not said", &["does-class:say", "does-group:SPEECH"]),
            ("class-predicate", "US not said", &["does-not-class:say", "does-not-group:SPEECH"]),
            ("class-word", "US said no", &["lead-right:<actor> say", "tail-right:say no"]),
            ("class-predicate", "US and EU rejected it", &["does-class:reject", "does-group:CON"]),
            (
                "subject",
                "US rejected troops",
                &["subject:<actor> reject", "about:<actor> reject n_force", "about:<actor> CON n_force"],
            ),
            ("object", "EU condemned US", &["object:reject", "near-object:reject"]),
            (
                "stems",
                "Now US rejected it",
                &["stem-left:now*", "stem-right:reje*", "stem-right:it*", "stem-right:reje* it*"],
            ),
            (
                "chain",
                "US rejected EU troops",
                &["chain:CON <other>", "chain:CON <other> n_force", "whole-chain:CON <other> n_force"],
            ),
            ("chain", "US rejected, condemned it", &["whole-chain:CON"]),
            ("topic", "US rejected troops", &["topic:near", "topic:reject near", "aim-right:reject near"]),
            ("topic", "US rejected it. Now troops", &["topic:far", "topic:reject far", "aim-right:reject none"]),
            (
                "distance",
                "US troops left with no sort of troops",
                &["within-right:2 n_force", "within-right:10 n_force"],
            ),
            ("distance", "troops of US", &["within-left:2 n_force"]),
            ("relation", "US rejected EU troops", &["subject-of:reject", "subject-past-name:n_force"]),
            ("relation", "EU rejected troops of US", &["owner-of:n_force", "owner-of:reject"]),
            (
                "relation",
                "EU troops condemned by US; not so",
                &["next-clause:neg", "agent-of:reject", "agent-of:n_force"],
            ),
        ];
        for (family, text, expected) in cases {
            assert_eq!(&read(family, text), expected, "{family}: {text}");
        }
        let tested: Vec<&str> = cases.iter().map(|(family, ..)| *family).collect();
        assert!(FAMILIES.iter().all(|f| tested.contains(&f.name)), "every family has a case here");
    }

    #[test]
    fn who_is_the_agent_depends_on_by() {
        assert_eq!(read("object", "EU was condemned by US"), ["agent:reject", "near-object:reject"]);
    }
}
