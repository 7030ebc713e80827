"""Finds the phrases of the tables in a text: whole words, longest match, one pass over a tree of words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from bot.places.fold import WORD, fold, key
from bot.places.mention import Sense

_SPACES = re.compile(r"[^\S\n]{1,2}|[^\S\n]?\n[^\S\n]?")
_WIDEST_GAP = 3


class Kind(StrEnum):
    """What has to be asked before an entry counts."""

    PLAIN = "plain"
    VETO = "veto"  # hides what stands inside it
    AMBIGUOUS = "ambiguous"  # its surroundings decide the code, or nothing does
    PERSON = "person"  # the table of people and the day decide the code
    FAMILY = "family"  # a common family name, which counts only behind an office
    JOINING = "joining"  # "Sino-": counts only where a hyphen follows


@dataclass(frozen=True, slots=True)
class Entry:
    """One way of writing one meaning.

    `relaxed` entries match in small letters too ("somali pirates"). `people` are places in the table
    of people. `code` and `sense` are set for plain entries alone.
    """

    phrase: str
    kind: Kind = Kind.PLAIN
    code: str = ""
    sense: Sense = Sense.COUNTRY
    name: str | None = None
    role: str | None = None
    relaxed: bool = False
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found at text[start:end]."""

    start: int
    end: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class _Written:
    entry: Entry
    words: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    after: dict[str, "_Node"] = field(default_factory=dict)
    ends: list[_Written] = field(default_factory=list)


class Lexicon:
    """A tree of words, built once and then only read. Of two entries that fit alike the first given wins."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._root: dict[str, _Node] = {}
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        folded = fold(entry.phrase)
        spans = [match.span() for match in WORD.finditer(folded)]
        branch, node = self._root, _Node()
        for start, end in spans:
            node = branch.setdefault(key(folded[start:end]), _Node())
            branch = node.after
        words = tuple(folded[start:end] for start, end in spans)
        gaps = tuple(folded[a[1] : b[0]] for a, b in pairwise(spans))
        node.ends.append(_Written(entry, words, gaps))

    def find(self, folded: str) -> Iterator[Hit]:
        """Yield the longest hits of a folded text from left to right, none inside another."""
        at, root = 0, self._root
        for first in WORD.finditer(folded):
            node = root.get(key(first.group()))
            if node is None or first.start() < at:
                continue
            hit = _longest(folded, node, first)
            if hit is not None:
                at = hit.end
                yield hit


def _longest(folded: str, start: _Node, first: re.Match[str]) -> Hit | None:
    best: Hit | None = None
    spans = [first.span()]
    node: _Node | None = start
    while node is not None:
        fitting = next((end.entry for end in node.ends if _fits(folded, spans, end)), None)
        if fitting is not None:
            best = Hit(spans[0][0], _end(folded, spans[-1][1], fitting), fitting)
        following = WORD.search(folded, spans[-1][1]) if node.after else None
        if following is None or following.start() - spans[-1][1] > _WIDEST_GAP:
            break
        node = node.after.get(key(following.group()))
        spans.append(following.span())
    return best


def _end(folded: str, end: int, entry: Entry) -> int:
    dotted = entry.phrase.endswith(".") and folded.startswith(".", end)
    return end + 1 if dotted else end


def _fits(folded: str, spans: list[tuple[int, int]], written: _Written) -> bool:
    found = [folded[start:end] for start, end in spans]
    gaps = (folded[a[1] : b[0]] for a, b in pairwise(spans))
    if not all(map(_joined, written.gaps, gaps)):
        return False
    if all(map(_cased, written.words, found)):
        return True
    return written.entry.relaxed and all(word.islower() for word in found)


def _cased(wanted: str, found: str) -> bool:
    if len(wanted) > 1 and wanted.isupper():
        return found == wanted
    return found[0].isupper() if wanted[0].isupper() else True


def _joined(wanted: str, found: str) -> bool:
    if not wanted.strip() or wanted == "-":
        return found == "-" or _SPACES.fullmatch(found) is not None
    if wanted.startswith("."):
        return found in {".", ". "} or (found == " " and wanted == ". ")
    return found.strip() == wanted.strip()
