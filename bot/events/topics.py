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
class Worded:
    """A text as words in small letters without accents: `letters[i]` = text[spans[i]]."""

    letters: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics, the phrases that name them by their first word, and the nouns of the general rule.

    `contested` are the topics with sides. A place that holds a word of `articles` is told with "the".
    """

    topics: tuple[Topic, ...]
    phrases: Mapping[str, tuple[tuple[Words, tuple[tuple[Topic, bool], ...]], ...]]
    nouns: Mapping[str, str]
    contested: tuple[Topic, ...]
    articles: frozenset[str]

    def named_in(self, words: Worded) -> Iterator[Found]:
        """Everything a text names, in order; of phrases that overlap only the longest."""
        letters, spans, free = words.letters, words.spans, 0
        for at, word in enumerate(letters):
            if at < free or word not in self.phrases:
                continue
            for phrase, meanings in self.phrases[word]:
                if letters[at : at + len(phrase)] == phrase:
                    free = at + len(phrase)
                    for topic, outright in meanings:
                        yield Found(spans[at][0], spans[free - 1][1], topic, outright)
                    break


def words_of(text: str) -> Worded:
    """The words of a text; a hyphen or an apostrophe divides."""
    folded = fold(text).lower()
    if len(folded) != len(text):  # a few capitals become two small letters, which would move all that follows
        folded = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in fold(text))
    found = list(_WORD.finditer(folded))
    return Worded(tuple([one.group() for one in found]), tuple([one.span() for one in found]))


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
    return Topics(
        topics,
        _by_first_word(meanings),
        nouns,
        tuple(topic for topic in topics if topic.sides),
        frozenset(data["articles"]),
    )


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
    return words_of(phrase).letters


def _by_first_word(
    meanings: Mapping[Words, list[tuple[Topic, bool]]],
) -> dict[str, tuple[tuple[Words, tuple[tuple[Topic, bool], ...]], ...]]:
    found: dict[str, list[tuple[Words, tuple[tuple[Topic, bool], ...]]]] = defaultdict(list)
    for phrase in sorted(meanings, key=len, reverse=True):
        found[phrase[0]].append((phrase, tuple(meanings[phrase])))
    return {word: tuple(phrases) for word, phrases in found.items()}
