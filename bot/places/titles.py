"""Reads the office in front of a name: "Austrian chancellor", "Russia's deputy foreign minister"."""

import re
from dataclasses import dataclass

from bot.places.fold import WORD, key
from bot.places.tables import words

_LONGEST_TITLE = 90
_MOST_WORDS = 10
_WORD_BACK = re.compile(r"(?<![\w-])([\w-]++)(\.? |, ?|\.?\n)?\Z")


@dataclass(frozen=True, slots=True)
class Title:
    """The office printed before a name at text[start:end], with its words in small letters."""

    start: int
    end: int
    words: tuple[str, ...]


def title_before(folded: str, at: int) -> Title | None:
    """Return the title that ends just before `at`, or None where no office stands there."""
    allowed, nouns = words("title"), words("office_noun")
    floor = max(0, at - _LONGEST_TITLE)
    start, end, found = at, at, list[str]()
    while len(found) < _MOST_WORDS:
        match = _WORD_BACK.search(folded[floor:start])
        if match is None or not _allowed(match.group(1), allowed):
            break
        if not found:
            end = floor + match.end(1)
        found.insert(0, match.group(1).lower())
        start = floor + match.start(1)
    if not nouns.intersection(part for word in found for part in (word, *word.split("-"))):
        return None
    while found and found[0] in {"of", "for", "the", "and", "to"}:
        step = WORD.search(folded, start + len(found[0]))
        start = step.start() if step else start
        found.pop(0)
    return Title(start, end, tuple(found))


def _allowed(word: str, allowed: frozenset[str]) -> bool:
    whole = key(word)
    return whole in allowed or all(part in allowed for part in whole.split("-"))
