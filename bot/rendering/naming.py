"""How countries and people are called in a line: each country once, each name once."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.briefing.weights import LEADERS, rank
from bot.model import Actor
from bot.places.names import country_name, flag
from bot.rendering.safety import clean
from bot.rendering.words import Words

MOST_WITH_PEOPLE = 6
"""Countries whose people are named in one line; a longer list names the countries only, so that it stays readable."""

MOST_NAMED_IN_OPENING = 2
"""Counterparts named as persons in an opening sentence; a longer row is given by countries."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Names in the language of `words`."""

    words: Words

    def country(self, code: str) -> str:
        """The name as it stands alone, as in a heading: “United States”."""
        return clean(country_name(code, self.words.locale))

    def in_sentence(self, code: str) -> str:
        """The name as it stands inside a sentence: “the United States”."""
        name = self.country(code)
        holds = not frozenset(self.words.several("article.holds")).isdisjoint(name.split())
        needs_article = holds or code in self.words.several("article.codes")
        return f"{self.words('article.word')} {name}" if needs_article else name

    def countries(self, codes: Iterable[str]) -> str:
        """A row of countries inside a sentence, each once."""
        return self.words.joined(tuple(map(self.in_sentence, dict.fromkeys(codes))))

    def flags(self, codes: Iterable[str]) -> str:
        """The flags of `codes`, each once, for those that have one."""
        return "".join(filter(None, map(flag, dict.fromkeys(codes))))

    def parties(self, actors: Iterable[Actor]) -> str:
        """Countries with their people in brackets: “Russia (President Vladimir Putin) and Türkiye”."""
        by_country: dict[str, list[Actor]] = {}
        for actor in actors:
            by_country.setdefault(actor.country, []).append(actor)
        if len(by_country) > MOST_WITH_PEOPLE:
            return self.countries(by_country)
        return self.words.joined(tuple(self._party(code, members) for code, members in by_country.items()))

    def opening(self, actors: Iterable[Actor]) -> str:
        """Persons with their countries, as an opening sentence has them: “Vladimir Putin of Russia”."""
        return self.words.joined(tuple(map(self._of_country, distinct(actors))))

    def counterparts(self, actors: tuple[Actor, ...]) -> str:
        """Whom somebody dealt with: by name if few, as leaders if all of them are, else by country."""
        if len(actors) <= MOST_NAMED_IN_OPENING:
            return self.opening(actors)
        countries = self.countries(actor.country for actor in actors)
        if all(rank(actor) in LEADERS for actor in actors):
            return self.words("person.leaders", countries=countries)
        return countries

    def _of_country(self, actor: Actor) -> str:
        country = self.in_sentence(actor.country)
        name = self._name(actor)
        return self.words("person.of_country", name=name, country=country) if name else country

    def _party(self, code: str, members: list[Actor]) -> str:
        people = tuple(filter(None, map(self._person, distinct(members))))
        country = self.in_sentence(code)
        if not people:
            return country
        return self.words("person.in_country", country=country, people=self.words.joined(people))

    def _name(self, actor: Actor) -> str:
        """The person's name, empty where it is only the country's own."""
        name = clean(actor.name or "")
        return "" if _folded(name) == _folded(self.country(actor.country)) else name

    def _person(self, actor: Actor) -> str:
        """Role and name as far as they are known: “President Vladimir Putin”."""
        name, role = self._name(actor), self._role(actor)
        if not name or not role or _tokens(name) <= _tokens(role):
            return role or name
        return self.words("person.with_role", role=role, name=name)

    def _role(self, actor: Actor) -> str:
        """The role, with a capital, without the country it ends on, since the country stands beside it."""
        role = clean(actor.role or "")
        for country in (self.in_sentence(actor.country), self.country(actor.country)):
            role = role.removesuffix(f" of {country}")
        return role[:1].upper() + role[1:]


def capitalised(text: str) -> str:
    """`text` with its first letter large, as a line begins."""
    return text[:1].upper() + text[1:]


def distinct(actors: Iterable[Actor]) -> tuple[Actor, ...]:
    """`actors` without those that another one already names.

    “Putin” is “Vladimir Putin” of the same country; a country alone is anyone's of that country; of two
    roles of one person the first is kept. Order is that of first mention.
    """
    kept: list[Actor] = []
    for actor in actors:
        place = next((n for n, other in enumerate(kept) if _same(actor, other)), None)
        if place is None:
            kept.append(actor)
        else:
            kept[place] = _fuller(kept[place], actor)
    return tuple(kept)


def _same(one: Actor, other: Actor) -> bool:
    if one.country != other.country:
        return False
    if one.name and other.name:
        names, others = _tokens(one.name), _tokens(other.name)
        return names <= others or others <= names
    nameless, named = (other, one) if one.name else (one, other)
    return not nameless.role or _folded(nameless.role) == _folded(named.role or "")


def _fuller(one: Actor, other: Actor) -> Actor:
    longer = max((one.name or "", other.name or ""), key=len)
    return Actor(one.country, longer or None, one.role or other.role)


def _tokens(name: str) -> frozenset[str]:
    return frozenset(_folded(name).split())


def _folded(name: str) -> str:
    """`name` without accents and case, as different papers spell it."""
    bare = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return "".join(bare).replace("-", " ").casefold()
