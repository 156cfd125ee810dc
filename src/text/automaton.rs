//! A pattern, compiled to say whether it matches a whole line and nothing else.
//!
//! An automaton needs the pattern in one direction, without captures; its states are made as lines call for them, and
//! kept for the next line. A general engine prepares for questions that nobody asks here, which takes twice as long.
//!
//! Even so, compiling takes as long as reading many lines, and with one article a pattern meets a line or two. What is
//! ASCII is therefore interpreted at first, by an engine that compiles in a third of the time, and has an automaton only
//! when it has met [`FEW`] lines. Both say the same.

use std::{
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use regex_automata::{
    Anchored, Input,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson::{self, WhichCaptures},
    util::{pool::Pool, syntax},
};

/// Few articles have more lines that one pattern may match, and as many take the interpreter less time than compiling
/// the automaton takes.
const FEW: u32 = 16;
/// Most memory of the interpreter's program, in bytes: more than any pattern needs.
const PROGRAM: usize = 64 << 20;
/// Most memory of a thread's states, in bytes; where it is full, they are made anew.
const STATES: usize = 4 << 20;

type Create = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// A pattern over ASCII: its classes and letters without regard to case are ASCII alone.
#[derive(Debug)]
pub(super) struct AsciiPattern {
    pattern: String,
    interpreter: regex_lite::Regex,
    /// How many lines it has met, at least up to [`FEW`].
    lines: AtomicU32,
    automaton: OnceLock<Automaton>,
}

impl AsciiPattern {
    /// Compiles a pattern; classes do not stand in classes.
    pub fn new(pattern: String) -> Result<AsciiPattern, String> {
        let interpreter = regex_lite::RegexBuilder::new(&whole(&pattern)).size_limit(PROGRAM).build();
        let interpreter = interpreter.map_err(|error| format!("{pattern}: {error}"))?;
        Ok(AsciiPattern { pattern, interpreter, lines: AtomicU32::new(0), automaton: OnceLock::new() })
    }

    /// Whether the pattern matches the whole line, which is ASCII.
    pub fn is_match(&self, line: &str) -> bool {
        if self.lines.load(Ordering::Relaxed) < FEW {
            self.lines.fetch_add(1, Ordering::Relaxed);
            return self.interpreter.is_match(line);
        }
        let compile = || Automaton::new(&self.pattern, false).expect("a test compiles all that the interpreter takes");
        self.automaton.get_or_init(compile).is_match(line)
    }
}

fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// A pattern over all text.
#[derive(Debug)]
pub(super) struct Automaton {
    dfa: DFA,
    /// The states that each thread has made.
    caches: Pool<Cache, Create>,
}

impl Automaton {
    /// Compiles a pattern; its word bounds have to be those of ASCII.
    pub fn of_text(pattern: &str) -> Result<Automaton, String> {
        Automaton::new(pattern, true)
    }

    fn new(pattern: &str, unicode: bool) -> Result<Automaton, String> {
        let mut builder = DFA::builder();
        builder
            .syntax(syntax::Config::new().unicode(unicode).utf8(unicode))
            .thompson(thompson::Config::new().utf8(unicode).which_captures(WhichCaptures::None))
            .configure(DFA::config().cache_capacity(STATES).skip_cache_capacity_check(true));
        let dfa = builder.build(&whole(pattern)).map_err(|error| error.to_string())?;
        let own = dfa.clone();
        let create: Create = Box::new(move || own.create_cache());
        Ok(Automaton { dfa, caches: Pool::new(create) })
    }

    /// Whether the pattern matches the whole line.
    pub fn is_match(&self, line: &str) -> bool {
        let input = Input::new(line).anchored(Anchored::Yes).earliest(true);
        // An automaton that may clear its states as often as it likes, and knows all bytes, gives up on no line.
        self.dfa.try_search_fwd(&mut self.caches.get(), &input).is_ok_and(|end| end.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_match() {
        for (pattern, line, text, ascii) in [
            ("a|ab", "ab", true, true),
            ("b", "ab", false, false),
            ("a*", "", true, true),
            ("(?i:é+)", "éÉ", true, false),
            (r"[^a]{2,3}", "éa", false, false),
            ("x[ \\x7f]{0,2}.y", "x\x7f y", true, true),
            (".", "\n", false, false),
        ] {
            assert_eq!(Automaton::of_text(pattern).unwrap().is_match(line), text, "{pattern} {line}");
            let pattern = AsciiPattern::new(pattern.into()).unwrap();
            assert!((0..2 * FEW).all(|_| pattern.is_match(line) == ascii) || !line.is_ascii(), "{pattern:?} {line}");
            assert!(pattern.automaton.get().is_some());
        }
        assert!(AsciiPattern::new("(".into()).is_err() && Automaton::of_text("(").is_err());
    }

    #[test]
    fn a_line_that_needs_more_states_than_fit_is_answered_too() {
        // The last but 18th character: as many states as there are lines of 18 characters.
        let automaton = Automaton::of_text("(?:a|b)*a(?:a|b){18}").unwrap();
        let letter = |i: u32| if i.wrapping_mul(2_654_435_761) >> 31 == 0 { 'a' } else { 'b' };
        let line: String = (0..400_000).map(letter).collect();
        let last = |c: &str| format!("{line}{c}{}", &line[..18]);
        assert!(automaton.is_match(&last("a")) && !automaton.is_match(&last("b")));
    }
}
