"""A publisher's plea for money, subscriptions or addresses, under or between the paragraphs."""

import re

from bot.text.lexicon import LEXICON, alternation, pattern, rows
from bot.text.lines import bare, ends_sentence, measure, unquoted, words
from bot.text.pointers import is_pointer

SHORT = 6
"""Words. So little inside a plea is a button or a signature."""

GAP = 2
"""Paragraphs. A plea may argue its case for so long without a word of its house or to its reader."""

_OPENER = re.compile(pattern(("pleas", "openers")), re.IGNORECASE)
_ROWS = LEXICON["pleas"]["trade"]
_TRADE = re.compile(
    rf"(?<!\w)(?:{alternation(row.rstrip('*') for row in _ROWS if row.endswith('*'))}"
    rf"|{alternation(row for row in _ROWS if not row.endswith('*'))}(?!\w))",
    re.IGNORECASE,
)
_HOUSE = rows("pleas", "house")
_READER = rows("pleas", "reader")


def strip_pleas(lines: list[str]) -> list[str]:
    """Take out every block in which the publisher speaks to its readers, up to where the story goes on."""
    at = _first_sentence(lines) + 1
    while at < len(lines):
        if _starts(lines, at):
            end = _end(lines, at)
            lines = lines[:at] + lines[end:]
        at += 1
    return lines


def _first_sentence(lines: list[str]) -> int:
    # What opens a text is its story, be it an editor's letter.
    return next(
        (at for at, line in enumerate(lines) if ends_sentence(line) and measure(line) > SHORT), len(lines)
    )


def _starts(lines: list[str], at: int) -> bool:
    line = lines[at]
    if _is_plea(line):
        return True
    if not _OPENER.match(bare(line)) or not line.endswith((",", ":", "，", "：", "!")):
        return False
    following = next(filter(None, lines[at + 1 :]), "")
    return _speaks(following) or bool(_OPENER.match(following))


def _is_plea(line: str) -> bool:
    said = unquoted(line)
    opens, trades = bool(_OPENER.match(bare(line))), bool(_TRADE.search(said))
    house, reader = _voices(said)
    return (opens and (trades or house or reader)) or (trades and house and reader)


def _end(lines: list[str], start: int) -> int:
    end, quiet = start + 1, 0
    for at in range(start + 1, len(lines)):
        if not lines[at]:
            continue
        if _goes_on(lines[at]):
            end, quiet = at + 1, 0
        elif measure(lines[at]) > SHORT:
            quiet += 1
        if quiet > GAP:
            break
    is_last = not any(measure(line) > SHORT for line in lines[end:])
    return len(lines) if is_last else end


def _goes_on(line: str) -> bool:
    return _speaks(line) or bool(_OPENER.match(bare(line))) or is_pointer(line)


def _speaks(line: str) -> bool:
    said = unquoted(line)
    house, reader = _voices(said)
    return (house and reader) or ((house or reader) and bool(_TRADE.search(said)))


def _voices(said: str) -> tuple[bool, bool]:
    # Words are cut at apostrophes, so "you're" is found by its "you".
    spoken = {word.casefold() for word in words(said)}
    return not spoken.isdisjoint(_HOUSE), not spoken.isdisjoint(_READER)
