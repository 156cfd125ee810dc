//! A page as a tree, within limits: pages made to do harm nest deep or make the parser copy elements, and each step of
//! a parser or an extractor costs as much as the page is deep.

use std::cell::Cell;

use dom_query::{Document, NodeRef};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{Tracer, TreeBuilderOpts, TreeSink};
use html5ever::{ParseOpts, parse_document};

/// The deepest nesting that is read; browsers build no deeper trees either.
pub const MAX_DEPTH: usize = 512;
/// The most elements and texts of a page that is read; of a news page it has some thousands.
pub const MAX_NODES: usize = 300_000;
/// So many bytes are parsed between two looks at the limits.
const STEP: usize = 512;

/// Why a page is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Nested deeper than [`MAX_DEPTH`].
    Deep,
    /// More than [`MAX_NODES`] elements and texts.
    Large,
}

/// Parses a page as browsers do.
///
/// # Errors
/// A page beyond a limit.
pub fn parse(source: &str) -> Result<Document, Excess> {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(Document::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let mut rest = source;
    while !rest.is_empty() {
        let (step, behind) = rest.split_at(rest.ceil_char_boundary(STEP));
        parser.process(StrTendril::from(step));
        rest = behind;
        let builder = &parser.tokenizer.sink;
        let open = Count::default();
        builder.trace_handles(&open);
        // Formatting elements are counted twice, as they are opened anew in each block.
        if open.0.get() > 2 * MAX_DEPTH {
            return Err(Excess::Deep);
        }
        if builder.sink.tree.len() > MAX_NODES {
            return Err(Excess::Large);
        }
    }
    let document = parser.finish();
    if is_deep(document.root()) { Err(Excess::Deep) } else { Ok(document) }
}

/// Counts the elements that a parser holds open.
#[derive(Default)]
struct Count(Cell<usize>);

impl Tracer for Count {
    type Handle = <Document as TreeSink>::Handle;

    fn trace_handle(&self, _: &Self::Handle) {
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
        loop {
            if depth == 0 {
                return false;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => (node, depth) = (parent, depth - 1),
                None => return false,
            }
        }
    }
}
