//! Paragraphs: a line each, or, where the text was wrapped at a fixed width, the lines between two breaks together.
//!
//! Only finds where they are; whether a paragraph belongs to the article is decided in `boilerplate`.

use std::borrow::Cow;

use super::span::Span;

/// Marks that begin an item of a list.
const BULLETS: &[char] = &['•', '‣', '◦', '▪', '■', '●', '*', '-', '–', '—', '·'];

/// One line, trimmed; empty lines are kept, as they part paragraphs.
struct Line {
    span: Span,
    /// Length in characters.
    width: usize,
}

/// The paragraphs of `text` between two byte offsets, in order, trimmed and not empty.
pub fn paragraphs(text: &str, within: Span) -> Vec<Span> {
    let lines = lines(text, within);
    let Some(width) = wrap_width(text, &lines) else {
        return lines.iter().map(|l| l.span).filter(|s| s.start < s.end).collect();
    };
    let mut out: Vec<Span> = Vec::new();
    let mut goes_on = false;
    for (i, line) in lines.iter().enumerate() {
        match out.last_mut() {
            _ if line.span.start == line.span.end => {}
            Some(last) if goes_on => last.end = line.span.end,
            _ => out.push(line.span),
        }
        goes_on = lines.get(i + 1).is_some_and(|next| continues(text, line, next, width));
    }
    out
}

/// The span without white space at its ends.
pub fn trimmed(text: &str, span: Span) -> Span {
    let inside = span.of(text);
    let start = span.start + (inside.len() - inside.trim_start().len());
    Span::new(start, start + inside.trim().len())
}

/// The span without the mark of a list item at its front (`• `, `- `).
pub fn without_bullet(text: &str, span: Span) -> Span {
    let inside = span.of(text);
    let rest = inside.trim_start_matches(BULLETS);
    if rest.len() == inside.len() || !rest.starts_with(char::is_whitespace) {
        return span;
    }
    trimmed(text, Span::new(span.end - rest.len(), span.end))
}

fn lines(text: &str, within: Span) -> Vec<Line> {
    let breaks = |c| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut at = within.start;
    let inside = within.of(text);
    let inside = if inside.contains('\r') { inside.replace("\r\n", " \n").into() } else { Cow::Borrowed(inside) };
    let pieces = inside.split(breaks).map(|piece| {
        let line = trimmed(text, Span::new(at, at + piece.len()));
        // Every break is one character, of one to three bytes.
        at += piece.len();
        at += text[at..within.end].chars().next().map_or(0, char::len_utf8);
        Line { span: line, width: line.of(text).chars().count() }
    });
    pieces.collect()
}

/// Whether the line below belongs to the same paragraph of a wrapped text: its first word would not have fitted above.
fn continues(text: &str, line: &Line, next: &Line, width: usize) -> bool {
    let below = next.span.of(text);
    let word = below.split_whitespace().next().map_or(0, |w| w.chars().count());
    let is_item = without_bullet(text, next.span) != next.span;
    line.width > 0 && next.width > 0 && !is_item && line.width + 1 + word > width * 4 / 5
}

/// The width at which the text was wrapped by hand or by a mail program, or `None` for ordinary text. Such text has
/// most lines of nearly the same length, broken in the middle of sentences.
fn wrap_width(text: &str, lines: &[Line]) -> Option<usize> {
    let pairs = || lines.windows(2).filter(|pair| pair[0].width > 0 && pair[1].width > 0);
    let width = pairs().map(|pair| pair[0].width).max()?;
    if !(45..=110).contains(&width) {
        return None;
    }
    let (mut all, mut full, mut open, mut lower) = (0, 0, 0, 0);
    for pair in pairs() {
        let below = pair[1].span.of(text).chars().next();
        all += 1;
        full += usize::from(pair[0].width * 10 >= width * 7);
        open += usize::from(!ends_sentence(pair[0].span.of(text)));
        lower += usize::from(below.is_some_and(|c| c.is_lowercase() || c.is_numeric()));
    }
    (all >= 2 && full * 10 >= all * 7 && open * 10 >= all * 6 && lower * 10 >= all * 4).then_some(width)
}

/// Whether a line ends with an end mark, quotes and brackets behind it aside.
pub fn ends_sentence(line: &str) -> bool {
    let closing = |c: char| matches!(c, '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '›' | '“');
    let bare = line.trim_end().trim_end_matches(closing);
    bare.ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<&str> {
        paragraphs(text, Span::new(0, text.len())).iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn a_line_is_a_paragraph() {
        assert_eq!(of("One.\n\n  Two. \r\nThree\u{2028}Four"), ["One.", "Two.", "Three", "Four"]);
        assert_eq!(of(" \n \r\n"), Vec::<&str>::new());
    }

    #[test]
    fn wrapped_lines_are_joined_and_headlines_are_not() {
        let text = "Harbour talks fail\n\n\
            The two ministers left the room without a word after nine hours and\n\
            did not shake hands. A spokesman for the port said that the ships\n\
            would sail in the morning whatever the outcome.\n\n\
            Nobody expected the strike to end before the weekend, he added, but\n\
            the crews had hoped for a date.\n";
        let found = of(text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0], "Harbour talks fail");
        assert!(found[1].ends_with("whatever the outcome."));
    }

    #[test]
    fn short_lines_of_prose_are_not_taken_for_wrapped_text() {
        let text = "The vote was close and the hall was full of people on Monday.\nThe envoy left before it \
            ended and did not comment on it.\nThe result is due to be announced by the speaker tomorrow.";
        assert_eq!(of(text).len(), 3);
    }

    #[test]
    fn bullets_come_off_only_before_white_space() {
        for (line, expected) in [("• Ships", "Ships"), ("- Ships", "Ships"), ("-5 degrees", "-5 degrees"), ("—", "—")]
        {
            assert_eq!(without_bullet(line, Span::new(0, line.len())).of(line), expected);
        }
    }
}
