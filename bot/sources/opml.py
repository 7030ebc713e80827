"""Subscription lists (OPML) to `Source` rows."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import UnreadableInput
from bot.model import Failure, Source

_SCHEMES = frozenset({"http", "https"})


def read_opml(data: bytes, name: str) -> Iterator[Source | Failure]:
    """Give every feed of the list `data`, each address once; a `Failure` for an address that is none.

    Raises `UnreadableInput` where it is no OPML or holds no feed.
    """
    outlines = [line for line in _root(data).iter() if line.tag.lower() == "outline"]
    feeds = dict.fromkeys(filter(None, map(_address, outlines)))
    if not feeds:
        raise UnreadableInput("It lists no feeds.", "Give each outline an xmlUrl.")
    for outline in outlines:
        url = _address(outline)
        if url in feeds and feeds.pop(url, "") is None:
            yield (
                _source(outline, url)
                if _is_web(url)
                else Failure(
                    f"{name}: {url}", "It is no web address: give one that begins with http:// or https://."
                )
            )


def _root(data: bytes) -> Element:
    try:
        return fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableInput(f"It is not well-formed XML ({error}).", "Export the list anew.") from error


def _attributes(outline: Element) -> dict[str, str]:
    return {key.lower(): value.strip() for key, value in outline.attrib.items() if value.strip()}


def _address(outline: Element) -> str:
    return re.sub(r"^feed:(?://)?(?=https?:)|^feed(?=://)", "", _attributes(outline).get("xmlurl", ""))


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and bool(parts.hostname)


def _source(outline: Element, url: str) -> Source:
    stated = _attributes(outline)
    language = stated.get("language", "").replace("_", "-").split("-")[0].lower()
    return Source(
        id=source_id(url),
        title=stated.get("title") or stated.get("text") or urlsplit(url).hostname or url,
        feed_url=url,
        language=language or None,
    )


def source_id(url: str) -> str:
    """Give the short id of the feed at `url`: host, path and query in letters, digits, dots and hyphens.

    It comes from the address alone, so that the same feed has the same id in every list.
    """
    parts = urlsplit(url)
    site = re.sub(r"^www\.", "", (parts.hostname or "").lower())
    return re.sub(r"[^\w.]+", "-", f"{site}/{parts.path}/{parts.query}").strip("-.").lower()
