//! A pattern, compiled to say whether it matches a whole line and nothing else.
//!
//! Most patterns meet a line or two before the program ends, so compiling costs more than matching. A lazy automaton
//! needs the pattern in one direction, without captures; its states are made as lines call for them, and kept for the
//! next line. A general engine prepares for questions that nobody asks here, which takes twice as long.

use std::panic::{RefUnwindSafe, UnwindSafe};

use regex_automata::{
    Anchored, Input,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson::{self, WhichCaptures},
    util::{pool::Pool, syntax},
};

/// Most memory of a thread's states, in bytes; where it is full, they are made anew.
const STATES: usize = 4 << 20;

type Create = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Automaton {
    dfa: DFA,
    /// The states that each thread has made.
    caches: Pool<Cache, Create>,
}

impl Automaton {
    /// Compiles a pattern for text; its word bounds have to be those of ASCII.
    pub fn of_text(pattern: &str) -> Result<Automaton, String> {
        Automaton::new(pattern, true)
    }

    /// Compiles a pattern for ASCII: its classes and letters without regard to case are ASCII alone.
    pub fn of_ascii(pattern: &str) -> Result<Automaton, String> {
        Automaton::new(pattern, false)
    }

    fn new(pattern: &str, unicode: bool) -> Result<Automaton, String> {
        let mut builder = DFA::builder();
        builder
            .syntax(syntax::Config::new().unicode(unicode).utf8(unicode))
            .thompson(thompson::Config::new().utf8(unicode).which_captures(WhichCaptures::None))
            .configure(DFA::config().cache_capacity(STATES).skip_cache_capacity_check(true));
        let dfa = builder.build(&format!("^(?:{pattern})$")).map_err(|error| error.to_string())?;
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
            (r"\w{2,3}", "éa", true, false),
            (r"x(?-u:\b).y", "x y", true, true),
            (".", "\n", false, false),
        ] {
            let ascii_only = Automaton::of_ascii(pattern);
            assert_eq!(Automaton::of_text(pattern).unwrap().is_match(line), text, "{pattern} {line}");
            assert_eq!(ascii_only.is_ok_and(|a| a.is_match(line)), ascii, "{pattern} {line}");
        }
        assert!(Automaton::of_ascii("(").unwrap_err().contains("unclosed group"));
    }

    #[test]
    fn a_line_that_needs_more_states_than_fit_is_answered_too() {
        // The last but 18th character: as many states as there are lines of 18 characters.
        let automaton = Automaton::of_ascii("(?:a|b)*a(?:a|b){18}").unwrap();
        let line: String =
            (0..400_000u32).map(|i| if i.wrapping_mul(2_654_435_761) >> 31 == 0 { 'a' } else { 'b' }).collect();
        let last = |c: &str| format!("{line}{c}{}", &line[..18]);
        assert!(automaton.is_match(&last("a")) && !automaton.is_match(&last("b")));
    }
}
