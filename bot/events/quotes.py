"""Quotation marks: where quoted words begin and end, paragraph by paragraph."""

import re
from dataclasses import dataclass

_OPENING = {"“": "”", "«": "»", "„": "“”", "‘": "’"}
_STRAIGHT = ('"', "''", "``")
_MARK = re.compile(r"[“”«»„\"‘’]|''|``|(?<!')'(?!')")
_BREAK = re.compile(r"\n+")
_APOSTROPHES = ("‘", "'")


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
    marks = list(_MARK.finditer(text, start, stop))
    double = any(mark.group() not in ("‘", "’", "'") for mark in marks)
    place = 0
    while place < len(marks):
        opened = marks[place]
        if not _may_open(text, opened, stop, double=double):
            place += 1
            continue
        closing = _closing(text, marks, place, stop)
        if closing is not None:
            found.append(Quote(opened.start(), marks[closing].end(), closed=True))
            place = closing
        elif opened.group() not in _APOSTROPHES and _ends_like_speech(text, opened, stop):
            found.append(Quote(opened.start(), len(text[:stop].rstrip()), closed=False))
            break
        place += 1
    return found


def _closing(text: str, marks: list[re.Match[str]], place: int, stop: int) -> int | None:
    """Which mark closes the one at a place."""
    opened = marks[place]
    if opened.group() in _APOSTROPHES:
        return _closing_single(text, marks, place, stop)
    depth = 0
    for at in range(place + 1, len(marks)):
        mark = marks[at]
        if (
            opened.group() == '"'
            and mark.group() == '"'
            and _looks_open(text, mark, stop)
            and _closes_twice(text, marks, at, stop)
        ):
            depth += 1
        elif _closes(text, opened, mark, stop):
            if not depth:
                return at
            depth -= 1
    return None


def _closes_twice(text: str, marks: list[re.Match[str]], at: int, stop: int) -> bool:
    """Whether two marks that look like closing ones follow a mark that opens inside a quotation, before the next that opens."""
    after = [mark for mark in marks[at + 1 : at + 3] if mark.group() == '"']
    return len(after) == 2 and not any(_looks_open(text, mark, stop) for mark in after)


def _closing_single(text: str, marks: list[re.Match[str]], place: int, stop: int) -> int | None:
    """The single mark that closes a quotation and is no apostrophe: after a comma or stop if one follows, else the first after a word."""
    sign = _OPENING.get(marks[place].group(), "'")
    after_word: int | None = None
    for at in range(place + 1, len(marks)):
        mark = marks[at]
        if mark.group() == marks[place].group() and _looks_open(text, mark, stop):
            break
        if mark.group() != sign or not _stands_after_word(text, mark, stop):
            continue
        if text[mark.start() - 1] in ",.?!…":
            return at
        if after_word is None:
            after_word = at
    return after_word if sign == "’" else None


def _may_open(text: str, mark: re.Match[str], stop: int, *, double: bool) -> bool:
    sign = mark.group()
    if sign == "‘":
        return _looks_open(text, mark, stop)
    if sign == "'":
        # Straight single marks quote only where a paragraph has no others: most are apostrophes.
        return not double and _looks_open(text, mark, stop)
    if sign in _OPENING or sign == "``":
        return True
    return sign in _STRAIGHT and _looks_open(text, mark, stop)


def _looks_open(text: str, mark: re.Match[str], stop: int) -> bool:
    before = text[mark.start() - 1] if mark.start() else " "
    after = text[mark.end()] if mark.end() < stop else " "
    # An inch mark or a plural's apostrophes stand right after a figure or letter.
    return not before.isalnum() and before not in ".,!?" and not after.isspace()


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
