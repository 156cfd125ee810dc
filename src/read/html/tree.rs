//! A page as a tree, within limits: pages made to do harm nest deep, make the parser copy elements or compare attributes,
//! and each step of a parser or an extractor costs as much as the page is deep.

use std::cell::Cell;

use dom_query::{Document, NodeId, NodeRef};
use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts};

use super::attributes::Attributes;

/// The deepest nesting that is read; browsers build no deeper trees either.
pub const MAX_DEPTH: usize = 512;
/// The most elements and texts of a page that is read; of a news page it has some thousands.
pub const MAX_NODES: usize = 300_000;
/// At most so many bytes are parsed between two looks at the limits.
const STEP: usize = 512;

/// Why a page is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Nested deeper than [`MAX_DEPTH`].
    Deep,
    /// More than [`MAX_NODES`] elements and texts.
    Large,
    /// A tag of more attributes than it may have.
    Attributes,
}

/// Parses a page as browsers do.
///
/// # Errors
/// A page beyond a limit.
pub fn parse(source: &str) -> Result<Document, Excess> {
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let sink = Counted { builder: TreeBuilder::new(Document::default(), options), tokens: Cell::new(0) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    // What the parser is inside of that it has not given yet: a tag, or something else such as a comment.
    let mut inside: Option<Option<Attributes>> = None;
    let mut looked = 0;
    for (at, step) in steps(source) {
        let tokens = tokenizer.sink.tokens.get();
        queue.push_back(StrTendril::from(step));
        // Scripts and declared encodings interrupt; both are done with already.
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        if tokenizer.sink.tokens.get() != tokens {
            inside = None;
        } else {
            let begun = || Attributes::begin(step.as_bytes()).then(Attributes::default);
            let open = inside.get_or_insert_with(begun);
            if open.as_mut().is_some_and(|tag| !tag.take(step.as_bytes())) {
                return Err(Excess::Attributes);
            }
        }
        if at - looked >= STEP {
            tokenizer.sink.check()?;
            looked = at;
        }
    }
    tokenizer.end();
    tokenizer.sink.check()?;
    let document = tokenizer.sink.builder.sink;
    if is_deep(document.root()) { Err(Excess::Deep) } else { Ok(document) }
}

/// A page in steps that begin at `<`, and where they begin: what is open at the end of one began with one of them.
fn steps(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = source.get(at..).filter(|rest| !rest.is_empty())?;
        let most = &rest.as_bytes()[1..rest.len().min(STEP)];
        let next = most.iter().position(|b| *b == b'<').map(|at| at + 1);
        let step = &rest[..next.unwrap_or_else(|| rest.ceil_char_boundary(STEP))];
        at += step.len();
        Some((at - step.len(), step))
    })
}

/// Hands tokens on to the builder of the tree, and counts them.
struct Counted {
    builder: TreeBuilder<NodeId, Document>,
    tokens: Cell<u64>,
}

impl Counted {
    fn check(&self) -> Result<(), Excess> {
        let open = Count::default();
        self.builder.trace_handles(&open);
        // Formatting elements are counted twice, as they are opened anew in each block.
        if open.0.get() > 2 * MAX_DEPTH {
            return Err(Excess::Deep);
        }
        if self.builder.sink.tree.len() > MAX_NODES { Err(Excess::Large) } else { Ok(()) }
    }
}

impl TokenSink for Counted {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        // Errors come up inside of tags and comments as well.
        if !matches!(token, Token::ParseError(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Counts the elements that a parser holds open.
#[derive(Default)]
struct Count(Cell<usize>);

impl Tracer for Count {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.0.set(self.0.get() + 1);
    }
}

/// Whether a tree is deeper than is read; walks it without recursion.
fn is_deep(root: NodeRef<'_>) -> bool {
    let (mut node, mut depth) = (root, 0);
    loop {
        if let Some(child) = node.first_child() {
            (node, depth) = (child, depth + 1);
            if depth > MAX_DEPTH {
                return true;
            }
            continue;
        }
        // Up to the next branch.
        loop {
            if depth == 0 {
                return false;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return false };
            (node, depth) = (parent, depth - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_within_the_limits_is_what_the_parser_makes_of_it_at_once() {
        let pages = [
            "",
            "<",
            "<p>a<",
            "<p>é<b>ü</p>ö</b><table><tr>x<td>y</table><script>if (a<b) '</p>'</script><!-- <p> --><p a='<b>' c>z",
            "<!doctype html><title>a &amp; b</title><svg><![CDATA[<p>]]></svg><textarea><p></textarea>",
        ];
        for page in pages {
            let long = format!("{page}{}", "<p>Peña</p> ".repeat(200));
            assert_eq!(parse(&long).unwrap().html(), Document::from(long.as_str()).html(), "{page}");
            assert_eq!(parse(page).unwrap().html(), Document::from(page).html(), "{page}");
        }
    }

    #[test]
    fn limits_hold_whatever_a_page_uses_against_them() {
        let many = |count: usize, piece: fn(usize) -> String| (0..count).map(piece).collect::<String>();
        for (page, excess) in [
            (many(100_000, |_| "<div>".into()), Excess::Deep),
            (many(100_000, |i| format!("<b id={i}>")), Excess::Deep),
            (many(100_000, |i| format!("<b id={i}><p>x")), Excess::Deep),
            (format!("<table>{}", many(100_000, |_| "<div>".into())), Excess::Deep),
            (many(400_000, |_| "<br>".into()), Excess::Large),
            (format!("<div {}>", many(100_000, |i| format!("a{i}=b "))), Excess::Attributes),
            (format!("<p>x</p ={}>", many(100_000, |i| format!("a{i}\"/"))), Excess::Attributes),
        ] {
            assert_eq!(parse(&page).map(|_| ()).unwrap_err(), excess, "{page:.40}");
        }
        for page in [
            format!("<!-- {} -->x", "a b ".repeat(10_000)),
            format!("<script>if (a<b {})</script>x", "a b ".repeat(10_000)),
            format!("<p data-json=\"{}\">x", "a b ".repeat(10_000)),
            "<p>x".repeat(10_000),
        ] {
            assert!(parse(&page).is_ok(), "{page:.40}");
        }
    }
}
