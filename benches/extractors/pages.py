"""Writes the pages by which extractors of article text are measured: tests/data/pages/.

    python3 benches/extractors/pages.py

Thirty layouts, each around another article of data/articles.jsonl; expected.jsonl says what the article is: file,
title, date, outlet, text. The surroundings are made up here, in the manner of news sites.
"""

import html
import json
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests/data/pages"
LAYOUTS = []


def layout(function):
    LAYOUTS.append(function)
    return function


class Story:
    """An article to put into a page; all texts are escaped."""

    def __init__(self, record):
        lines = record["text"].split("\n")
        noise = set(record["noise"])
        kept = [line for i, line in enumerate(lines) if i not in noise and line.strip()]
        if kept[0].strip() == record["title"].strip():
            kept = kept[1:]
        self.raw = kept
        self.raw_title = record["title"]
        self.raw_outlet = record["outlet"]
        self.day = record["date"]
        self.title = html.escape(self.raw_title)
        self.outlet = html.escape(self.raw_outlet)
        self.paragraphs = [html.escape(line, quote=False) for line in kept]
        # What a layout may change of what is expected.
        self.date = self.day
        self.encoding = "utf-8"

    def p(self, first=0, last=None, tag="p", attributes=""):
        return "\n".join(f"<{tag}{attributes}>{text}</{tag}>" for text in self.paragraphs[first:last])

    @property
    def written_day(self):
        year, month, day = self.day.split("-")
        months = "January February March April May June July August September October November December".split()
        return f"{int(day)} {months[int(month) - 1]} {year}"

    def json_ld(self, graph=False):
        article = {
            "@type": "NewsArticle", "headline": self.raw_title, "datePublished": f"{self.day}T09:30:00+00:00",
            "dateModified": "2023-01-01T00:00:00Z", "author": {"@type": "Person", "name": "Ada Renner"},
            "publisher": {"@type": "Organization", "name": self.raw_outlet},
        }
        if graph:
            data = {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": self.raw_outlet}, article]}
        else:
            data = {"@context": "https://schema.org", **article}
        return f'<script type="application/ld+json">{json.dumps(data)}</script>'

    def og(self):
        return (f'<meta property="og:title" content="{self.title}">\n<meta property="og:site_name" content="{self.outlet}">\n'
                f'<meta property="article:published_time" content="{self.day}T07:15:00Z">')


def page(head, body, charset='<meta charset="utf-8">', attributes=' lang="en"'):
    return f"<!DOCTYPE html>\n<html{attributes}>\n<head>\n{charset}\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"


NAV = """<nav class="main-nav"><ul>
<li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/politics">Politics</a></li>
<li><a href="/business">Business</a></li><li><a href="/sport">Sport</a></li><li><a href="/login">Sign in</a></li>
</ul></nav>"""
FOOTER = """<footer class="site-footer"><p>All rights reserved. No part of this site may be copied without leave of the publisher.</p>
<ul><li><a href="/about">About us</a></li><li><a href="/terms">Terms of use</a></li><li><a href="/privacy">Privacy</a></li></ul></footer>"""
RELATED = ["Harbour crane falls in storm, nobody hurt", "Seven charts that explain the price of bread",
           "Orchestra returns after three silent years", "Why the river turned green in April",
           "Minister opens bridge that leads nowhere", "The last lamplighter of Old Quay"]
ADVERT = "Sponsored: sleep better tonight. The Dormo mattress adapts to your back in four weeks, or you get your money back."
COOKIES = """We and our 214 partners store and access information on your device, such as cookies, to show advertising that fits you,
to measure its reach and to develop our products. You can accept, refuse, or change your choice at any time in the settings."""
COMMENTS = [
    "I have read this paper for thirty years and never seen such a lazy piece. The mayor should resign, and so should the editor.",
    "Typical. Nobody asks what it costs the taxpayer, and in the end we all pay for it, as we did for the stadium and the airport.",
    "Thank you for this, finally somebody says it. My cousin lives there and she tells the same story, only worse.",
    "Well said, Harbour1957! And remember who sold the ferries in the first place, it was not the party they blame now.",
    "Can the moderators please remove the insults above? Some of us come here for a discussion, not for shouting.",
]
SUBSCRIBE = "Read on with a subscription. For one euro in the first month you get every article, the crossword and the weekend edition."


def links(titles, tag="ul"):
    return f"<{tag}>" + "".join(f'<li><a href="/a/{i}">{t}</a></li>' for i, t in enumerate(titles)) + f"</{tag}>"


@layout
def semantic(s):
    return page(f"<title>{s.title} | {s.outlet}</title>\n{s.json_ld()}", f"""<header>{NAV}</header><main><article>
<header><h1>{s.title}</h1><p class="byline">By <a rel="author" href="/ada">Ada Renner</a></p><time datetime="{s.day}">{s.written_day}</time></header>
{s.p()}</article></main>{FOOTER}""")


@layout
def cookie_banner(s):
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""<div id="consent-layer" class="cmp overlay"><div><h2>Your privacy</h2><p>{COOKIES}</p>
<p>{COOKIES.replace("214", "37")}</p><button>Accept all</button><button>Settings</button></div></div>
{NAV}<div class="page"><h1>{s.title}</h1><div class="story-body">{s.p()}</div></div>{FOOTER}""")


@layout
def related_inside(s):
    return page(f"<title>{s.title} - {s.outlet}</title>\n{s.og()}", f"""{NAV}<article class="post"><h1>{s.title}</h1>{s.p(0, 2)}
<aside class="related"><h3>Related</h3>{links(RELATED[:3])}</aside>{s.p(2)}
<div class="more-on-this"><h3>More on this story</h3>{links(RELATED[3:])}</div></article>{FOOTER}""")


@layout
def comments(s):
    said = "".join(f'<div class="comment"><b>Reader{i}</b> <span>2 hours ago</span><p>{c}</p><a href="#">Reply</a></div>'
                   for i, c in enumerate(COMMENTS * 2))
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""{NAV}<div id="content"><h1>{s.title}</h1>
<div class="entry">{s.p()}</div><section id="comments"><h2>10 comments</h2>{said}</section></div>{FOOTER}""")


@layout
def paywall(s):
    s.raw = s.raw[:2]
    return page(f"<title>{s.title} | {s.outlet}</title>\n{s.json_ld()}", f"""{NAV}<article><h1>{s.title}</h1>{s.p(0, 2)}
<div class="paywall" data-nosnippet><h2>Subscribe to read on</h2><p>{SUBSCRIBE}</p><p>Already a subscriber? <a href="/login">Sign in</a></p>
<a class="button" href="/subscribe">Start now</a></div></article>{FOOTER}""")


@layout
def json_ld_graph(s):
    return page(f"<title>{s.title} — {s.outlet}</title>\n{s.json_ld(graph=True)}", f"""<div class="wrap">{NAV}<div class="col-main">
<h1 class="headline">{s.title}</h1><div class="text">{s.p()}</div></div></div>{FOOTER}""")


@layout
def live_ticker(s):
    entries = "".join(f"""<div class="live-entry" id="e{i}"><time datetime="{s.day}T{9 + i:02}:05:00Z">{9 + i:02}:05</time>
<p>{text}</p><span class="share"><a href="#">Share</a> <a href="#">Copy link</a></span></div>\n""" for i, text in enumerate(s.paragraphs))
    return page(f"<title>{s.title} – live</title>\n{s.og()}", f"""{NAV}<main><h1>{s.title}</h1><p class="live-hint">This page updates by itself.</p>
<div class="liveblog">{entries}</div></main>{FOOTER}""")


@layout
def nested_divs(s):
    body = "".join(f'<div class="c{i}x9f"><div class="css-1q{i}z"><div><span>{t}</span></div></div></div>\n' for i, t in enumerate(s.paragraphs))
    for i in range(14):
        body = f'<div class="css-{i * 7919 % 9973:x}">{body}</div>'
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""<div id="root"><div class="css-top">{NAV}</div><h1>{s.title}</h1>{body}
<div class="css-foot">{FOOTER}</div></div>""")


@layout
def data_table(s):
    rows = [("Region", "Votes for", "Votes against"), ("North Coast", "41,205", "38,117"), ("Highlands", "12,090", "29,411"),
            ("Capital", "88,310", "61,902")]
    table = "<table><thead><tr>" + "".join(f"<th>{c}</th>" for c in rows[0]) + "</tr></thead><tbody>"
    table += "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows[1:]) + "</tbody></table>"
    s.raw = s.raw[:2] + [" ".join(row) for row in rows] + s.raw[2:]
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""{NAV}<article><h1>{s.title}</h1>{s.p(0, 2)}{table}{s.p(2)}</article>{FOOTER}""")


@layout
def amp(s):
    return page(f"""<script async src="https://cdn.example/v0.js"></script><link rel="canonical" href="https://www.example.org/news/story-17">
<title>{s.title}</title>\n<style amp-custom>p{{margin:1em}} .ad{{float:right}}</style>{s.json_ld()}""", f"""<amp-sidebar id="menu">{links(["World", "Sport", "Weather"])}</amp-sidebar>
<main role="main"><h1>{s.title}</h1><amp-img src="a.jpg" width="600" height="400" alt="A ship in a harbour"></amp-img>{s.p(0, 1)}
<amp-ad type="x" width="300" height="250"><div placeholder>Advertisement</div></amp-ad>{s.p(1)}</main>{FOOTER}""", attributes=' amp lang="en"')


@layout
def old_tables(s):
    text = "<br><br>\n".join(s.paragraphs)
    side = "<br>".join(f'<a href="{i}.htm"><font size="1">{t}</font></a>' for i, t in enumerate(RELATED))
    return f"""<HTML><HEAD><TITLE>{s.outlet}: {s.title}</TITLE></HEAD><BODY BGCOLOR="#FFFFFF">
<TABLE WIDTH="760" BORDER="0"><TR><TD COLSPAN="2"><CENTER><FONT SIZE="5">{s.outlet}</FONT></CENTER></TD></TR>
<TR><TD WIDTH="140" VALIGN="top" BGCOLOR="#EEEEEE">{side}</TD><TD VALIGN="top"><FONT FACE="Times" SIZE="4"><B>{s.title}</B></FONT><BR>
<FONT SIZE="1">{s.written_day}</FONT><P><FONT FACE="Times">{text}</FONT></TD></TR>
<TR><TD COLSPAN="2"><FONT SIZE="1">Best viewed at 800 x 600. Write to the <A HREF="mailto:web@example.org">webmaster</A>.</FONT></TD></TR></TABLE></BODY></HTML>
"""


@layout
def windows_1252(s):
    s.encoding = "cp1252"
    s.raw = ["“It’s not our café,” the señor said – and so on…"] + s.raw
    s.paragraphs = [s.raw[0]] + s.paragraphs
    return page(f"<title>{s.title}</title>\n{s.og()}", f"{NAV}<div class='article-text'><h1>{s.title}</h1>{s.p()}</div>{FOOTER}",
                charset='<meta charset="windows-1252">')


@layout
def windows_1251(s):
    s.encoding = "cp1251"
    s.raw = ["«Правда», the paper, wrote of Санкт-Петербург on its first page."] + s.raw
    s.paragraphs = [s.raw[0]] + s.paragraphs
    return page(f"<title>{s.title}</title>\n{s.og()}", f"{NAV}<div class='article-text'><h1>{s.title}</h1>{s.p()}</div>{FOOTER}",
                charset='<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">')


@layout
def no_title_element(s):
    return page(f'<meta name="date" content="{s.day}">', f"<div class='top'>{NAV}</div><article><h1>{s.title}</h1>{s.p()}</article>{FOOTER}")


@layout
def title_is_the_site(s):
    return page(f"<title>{s.outlet}</title>\n{s.og()}", f"""{NAV}<div class="logo"><h1>{s.outlet}</h1></div>
<div class="article"><h2>{s.title}</h2>{s.p()}</div>{FOOTER}""")


@layout
def several_pages(s):
    return page(f"<title>{s.title} - Page 1 of 3 - {s.outlet}</title>\n{s.og()}", f"""{NAV}<article><h1>{s.title}</h1>{s.p()}
<div class="pagination">Page 1 of 3 <a href="?p=2">2</a> <a href="?p=3">3</a> <a rel="next" href="?p=2">Next page</a></div></article>{FOOTER}""")


@layout
def captions(s):
    figure = """<figure><img src="{0}.jpg" alt="Picture {0}"><figcaption>Fishing boats wait at the northern quay before dawn, seen from the customs
tower. <span class="credit">Photograph: I. Malo/Coastal Pictures</span></figcaption></figure>"""
    middle = len(s.paragraphs) // 2
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""{NAV}<article><h1>{s.title}</h1>{figure.format(1)}{s.p(0, middle)}{figure.format(2)}
{s.p(middle)}{figure.format(3)}</article>{FOOTER}""")


@layout
def adverts_inside(s):
    text = f'\n<div class="ad-slot" data-ad="1"><span>Advertisement</span><p>{ADVERT}</p></div>\n'.join(f"<p>{t}</p>" for t in s.paragraphs)
    return page(f"<title>{s.title}</title>\n{s.og()}", f"{NAV}<article><h1>{s.title}</h1>{text}</article>{FOOTER}")


@layout
def blockquotes(s):
    quoted = "\n".join(f"<blockquote><p>{t}</p></blockquote>" if i % 3 == 1 else f"<p>{t}</p>" for i, t in enumerate(s.paragraphs))
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""{NAV}<article><h1>{s.title}</h1>{quoted}
<aside class="pullquote">{s.paragraphs[0][:80]}</aside></article>{FOOTER}""")


@layout
def newsletter_box(s):
    box = """<div class="newsletter-signup"><h3>The morning letter</h3><p>The five stories of the day before your first coffee, by e-mail, free
of charge, every weekday.</p><form><input type="email" placeholder="Your address"><button>Sign up</button></form></div>"""
    return page(f"<title>{s.title}</title>\n{s.json_ld()}", f"{NAV}<article><h1>{s.title}</h1>{s.p(0, 3)}{box}{s.p(3)}</article>{FOOTER}")


@layout
def line_breaks(s):
    text = "<br><br>\n".join(s.paragraphs)
    return page(f"<title>{s.title} :: {s.outlet}</title>", f"""{NAV}<div id="article_body"><h1>{s.title}</h1><span class="date">{s.written_day}</span><br>{text}</div>{FOOTER}""")


@layout
def divs_for_paragraphs(s):
    year, month, day = s.day.split("-")
    return page(f'<title>{s.title}</title><link rel="canonical" href="https://example.org/{year}/{month}/{day}/story.html">',
                f'{NAV}<div class="story">{s.p(tag="div", attributes=" class=para")}</div>{FOOTER}'.replace('<div class="story">', f'<h1>{s.title}</h1><div class="story">'))


@layout
def long_sidebar(s):
    teasers = "".join(f'<div class="teaser"><h4><a href="/t{i}">{t}</a></h4><p>{c} {COMMENTS[(i + 1) % 5]}</p></div>'
                      for i, (t, c) in enumerate(zip(RELATED * 2, COMMENTS * 3)))
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""{NAV}<div class="grid"><div class="sidebar"><h3>Most read</h3>{teasers}</div>
<div class="main"><h1>{s.title}</h1>{s.p()}</div></div>{FOOTER}""")


@layout
def teasers_first(s):
    teasers = "".join(f'<section><h2><a href="/t{i}">{t}</a></h2><p>{COMMENTS[i]}</p></section>' for i, t in enumerate(RELATED[:4]))
    return page(f"<title>{s.title} | {s.outlet}</title>\n{s.og()}", f"""{NAV}<div class="carousel">{teasers}</div>
<section class="story"><h1>{s.title}</h1><time datetime="{s.day}T05:00">{s.written_day}</time>{s.p()}</section>{FOOTER}""")


@layout
def microdata(s):
    return page(f"<title>{s.title}</title>", f"""{NAV}<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{s.title}</h1>
<meta itemprop="datePublished" content="{s.day}"><span itemprop="author">Ada Renner</span>
<div itemprop="articleBody">{s.p()}</div></div>{FOOTER}""")


@layout
def preformatted(s):
    text = "\n\n".join(textwrap.fill(t, 72) for t in s.paragraphs)
    return f"""<html><head><title>{s.title}</title></head><body><h2>{s.title}</h2><p><i>{s.outlet}, {s.written_day}</i></p><hr><pre>
{text}
</pre><hr><a href="index.html">Back to the index</a></body></html>
"""


@layout
def hidden_parts(s):
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""{NAV}<div style="display:none"><p>{COMMENTS[0]}</p><p>{COMMENTS[1]}</p></div>
<article><h1>{s.title}</h1>{s.p(0, 2)}<div hidden><p>{COMMENTS[2]}</p></div><div aria-hidden="true" class="tooltip"><p>{COMMENTS[3]}</p></div>{s.p(2)}
<noscript><p>Please switch on JavaScript to see this page as it was meant.</p></noscript></article>{FOOTER}""")


@layout
def heads_and_lists(s):
    points = ["The talks go on for a fourth day.", "Two ports are closed, and one more may follow.", "No date is set for the vote."]
    items = "<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>"
    s.raw = s.raw[:2] + ["What we know"] + points + ["What comes next"] + s.raw[2:]
    return page(f"<title>{s.title}</title>\n{s.og()}", f"""{NAV}<article><h1>{s.title}</h1>{s.p(0, 2)}<h2>What we know</h2>{items}
<h2>What comes next</h2>{s.p(2)}</article>{FOOTER}""")


@layout
def broken_markup(s):
    text = "<p>" + "\n<p>".join(t if i % 2 else f"<b><i>{t}</b></i>" for i, t in enumerate(s.paragraphs))
    return f"""<title>{s.title}</title><meta name=pubdate content={s.day}><div class=nav><a href=/>Home<a href=/world>World</div></span>
<div class=content><h1>{s.title}<h1>{text}</div></td></div><div class=foot><p>All rights reserved"""


@layout
def short_item(s):
    s.raw = s.raw[:2]
    legal = "".join(f"<p>{COOKIES} {SUBSCRIBE}</p>" for _ in range(3))
    return page(f"<title>{s.title} | {s.outlet}</title>\n{s.og()}", f"""{NAV}<div class="brief"><h1>{s.title}</h1>{s.p(0, 2)}</div>
<div class="legal-notice" id="footer">{legal}</div>""")


def main():
    records = [json.loads(line) for line in (ROOT / "data/articles.jsonl").read_text().splitlines()]
    # Articles of different crises and outlets: every seventh, those with enough paragraphs.
    records = [record for record in records if len(record["text"].split("\n")) >= 6][::5]
    assert len(LAYOUTS) == 30 and len(records) >= 30, (len(LAYOUTS), len(records))
    PAGES.mkdir(exist_ok=True)
    expected = []
    for function, record in zip(LAYOUTS, records):
        story = Story(record)
        name = function.__name__.replace("_", "-") + ".html"
        text = function(story)
        (PAGES / name).write_bytes(text.encode(story.encoding))
        has_outlet = "og:site_name" in text or "ld+json" in text
        expected.append({"file": name, "title": story.raw_title, "date": story.date,
                         "outlet": story.raw_outlet if has_outlet else None, "text": "\n".join(story.raw)})
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in expected)
    (PAGES / "expected.jsonl").write_text(lines)


if __name__ == "__main__":
    main()
