//! What is gained by answering only where one is sure: the risk-coverage curve of Geifman & El-Yaniv 2017, "Selective
//! classification for deep neural networks", and the area under it (Geifman, Uziel & El-Yaniv 2019).

use serde::Serialize;

/// Points of the curve that a report keeps: at every twentieth of the items.
const POINTS: usize = 20;

/// The curve, from few and sure answers to all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskCoverage {
    /// Area under the curve: the mean, over n = 1, 2, ... items, of the risk of the n surest; in [0, 1], less is better.
    pub area: f64,
    /// The risk at coverage 0.05, 0.10, ... 1.
    pub points: Vec<RiskPoint>,
}

/// The answers to the items with the largest confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskPoint {
    /// Share of the items that are answered, in (0, 1]; rounded up to whole items.
    pub coverage: f64,
    /// Confidence of the least sure of them.
    pub confidence: f64,
    /// Share of the answers that are wrong, in [0, 1].
    pub risk: f64,
}

/// The curve of items with the confidence of their answer and whether it is right; `None` without items.
///
/// Of items that are equally sure each order is as good as the others, so their errors count as spread evenly.
pub fn risk_coverage(items: impl IntoIterator<Item = (bool, f64)>) -> Option<RiskCoverage> {
    let mut items: Vec<(bool, f64)> = items.into_iter().collect();
    items.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut risks = Vec::with_capacity(items.len());
    let mut errors = 0.0;
    for equal in items.chunk_by(|a, b| a.1 == b.1) {
        let each = equal.iter().filter(|(right, _)| !right).count() as f64 / equal.len() as f64;
        for _ in equal {
            errors += each;
            risks.push(errors / (risks.len() + 1) as f64);
        }
    }
    let n = risks.len();
    let point = |step: usize| {
        let last = (n * step).div_ceil(POINTS).checked_sub(1)?;
        Some(RiskPoint { coverage: step as f64 / POINTS as f64, confidence: items[last].1, risk: risks[last] })
    };
    let points = (1..=POINTS).map(point).collect::<Option<_>>()?;
    Some(RiskCoverage { area: risks.iter().sum::<f64>() / n as f64, points })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_mean_risk_of_the_surest() {
        // By hand: risks 0, 1/2, 1/3, 1/2; numpy: mean(cumsum(wrong) / arange(1, 5)) with wrong = [0, 1, 0, 1].
        let curve = risk_coverage([(false, 0.6), (true, 0.7), (false, 0.8), (true, 0.9)]).unwrap();
        assert!((curve.area - 1.0 / 3.0).abs() < 1e-12);
        let at = |coverage: f64| *curve.points.iter().find(|p| (p.coverage - coverage).abs() < 1e-9).unwrap();
        assert_eq!(at(0.25), RiskPoint { coverage: 0.25, confidence: 0.9, risk: 0.0 });
        assert_eq!(at(0.3), RiskPoint { coverage: 0.3, confidence: 0.8, risk: 0.5 });
        assert_eq!(at(1.0), RiskPoint { coverage: 1.0, confidence: 0.6, risk: 0.5 });
        assert_eq!(risk_coverage([]), None);
    }

    #[test]
    fn equally_sure_items_have_no_order() {
        // By hand: risks 0, 1/4, 1/3.
        let curve = |items: [(bool, f64); 3]| risk_coverage(items).unwrap();
        let one = curve([(true, 0.9), (false, 0.5), (true, 0.5)]);
        assert!((one.area - (0.25 + 1.0 / 3.0) / 3.0).abs() < 1e-12);
        assert_eq!(one, curve([(true, 0.5), (false, 0.5), (true, 0.9)]));
    }
}
