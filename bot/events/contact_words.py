"""The verbs and nouns of contact between officials, read from `contacts.toml`."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.events.phrases import Phrases, phrase_set, phrases
from bot.model import EventKind, Medium


@dataclass(frozen=True, slots=True)
class ContactWord:
    """What a verb or noun tells of a contact; `companions` are prepositions (or "object") before who else took part."""

    kind: EventKind
    companions: frozenset[str]
    medium: Medium | None
    vague: bool


@dataclass(frozen=True, slots=True)
class ContactWords:
    """All of `contacts.toml`; `telling` are the words of which a token is one where it may tell of a contact."""

    verbs: dict[str, ContactWord]
    nouns: Phrases[ContactWord]
    media: dict[Medium, Phrases[str]]
    in_person: Phrases[str]
    carriers: dict[str, frozenset[str]]
    spoken_of: frozenset[str]
    future: frozenset[str]
    several: frozenset[str]
    past: frozenset[str]
    unreal: frozenset[str]
    reporting: frozenset[str]
    one_way: frozenset[str]
    forces: frozenset[str]
    bouts: frozenset[str]
    telling: frozenset[str]


@cache
def load_contact_words() -> ContactWords:
    """The lists shipped beside this module."""
    data = tomllib.loads(files("bot.events").joinpath("contacts.toml").read_text(encoding="utf-8"))
    lists = ("spoken_of", "future", "several", "past", "unreal", "reporting", "one_way", "forces", "bouts")
    verbs, nouns = dict(_rows(data["verb"])), phrases(dict(_rows(data["noun"])))
    media = {Medium(name): phrase_set(words) for name, words in data["medium"].items()}
    return ContactWords(
        verbs=verbs,
        nouns=nouns,
        media=media,
        in_person=phrase_set(data["in_person"]["words"]),
        carriers={name: frozenset(words) for name, words in data["carriers"].items()},
        telling=frozenset(verb.split()[0] for verb in verbs).union(
            nouns.by_last, *(m.by_last for m in media.values())
        ),
        **{name: frozenset(data[name]["words"]) for name in lists},
    )


def _rows(rows: list[dict[str, Any]]) -> Iterator[tuple[str, ContactWord]]:
    for row in rows:
        word = ContactWord(
            kind=EventKind(row["kind"]),
            companions=frozenset(row.get("with", ())),
            medium=Medium(row["medium"]) if "medium" in row else None,
            vague=row.get("vague", False),
        )
        yield from ((lemma, word) for lemma in row["lemmas"])
