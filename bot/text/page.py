"""From a web page, or the piece of one that a feed carries, to its text and what it says about itself."""

import re
from dataclasses import dataclass, replace
from datetime import date

import trafilatura
from htmldate import find_date
from lxml import etree, html
from lxml.html import HtmlElement

from bot.text.addresses import canonical
from bot.text.days import find_days
from bot.text.fold import one_line
from bot.text.metadata import Metadata, read_metadata

_DOCUMENT = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_ASIDE = (
    "script", "style", "noscript", "template", "figure", "figcaption", "aside", "nav", "header", "footer", "form",
    "button", "iframe", "svg", "video", "audio", "select",
)  # fmt: skip
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote",
     "pre", "table", "tr", "td", "th", "dl", "dt", "dd", "hr", "br", "body")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, a paragraph a line, "" where it has none, and what the page says about itself."""

    text: str
    title: str | None = None
    published: date | None = None
    url: str | None = None
    site: str | None = None
    language: str | None = None


def read_page(body: str, url: str | None = None, *, latest: date | None = None) -> Page:
    """Read the HTML `body` of the page at `url`. Nothing is fetched.

    A day after `latest` is not believed. A piece without `<html>` or `<body>`, as feeds carry it, is taken
    whole; out of a document the article is found.
    """
    tree = _tree(body)
    if tree is None:
        return Page("")
    if not _DOCUMENT.search(body[:5_000]):
        return Page(_blocks(tree), url=canonical(url))
    stated = read_metadata(tree)
    if stated.published is None or (latest and stated.published > latest):
        stated = replace(stated, published=_day_in(tree, latest))
    return _page(_story(tree), stated, url)


def _tree(body: str) -> HtmlElement | None:
    # Libraries that take text would fetch it if it looked like an address, so they are given a tree.
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        return html.document_fromstring(_XML_HEAD.sub("", body).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return None


def _page(text: str, stated: Metadata, url: str | None) -> Page:
    return Page(
        text=text,
        title=_without_site(stated.title, stated.site),
        published=stated.published,
        url=canonical(url, stated.canonical, stated.address),
        site=stated.site,
        language=stated.language,
    )


def _story(tree: HtmlElement) -> str:
    found = trafilatura.extract(tree, favor_precision=True, include_comments=False, include_tables=False)
    return found or _blocks(next(iter(tree.xpath("//article | //main")), tree))


def _day_in(tree: HtmlElement, latest: date | None) -> date | None:
    # Not the extensive search: it takes any date it can find, and a day must be stated, not guessed.
    last = latest.isoformat() if latest else "2999-12-31"
    found = find_date(tree, extensive_search=False, original_date=True, max_date=last)
    day = date.fromisoformat(found) if found else None
    # Out of "May 2024" or "© 2024" it makes a first of the month, which counts only where it is printed.
    return None if day and day.day == 1 and not _prints(tree, day) else day


def _prints(tree: HtmlElement, day: date) -> bool:
    return any(found.day == day for found in find_days(html.tostring(tree, encoding="unicode")))


def _without_site(title: str | None, site: str | None) -> str | None:
    if not title or not site:
        return title
    return re.sub(rf"\s*[|–—•·-]\s*{re.escape(site)}$", "", title, flags=re.IGNORECASE) or title


def _blocks(tree: HtmlElement) -> str:
    etree.strip_elements(tree, *_ASIDE, with_tail=False)
    lines: list[list[str]] = [[]]
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _BLOCKS:
            lines.append([])
        lines[-1].append((element.text if event == "start" else element.tail) or "")
    return "\n".join(line for parts in lines if (line := one_line("".join(parts))))
