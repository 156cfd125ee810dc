//! The encoding that a page declares in its first kilobytes. What it means is known in `encoding`.

/// How far into a page the declaration is looked for; the standard says the first kilobyte, and pages do not keep to it.
const WITHIN: usize = 8192;

/// The label in `<meta charset=...>` or `<meta http-equiv ... content="text/html; charset=...">`, or in the declaration
/// of an XHTML file.
pub fn declared(page: &[u8]) -> Option<&str> {
    let start = &page[..page.len().min(WITHIN)];
    let tags = start.split(|b| *b == b'<').filter(|tag| starts_with(tag, b"meta") || starts_with(tag, b"?xml"));
    tags.filter_map(|tag| {
        let tag = tag.split(|b| *b == b'>').next()?;
        let key: &[u8] = if starts_with(tag, b"?xml") { b"encoding" } else { b"charset" };
        let at = tag.windows(key.len()).position(|part| part.eq_ignore_ascii_case(key))?;
        let value = tag[at + key.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = value.trim_ascii_start().split(|b| matches!(b, b'"' | b'\''));
        let value = value.map(<[u8]>::trim_ascii).find(|part| !part.is_empty())?;
        let end = value.iter().position(|b| matches!(b, b' ' | b';' | b'/' | b'?')).unwrap_or(value.len());
        std::str::from_utf8(&value[..end]).ok().filter(|label| !label.is_empty())
    })
    .next()
}

fn starts_with(tag: &[u8], name: &[u8]) -> bool {
    tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_declarations() {
        let cases = [
            (r#"<html><head><meta charset="windows-1252">"#, Some("windows-1252")),
            ("<META CHARSET = koi8-r />", Some("koi8-r")),
            (r#"<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">"#, Some("iso-8859-1")),
            (r#"<meta content='text/html;charset=gbk; x' http-equiv=refresh>"#, Some("gbk")),
            (r#"<?xml version="1.0" encoding="shift_jis"?><html>"#, Some("shift_jis")),
            (r#"<meta name="a" content="b"><meta charset='utf-8'>"#, Some("utf-8")),
            (r#"<meta charset="">"#, None),
            ("<meta name=charset>", None),
            ("<p>charset=koi8-r", None),
            ("<meta charset=\u{e9}", Some("\u{e9}")),
        ];
        for (page, expected) in cases {
            assert_eq!(declared(page.as_bytes()), expected, "{page}");
        }
    }
}
