"""The verbs and nouns of contact between officials, read from `contacts.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

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
    """All of `contacts.toml`."""

    verbs: dict[str, ContactWord]
    nouns: dict[str, ContactWord]
    media: dict[Medium, frozenset[str]]
    in_person: frozenset[str]
    carriers: dict[str, frozenset[str]]
    spoken_of: frozenset[str]
    future: frozenset[str]
    several: frozenset[str]
    past: frozenset[str]


@cache
def load_contact_words() -> ContactWords:
    """The lists shipped beside this module."""
    data = tomllib.loads(files("bot.events").joinpath("contacts.toml").read_text(encoding="utf-8"))
    return ContactWords(
        verbs=_by_lemma(data["verb"]),
        nouns=_by_lemma(data["noun"]),
        media={Medium(name): frozenset(words) for name, words in data["medium"].items()},
        spoken_of=frozenset(data["spoken_of"]["lemmas"]),
        carriers={name: frozenset(words) for name, words in data["carriers"].items()},
        **{name: frozenset(data[name]["words"]) for name in ("in_person", "future", "several", "past")},
    )


def _by_lemma(rows: list[dict[str, Any]]) -> dict[str, ContactWord]:
    return {
        lemma: ContactWord(
            kind=EventKind(row["kind"]),
            companions=frozenset(row.get("with", ())),
            medium=Medium(row["medium"]) if "medium" in row else None,
            vague=row.get("vague", False),
        )
        for row in rows
        for lemma in row["lemmas"]
    }
