"""Telegram's HTML as runs of text, each with the tags it stands in: a form that can be cut anywhere.

Only what our own templates write is read: the tags of Telegram's HTML style, properly nested.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import takewhile

from markupsafe import escape

_TAG = re.compile(r"<(/?)([a-z][a-z-]*)[^<>]*>")


@dataclass(frozen=True, slots=True)
class Tag:
    """One opening tag as written, `raw`; `number` tells it from another of the same words."""

    number: int
    name: str
    raw: str


@dataclass(frozen=True, slots=True)
class Run:
    """Unescaped text and the tags around it, outermost first."""

    text: str
    tags: tuple[Tag, ...] = ()


def read(html: str) -> tuple[Run, ...]:
    """`html` as runs. Raises ValueError where a tag closes that is not the one last opened."""
    runs: list[Run] = []
    stack: list[Tag] = []
    at = 0
    for found in _TAG.finditer(html):
        _add(runs, html[at : found.start()], stack)
        at = found.end()
        if not found[1]:
            stack.append(Tag(found.start(), found[2], found[0]))
        elif not stack or stack.pop().name != found[2]:
            raise ValueError(f"{found[0]} closes nothing at character {found.start()}")
    _add(runs, html[at:], stack)
    if stack:
        raise ValueError(f"{stack[-1].raw} is never closed")
    return tuple(runs)


def _add(runs: list[Run], text: str, stack: list[Tag]) -> None:
    if text:
        runs.append(Run(unescape(text), tuple(stack)))


def write(runs: Iterable[Run]) -> str:
    """The HTML of `runs`: every tag opened where its first text begins and closed in order."""
    out: list[str] = []
    inside: tuple[Tag, ...] = ()
    for run in (*runs, Run("")):
        kept = _shared(inside, run.tags)
        out.extend(f"</{tag.name}>" for tag in reversed(inside[kept:]))
        out.extend(tag.raw for tag in run.tags[kept:])
        out.append(str(escape(run.text)))
        inside = run.tags
    return "".join(out)


def entities(runs: Iterable[Run]) -> int:
    """How many formatted stretches Telegram makes of `runs`: one for each tag opened."""
    count = 0
    inside: tuple[Tag, ...] = ()
    for run in runs:
        count += len(run.tags) - _shared(inside, run.tags)
        inside = run.tags
    return count


def _shared(one: Sequence[Tag], other: Sequence[Tag]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
