//! Pairs of neighbours in the skeleton: actors, lexicon classes and punctuation in their order, all else deleted.

use super::super::masked::Symbol;
use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, UnitKind, by_side};

/// See the file's head.
pub struct ClassOrder;

/// How a skeleton symbol is written: the mask, the bar, or the classes of a match, each once (groups may be the same).
pub(super) fn parts_of<'a>(
    masked: &'a Masked,
    symbol: Symbol,
    class: impl Fn(u16) -> Part + Copy + 'a,
    lexicon: &'a Lexicon,
) -> impl Iterator<Item = Part> + Clone + 'a {
    const BAR: Part = Part::literal("|");
    let (unit, classes): (_, &[u16]) = match symbol {
        Symbol::Unit(unit) if masked.units[unit].kind == UnitKind::Bound => (Some(BAR), &[]),
        Symbol::Unit(unit) => (Some(Part::unit(masked, unit)), &[]),
        Symbol::Match(found) => (None, lexicon.meaning(masked.matches[found].phrase)),
    };
    let first = move |at: usize| classes[..at].iter().all(|c| class(*c) != class(classes[at]));
    unit.into_iter().chain((0..classes.len()).filter(move |at| first(*at)).map(move |at| class(classes[at])))
}

/// First and last unit of a skeleton symbol.
pub(super) fn units_of(masked: &Masked, symbol: Symbol) -> (usize, usize) {
    match symbol {
        Symbol::Unit(unit) => (unit, unit),
        Symbol::Match(found) => (masked.matches[found].start, masked.matches[found].end - 1),
    }
}

impl Family for ClassOrder {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        for pair in masked.skeleton.windows(2) {
            let parts = |symbol| parts_of(masked, symbol, |c| Part::class(lexicon, c), lexicon);
            let first = units_of(masked, pair[0]).0;
            let side =
                by_side(masked, first, const { Prefix::new("order-left") }, const { Prefix::new("order-right") });
            let prefix = side.unwrap_or(const { Prefix::new("order") });
            for u in parts(pair[0]) {
                for v in parts(pair[1]) {
                    sink.add(Feature::new(prefix, &[u, v], first, units_of(masked, pair[1]).1));
                }
            }
        }
    }
}
