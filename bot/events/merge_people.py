"""Who took part, told by several articles: each person once, under the fullest name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

from bot.model import Actor

PARTICLES = frozenset({"al", "el", "the"})
"""Words that come and go within one name: "el-Sisi", "al-Sisi" and "Sisi" are one man."""
ALIKE = 0.8
"""How like two surnames must be to be spellings of one: Zelensky and Zelenskyy are 0.94 alike, Lukashenko and
Lukashenka 0.90, while Lavrov and Lebedev are 0.46."""
FUZZY_LETTERS = 6
"""Shorter surnames must be the same: Rama and Rahman are two."""


def same_person(one: str, other: str) -> bool:
    """Whether two names of one country can be one person's: "Xi" and "Xi Jinping", not Bill and Hillary Clinton."""
    here, there = _name_words(one), _name_words(other)
    if not here or not there:
        return False
    if set(here) <= set(there) or set(there) <= set(here):
        return True
    bare = len(here) == 1 or len(there) == 1
    return _alike(here[-1], there[-1]) and (bare or here[0][0] == there[0][0])


def together(told: Iterable[Actor]) -> tuple[Actor, ...]:
    """The actors of several reports, the most trusted report first, countries in order of first mention.

    An actor without a name is one with the named ones of that country. The role is the first one told.
    """
    by_country: dict[str, list[Actor]] = defaultdict(list)
    for actor in told:
        by_country[actor.country].append(actor)
    return tuple(person for actors in by_country.values() for person in _people(actors))


def _name_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"[^\W\d_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    return [word for word in words if word not in PARTICLES] or words


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    long = min(len(one), len(other)) >= FUZZY_LETTERS
    return long and _likeness(*sorted((one, other))) >= ALIKE


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _people(actors: list[Actor]) -> list[Actor]:
    """One actor a person; fuller names are tried first, so that a bare surname finds its owner."""
    people: list[list[Actor]] = []
    for actor in sorted(
        (actor for actor in actors if actor.name), key=lambda actor: -len(_name_words(actor.name or ""))
    ):
        same = next((some for some in people if same_person(some[0].name or "", actor.name or "")), None)
        if same is None:
            people.append([actor])
        else:
            same.append(actor)
    people.sort(key=lambda some: min(actors.index(actor) for actor in some))
    return [_one(some, actors) for some in people] or [_one(actors, actors)]


def _one(same: list[Actor], actors: list[Actor]) -> Actor:
    told = [actor for actor in actors if actor in same]
    return Actor(same[0].country, same[0].name, next((actor.role for actor in told if actor.role), None))
