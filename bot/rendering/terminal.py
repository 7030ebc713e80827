"""Telegram's HTML for a terminal: lines with their emphasis, links by their labels, quotations set in."""

from dataclasses import dataclass
from html import unescape
from re import compile as pattern

from bot.rendering.runs import Tag, read

QUOTED = "    "
_HREF = pattern(r'href="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one look: what to show, whether strong or slanted, and where it leads, None for nowhere."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None


def pieces(html: str) -> tuple[Piece, ...]:
    """`html` as pieces; a quotation stands on lines of its own, set in."""
    made: list[Piece] = []
    before: Tag | None = None
    for run in read(html):
        names = {tag.name for tag in run.tags}
        quotation = next((tag for tag in run.tags if tag.name == "blockquote"), None)
        text = run.text.replace("\n", f"\n{QUOTED}") if quotation else run.text
        if quotation and quotation != before:
            text = ("" if not made or made[-1].text.endswith("\n") else "\n") + QUOTED + text
        if before and not quotation and not text.startswith("\n"):
            text = "\n" + text
        before = quotation
        made.append(Piece(text, "b" in names, "i" in names, _link(run.tags)))
    return tuple(made)


def links(made: tuple[Piece, ...]) -> tuple[tuple[str, str], ...]:
    """Each address once, with the label that first leads to it."""
    first: dict[str, str] = {}
    for piece in made:
        if piece.link:
            first.setdefault(piece.link, piece.text.strip())
    return tuple((label, link) for link, label in first.items())


def _link(tags: tuple[Tag, ...]) -> str | None:
    found = (_HREF.search(tag.raw) for tag in tags if tag.name == "a")
    return next((unescape(match[1]) for match in found if match), None)
