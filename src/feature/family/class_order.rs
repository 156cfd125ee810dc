//! Pairs of neighbours in the skeleton: actors, lexicon classes and punctuation in their order, all else deleted.

use super::super::masked::Symbol;
use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, UnitKind, by_side};

/// See the file's head.
pub struct ClassOrder;

/// How a skeleton symbol is written: at most a handful of parts, as a match may have several classes.
pub(super) fn parts_of(
    masked: &Masked,
    symbol: Symbol,
    mut class: impl FnMut(u16) -> Part,
    lexicon: &Lexicon,
    out: &mut Vec<Part>,
) {
    const BAR: Part = Part::literal("|");
    out.clear();
    match symbol {
        Symbol::Unit(unit) if masked.units[unit].kind == UnitKind::Bound => out.push(BAR),
        Symbol::Unit(unit) => out.push(Part::unit(masked, unit)),
        Symbol::Match(found) => {
            for number in lexicon.meaning(masked.matches[found].phrase) {
                let part = class(*number);
                if !out.contains(&part) {
                    out.push(part);
                }
            }
        }
    }
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
        let (mut left, mut right) = (Vec::with_capacity(4), Vec::with_capacity(4));
        for pair in masked.skeleton.windows(2) {
            parts_of(masked, pair[0], |c| Part::class(lexicon, c), lexicon, &mut left);
            parts_of(masked, pair[1], |c| Part::class(lexicon, c), lexicon, &mut right);
            let first = units_of(masked, pair[0]).0;
            let side = by_side(masked, first, Prefix::new("order-left"), Prefix::new("order-right"));
            let prefix = side.unwrap_or(Prefix::new("order"));
            for u in &left {
                for v in &right {
                    sink.add(Feature::new(prefix, &[*u, *v], first, units_of(masked, pair[1]).1));
                }
            }
        }
    }
}
