"""The table of officials: who a name means on a given day, and which office they held then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.places.fold import WORD, fold
from bot.places.offices import may_be_same
from bot.places.tables import first_day, last_day, parts, rows, words

# Where the family name is written first, unless a Western first name stands before it ("Joseph Wu").
FAMILY_NAME_FIRST = frozenset(("CN", "HK", "TW", "KR", "KP"))
_SHORTEST_FAMILY_NAME = 2


def family_name(name: str, codes: Iterable[str]) -> str:
    """The part of a name that stands behind an office ("Prime Minister Brown"), by the custom of the bearer's states."""
    names = [match.group() for match in WORD.finditer(name)]
    if FAMILY_NAME_FIRST.isdisjoint(codes):
        return names[-1]
    known = words("east_asian_family_name")
    return next((one for one in names if one.lower() in known), names[-1])


@dataclass(frozen=True, slots=True)
class Term:
    """An office held for the state or organisation `code`; days unknown are None, an open end too."""

    code: str
    office: str
    since: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether the office was held that day, as far as the table knows."""
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """An official with every way of writing the full name, and the family names that suffice alone."""

    name: str
    aliases: tuple[str, ...]
    alone: tuple[str, ...]
    terms: tuple[Term, ...]

    @property
    def family_name(self) -> str:
        """The part of the name that stands behind an office."""
        return family_name(self.name, (term.code for term in self.terms))

    def bears(self, word: str) -> bool:
        """Whether a word is part of any way of writing the full name; compared without accents or case."""
        small = fold(word).casefold()
        return any(
            small == one.casefold() for name in (self.name, *self.aliases) for one in WORD.findall(fold(name))
        )

    def term_on(self, day: date) -> Term | None:
        """The office held that day: of several the one taken up last."""
        held = [term for term in self.terms if term.covers(day)]
        return max(held, key=lambda term: term.since or date.min) if held else None

    def code_on(self, day: date | None) -> str:
        """Whom the person stands for: by the office of the day, else the last one before it."""
        if day is None:
            return self.terms[-1].code
        held = self.term_on(day)
        if held is not None:
            return held.code
        before = [term for term in self.terms if term.since is None or term.since <= day]
        return (before or self.terms[:1])[-1].code


class People:
    """All officials, and what a hit on some of them means."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.all = tuple(people)

    def resolve(self, numbers: tuple[int, ...], on: date | None) -> tuple[str, Person | None] | None:
        """Return the code and, where only one person can be meant, that person; None if codes differ."""
        candidates = [self.all[number] for number in numbers]
        if on is not None and len(candidates) > 1:
            candidates = [person for person in candidates if person.term_on(on)] or candidates
        codes = {person.code_on(on) for person in candidates}
        if len(codes) != 1:
            return None
        return codes.pop(), candidates[0] if len(candidates) == 1 else None

    def holding(self, numbers: tuple[int, ...], title: Iterable[str]) -> tuple[int, ...]:
        """Of these people, those who held an office that the title's words can name."""
        printed = " ".join(title)
        return tuple(
            number
            for number in numbers
            if any(may_be_same(printed, term.office) for term in self.all[number].terms if term.office)
        )


def load_people() -> People:
    """Read `officials.tsv`: one row a term of office, the rows of one person together."""
    people: dict[str, Person] = {}
    for row in rows("officials"):
        term = Term(row["code"], row["office"], first_day(row["since"]), last_day(row["until"]))
        known = people.get(row["name"])
        before = known.terms if known else ()
        aliases = known.aliases if known else parts(row["aliases"])
        alone = known.alone if known else parts(row["alone"])
        people[row["name"]] = Person(row["name"], aliases, alone, (*before, term))
    return People(people.values())


def family_names(people: People) -> dict[str, tuple[int, ...]]:
    """Family name → who bears it, for names long enough to be told from an initial."""
    bearers: dict[str, list[int]] = {}
    for number, person in enumerate(people.all):
        if len(person.family_name) >= _SHORTEST_FAMILY_NAME and any(t.since for t in person.terms):
            bearers.setdefault(person.family_name, []).append(number)
    return {name: tuple(numbers) for name, numbers in bearers.items()}
