"""Which statements are one statement: the same words by the same speaker within a few days.

Two reports that put it in their own words stay two; only words both print can prove them one.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.events.merge_anchor import NEAR_DAYS, anchor_day, are_near
from bot.events.merge_clusters import Detail, Edge, clusters, without_go_betweens
from bot.events.merge_people import same_person
from bot.model import Act, Event

RUN_WORDS = 4
"""So many words in a row must be shared at the least. Three are stock phrases ("an immediate ceasefire")."""
RUN_SHARE = 0.5
"""...and they must be so much of the shorter quote: two trims that share less could as well be two sentences
of one speech."""
EDITED_WORDS = 8
"""Quotes of so many words may differ inside (a bracket, another translator's word) and still be one."""
OVERLAP_SHARE = 0.5
"""The part of the shorter text's word quadruples two reports in the outlet's own words must share. Edited
copies of one sentence keep more than half, retellings keep almost none."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement reduced to what is compared; `runs` are the stretches of four words of its sentence."""

    day: date | None
    quote: Words
    sentence: Words
    runs: frozenset[Words]
    topic: frozenset[str]
    act: Act | None
    article: str


def statements(block: Sequence[Event]) -> list[list[Event]]:
    """The statements told by findings of one set of countries."""
    said = [_said(finding) for finding in block]
    details = [_speakers(finding) for finding in block]
    edges = [
        (one, other)
        for one, other in _candidates(said)
        if are_near(block[one], block[other])
        and _no_other_speaker(details[one], details[other])
        and _same_words(said[one], said[other])
    ]
    return clusters(block, without_go_betweens(details, edges, _no_other_speaker))


def _said(finding: Event) -> _Said:
    told = sorted(finding.citations, key=lambda citation: (citation.article, citation.start, citation.end))
    sentence = _words(" ".join(citation.sentence for citation in told))
    return _Said(
        day=anchor_day(finding),
        quote=_words(finding.quote or ""),
        sentence=sentence,
        runs=_runs(sentence),
        topic=frozenset(_words(finding.topic or "")),
        act=finding.act,
        article=told[0].article,
    )


def _words(text: str) -> Words:
    """Lower-case words without marks or accents, so that printing habits do not hide a shared quote."""
    plain = unicodedata.normalize("NFKD", text.lower()).replace("\u2019", "'")
    if any(map(unicodedata.combining, set(plain))):
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(re.findall(r"\w+(?:'\w+)?", plain))


def _speakers(finding: Event) -> Detail:
    return frozenset((actor.country, actor.name) for actor in finding.actors if actor.name)


def _no_other_speaker(one: Detail, other: Detail) -> bool:
    """False where both name people of one country and none of them is the same."""
    shared = {country for country, _ in one} & {country for country, _ in other}
    return all(_share_person(country, one, other) for country in shared)


def _share_person(country: str, one: Detail, other: Detail) -> bool:
    names = [name for code, name in one if code == country]
    return any(same_person(name, there) for name in names for code, there in other if code == country)


def _candidates(said: Sequence[_Said]) -> set[Edge]:
    """Pairs near in time that share a run of words; nothing else can be the same words."""
    index: dict[Words, list[int]] = defaultdict(list)
    for position in sorted(range(len(said)), key=lambda one: said[one].day or date.min):
        for run in said[position].runs | _runs(said[position].quote):
            index[run].append(position)
    return {pair for positions in index.values() for pair in _near_pairs(positions, said)}


def _near_pairs(positions: Sequence[int], said: Sequence[_Said]) -> Iterator[Edge]:
    """Pairs of `positions`, which are in order of day, not more than `NEAR_DAYS` apart."""
    for i, one in enumerate(positions):
        start = (said[one].day or date.min).toordinal()
        for other in positions[i + 1 :]:
            if (said[other].day or date.min).toordinal() - start > NEAR_DAYS:
                break
            yield (min(one, other), max(one, other))


def _runs(words: Words) -> frozenset[Words]:
    """Every stretch of `RUN_WORDS` words; all of a shorter text, nothing of an empty one."""
    if len(words) < RUN_WORDS:
        return frozenset({words} if words else ())
    return frozenset(words[i : i + RUN_WORDS] for i in range(len(words) - RUN_WORDS + 1))


def _same_words(one: _Said, other: _Said) -> bool:
    if one.quote and other.quote:
        return _same_quote(one, other)
    if one.quote or other.quote:
        quote, sentence = (one.quote, other.sentence) if one.quote else (other.quote, one.sentence)
        return (
            one.article != other.article
            and len(quote) >= RUN_WORDS
            and _longest_run(quote, sentence)[0] == len(quote)
        )
    return one.act == other.act and _same_topic(one, other) and _overlap(one, other) >= OVERLAP_SHARE


def _same_quote(one: _Said, other: _Said) -> bool:
    shorter = min(len(one.quote), len(other.quote))
    if shorter < RUN_WORDS:
        return one.quote == other.quote and _overlap(one, other) >= OVERLAP_SHARE
    if _are_trims(one.quote, other.quote):
        return True
    return shorter >= EDITED_WORDS and _share(_runs(one.quote), _runs(other.quote)) >= OVERLAP_SHARE


def _are_trims(one: Words, other: Words) -> bool:
    """Whether two quotes are stretches of one text that overlap.

    Then what they share starts where one of them starts and ends where one ends; a phrase that merely
    occurs in both goes on differently ("the people of the north" want this, and want that).
    """
    run, here, there = _longest_run(one, other)
    if run < RUN_WORDS or run < RUN_SHARE * min(len(one), len(other)):
        return False
    return 0 in {here, there} and (here + run == len(one) or there + run == len(other))


def _same_topic(one: _Said, other: _Said) -> bool:
    """One sentence may hold two statements; where both say what about, most of the words must agree."""
    shared = len(one.topic & other.topic)
    return shared >= OVERLAP_SHARE * min(len(one.topic), len(other.topic))


def _overlap(one: _Said, other: _Said) -> float:
    return _share(one.runs, other.runs)


def _share(one: frozenset[Words], other: frozenset[Words]) -> float:
    """The part of the smaller set of word runs that the other has too."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _longest_run(one: Words, other: Words) -> tuple[int, int, int]:
    """Length of the longest stretch of words both have, and where it starts in each; of equals the first."""
    best, last = (0, 0, 0), [0] * (len(other) + 1)
    for i, word in enumerate(one):
        row = [0] * (len(other) + 1)
        for j, there in enumerate(other):
            row[j + 1] = last[j] + 1 if word == there else 0
            if row[j + 1] > best[0]:
                best = (row[j + 1], i + 1 - row[j + 1], j + 1 - row[j + 1])
        last = row
    return best
