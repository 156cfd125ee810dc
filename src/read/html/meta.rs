//! What a page says of itself: date, headline and site, from `<meta>`, JSON-LD and marked elements. Only what the page
//! states counts; nothing is guessed from its text but a line that is a date and nothing else.

use dom_query::{Document, NodeRef};
use serde_json::Value;

/// Names of `<meta>` elements with the day of publication, the surest first.
const DATES: [&str; 14] = [
    "article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "date",
];
/// Names of `<meta>` elements with the name of the site.
const SITES: [&str; 5] = ["og:site_name", "dc.publisher", "dcterms.publisher", "publisher", "application-name"];
/// Names of `<meta>` elements with the headline.
const TITLES: [&str; 6] = ["og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "headline"];
/// Types of JSON-LD objects that are articles end so (`NewsArticle`, `BlogPosting`).
const ARTICLES: [&str; 3] = ["Article", "Posting", "Report"];
/// The longest text that may be a line with a date, in bytes, and how many texts of a page are looked at.
const DATE_LINE: (usize, usize) = (60, 400);
/// How deep an article is looked for in JSON-LD.
const JSON_DEPTH: usize = 4;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What a page says of itself.
#[derive(Debug, Default, PartialEq)]
pub struct Meta {
    /// Headline.
    pub title: Option<String>,
    /// Day or time of publication as written.
    pub date: Option<String>,
    /// Name of the site.
    pub site: Option<String>,
}

impl Meta {
    /// Reads a page.
    pub fn of(page: &Document) -> Meta {
        let data = page.select(r#"script[type="application/ld+json"]"#);
        let article = data.iter().find_map(|s| article(&serde_json::from_str(s.text().trim()).ok()?, JSON_DEPTH));
        let article = article.unwrap_or_default();
        let known = |names: &[&str]| names.iter().find_map(|name| named(page, name));
        Meta {
            title: article.title.or_else(|| known(&TITLES)).or_else(|| marked(page, "[itemprop=headline]")),
            date: (article.date)
                .or_else(|| known(&DATES))
                .or_else(|| marked(page, "[itemprop=datePublished], time[pubdate]"))
                .or_else(|| marked(page, "time[datetime]"))
                .or_else(|| date_of_address(page))
                .or_else(|| date_line(page)),
            site: article.site.or_else(|| known(&SITES)),
        }
    }
}

/// The content of the first `<meta>` of a name, in whichever attribute it stands, capitals aside.
pub fn named(page: &Document, name: &str) -> Option<String> {
    let metas = page.select("meta[content]");
    let is_it = |meta: &NodeRef<'_>| {
        ["name", "property", "itemprop"].iter().any(|at| meta.attr(at).is_some_and(|v| v.eq_ignore_ascii_case(name)))
    };
    let found = metas.nodes().iter().filter(|meta| is_it(meta));
    found.filter_map(|meta| given(meta.attr("content").as_deref().unwrap_or_default())).next()
}

/// What the first element that a selector finds says, in an attribute for machines or else in words.
fn marked(page: &Document, selector: &str) -> Option<String> {
    let found = page.select(selector);
    let element = found.nodes().first()?;
    let attribute = ["content", "datetime"].iter().find_map(|name| element.attr(name));
    given(&attribute.unwrap_or_else(|| element.text()))
}

/// Text without white space around it and inside, unless nothing is left.
fn given(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The first article of a JSON-LD document.
fn article(value: &Value, depth: usize) -> Option<Meta> {
    let inside = |mut values: Box<dyn Iterator<Item = &Value> + '_>| values.find_map(|v| article(v, depth - 1));
    match value {
        _ if depth == 0 => None,
        Value::Array(values) => inside(Box::new(values.iter())),
        Value::Object(object) if is_article(object.get("@type")) => {
            let text = |value: Option<&Value>| value.and_then(Value::as_str).and_then(given);
            Some(Meta {
                title: text(object.get("headline")).or_else(|| text(object.get("name"))),
                date: text(object.get("datePublished")).or_else(|| text(object.get("dateCreated"))),
                site: text(object.get("publisher").and_then(|p| p.get("name"))),
            })
        }
        Value::Object(object) => inside(Box::new(object.values())),
        _ => None,
    }
}

fn is_article(kind: Option<&Value>) -> bool {
    match kind {
        Some(Value::String(kind)) => ARTICLES.iter().any(|end| kind.ends_with(end)),
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind.is_string() && is_article(Some(kind))),
        _ => false,
    }
}

/// The day in the page's own address: `/2019/02/25/`.
fn date_of_address(page: &Document) -> Option<String> {
    let link = page.select("link[rel=canonical]").nodes().first().and_then(|link| link.attr("href"));
    let address = link.map(|href| href.to_string()).or_else(|| named(page, "og:url"))?;
    let parts: Vec<&str> = address.split('/').collect();
    let number = |text: &str, length: usize| (text.len() == length).then(|| text.parse::<u32>().ok()).flatten();
    parts.windows(3).find_map(|three| {
        let (year, month, day) = (number(three[0], 4)?, number(three[1], 2)?, number(three[2], 2)?);
        let good = (1000..3000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        good.then(|| format!("{year}-{month:02}-{day:02}"))
    })
}

/// The first text of the page's body that is hardly more than a date.
fn date_line(page: &Document) -> Option<String> {
    let body = page.body()?;
    let texts = body.descendants_it().filter(NodeRef::is_text).map(|node| node.text());
    let lines = texts.take(DATE_LINE.1).filter(|text| text.trim().len() <= DATE_LINE.0);
    lines.filter_map(|text| given(&text)).find(|text| is_date(text))
}

/// Whether a short text has a year, the name of a month and a day.
fn is_date(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |word: &&str| word.parse::<u32>().ok();
    let year = words.iter().any(|w| w.len() == 4 && number(w).is_some_and(|n| (1000..3000).contains(&n)));
    let day = words.iter().any(|w| w.len() <= 2 && number(w).is_some_and(|n| (1..=31).contains(&n)));
    // The name or what it is shortened to.
    let month = words.iter().map(|word| word.to_ascii_lowercase()).any(|word| {
        MONTHS.iter().any(|month| *month == word || (matches!(word.len(), 3 | 4) && month.starts_with(&word)))
    });
    year && day && month
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(page: &str) -> Option<String> {
        Meta::of(&Document::from(page)).date
    }

    #[test]
    fn the_surest_date_is_taken() {
        let json = r#"<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "Wire"},
            {"@type": ["NewsArticle"], "headline": "Talks  fail", "datePublished": "2019-02-25", "publisher": {"name": "The Wire"}}]}</script>"#;
        let meta = r#"<meta property="article:published_time" content="2019-02-26T07:00Z">"#;
        let address = r#"<link rel="canonical" href="https://e.org/world/2019/02/28/talks">"#;
        let time = r#"<time datetime="2019-02-27">Wednesday</time>"#;
        let line = "<p>Published 1 March 2019, 10:15</p>";
        for (page, expected) in [
            ([line, time, address, meta, json].concat(), "2019-02-25"),
            ([line, time, address, meta].concat(), "2019-02-26T07:00Z"),
            ([line, time, address].concat(), "2019-02-27"),
            ([line, address].concat(), "2019-02-28"),
            (line.to_string(), "Published 1 March 2019, 10:15"),
        ] {
            assert_eq!(date(&page).as_deref(), Some(expected), "{page}");
        }
        for none in
            ["", "<p>In March 2019 he left.", "<p>2019", r#"<time datetime="">"#, "<p>12 people marched on 2019"]
        {
            assert_eq!(date(none), None, "{none}");
        }
        let found = Meta::of(&Document::from(json));
        assert_eq!((found.title.as_deref(), found.site.as_deref()), (Some("Talks fail"), Some("The Wire")));
    }

    #[test]
    fn broken_data_count_for_nothing() {
        let deep = format!(r#"<script type="application/ld+json">{}"#, "[".repeat(200_000));
        for page in [r#"<script type="application/ld+json">{"@type": "NewsArticle","#, deep.as_str()] {
            assert_eq!(Meta::of(&Document::from(page)), Meta::default());
        }
    }
}
