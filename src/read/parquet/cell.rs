//! The values of a column as text: numbers and dates are written out, what is missing is told from what is empty.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Null, or a number that is none.
    Missing,
    /// Bytes that should be text.
    Bytes(Vec<u8>),
    /// A number, as JSON writes it.
    Number(String),
    /// A date, a time, true or false.
    Word(String),
}

/// How the values of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As they are: text, numbers, true and false.
    Plain,
    /// Whole numbers without sign.
    Unsigned,
    /// Days since 1970.
    Date,
    /// So many parts of a second since 1970, in UTC or nowhere.
    Time {
        /// Parts of a second.
        per_second: i64,
        /// Whether it is UTC.
        utc: bool,
    },
}

impl Kind {
    /// How a column is read; `None` where it is not: nested ones, and types that are no text, number or date.
    pub fn of(column: &ColumnDescriptor) -> Option<Kind> {
        if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
            return None;
        }
        let time = |unit: &TimeUnit, utc: bool| Kind::Time { per_second: per_second(unit), utc };
        match (column.physical_type(), column.logical_type_ref(), column.converted_type()) {
            (Type::FIXED_LEN_BYTE_ARRAY, ..) | (_, Some(LogicalType::Decimal(_)), _) => None,
            (_, _, ConvertedType::DECIMAL | ConvertedType::INTERVAL) => None,
            (Type::INT32, Some(LogicalType::Date), _) | (Type::INT32, None, ConvertedType::DATE) => Some(Kind::Date),
            (Type::INT64, Some(LogicalType::Timestamp(t)), _) => Some(time(&t.unit, t.is_adjusted_to_u_t_c)),
            (Type::INT64, None, ConvertedType::TIMESTAMP_MILLIS) => Some(time(&TimeUnit::MILLIS, true)),
            (Type::INT64, None, ConvertedType::TIMESTAMP_MICROS) => Some(time(&TimeUnit::MICROS, true)),
            (Type::INT32 | Type::INT64, Some(LogicalType::Integer(i)), _) if !i.is_signed => Some(Kind::Unsigned),
            (Type::INT32, None, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32)
            | (Type::INT64, None, ConvertedType::UINT_64) => Some(Kind::Unsigned),
            _ => Some(Kind::Plain),
        }
    }

    /// What a whole number of 64 bits is.
    pub fn long(self, value: i64) -> Cell {
        match self {
            Kind::Unsigned => Cell::Number((value as u64).to_string()),
            Kind::Time { per_second, utc } => Cell::Word(instant(value, per_second, utc)),
            _ => Cell::Number(value.to_string()),
        }
    }

    /// What a whole number of 32 bits is.
    pub fn int(self, value: i32) -> Cell {
        match self {
            Kind::Unsigned => Cell::Number((value as u32).to_string()),
            Kind::Date => Cell::Word(date(i64::from(value))),
            _ => Cell::Number(value.to_string()),
        }
    }
}

fn per_second(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    }
}

/// What a floating-point number is. Tables with gaps have whole numbers in this form: these are written as such.
pub fn float(value: f64) -> Cell {
    /// Beyond it whole numbers have gaps.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        v if !v.is_finite() => Cell::Missing,
        v if v.fract() == 0.0 && v.abs() < EXACT => Cell::Number((v as i64).to_string()),
        v => Cell::Number(format!("{v:?}")),
    }
}

/// What a number of 96 bits is, the old form of a time: nanoseconds of the day, and the Julian day.
pub fn old_time(words: &[u32]) -> Cell {
    /// The Julian day of the first of January 1970.
    const JULIAN_1970: i64 = 2_440_588;
    const PER_DAY: i64 = 86_400_000_000_000;
    let [low, high, day] = words else { return Cell::Missing };
    let nanoseconds = (u64::from(*high) << 32 | u64::from(*low)) as i64;
    let days = i64::from(*day) - JULIAN_1970;
    // Microseconds reach further than the years of any newspaper.
    let instant_of = |micros: i64| Cell::Word(instant(micros, 1_000_000, false));
    instant_of(days * (PER_DAY / 1000) + nanoseconds.rem_euclid(PER_DAY) / 1000)
}

/// `2019-02-25` from days since 1970 (H. Hinnant, chrono-Compatible Low-Level Date Algorithms, `civil_from_days`).
fn date(days: i64) -> String {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2019-02-25T12:30:00Z`, parts of a second only where there are any, the `Z` only in UTC.
fn instant(value: i64, per_second: i64, utc: bool) -> String {
    let (seconds, part) = (value.div_euclid(per_second), value.rem_euclid(per_second));
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let digits = per_second.ilog10() as usize;
    let part = if part == 0 { String::new() } else { format!(".{part:0digits$}") };
    let zone = if utc { "Z" } else { "" };
    format!("{}T{:02}:{:02}:{:02}{part}{zone}", date(days), of_day / 3600, of_day / 60 % 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python: `datetime.date(1970, 1, 1) + datetime.timedelta(days)`; the last is outside its range.
    #[test]
    fn days_are_dates() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (17_952, "2019-02-25"),
            (18_321, "2020-02-29"),
            (11_016, "2000-02-29"),
            (-719_162, "0001-01-01"),
            (2_932_896, "9999-12-31"),
            (2_932_897, "10000-01-01"),
        ] {
            assert_eq!(date(days), expected);
        }
        assert!(date(i64::from(i32::MIN)).starts_with('-'));
    }

    /// Python: `datetime.datetime(2019, 2, 25, 12, 30, 1, 500000, datetime.UTC).timestamp()` is 1551097801.5.
    #[test]
    fn times_are_instants() {
        assert_eq!(instant(1_551_097_801_500, 1_000, true), "2019-02-25T12:30:01.500Z");
        assert_eq!(instant(1_551_097_801_000_000, 1_000_000, false), "2019-02-25T12:30:01");
        assert_eq!(instant(-1, 1_000_000_000, true), "1969-12-31T23:59:59.999999999Z");
        instant(i64::MIN, 1_000, true);
        instant(i64::MAX, 1, true);
        // 12:00 of the same day; Julian day 2458540.
        let noon: i64 = 43_200_000_000_000;
        let words = [noon as u32, (noon >> 32) as u32, 2_458_540];
        assert_eq!(old_time(&words), Cell::Word("2019-02-25T12:00:00".into()));
        old_time(&[u32::MAX; 3]);
    }

    #[test]
    fn numbers_are_written_as_json_writes_them() {
        let number = |text: &str| Cell::Number(text.into());
        assert_eq!((float(7.0), float(-0.5), float(1e300)), (number("7"), number("-0.5"), number("1e300")));
        assert_eq!((float(f64::NAN), float(f64::INFINITY)), (Cell::Missing, Cell::Missing));
        assert_eq!((Kind::Unsigned.long(-1), Kind::Plain.int(-1)), (number("18446744073709551615"), number("-1")));
    }
}
