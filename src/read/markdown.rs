//! Markdown to the text that is analysed: headings, emphasis and links keep their words and lose their marks; code, HTML
//! and pictures are left out; front matter becomes fields.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::text::article::{Article, Fields};
use crate::text::front::front;
use crate::text::reader::FieldNames;

/// The article of a Markdown text. Its spans are those of the stripped text.
pub fn article(source: &str, id: &str, names: &FieldNames) -> Article {
    // A block of `Title:` and `Date:` lines would be joined to one paragraph.
    let body = front(source).len;
    let mut writer = Writer::default();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    for event in Parser::new_ext(&source[body..], options) {
        writer.take(event);
    }
    let field = |name: &str| (!name.is_empty()).then(|| writer.field(name)).flatten();
    let fields = Fields {
        id: field(&names.id).or_else(|| Some(id.to_string())),
        title: field(&names.title).or_else(|| writer.title.clone()),
        date: field(&names.date),
        outlet: field("outlet").or_else(|| field("source")).or_else(|| field("publisher")),
        crisis: field("crisis"),
        text: format!("{}{}", &source[..body], writer.text.trim_end()),
    };
    Article { stripped: true, ..Article::from_fields(fields, id) }
}

#[derive(Default)]
struct Writer {
    text: String,
    /// The first heading of the first level.
    title: Option<String>,
    /// Where the heading that is open begins.
    heading: usize,
    metadata: String,
    in_metadata: bool,
    /// How many open elements are left out with all that is in them.
    left_out: usize,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(&tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) if self.in_metadata => self.metadata.push_str(&text),
            Event::Text(text) | Event::Code(text) if self.left_out == 0 => self.text.push_str(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::InlineHtml(tag) if tag.starts_with("<br") => self.text.push('\n'),
            _ => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::MetadataBlock(_) => self.in_metadata = true,
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. } => self.left_out += 1,
            Tag::Heading { .. } => {
                self.end_block();
                self.heading = self.text.len();
            }
            Tag::Paragraph | Tag::Item | Tag::List(_) | Tag::BlockQuote(_) | Tag::Table(_) => self.end_block(),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::MetadataBlock(_) => self.in_metadata = false,
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Image => self.left_out = self.left_out.saturating_sub(1),
            TagEnd::Heading(level) => {
                let heading = self.text[self.heading.min(self.text.len())..].trim();
                if level == HeadingLevel::H1 && self.title.is_none() && !heading.is_empty() {
                    self.title = Some(heading.to_string());
                }
                self.end_block();
            }
            TagEnd::TableCell => self.text.push('\t'),
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow => self.end_block(),
            _ => {}
        }
    }

    /// An empty line behind what was written, so that a paragraph stays one.
    fn end_block(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
    }

    /// The value of a simple `key: value` or `key = value` line of the front matter.
    fn field(&self, name: &str) -> Option<String> {
        self.metadata.lines().find_map(|line| {
            let (key, value) = line.split_once([':', '='])?;
            let value = value.trim().trim_matches(['"', '\'']).trim();
            (key.trim_end().eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Article {
        article(source, "a.md", &FieldNames::default())
    }

    #[test]
    fn marks_go_and_words_stay() {
        let cases = [
            ("# Talks *fail*\n\nThe [EU](https://e.eu) said **no**\nto it.", "Talks fail\n\nThe EU said no to it."),
            ("- One.\n- Two &amp; `three`.\n  - Four.\n", "One.\n\nTwo & three.\n\nFour."),
            ("> The *envoys* left.\n\n```\ncode\n```\n\n<div>x</div>\n\nA<br>B ~~C~~", "The envoys left.\n\nA\nB C"),
            ("![A map](m.png) The ships sailed.[^1]\n\n[^1]: On 5 May.", " The ships sailed.\n\nOn 5 May."),
            ("| a | b |\n|---|---|\n| c | d |", "a\tb\n\nc\td"),
            ("Title\n=====\n\nText.", "Title\n\nText."),
        ];
        for (source, text) in cases {
            assert_eq!(read(source).text, text, "{source}");
        }
    }

    #[test]
    fn titles_and_dates_come_from_front_matter_headings_or_a_header_block() {
        let yaml = read("---\ntitle: \"Talks fail\"\ndate: 2019-05-05\nsource: The Wire\n---\n\nThe envoys left.");
        assert_eq!(
            (yaml.title.as_deref(), yaml.year(), yaml.outlet.as_deref()),
            (Some("Talks fail"), Some(2019), Some("The Wire"))
        );
        assert_eq!((yaml.text.as_str(), yaml.title_len, yaml.stripped), ("Talks fail\nThe envoys left.", 11, true));
        let toml = read("+++\ntitle = \"Talks fail\"\nid = \"a7\"\n+++\n# Talks fail\n\nThe envoys left.");
        assert_eq!((toml.id.as_str(), toml.text.as_str()), ("a7", "Talks fail\n\nThe envoys left."));
        assert_eq!(read("## Part\n\n# Talks fail\n\nThe envoys left.").title.as_deref(), Some("Talks fail"));
        let block = read("Title: Talks fail\nDate: 5 May 2019\n\nThe *envoys* left.");
        assert_eq!((block.title.as_deref(), block.year()), (Some("Talks fail"), Some(2019)));
        assert!(block.text.ends_with("The envoys left."), "{}", block.text);
    }
}
