//! Takes out of a page what says of itself that it is not the article, before the extractor weighs the rest: navigation,
//! captions, advertising, consent and sign-up boxes, comments, what is hidden.

use std::collections::HashSet;

use dom_query::{Document, NodeId, NodeRef};

/// Elements and attributes that say so.
const SELECTOR: &str = "nav, aside, footer, form, button, dialog, noscript, figcaption, template, menu, amp-ad, amp-sidebar, \
    [hidden], [aria-hidden=true], [role=navigation], [role=complementary], [role=contentinfo], [role=dialog], [rel=author]";
/// Words of classes and ids that say so.
const WORDS: [&str; 34] = [
    "ad",
    "ads",
    "advert",
    "advertisement",
    "advertising",
    "banner",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "caption",
    "cmp",
    "comment",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "disqus",
    "footer",
    "gdpr",
    "newsletter",
    "outbrain",
    "pagination",
    "paywall",
    "promo",
    "promoted",
    "pullquote",
    "recommended",
    "related",
    "share",
    "sharing",
    "sidebar",
    "sponsored",
    "subscribe",
    "taboola",
];
/// What holds any of these is not taken out, whatever it is called: some sites call the whole page "with-sidebar".
const KEPT: [&str; 4] = ["h1", "article", "main", "body"];

/// Takes it out.
pub fn prune(page: &Document) {
    let kept = holders(page);
    let marked = page.select(SELECTOR);
    let root = page.root();
    let named = root.descendants_it().filter(is_named_so);
    let out: Vec<NodeRef<'_>> = marked.nodes().iter().copied().chain(named).collect();
    out.iter().filter(|node| !kept.contains(&node.id)).for_each(NodeRef::remove_from_parent);
}

/// The elements of [`KEPT`] and all that they are in.
fn holders(page: &Document) -> HashSet<NodeId> {
    let mut holders = HashSet::new();
    let is_kept = |node: &NodeRef<'_>| KEPT.iter().any(|name| node.has_name(name));
    for node in page.root().descendants_it().filter(is_kept) {
        let mut next = Some(node);
        while let Some(node) = next.filter(|node| holders.insert(node.id)) {
            next = node.parent();
        }
    }
    holders
}

fn is_named_so(node: &NodeRef<'_>) -> bool {
    let says = |name: &str| {
        let value = node.attr(name).unwrap_or_default();
        let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
    };
    let is_hidden = || {
        let style = node.attr("style").unwrap_or_default().to_ascii_lowercase();
        style
            .split(';')
            .filter_map(|rule| rule.split_once(':'))
            .any(|(k, v)| k.trim() == "display" && v.trim() == "none")
    };
    node.is_element() && (says("class") || says("id") || is_hidden())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_itself_goes_and_what_holds_the_article_stays() {
        let cases = [
            ("<p>a</p><nav>b</nav><div class='x ad-slot'>c</div><div id=Comments>d</div>", "a"),
            ("<p>a</p><div class='download headline shared'>b</div>", "ab"),
            ("<div class='with sidebar'><h1>a</h1><p>b</p><div class=sidebar>c</div></div>", "ab"),
            ("<form><article>a</article></form><div hidden>b</div><p aria-hidden=true>c", "a"),
            ("<body class=ads><p>a<figure><figcaption>b", "a"),
            (
                "<div style='display:none'>a</div><p style='color: red; DISPLAY : none'>b</p><p style='display: block'>c",
                "c",
            ),
        ];
        for (source, text) in cases {
            let page = Document::from(source);
            prune(&page);
            assert_eq!(page.text().as_ref(), text, "{source}");
        }
    }
}
