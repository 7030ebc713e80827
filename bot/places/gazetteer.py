"""Names of states, organisations, armed groups and their officials, found in any text.

`mentions` finds all of them in an article; `country_of` gives the one code a phrase stands for. Both
fail closed: where the words leave doubt, nothing is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from types import MappingProxyType

from bot.places.ambiguity import Ambiguities, load_ambiguities
from bot.places.context import Setting, hides, name_goes_on, setting
from bot.places.entries import all_entries
from bot.places.fold import fold
from bot.places.lexicon import Hit, Kind, Lexicon
from bot.places.mention import Mention, Sense
from bot.places.names import localised_code
from bot.places.people import People, Person, load_people
from bot.places.phrase import head
from bot.places.tables import rows, words
from bot.places.titles import Title, title_before

__all__ = ["Gazetteer", "Mention", "Sense", "load_gazetteer"]

_TOWN = frozenset((Sense.CAPITAL, Sense.CITY))
_STATE = frozenset((Sense.COUNTRY, Sense.REGION))
_NATION = frozenset((Sense.COUNTRY, Sense.DEMONYM))
_ORGAN = frozenset((Sense.METONYM, Sense.GOVERNMENT))
_OWNER = frozenset((Sense.COUNTRY, Sense.DEMONYM, Sense.ORGANISATION, Sense.GROUP, Sense.REGION))
_LOCATIVE = frozenset(("in", "at", "near", "from", "outside", "around"))


class Gazetteer:
    """The tables, ready to be searched. Never changes once built, so it can be shared."""

    def __init__(
        self, lexicon: Lexicon, people: People, unclear: Ambiguities, names: Mapping[str, str]
    ) -> None:
        self._lexicon = lexicon
        self._people = people
        self._unclear = unclear
        self._names = MappingProxyType(dict(names))

    def mentions(self, text: str, on: date | None = None) -> tuple[Mention, ...]:
        """Return every mention in `text`, in order, none inside another.

        `on` is the day of the text: it tells who held an office then, and which bearer of a name is meant.
        """
        folded = fold(text)
        hits = list(self._lexicon.find(folded))
        found = [mention for mention in self._meanings(text, folded, hits, on) if mention is not None]
        return tuple(_settled(folded, found))

    def country_of(self, phrase: str) -> Mention | None:
        """Return the mention that tells whose a phrase is, or None.

        Of several states the owner or head of the phrase decides ("Russia's ambassador to Poland").
        """
        return head(phrase, self.mentions(phrase)) or self._alone(phrase)

    def actors(self) -> Mapping[str, str]:
        """Return every code with its usual English name."""
        return self._names

    def _alone(self, phrase: str) -> Mention | None:
        word = phrase.strip().strip(".,;:!?\"'()")
        start = phrase.find(word)
        reading = self._unclear.alone(word)
        if reading is not None:
            return Mention(start, start + len(word), word, reading.code, reading.sense)
        code = None if self._unclear.knows(word) or _plain_word(word) else localised_code(word)
        return Mention(start, start + len(word), word, code, Sense.COUNTRY) if code else None

    def _meanings(self, text: str, folded: str, hits: list[Hit], on: date | None) -> Iterator[Mention | None]:
        for index, hit in enumerate(hits):
            if hit.entry.kind is Kind.VETO:
                continue
            previous = hits[index - 1] if index else None
            following = hits[index + 1] if index + 1 < len(hits) else None
            title = title_before(folded, hit.start) if hit.entry.people else None
            here = setting(folded, hit, previous, following)
            if title is None and hides(here):
                continue
            entry, printed = hit.entry, text[hit.start : hit.end]
            plain = Mention(hit.start, hit.end, printed, "", entry.sense)
            if entry.people:
                yield self._person(text, here, plain, title, on)
            elif entry.kind is Kind.AMBIGUOUS:
                yield self._unclear_word(folded, hit, plain, previous)
            else:
                yield Mention(hit.start, hit.end, printed, entry.code, entry.sense, entry.name, entry.role)

    def _unclear_word(self, folded: str, hit: Hit, plain: Mention, previous: Hit | None) -> Mention | None:
        town = previous if previous is not None and folded[previous.end : hit.start] == ", " else None
        reading = self._unclear.decide(folded, hit, town)
        return replace(plain, code=reading.code, sense=reading.sense) if reading else None

    def _person(
        self, text: str, here: Setting, plain: Mention, title: Title | None, on: date | None
    ) -> Mention | None:
        owner = _owner(here.folded, title, here.previous)
        numbers = here.hit.entry.people
        if here.hit.entry.kind is Kind.FAMILY:
            numbers = self._people.holding(numbers, title.words) if title else ()
            if owner is not None:
                numbers = tuple(n for n in numbers if owner in {t.code for t in self._people.all[n].terms})
        if (more := name_goes_on(here)) is not None:
            numbers = tuple(n for n in numbers if self._people.all[n].bears(more))
        resolved = self._people.resolve(numbers, on) if numbers else None
        if resolved is None:
            return None
        code, person = resolved
        printed = text[title.start : title.end] if title else None
        if owner is not None and owner != code and person is not None:
            known = owner in {term.code for term in person.terms}
            person = person if known else replace(person, name=plain.text)
        return replace(
            plain,
            code=owner or code,
            name=person.name if person else None,
            role=printed or _role(person, on, owner),
        )


def _plain_word(word: str) -> bool:
    """Whether a word without capital or foreign letters may be any English word ("island", "turkey")."""
    return not word or (word.isascii() and (not word[0].isupper() or word.lower() in words("also_a_word")))


def _role(person: Person | None, on: date | None, owner: str | None) -> str | None:
    term = person.term_on(on) if person is not None and on is not None else None
    return (term.office or None) if term is not None and owner in {None, term.code} else None


def _owner(folded: str, title: Title | None, previous: Hit | None) -> str | None:
    """The state whose office stands before a name: the text knows better than the table."""
    if title is None or previous is None or previous.entry.sense not in _OWNER:
        return None
    if previous.entry.kind is not Kind.PLAIN:
        return None
    return previous.entry.code if folded[previous.end : title.start] in {" ", "'s ", "' "} else None


def _settled(folded: str, found: list[Mention]) -> Iterator[Mention]:
    """Yield the mentions that stand when each is seen beside the next."""
    for index, mention in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        previous = found[index - 1] if index else None
        if following is not None and _town_elsewhere(folded, mention, following):
            continue
        if previous is not None and _foreign_organ(folded, previous, mention):
            continue
        yield mention


def _town_elsewhere(folded: str, town: Mention, state: Mention) -> bool:
    """Whether the state named behind a town decides ("Paris, Texas", "in Tripoli, Lebanon")."""
    if town.sense not in _TOWN or state.sense not in _STATE or town.code == state.code:
        return False
    if folded[town.end : state.start] != ", ":
        return False
    if state.sense is Sense.REGION:
        return True
    before = folded[: town.start].split()[-1:] or ["in"]
    return before[0].lower() in _LOCATIVE and not folded[state.end :].startswith((",", " and"))


def _foreign_organ(folded: str, nation: Mention, organ: Mention) -> bool:
    """Whether the nation before a seat or organ of another's says whose it is ("German Foreign Office")."""
    joined = folded[nation.end : organ.start] in {" ", "'s ", "' "}
    shared = organ.sense in _ORGAN or folded[organ.start : organ.end].lower() in words("generic_organ")
    return joined and nation.sense in _NATION and shared and nation.code != organ.code


def _names() -> Iterator[tuple[str, str]]:
    for table in ("countries", "organisations", "groups"):
        yield from ((row["code"], row["name"]) for row in rows(table))


@cache
def load_gazetteer() -> Gazetteer:
    """Read the tables that ship with the package; the same gazetteer at every call."""
    people = load_people()
    return Gazetteer(Lexicon(all_entries(people)), people, load_ambiguities(), dict(_names()))
