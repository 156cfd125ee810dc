//! Growing parts of training data, group by group: what a learning curve is trained on.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// The items of as many whole groups as it takes to have a share of all items, in (0, 1]; in the order of the items.
///
/// Groups are taken in an order that the seed shuffles, so with one seed a larger share holds every smaller one.
pub fn of_share(groups: &[String], share: f64, seed: u64) -> Vec<usize> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    groups.iter().enumerate().for_each(|(i, group)| members.entry(group).or_default().push(i));
    let mut order: Vec<Vec<usize>> = members.into_values().collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let enough = share * groups.len() as f64;
    let mut chosen: Vec<usize> = Vec::new();
    for items in order {
        if chosen.len() as f64 >= enough {
            break;
        }
        chosen.extend(items);
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Group `g` has `g % 5 + 1` items.
    fn groups() -> Vec<String> {
        (0..100).flat_map(|g| vec![format!("g{g}"); g % 5 + 1]).collect()
    }

    #[test]
    fn groups_are_whole_and_smaller_shares_lie_in_larger_ones() {
        let groups = groups();
        let mut before: Vec<usize> = Vec::new();
        for share in [1.0 / 16.0, 0.125, 0.25, 0.5, 1.0] {
            let chosen = of_share(&groups, share, 1);
            let enough = share * 300.0;
            assert!(chosen.len() as f64 >= enough && chosen.len() as f64 <= enough + 5.0, "{share}: {}", chosen.len());
            assert!(before.iter().all(|i| chosen.contains(i)));
            let whole = |i: &usize| (0..300).filter(|j| groups[*j] == groups[*i]).all(|j| chosen.contains(&j));
            assert!(chosen.iter().all(whole) && chosen.is_sorted());
            before = chosen;
        }
        assert_eq!(before.len(), 300);
    }

    #[test]
    fn the_seed_decides() {
        let groups = groups();
        assert_eq!(of_share(&groups, 0.25, 1), of_share(&groups, 0.25, 1));
        assert_ne!(of_share(&groups, 0.25, 1), of_share(&groups, 0.25, 2));
        assert_eq!(of_share(&groups, 1.0, 1), of_share(&groups, 1.0, 2));
    }
}
