"""What a web page says about itself in its head: JSON-LD, Open Graph and other `meta` lines."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml.html import HtmlElement

from bot.text.days import parse_day
from bot.text.fold import one_line

DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.created", "dcterms.issued", "dcterms.date", "publish-date", "publish_date", "publishdate", "pubdate",
    "publication_date", "parsely-pub-date", "sailthru.date", "article.published", "cxenseparse:recs:publishtime",
)  # fmt: skip
"""Names of `meta` lines that hold the day of publication, the surest first."""

_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the head of a page states; None where it does not."""

    title: str | None
    published: date | None
    canonical: str | None
    address: str | None
    site: str | None
    language: str | None


def read_metadata(tree: HtmlElement) -> Metadata:
    """Read the head of the page `tree`."""
    meta, described = _meta(tree), list(_json_ld(tree))
    return Metadata(
        title=_first(meta.get("og:title"), *_texts(described, "headline"), tree.findtext(".//title")),
        published=_published(tree, meta, described),
        canonical=_first(*tree.xpath("//link[translate(@rel,'CANOIL','canoil')='canonical']/@href")),
        address=_first(meta.get("og:url")),
        site=_first(meta.get("og:site_name"), *_publishers(described)),
        language=_first(tree.get("lang"), meta.get("og:locale"), meta.get("content-language")),
    )


def _published(tree: HtmlElement, meta: dict[str, str], described: list[dict[str, Any]]) -> date | None:
    scripts = "\n".join(tree.xpath("//script[contains(@type,'ld+json')]/text()"))
    stated = [
        *_texts(described, "datePublished"),
        *_JSON_DATE.findall(scripts),
        *(meta[name] for name in DATES if name in meta),
        *tree.xpath("//*[@itemprop='datePublished']/@content | //*[@itemprop='datePublished']/@datetime"),
    ]
    return next((day for value in stated if (day := parse_day(value))), None)


def _meta(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in tree.iter("meta"):
        name = line.get("property") or line.get("name") or line.get("itemprop") or line.get("http-equiv")
        if name and line.get("content"):
            found.setdefault(name.strip().lower(), line.get("content"))
    return found


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.xpath("//script[contains(@type,'ld+json')]/text()"):
        try:
            yield from _objects(json.loads(script, strict=False))
        except (ValueError, RecursionError):
            # Half-written JSON is common; the plain pattern over the script's text still finds its date.
            continue


def _objects(value: object, depth: int = 4) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from _objects(part, depth)
    elif isinstance(value, dict) and depth:
        yield value
        yield from _objects(
            [value.get("@graph"), value.get("mainEntity"), value.get("itemListElement")], depth - 1
        )


def _texts(described: list[dict[str, Any]], key: str) -> list[str]:
    return [thing[key] for thing in described if isinstance(thing.get(key), str)]


def _publishers(described: list[dict[str, Any]]) -> list[str]:
    publishers = (thing.get("publisher") for thing in described)
    return [
        house["name"]
        for house in publishers
        if isinstance(house, dict) and isinstance(house.get("name"), str)
    ]


def _first(*values: str | None) -> str | None:
    return next((text for value in values if value and (text := one_line(value))), None)
