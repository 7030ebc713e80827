"""What a file holds, told from its name and its first bytes."""

import json
import re
from enum import Enum, auto
from pathlib import PurePath

from bot.sources.decode import HEAD

SNIFFED = 64 * 1024
"""Bytes looked at. The first line of most JSON Lines files ends within them."""


class Kind(Enum):
    """What a file holds."""

    TEXT = auto()
    HTML = auto()
    JSON = auto()
    JSON_LINES = auto()
    FEED = auto()
    OPML = auto()


_SUFFIXES = {
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".json": Kind.JSON,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".xml": Kind.FEED,
    ".rss": Kind.FEED,
    ".atom": Kind.FEED,
    ".rdf": Kind.FEED,
    ".opml": Kind.OPML,
}
_OPENING = re.compile(rb"\s*(?:\[|\{\s*\r?\n)")
"""How a single JSON document begins that was called .jsonl: a list, or an object laid out over lines."""
_MARK = b"\xef\xbb\xbf"
_PROLOGUE = re.compile(
    rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+(?!html\b)[^>\[]*(?:\[.*?\])?[^>]*>)+", re.DOTALL
)
_ROOT = re.compile(
    rb"<(!doctype\s+html|(?:[\w-]+:)?(?:html|head|body|rss|feed|rdf|channel|opml))\b", re.IGNORECASE
)
_LIST = re.compile(rb'\{\s*"(?:articles|items|version)"\s*:')
_ROOTS = {b"opml": Kind.OPML, b"rss": Kind.FEED, b"feed": Kind.FEED, b"rdf": Kind.FEED, b"channel": Kind.FEED}


def kind_of(name: str) -> Kind | None:
    """Give the kind that the end of the file's `name` promises, None for an end we do not know."""
    return _SUFFIXES.get(PurePath("file" + name if name.startswith(".") else name).suffix.lower())


def sniff(suffix: str, head: bytes) -> Kind:
    """Give the kind of a file named with `suffix` (".xml", "") whose first bytes are `head`; text as the last resort.

    A name's promise holds for text and pages; among JSON and XML the bytes decide.
    """
    named = kind_of(suffix)
    if named in {Kind.TEXT, Kind.HTML}:
        return named
    seen = _seen(head.removeprefix(_MARK))
    if named is Kind.JSON and b"\n" not in head.strip():
        return named
    if named is Kind.JSON_LINES and not _OPENING.match(head.removeprefix(_MARK)):
        return named
    if named in {Kind.JSON, Kind.JSON_LINES}:
        return seen if seen in {Kind.JSON, Kind.JSON_LINES} else named
    return seen if seen is not Kind.TEXT else named or Kind.TEXT


def _seen(head: bytes) -> Kind:
    start = _PROLOGUE.sub(b"", head[:HEAD], count=1) if _PROLOGUE.match(head) else head[:HEAD]
    if start[:1] in (b"{", b"["):
        return _json_kind(head.lstrip())
    root = _ROOT.match(start)
    if root is None:
        return Kind.TEXT
    return _ROOTS.get(root[1].lower().rpartition(b":")[2], Kind.HTML)


def _json_kind(head: bytes) -> Kind:
    first, _, rest = head.partition(b"\n")
    if (
        not first.startswith(b"{")
        or _LIST.match(first)
        or (rest.strip() and not rest.lstrip().startswith(b"{"))
    ):
        return Kind.JSON
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        # A first line cut off by the sample is long, and only lines of articles are.
        return Kind.JSON if rest or len(head) < SNIFFED else Kind.JSON_LINES
    return Kind.JSON_LINES
