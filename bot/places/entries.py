"""Turns the tables into lexicon entries. Earlier entries win where two are written alike."""

from collections.abc import Iterator

from bot.places.fold import keys
from bot.places.lexicon import Entry, Kind
from bot.places.mention import Sense
from bot.places.people import People, family_names
from bot.places.tables import parts, rows, words

_NO_PLURAL = ("s", "sh", "ch", "se", "z", "x", "men")
# "Sino-Russian": the first half names a state only where a hyphen follows.
_JOINING_FORMS = {
    "Sino": "CN",
    "Franco": "FR",
    "Russo": "RU",
    "Anglo": "GB",
    "Indo": "IN",
    "Turco": "TR",
    "Turko": "TR",
    "Italo": "IT",
    "Greco": "GR",
    "Austro": "AT",
    "Luso": "PT",
    "Hispano": "ES",
    "Nippo": "JP",
}


def plural(demonym: str) -> str | None:
    """Return the plural that a demonym forms with -s, or None where it forms none."""
    return None if demonym.endswith(_NO_PLURAL) else f"{demonym}s"


def demonyms(cell: str) -> Iterator[str]:
    """Yield the demonyms of a cell and their plurals."""
    for demonym in parts(cell):
        yield demonym
        many = plural(demonym)
        if many:
            yield many


def all_entries(people: People) -> Iterator[Entry]:
    """Yield every entry of every table, ambiguous words in place of their plain readings."""
    unclear = {keys(row["word"]) for row in rows("ambiguous")}
    yield from _vetoes()
    yield from (Entry(word, Kind.AMBIGUOUS) for word in {row["word"]: None for row in rows("ambiguous")})
    for entry in (*_states(), *_bodies(), *_places()):
        if "," not in entry.phrase and keys(entry.phrase) not in unclear:
            yield entry
    yield from _persons(people)


def _vetoes() -> Iterator[Entry]:
    for row in rows("not_places"):
        yield from (Entry(phrase, Kind.VETO) for phrase in parts(row["phrase"]))


def _states() -> Iterator[Entry]:
    strict = words("also_a_word")
    for row in rows("countries"):
        named = ((name, Sense.COUNTRY) for name in (row["name"], *parts(row["aliases"])))
        called = ((name, Sense.DEMONYM) for name in demonyms(row["demonyms"]))
        seats = ((name, Sense.CAPITAL) for name in parts(row["capital"]))
        for phrase, sense in (*named, *called, *seats):
            relaxed = phrase.lower() not in strict and not phrase.isupper()
            yield Entry(phrase, code=row["code"], sense=sense, relaxed=relaxed)
    for form, code in _JOINING_FORMS.items():
        yield Entry(form, Kind.JOINING, code, Sense.DEMONYM)


def _bodies() -> Iterator[Entry]:
    for row in rows("metonyms"):
        for phrase in (row["name"], *parts(row["aliases"])):
            yield Entry(
                phrase, Kind.PLAIN, row["code"], Sense(row["sense"]), row["name"], row["role"] or None
            )
    for table, sense in (("organisations", Sense.ORGANISATION), ("groups", Sense.GROUP)):
        for row in rows(table):
            for phrase in (row["name"], *parts(row["aliases"])):
                yield Entry(phrase, Kind.PLAIN, row["code"], sense, row["name"])


def _places() -> Iterator[Entry]:
    for table, sense in (("regions", Sense.REGION), ("cities", Sense.CITY)):
        for row in rows(table):
            for phrase in (row["name"], *parts(row["aliases"])):
                yield Entry(phrase, code=row["code"], sense=sense)


def _persons(people: People) -> Iterator[Entry]:
    full: dict[str, tuple[int, ...]] = {}
    alone: dict[str, tuple[int, ...]] = {}
    for number, person in enumerate(people.all):
        for phrase in (person.name, *person.aliases):
            full[phrase] = (*full.get(phrase, ()), number)
        for phrase in person.alone:
            alone[phrase] = (*alone.get(phrase, ()), number)
    for phrase, numbers in (full | alone).items():
        yield Entry(phrase, Kind.PERSON, sense=Sense.PERSON, people=numbers)
    for phrase, numbers in family_names(people).items():
        if phrase not in alone:
            yield Entry(phrase, Kind.FAMILY, sense=Sense.PERSON, people=numbers)
