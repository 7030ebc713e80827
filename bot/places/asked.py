"""What a person in a chat means by a typed name: leniently read, and never guessed between two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.places.gazetteer import load_gazetteer
from bot.places.names import find_country, suggestions

_COMMAS = re.compile(r"[,;\n،、，؛]+")
LONGEST = 80
"""Characters of one name; the longest in our tables has 62."""
MOST_NAMES = 20
"""Names read out of one message: more is no list a person typed."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What `text` means: a `code`, or None and the codes it may have meant.

    `is_taken` says that the text is no name but resembles that of `code` and of nothing else.
    """

    text: str
    code: str | None = None
    is_taken: bool = False
    choices: tuple[str, ...] = ()


def understand(text: str) -> Understood:
    """Tell which country or actor one typed text means.

    It may be a name or code in any major language, a sentence that mentions one country (“what about Russia?”), or
    a name with a slip in it.
    """
    if len(text) > LONGEST:
        return Understood(text)
    code = find_country(text) or _mentioned(text)
    if code:
        return Understood(text, code)
    found = suggestions(text)
    return Understood(text, found[0], is_taken=True) if len(found) == 1 else Understood(text, choices=found)


def understand_all(text: str, separators: Sequence[str] = ()) -> tuple[Understood, ...]:
    """Tell the same of each name in a list: parted by commas, by a word of `separators`, or by blanks alone.

    A country that is named twice comes once.
    """
    names = [name.strip() for name in _COMMAS.split(text[: LONGEST * MOST_NAMES]) if name.strip()]
    first: dict[str, Understood] = {}
    for name in names[:MOST_NAMES]:
        for found in _each(name, separators):
            first.setdefault(found.code or found.text, found)
    return tuple(first.values())


def _each(name: str, separators: Sequence[str]) -> tuple[Understood, ...]:
    if find_country(name):
        return (understand(name),)
    words = name.split()
    ends = [place for place, word in enumerate(words) if word.casefold() in separators]
    if ends:
        pieces = (" ".join(words[start + 1 : end]) for start, end in pairwise((-1, *ends, len(words))))
        return tuple(found for piece in pieces if piece for found in _each(piece, separators))
    if len(words) > 1 and all(map(find_country, words)):
        return tuple(map(understand, words))
    return (understand(name),)


def _mentioned(text: str) -> str | None:
    # A person types “kremlin”, which in an article would be any town's citadel.
    found = load_gazetteer().country_of(text) or load_gazetteer().country_of(text.title())
    return found.code if found else None
