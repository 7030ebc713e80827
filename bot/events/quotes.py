"""Quotation marks: where quoted words begin and end, paragraph by paragraph."""

import re
from dataclasses import dataclass

_OPENING = {"“": "”", "«": "»", "„": "“”"}
_STRAIGHT = ('"', "''", "``")
_MARK = re.compile(r"[“”«»„\"]|''|``")
_BREAK = re.compile(r"\n+")


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words with their marks, text[start:end].

    `closed` is False where a paragraph ends inside the quotation, by the custom of leaving the mark
    out when the next paragraph goes on with the same speech.
    """

    start: int
    end: int
    closed: bool

    def holds(self, position: int) -> bool:
        """Whether a character position lies inside the quotation, marks included."""
        return self.start <= position < self.end


def find_quotes(text: str) -> tuple[Quote, ...]:
    """All quotations of `text`, in order; none crosses a paragraph and none holds another."""
    found: list[Quote] = []
    start = 0
    for stop in (*(m.start() for m in _BREAK.finditer(text)), len(text)):
        found += _in_paragraph(text, start, stop)
        start = stop
    return tuple(found)


def _in_paragraph(text: str, start: int, stop: int) -> list[Quote]:
    found: list[Quote] = []
    opened: re.Match[str] | None = None
    for mark in _MARK.finditer(text, start, stop):
        if opened is None:
            if _may_open(text, mark, stop):
                opened = mark
        elif _closes(text, opened, mark, stop):
            found.append(Quote(opened.start(), mark.end(), closed=True))
            opened = None
    if opened is not None and _ends_like_speech(text, opened, stop):
        found.append(Quote(opened.start(), len(text[:stop].rstrip()), closed=False))
    return found


def _may_open(text: str, mark: re.Match[str], stop: int) -> bool:
    sign = mark.group()
    if sign in _OPENING or sign == "``":
        return True
    if sign not in _STRAIGHT:
        return False
    before = text[mark.start() - 1] if mark.start() else " "
    after = text[mark.end()] if mark.end() < stop else " "
    # An inch mark or a plural's apostrophes stand right after a figure or letter.
    return not before.isalnum() and not after.isspace()


def _closes(text: str, opened: re.Match[str], mark: re.Match[str], stop: int) -> bool:
    first, sign = opened.group(), mark.group()
    if first in _OPENING:
        return sign in _OPENING[first] or (sign == '"' and _stands_after_word(text, mark, stop))
    return sign in ("''", '"', "”") if first == "``" else sign == first or (first == '"' and sign == "”")


def _stands_after_word(text: str, mark: re.Match[str], stop: int) -> bool:
    after = text[mark.end()] if mark.end() < stop else " "
    return not text[mark.start() - 1].isspace() and not after.isalnum()


def _ends_like_speech(text: str, opened: re.Match[str], stop: int) -> bool:
    # A stray mark is no quotation: an unclosed one must open a paragraph or run to a sentence's end.
    words = text[opened.end() : stop].split()
    return len(words) >= 4 and text[:stop].rstrip()[-1:] in ".!?…"
