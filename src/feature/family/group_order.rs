//! Pairs and triples in the skeleton with every class replaced by its group; negators, modals and the like keep their
//! name. Dense enough to be learned from few sentences: the best single family over classes.

use super::super::lexicon::Group;
use super::class_order::{parts_of, units_of};
use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, by_side};

/// See the file's head.
pub struct GroupOrder;

fn group_part(lexicon: &Lexicon, class: u16) -> Part {
    match lexicon.class(class).group {
        Group::Function => Part::class(lexicon, class),
        group => Part::group(group),
    }
}

impl Family for GroupOrder {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        let mut parts = [Vec::with_capacity(4), Vec::with_capacity(4), Vec::with_capacity(4)];
        for at in 0..masked.skeleton.len() {
            let symbols = &masked.skeleton[at..(at + 3).min(masked.skeleton.len())];
            for (symbol, out) in symbols.iter().zip(&mut parts) {
                parts_of(masked, *symbol, |c| group_part(lexicon, c), lexicon, out);
            }
            let first = units_of(masked, symbols[0]).0;
            let side = by_side(masked, first, Prefix::new("groups-left"), Prefix::new("groups-right"));
            let prefix = side.unwrap_or(Prefix::new("groups"));
            let [a, b, c] = &parts;
            for u in a {
                for v in b.iter().filter(|_| symbols.len() > 1) {
                    sink.add(Feature::new(prefix, &[*u, *v], first, units_of(masked, symbols[1]).1));
                    for w in c.iter().filter(|_| symbols.len() > 2) {
                        sink.add(Feature::new(prefix, &[*u, *v, *w], first, units_of(masked, symbols[2]).1));
                    }
                }
            }
        }
    }
}
