"""The words of mediation, read from `mediation.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MediationWords:
    """The lists of `mediation.toml`."""

    verbs: frozenset[str]
    nouns: frozenset[str]
    persons: frozenset[str]
    adjectives: frozenset[str]
    helping: frozenset[str]
    objects: frozenset[str]
    matter: frozenset[str]
    stage: dict[str, tuple[str, ...]]
    talks: dict[str, frozenset[str]]
    domestic: frozenset[str]


@cache
def load_mediation_words() -> MediationWords:
    """The lists shipped beside this module."""
    data = tomllib.loads(files("bot.events").joinpath("mediation.toml").read_text(encoding="utf-8"))
    trigger = data["trigger"]
    return MediationWords(
        **{name: frozenset(trigger[name]) for name in ("verbs", "nouns", "persons", "adjectives")},
        helping=frozenset(data["helping"]["verbs"]),
        objects=frozenset(data["helping"]["objects"]),
        matter=frozenset(data["matter"]["words"]),
        stage={name: tuple(words) for name, words in data["stage"].items()},
        talks={name: frozenset(words) for name, words in data["talks"].items()},
        domestic=frozenset(data["domestic"]["words"]),
    )
