//! McNemar's test (McNemar 1947, Psychometrika 12): do two systems err equally often on the same items?
//!
//! Only items count on which one is right and the other wrong. The test takes items for independent, which items of one
//! story are not: where groups are large its p-value is too small, and the paired bootstrap over groups is to be
//! preferred.

use serde::Serialize;

/// With fewer discordant items than this the exact test is taken.
pub const EXACT_BELOW: u64 = 25;

/// How the p-value was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Two-sided binomial test of the discordant items with p = 1/2.
    ExactBinomial,
    /// Chi-square with one degree of freedom and continuity correction (Edwards 1948, Psychometrika 13).
    ChiSquareCorrected,
}

/// The test and what it is made from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// Items on which only the first system is right.
    pub only_a: u64,
    /// Items on which only the second system is right.
    pub only_b: u64,
    /// How the p-value was computed.
    pub method: Method,
    /// `(|only_a - only_b| - 1)^2 / (only_a + only_b)`, 0 if both are equal; none for the exact test.
    pub statistic: Option<f64>,
    /// Probability, in [0, 1], of a difference at least as large if both systems erred equally often.
    pub p_value: f64,
}

/// The test for these numbers of discordant items: exact for fewer than [`EXACT_BELOW`], chi-square for more.
pub fn mcnemar(only_a: u64, only_b: u64) -> McNemar {
    let n = only_a + only_b;
    if n < EXACT_BELOW {
        let p_value = exact(only_a.min(only_b), n);
        return McNemar { only_a, only_b, method: Method::ExactBinomial, statistic: None, p_value };
    }
    let apart = only_a.abs_diff(only_b) as f64;
    let statistic = (apart - 1.0).max(0.0).powi(2) / n as f64;
    // Survival function of chi-square with one degree of freedom.
    let p_value = libm::erfc((statistic / 2.0).sqrt());
    McNemar { only_a, only_b, method: Method::ChiSquareCorrected, statistic: Some(statistic), p_value }
}

/// Twice the probability of at most `fewer` heads in `n` tosses of a fair coin, at most 1.
fn exact(fewer: u64, n: u64) -> f64 {
    let mut ways = 1.0;
    let mut sum = 0.0;
    for k in 0..=fewer {
        sum += ways;
        ways *= (n - k) as f64 / (k + 1) as f64;
    }
    (2.0 * sum / 2f64.powi(n as i32)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_are_those_of_statsmodels() {
        // statsmodels 0.15.0: mcnemar([[50, a], [b, 20]], exact=a + b < 25, correction=True).pvalue
        let cases = [
            (3, 9, 0.145_996_093_75),
            (0, 6, 0.031_25),
            (11, 13, 0.838_819_742_202_758_8),
            (10, 15, 0.423_710_797_166_793_6),
            (30, 60, 0.002_236_624_445_209_870_3),
            (121, 77, 0.002_244_033_413_029_026_2),
        ];
        for (a, b, expected) in cases {
            for test in [mcnemar(a, b), mcnemar(b, a)] {
                assert!((test.p_value - expected).abs() < 1e-12, "{test:?}, not {expected}");
            }
        }
    }

    #[test]
    fn a_tiny_p_value_is_no_zero() {
        // The same call for a = 400, b = 150: statistic 112.729, p-value 2.474e-26.
        let test = mcnemar(400, 150);
        assert!((test.statistic.unwrap() - 112.729_090_909_090_91).abs() < 1e-9, "{test:?}");
        assert!((test.p_value / 2.473_662_024_618_187e-26 - 1.0).abs() < 1e-9, "{test:?}");
    }

    #[test]
    fn equal_numbers_show_no_difference() {
        assert_eq!([mcnemar(0, 0), mcnemar(5, 5), mcnemar(40, 40)].map(|t| t.p_value), [1.0; 3]);
        assert_eq!(mcnemar(40, 40).statistic, Some(0.0));
    }
}
