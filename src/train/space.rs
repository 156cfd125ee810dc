//! What a search for settings tries: sets of feature families, minimum counts, penalties and class weights.

use super::params::{ClassWeight, ModelValidParams, Setting};
use crate::feature::registry::{Block, Entry, FAMILIES};

/// Values of alpha that are tried.
pub const ALPHAS: [f64; 5] = [0.05, 0.1, 0.2, 0.4, 0.8];
/// Values of the minimum count that are tried.
pub const MIN_COUNTS: [u32; 3] = [1, 2, 3];
/// Class weights that are tried.
pub const CLASS_WEIGHTS: [ClassWeight; 2] = [ClassWeight::Balanced, ClassWeight::None];

/// How a set of families comes from those that training would use otherwise.
enum Of {
    /// Those.
    Given,
    /// All that there are.
    Every,
    /// Those but one, which by the ablation table costs nothing that can be told from noise.
    Without(&'static str),
    /// Those of them that are in a block.
    Block(Block),
    /// One of them.
    Only(&'static str),
}

/// The sets that are tried, by name.
const SETS: [(&str, Of); 7] = [
    ("as given", Of::Given),
    ("every family", Of::Every),
    ("without chain", Of::Without("chain")),
    ("without relation", Of::Without("relation")),
    ("without stems", Of::Without("stems")),
    ("word families", Of::Block(Block::Words)),
    ("words", Of::Only("words")),
];

impl Of {
    /// The families of the set in the registry's order.
    fn choose(&self, given: &[String]) -> Vec<String> {
        let has = |family: &Entry| {
            let given = given.iter().any(|name| name == family.name);
            match self {
                Of::Given => given,
                Of::Every => true,
                Of::Without(left_out) => given && family.name != *left_out,
                Of::Block(block) => given && family.block == *block,
                Of::Only(one) => given && family.name == *one,
            }
        };
        FAMILIES.iter().filter(|family| has(family)).map(|family| family.name.to_string()).collect()
    }
}

/// The sets with their families, but for those that are empty or the same as one before.
fn sets(families: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let mut sets: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, of) in SETS {
        let chosen = of.choose(families);
        if !chosen.is_empty() && sets.iter().all(|(_, before)| *before != chosen) {
            sets.push((name, chosen));
        }
    }
    sets
}

/// Every setting that is tried, the one of the parameters among them and at the head.
pub fn settings(params: &ModelValidParams) -> Vec<Setting> {
    let own = Setting {
        set: SETS[0].0.into(),
        families: SETS[0].1.choose(&params.features.families),
        min_count: params.features.min_count,
        alpha: params.alpha,
        class_weight: params.class_weight,
    };
    let mut all = vec![own.clone()];
    for (set, families) in sets(&own.families) {
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
        assert_eq!((all[0].alpha, all[0].min_count, all[0].set.as_str()), (0.2, 2, "as given"));
        assert!((1..all.len()).all(|i| !all[..i].contains(&all[i])));
        let odd = settings(&Model::params().alpha(0.3).check().unwrap());
        assert_eq!((odd.len(), odd[0].alpha), (all.len() + 1, 0.3));
    }

    #[test]
    fn sets_come_from_the_families_given_and_none_is_tried_twice() {
        let names = |families: &[&str]| -> Vec<&str> {
            sets(&families.iter().map(|f| f.to_string()).collect::<Vec<_>>()).iter().map(|(name, _)| *name).collect()
        };
        assert_eq!(names(&["words", "chain"]), ["as given", "every family", "without chain"]);
        assert_eq!(names(&["words"]), ["as given", "every family"]);
        assert_eq!(names(&["words", "sides", "class"]), ["as given", "every family", "word families", "words"]);
        for (name, of) in &SETS {
            let known = |family: &str| FAMILIES.iter().any(|f| f.name == family);
            assert!(!matches!(of, Of::Without(family) | Of::Only(family) if !known(family)), "{name}");
        }
    }
}
