"""The matters events are about, read from `topics.toml`, and where a text names them."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from bot.places.fold import fold

Words = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Topic:
    """One matter between states; the fields are those of `topics.toml`."""

    name: str
    matters: frozenset[str]
    sides: tuple[frozenset[str], ...]
    part_of: str | None
    since: date | None
    until: date | None
    weak: bool
    rivals: bool

    @property
    def everyone(self) -> frozenset[str]:
        """Codes of all who are at odds in it."""
        return frozenset[str]().union(*self.sides)

    def fits(self, day: date | None) -> bool:
        """Whether an article of this day (None: unknown) can mean it."""
        if day is None:
            return True
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def dated(self, day: date | None) -> bool:
        """Whether a place and a matter are enough: not of a time of its own in an article of unknown day."""
        return day is not None or (self.since is None and self.until is None)


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a text that name a topic (`outright`) or a place of it: text[start:end]."""

    start: int
    end: int
    topic: Topic
    outright: bool


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text in small letters without accents: text[start:end]."""

    start: int
    end: int
    letters: str


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics, the phrases that name them by their first word, and the nouns of the general rule."""

    topics: tuple[Topic, ...]
    phrases: Mapping[str, tuple[tuple[Words, tuple[tuple[Topic, bool], ...]], ...]]
    nouns: Mapping[str, str]
    articles: frozenset[str]

    def named_in(self, words: Sequence[Word]) -> Iterator[Found]:
        """Everything a text names, in order; of phrases that overlap only the longest."""
        at = 0
        while at < len(words):
            for phrase, meanings in self.phrases.get(words[at].letters, ()):
                if tuple(one.letters for one in words[at : at + len(phrase)]) == phrase:
                    last = words[at + len(phrase) - 1]
                    for topic, outright in meanings:
                        yield Found(words[at].start, last.end, topic, outright)
                    at += len(phrase) - 1
                    break
            at += 1


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text; a hyphen or an apostrophe divides."""
    return tuple(Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(fold(text).lower()))


@cache
def load_topics() -> Topics:
    """The topics shipped beside this module. A malformed file is a bug and raises as such."""
    data = tomllib.loads(files("bot.events").joinpath("topics.toml").read_text(encoding="utf-8"))
    topics = tuple(_topic(row, data["matters"]) for row in data["topic"])
    meanings: dict[Words, list[tuple[Topic, bool]]] = defaultdict(list)
    for topic, row in zip(topics, data["topic"], strict=True):
        for field in ("phrases", "places"):
            for phrase in row.get(field, ()):
                meanings[_split(phrase)].append((topic, field == "phrases"))
    nouns = {noun: row["name"] for row in data["matter"] for noun in row["nouns"]}
    return Topics(topics, _by_first_word(meanings), nouns, frozenset(data["articles"]))


def _topic(row: Mapping[str, Any], matters: Sequence[str]) -> Topic:
    return Topic(
        name=row["name"],
        matters=frozenset((*row.get("matters", matters), *row.get("more", ()))),
        sides=tuple(frozenset(codes) for codes in row.get("sides", ())),
        part_of=row.get("part_of"),
        since=row.get("since"),
        until=row.get("until"),
        weak=row.get("weak", False),
        rivals=row.get("rivals", False),
    )


def _split(phrase: str) -> Words:
    return tuple(word.letters for word in words_of(phrase))


def _by_first_word(
    meanings: Mapping[Words, list[tuple[Topic, bool]]],
) -> dict[str, tuple[tuple[Words, tuple[tuple[Topic, bool], ...]], ...]]:
    found: dict[str, list[tuple[Words, tuple[tuple[Topic, bool], ...]]]] = defaultdict(list)
    for phrase in sorted(meanings, key=len, reverse=True):
        found[phrase[0]].append((phrase, tuple(meanings[phrase])))
    return {word: tuple(phrases) for word, phrases in found.items()}
