//! What a search for settings tries: sets of feature families, minimum counts, penalties and class weights.

use super::params::{ClassWeight, ModelValidParams, Setting};
use crate::feature::registry::{Block, FAMILIES};

/// Values of alpha that are tried.
pub const ALPHAS: [f64; 5] = [0.05, 0.1, 0.2, 0.4, 0.8];
/// Values of the minimum count that are tried.
pub const MIN_COUNTS: [u32; 3] = [1, 2, 3];
/// Class weights that are tried.
pub const CLASS_WEIGHTS: [ClassWeight; 2] = [ClassWeight::Balanced, ClassWeight::None];

/// How a set of families comes from those that training would use otherwise.
enum Of {
    /// All of them.
    All,
    /// All but one, which by docs/quality.md does no harm to leave out.
    Without(&'static str),
    /// Those of a block.
    Block(Block),
    /// One of them.
    Only(&'static str),
}

/// The sets that are tried, by name.
const SETS: [(&str, Of); 6] = [
    ("all", Of::All),
    ("without class", Of::Without("class")),
    ("without class-segment", Of::Without("class-segment")),
    ("without class-predicate", Of::Without("class-predicate")),
    ("word families", Of::Block(Block::Words)),
    ("words", Of::Only("words")),
];

impl Of {
    fn has(&self, family: &str) -> bool {
        match self {
            Of::All => true,
            Of::Without(left_out) => family != *left_out,
            Of::Block(block) => FAMILIES.iter().any(|f| f.name == family && f.block == *block),
            Of::Only(one) => family == *one,
        }
    }
}

/// The sets with their families, but for those that are empty or the same as one before.
fn sets(families: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let mut sets: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, of) in SETS {
        let chosen: Vec<String> = families.iter().filter(|family| of.has(family)).cloned().collect();
        if !chosen.is_empty() && sets.iter().all(|(_, before)| *before != chosen) {
            sets.push((name, chosen));
        }
    }
    sets
}

/// Every setting that is tried, the one of the parameters among them and at the head.
pub fn settings(params: &ModelValidParams) -> Vec<Setting> {
    let sets = sets(&params.features.families);
    let own = Setting {
        set: SETS[0].0.into(),
        families: params.features.families.clone(),
        min_count: params.features.min_count,
        alpha: params.alpha,
        class_weight: params.class_weight,
    };
    let mut all = vec![own.clone()];
    for (set, families) in sets {
        for (min_count, class_weight) in MIN_COUNTS.into_iter().flat_map(|m| CLASS_WEIGHTS.map(|c| (m, c))) {
            let setting =
                |alpha| Setting { set: set.into(), families: families.clone(), min_count, alpha, class_weight };
            all.extend(ALPHAS.map(setting).into_iter().filter(|setting| *setting != own));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;

    use super::*;
    use crate::model::Model;

    #[test]
    fn settings_are_distinct_and_begin_with_those_given() {
        let all = settings(&Model::params().check().unwrap());
        assert_eq!(all.len(), SETS.len() * ALPHAS.len() * MIN_COUNTS.len() * CLASS_WEIGHTS.len());
        assert_eq!((all[0].alpha, all[0].min_count, all[0].set.as_str()), (0.2, 2, "all"));
        assert!((1..all.len()).all(|i| !all[..i].contains(&all[i])));
        let odd = settings(&Model::params().alpha(0.3).check().unwrap());
        assert_eq!((odd.len(), odd[0].alpha), (all.len() + 1, 0.3));
    }

    #[test]
    fn sets_come_from_the_families_given_and_none_is_tried_twice() {
        let names = |families: &[&str]| -> Vec<&str> {
            sets(&families.iter().map(|f| f.to_string()).collect::<Vec<_>>()).iter().map(|(name, _)| *name).collect()
        };
        assert_eq!(names(&["words", "class"]), ["all", "without class"]);
        assert_eq!(names(&["words"]), ["all"]);
        assert_eq!(names(&["words", "sides", "class-order"]), ["all", "word families", "words"]);
        for (name, of) in &SETS {
            let known = |family: &str| FAMILIES.iter().any(|f| f.name == family);
            assert!(!matches!(of, Of::Without(family) | Of::Only(family) if !known(family)), "{name}");
        }
    }
}
