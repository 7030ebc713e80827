"""Which topic an event is about: told by its own sentence, else by what stands around it, else not at all."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from spacy.tokens import Doc, Span, Token

from bot.events.reading import SUBJECTS, child, children
from bot.events.scene import Scene
from bot.events.topics import Found, Topic, load_topics, words_of
from bot.model import Act, Actor, Event, EventKind
from bot.places.gazetteer import Sense

# A topic stands for a whole article where so many of its sentences name it, and so many times the next one's.
OFTEN = 3
LEAD = 3
# How many sentences after a contact still tell what was discussed in it.
DISCUSSED = 2
_HARD = frozenset({Act.ACCUSATION, Act.CONDEMNATION, Act.WARNING})
_BREAK = re.compile("\n")
_JOINTS = frozenset({"-", "–", "/"})
_DESCRIBING = frozenset({"relcl", "acl"})
_FURTHER = frozenset({"also", "separately", "meanwhile", "elsewhere"})
_PLACES = frozenset({Sense.COUNTRY, Sense.REGION, Sense.CITY, Sense.CAPITAL})
_CONTACTS = frozenset({EventKind.CALL, EventKind.MEETING})


@dataclass(frozen=True, slots=True)
class Matters:
    """What each sentence of an article is about: the names of topics, in order of their first mention.

    `starts` and `paragraphs` say where each sentence begins and in which paragraph it stands; `codes` holds the
    states each names. `further` are the sentences that open another matter ("he also said"). `whole` is the
    topic of the whole article, None where it has no single one.
    """

    starts: tuple[int, ...]
    paragraphs: tuple[int, ...]
    topics: tuple[tuple[str, ...], ...]
    codes: tuple[frozenset[str], ...]
    further: frozenset[int]
    whole: Topic | None
    day: date | None

    def add(self, event: Event) -> Event:
        """An event of this article with its topic, and a mediation without parties with those at odds in it."""
        topic = self.of(event)
        event = replace(event, topic=topic)
        known = _by_name().get(topic or "")
        if event.kind is not EventKind.MEDIATION or event.parties or known is None or not known.sides:
            return event
        sides = known.sides[0]
        if any(actor.country in sides for actor in event.actors):
            return event
        return replace(event, parties=tuple(Actor(code) for code in sorted(sides)))

    def of(self, event: Event) -> str | None:
        """The topic of an event found in this article."""
        proof = event.citations[0]
        first, last = self._at(proof.start), self._at(max(proof.end - 1, proof.start))
        own = _unique(self.topics[first : last + 1])
        if own:
            return own[0] if len(own) == 1 or event.kind in _CONTACTS else None
        if (between := self._between(event)) is not None:
            return between.name
        others = frozenset[str]().union(*self.codes[first : last + 1]) - {a.country for a in event.actors}
        around = self._around(event.kind, first, last) or ((self.whole,) if self.whole is not None else ())
        if len(around) != 1:
            return None
        # The dead of a conflict may be of any state, and those one speaks with too.
        is_open = event.kind in _CONTACTS or event.act is Act.CONDOLENCE
        if not is_open and not others <= around[0].everyone:
            return None
        return around[0].name

    def _between(self, event: Event) -> Topic | None:
        """What those at odds are at odds over: the parties of a mediation, or who hurls hard words at whom."""
        if event.kind is EventKind.MEDIATION:
            sides = [{actor.country for actor in event.parties}]
        elif event.act in _HARD:
            sides = [{one.country, other.country} for one in event.actors for other in event.targets]
        else:
            return None
        found = [
            topic
            for topic in load_topics().topics
            if (topic.rivals or event.kind is EventKind.MEDIATION)
            and topic.fits(self.day)
            and topic.dated(self.day)
            and any(side <= who for side in topic.sides for who in sides)
        ]
        strong = [topic for topic in found if not topic.weak] or found
        return strong[0] if len(strong) == 1 else None

    def _around(self, kind: EventKind, first: int, last: int) -> tuple[Topic, ...]:
        """What is discussed after a contact, or said right before a statement in its paragraph.

        A matter that is named everywhere (`weak`) does not reach beyond its own sentence, and "also" opens
        another matter.
        """
        if kind in _CONTACTS:
            near = self.topics[last + 1 : last + 1 + DISCUSSED]
        elif first == 0 or self.paragraphs[first - 1] != self.paragraphs[first] or first in self.further:
            near = ()
        else:
            near = self.topics[first - 1 : first]
        by_name = _by_name()
        return tuple(by_name[name] for name in _unique(near) if name in by_name and not by_name[name].weak)

    def _at(self, position: int) -> int:
        return max(bisect_right(self.starts, position) - 1, 0)


def _unique(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in several for name in names))


@cache
def _by_name() -> Mapping[str, Topic]:
    return {topic.name: topic for topic in load_topics().topics}


def find_matters(scene: Scene) -> Matters:
    """Read what the sentences of an article are about."""
    doc, text, day = scene.reading.doc, scene.reading.text, _day(scene)
    starts = tuple([one.start_char for one in doc.sents])
    words, named = _by_sentence(doc, text, starts)
    codes = _codes(scene, starts)
    topics = [_told(day, *found) for found in zip(named, words, codes, strict=True)]
    nouns = frozenset(load_topics().nouns)
    for i, one in enumerate(doc.sents):
        if not topics[i] and not nouns.isdisjoint(words[i]):
            topics[i] = _general(scene, one)
    breaks = [match.start() for match in _BREAK.finditer(text)]
    return Matters(
        starts,
        paragraphs=tuple([bisect_right(breaks, start) for start in starts]),
        topics=tuple(topics),
        codes=codes,
        further=frozenset(i for i, letters in enumerate(words) if letters & _FURTHER),
        whole=_whole(topics, _title(scene.article.title or "", day)),
        day=day,
    )


def _by_sentence(doc: Doc, text: str, starts: Sequence[int]) -> tuple[list[set[str]], list[list[Found]]]:
    """The words of each sentence, and the topics named in it."""
    every = words_of(text)
    places = [max(bisect_right(starts, start) - 1, 0) for start, _ in every.spans]
    words: list[set[str]] = [set() for _ in starts]
    for letters, place in zip(every.letters, places, strict=True):
        words[place].add(letters)
    named: list[list[Found]] = [[] for _ in starts]
    for found in load_topics().named_in(every):
        if not _is_aside(doc, found):
            named[max(bisect_right(starts, found.start) - 1, 0)].append(found)
    return words, named


def _is_aside(doc: Doc, found: Found) -> bool:
    """Whether words only describe who acts: "Moscow, which has its own war in Ukraine, has called for a truce"."""
    span = doc.char_span(found.start, found.end, alignment_mode="expand")
    return span is not None and _describes(span.root)


def _describes(token: Token) -> bool:
    while (head := token.head).i != token.i:
        if token.dep_ in _DESCRIBING and head.dep_ in SUBJECTS and head.pos_ == "PROPN":
            return True
        token = head
    return False


def _codes(scene: Scene, starts: Sequence[int]) -> tuple[frozenset[str], ...]:
    """Codes of the states and groups each sentence names, those that only describe who acts left out."""
    found: list[set[str]] = [set() for _ in starts]
    for i, mention in scene.cast.covered.items():
        if not _describes(scene.reading.doc[i]):
            found[max(bisect_right(starts, mention.start) - 1, 0)].add(mention.code)
    return tuple([frozenset(codes) for codes in found])


def _day(scene: Scene) -> date | None:
    """The day of an article; of one that states none, when it was heard, since news is heard fresh."""
    heard = scene.article.heard_at
    return scene.reference or (heard.date() if heard is not None else None)


def _title(title: str, day: date | None) -> tuple[str, ...]:
    words = words_of(title)
    return _told(day, list(load_topics().named_in(words)), set(words.letters), frozenset())


def _told(
    day: date | None, named: Sequence[Found], words: set[str], codes: frozenset[str]
) -> tuple[str, ...]:
    """The topics a sentence names, without those that another includes or outweighs."""
    first: dict[Topic, int] = {}
    for one in named:
        if one.topic.fits(day) and (one.outright or (one.topic.dated(day) and one.topic.matters & words)):
            first.setdefault(one.topic, one.start)
    for topic in load_topics().contested if len(codes) > 1 else ():
        meant = any(side <= codes for side in topic.sides) and not topic.matters.isdisjoint(words)
        if meant and topic.fits(day) and topic.dated(day):
            first.setdefault(topic, len(first))
    strong = {topic for topic in first if not topic.weak} or set(first)
    wider = {topic.part_of for topic in first}
    kept = [topic for topic in first if topic in strong and topic.name not in wider]
    return tuple([topic.name for topic in sorted(kept, key=lambda topic: first[topic])])


def _general(scene: Scene, sentence: Span) -> tuple[str, ...]:
    """A matter with its place, where no topic of the list is named: "the coup in X", "the Myanmar earthquake"."""
    nouns = load_topics().nouns
    found = []
    for token in sentence:
        name = (
            nouns.get(token.lower_) if token.pos_ in ("NOUN", "PROPN") and token.dep_ != "compound" else None
        )
        place = _place(scene, token) if name is not None else None
        if name is not None and place is not None and not _describes(token):
            found.append(name.format(place=place))
    return tuple(dict.fromkeys(found))


def _place(scene: Scene, noun: Token) -> str | None:
    for preposition in children(noun, "prep"):
        place = child(preposition, "pobj")
        mention = scene.cast.mention(place) if place is not None else None
        if preposition.lower_ == "in" and mention is not None and mention.sense in _PLACES:
            return _with_article(mention.text)
    for one in children(noun, "compound"):
        mention = scene.cast.mention(one)
        joined = one.i > 0 and one.nbor(-1).text in _JOINTS
        if mention is not None and mention.sense in (Sense.COUNTRY, Sense.REGION) and not joined:
            return _with_article(mention.text)
    return None


def _with_article(place: str) -> str:
    bare = place.removeprefix("the ").removeprefix("The ")
    return f"the {bare}" if load_topics().articles.intersection(bare.split()) else bare


def _whole(topics: Sequence[tuple[str, ...]], title: tuple[str, ...]) -> Topic | None:
    """The one listed topic of a whole article, if its title or most of what it says is about it."""
    by_name = _by_name()
    counted = Counter(name for names in topics for name in names if name in by_name)
    counted.update(dict.fromkeys(title, OFTEN))
    counted.update(name for name in topics[0] if name in by_name)  # a lead tells what the rest is about
    ranked = counted.most_common(2)
    if not ranked or ranked[0][1] < OFTEN:
        return None
    if len(ranked) > 1 and ranked[0][1] < LEAD * ranked[1][1]:
        return None
    return by_name.get(ranked[0][0])
