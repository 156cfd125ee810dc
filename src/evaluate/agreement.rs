//! Agreement between coders beyond chance: Krippendorff's alpha and Cohen's kappa, for nominal labels.
//!
//! Labels are numbers here; reading columns and naming labels is the caller's.

use super::metrics::Confusion;

/// Krippendorff's alpha for nominal data (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C):
/// 1 - observed / expected disagreement. 1 is perfect, 0 what chance would give, below 0 is systematic disagreement.
///
/// A column per coder, all of the same length; `None` where a coder left an item out. Any number of coders; an item
/// with fewer than two labels does not count. None if no item can be paired or if only one label was ever used:
/// then there is nothing that agreement could be distinguished from.
pub fn krippendorff_alpha(columns: &[&[Option<usize>]]) -> Option<f64> {
    let items = columns.iter().map(|column| column.len()).min()?;
    let labels = columns.iter().flat_map(|column| column.iter()).flatten().max()? + 1;
    let mut totals = vec![0.0; labels];
    let (mut values, mut observed) = (0.0, 0.0);
    for item in 0..items {
        let mut counts = vec![0.0; labels];
        columns.iter().filter_map(|column| column[item]).for_each(|label| counts[label] += 1.0);
        let coders: f64 = counts.iter().sum();
        if coders < 2.0 {
            continue;
        }
        values += coders;
        totals.iter_mut().zip(&counts).for_each(|(total, count)| *total += count);
        // Ordered pairs of unequal labels, each item weighing as much as it has labels.
        observed += (coders * coders - counts.iter().map(|c| c * c).sum::<f64>()) / (coders - 1.0);
    }
    let expected = values * values - totals.iter().map(|t| t * t).sum::<f64>();
    (expected > 0.0).then(|| 1.0 - (values - 1.0) * observed / expected)
}

/// Cohen's kappa (Cohen 1960): (observed - expected) / (1 - expected) agreement of two coders, in [-1, 1].
///
/// Items that one of them left out do not count. None if no item is left or if both used one and the same label only.
pub fn cohen_kappa(one: &[Option<usize>], two: &[Option<usize>]) -> Option<f64> {
    let pairs: Vec<(usize, usize)> = one.iter().zip(two).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    let labels = pairs.iter().map(|(a, b)| a.max(b)).max()? + 1;
    let confusion = Confusion::from_pairs(labels, pairs);
    let n = confusion.total() as f64;
    let by_chance = |label| confusion.support(label) as f64 * confusion.predicted(label) as f64;
    let expected = (0..labels).map(by_chance).sum::<f64>() / (n * n);
    (expected < 1.0).then(|| (confusion.accuracy() - expected) / (1.0 - expected))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One character per item: a letter or digit is a label, a dot a gap.
    fn column(labels: &str) -> Vec<Option<usize>> {
        labels.bytes().map(|b| (b != b'.').then(|| usize::from(b - b'0'))).collect()
    }

    fn alpha(columns: &[&str]) -> Option<f64> {
        let columns: Vec<_> = columns.iter().map(|c| column(c)).collect();
        krippendorff_alpha(&columns.iter().map(|c| &c[..]).collect::<Vec<_>>())
    }

    #[test]
    fn alpha_of_the_published_examples() {
        // Krippendorff (2011), examples A (binary, two observers), B (nominal, two), C (nominal, four, with gaps).
        let cases: [(&[&str], f64); 3] = [
            (&["0100000010", "1110010000"], 0.095),
            (&["aabbdcccedda", "babbbccceddd"], 0.692),
            (&["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743),
        ];
        for (columns, expected) in cases {
            assert!((alpha(columns).unwrap() - expected).abs() < 0.0005, "{columns:?}: {:?}", alpha(columns));
        }
    }

    #[test]
    fn kappa_of_the_published_example() {
        // Cohen (1960), the 3 x 3 matrix of proportions .44 .07 .09 / .05 .20 .05 / .01 .03 .06 over 200 items: .492
        // sklearn 1.9.1 cohen_kappa_score over the same items: 0.4915254237288136
        let counts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]];
        let (mut one, mut two) = (Vec::new(), Vec::new());
        for (a, row) in counts.iter().enumerate() {
            for (b, n) in row.iter().enumerate() {
                one.extend(vec![Some(a); *n]);
                two.extend(vec![Some(b); *n]);
            }
        }
        assert!((cohen_kappa(&one, &two).unwrap() - 0.491_525_423_728_813_6).abs() < 1e-12);
    }

    #[test]
    fn one_label_only_or_no_pair_has_no_agreement() {
        assert_eq!(alpha(&["000", "000"]), None);
        assert_eq!(alpha(&["0..", ".1."]), None);
        assert_eq!(alpha(&[]), None);
        assert_eq!(cohen_kappa(&column("00"), &column("00")), None);
        assert_eq!(cohen_kappa(&column("0."), &column(".0")), None);
    }

    proptest! {
        #[test]
        fn neither_depends_on_the_order_of_coders_and_full_agreement_is_one(
            items in prop::collection::vec((0usize..3, prop::option::of(0usize..3)), 2..40)
        ) {
            let one: Vec<_> = items.iter().map(|(a, _)| Some(*a)).collect();
            let two: Vec<_> = items.iter().map(|(_, b)| *b).collect();
            prop_assert_eq!(krippendorff_alpha(&[&one, &two]), krippendorff_alpha(&[&two, &one]));
            prop_assert_eq!(cohen_kappa(&one, &two), cohen_kappa(&two, &one));
            if let Some(alpha) = krippendorff_alpha(&[&one, &one]) {
                prop_assert!((alpha - 1.0).abs() < 1e-12);
            }
            if let Some(kappa) = cohen_kappa(&one, &two) {
                prop_assert!((-1.0 - 1e-12..=1.0 + 1e-12).contains(&kappa));
            }
        }
    }
}
