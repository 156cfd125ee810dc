//! Pairs and triples in the skeleton with every class replaced by its group; negators, modals and the like keep their
//! name. Dense enough to be learned from few sentences: the best single family over classes.

use super::super::lexicon::Group;
use super::super::masked::Symbol;
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
        let parts = |symbol: Symbol| parts_of(masked, symbol, |c| group_part(lexicon, c), lexicon);
        for (at, pair) in masked.skeleton.windows(2).enumerate() {
            let third = masked.skeleton.get(at + 2).copied();
            let first = units_of(masked, pair[0]).0;
            let side =
                by_side(masked, first, const { Prefix::new("groups-left") }, const { Prefix::new("groups-right") });
            let prefix = side.unwrap_or(const { Prefix::new("groups") });
            for u in parts(pair[0]) {
                for v in parts(pair[1]) {
                    sink.add(Feature::new(prefix, &[u, v], first, units_of(masked, pair[1]).1));
                    for (last, w) in third.into_iter().flat_map(|s| parts(s).map(move |w| (units_of(masked, s).1, w))) {
                        sink.add(Feature::new(prefix, &[u, v, w], first, last));
                    }
                }
            }
        }
    }
}
