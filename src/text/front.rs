//! What stands in front of an article's text but is not of it: a header block, or a date before the lede.
//!
//! Reads; what is done with it is the business of `article` (fields) and `boilerplate` (what is not analysed).

/// Keys of a header block, in lower case, and the field they fill.
const KEYS: &[(&str, Key)] = &[
    ("title", Key::Title),
    ("headline", Key::Title),
    ("date", Key::Date),
    ("published", Key::Date),
    ("publication date", Key::Date),
    ("outlet", Key::Outlet),
    ("source", Key::Outlet),
    ("publisher", Key::Outlet),
    ("newspaper", Key::Outlet),
    ("author", Key::Other),
    ("authors", Key::Other),
    ("byline", Key::Other),
    ("url", Key::Other),
    ("link", Key::Other),
    ("id", Key::Other),
    ("section", Key::Other),
    ("language", Key::Other),
    ("location", Key::Other),
    ("crisis", Key::Other),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Title,
    Date,
    Outlet,
    Other,
}

/// What was found in front of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Front {
    /// Bytes that it takes, white space behind it included; 0 if there is nothing.
    pub len: usize,
    /// Headline.
    pub title: Option<String>,
    /// Date as written.
    pub date: Option<String>,
    /// Newspaper, agency or site.
    pub outlet: Option<String>,
}

/// Reads what stands in front of a text; a byte order mark alone is skipped as well.
pub fn front(text: &str) -> Front {
    let header = header(text);
    let mut front = if header.len > 0 { header } else { leading_date(text) };
    if front.len == 0 && text.starts_with('\u{feff}') {
        front.len = '\u{feff}'.len_utf8();
    }
    front
}

/// Lines of the form `Key: value` at the top. A single line counts only if it gives a title or a date: `Source: ...`
/// alone may be a headline.
fn header(text: &str) -> Front {
    let mut front = Front::default();
    let (mut at, mut lines, mut sure) = (0, 0, false);
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        let line = line.trim_start_matches('\u{feff}').trim();
        match line.split_once(':').and_then(|(key, value)| Some((key_of(key)?, value.trim()))) {
            Some((key, value)) => {
                let value = Some(value.to_string()).filter(|v| !v.is_empty());
                match key {
                    Key::Title => front.title = front.title.or(value),
                    Key::Date => front.date = front.date.or(value),
                    Key::Outlet => front.outlet = front.outlet.or(value),
                    Key::Other => {}
                }
                lines += 1;
                sure |= matches!(key, Key::Title | Key::Date);
                front.len = next;
            }
            None if line.is_empty() && lines == 0 => {}
            None => break,
        }
        at = next;
    }
    if sure || lines > 1 { front } else { Front::default() }
}

fn key_of(key: &str) -> Option<Key> {
    let key = key.trim();
    KEYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, key)| *key)
}

/// `date 2019-05-05` before the first word.
fn leading_date(text: &str) -> Front {
    let found = || {
        let rest = text.trim_start_matches('\u{feff}').trim_start();
        let rest = rest.strip_prefix("date").or_else(|| rest.strip_prefix("Date"))?;
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        let rest = rest.strip_prefix(' ')?.trim_start();
        let date = rest.get(..10).filter(|date| is_iso(date))?;
        let behind = rest[10..].strip_prefix(char::is_whitespace)?;
        Some(Front { len: text.len() - behind.trim_start().len(), date: Some(date.to_string()), ..Front::default() })
    };
    found().unwrap_or_default()
}

fn is_iso(date: &str) -> bool {
    date.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_fronts() {
        let cases: &[(&str, usize, Option<&str>)] = &[
            (" date 2019-05-05 Talks failed.", 17, Some("2019-05-05")),
            ("Date: 5 May 2019\nTalks failed.", 17, Some("5 May 2019")),
            ("\n\nTITLE: Talks\nDate: 2019\n\nTalks failed.", 26, Some("2019")),
            ("Source: talks have failed\nThe envoys left.", 0, None),
            ("Date palms are cheap.", 0, None),
            ("date 2019-05-05", 0, None),
            ("\u{feff}Talks failed.", 3, None),
            ("\u{feff}Date: 2019\nTalks failed.", 14, Some("2019")),
            ("", 0, None),
        ];
        for (text, len, date) in cases {
            let found = front(text);
            assert_eq!((found.len, found.date.as_deref()), (*len, *date), "{text:?}");
        }
    }
}
