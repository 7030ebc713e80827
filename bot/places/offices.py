"""Whether two titles can name one office: the finance minister is not the foreign minister, "the minister" may be either."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from bot.places.fold import WORD, fold, key
from bot.places.tables import words

# One word of an office, two spellings or two customs.
_SPELT = {
    "advisor": "adviser",
    "defense": "defence",
    "external": "foreign",
    "economic": "economy",
    "financial": "finance",
    "labor": "labour",
}
_JOINTS = re.compile(r" and | & |[,/;]")


def may_be_same(one: str, other: str, noun: str | None = None) -> bool:
    """Whether some part of one title can name the same office as some part of the other.

    They share the noun of an office (`noun`, where only that one counts), agree in rank ("deputy", "prime"), and
    name no different portfolios. A title without a portfolio may be any: "the minister".
    """
    return any(_alike(first, second, noun) for first in _parts(fold(one)) for second in _parts(fold(other)))


def names_portfolio(title: str) -> bool:
    """Whether a title says what its holder is in charge of or ranks as ("finance minister", "deputy head")."""
    narrow = words("portfolio") | words("office_rank")
    return any(not narrow.isdisjoint(part) for part in _parts(fold(title)))


@cache
def _parts(folded: str) -> tuple[frozenset[str], ...]:
    """The words of each office that a title joins: "Prime Minister and Foreign Minister"."""
    return tuple(frozenset(_plain(WORD.findall(part))) for part in _JOINTS.split(folded) if part.strip())


def _plain(found: Iterable[str]) -> Iterator[str]:
    for word in found:
        small = key(word)
        yield _SPELT.get(small, small)


def _alike(one: frozenset[str], other: frozenset[str], noun: str | None) -> bool:
    shared = one & other
    if noun not in shared if noun is not None else shared.isdisjoint(words("office_noun")):
        return False
    ranks, portfolios = words("office_rank"), words("portfolio")
    if one & ranks != other & ranks:
        return False
    return not (one & portfolios and other & portfolios) or not portfolios.isdisjoint(shared)
