//! How numbers are written for people, the same in text and HTML: three decimals, thin intervals, grouped thousands.

use super::intervals::{Bootstrap, Interval};

/// `0.731`; with `sign`, `+0.031` and `−0.031`.
pub(super) fn number(value: f64, sign: bool) -> String {
    // Rounded first: -0.0001 must not come out as -0.000.
    let rounded = (value * 1000.0).round() / 1000.0;
    let mark = match sign {
        _ if rounded < 0.0 => "−",
        true if rounded > 0.0 => "+",
        _ => "",
    };
    format!("{mark}{:.3}", rounded.abs())
}

/// `[0.702, 0.758]`, or nothing without an interval.
pub(super) fn interval(interval: Option<Interval>, sign: bool) -> String {
    interval.map_or(String::new(), |i| format!("[{}, {}]", number(i.low, sign), number(i.high, sign)))
}

/// `0.731 [0.702, 0.758]`, or the number alone without an interval.
pub(super) fn with_interval(value: f64, around: Option<Interval>, sign: bool) -> String {
    let text = format!("{} {}", number(value, sign), interval(around, sign));
    text.trim_end().to_owned()
}

/// `13,600`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `3 items`, `1 item`.
pub(super) fn counted(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", count(n as u64), if n == 1 { "" } else { "s" })
}

/// `90 %`, `97.5 %`.
pub(super) fn per_cent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}

/// A name from the program as words: `majority_per_actor` becomes `majority per actor`.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The sentences that say how the intervals were made, or why there are none, and what macro-F1 is; one a line.
pub(super) fn method(bootstrap: Bootstrap, groups: usize) -> String {
    if groups < 2 || bootstrap.resamples == 0 {
        let none = "No intervals: they need two groups of items or more, and at least one resample.";
        return format!("{none}\n{MACRO_F1}");
    }
    format!("{}\n{MACRO_F1}", brackets(bootstrap, &counted(groups, "group")))
}

/// The sentence that says how the intervals were made, by drawing from `groups`.
pub(super) fn brackets(bootstrap: Bootstrap, groups: &str) -> String {
    format!(
        "Brackets are {} % percentile bootstrap intervals over {groups} ({} resamples, seed {}).",
        (bootstrap.level * 1000.0).round() / 10.0,
        count(bootstrap.resamples as u64),
        bootstrap.seed
    )
}

/// What macro-F1 is.
pub(super) const MACRO_F1: &str = "Macro-F1 is the mean of F1 over the labels that occur in gold or prediction.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(number(-0.0001, true), "0.000");
        assert_eq!(number(-0.0306, true), "−0.031");
        assert_eq!(number(0.0306, true), "+0.031");
        assert_eq!(with_interval(0.731, Some(Interval { low: 0.702, high: 0.758 }), false), "0.731 [0.702, 0.758]");
        assert_eq!(with_interval(0.5, None, false), "0.500");
        assert_eq!([0, 999, 1000, 13_600, 1_234_567].map(count), ["0", "999", "1,000", "13,600", "1,234,567"]);
        assert_eq!([counted(1, "item"), counted(2, "item")], ["1 item", "2 items"]);
    }
}
