"""The words of mediation, read from `mediation.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.events.phrases import Phrases, phrase_set


@dataclass(frozen=True, slots=True)
class MediationWords:
    """The lists of `mediation.toml`; `telling` are the words of which a token is one where it may tell of mediation."""

    verbs: frozenset[str]
    nouns: Phrases[str]
    persons: Phrases[str]
    adjectives: frozenset[str]
    helping: frozenset[str]
    objects: Phrases[str]
    matter: Phrases[str]
    outcomes: Phrases[str]
    venues: frozenset[str]
    carrying: frozenset[str]
    settling: frozenset[str]
    doing: frozenset[str]
    asking: frozenset[str]
    ongoing: frozenset[str]
    stage: dict[str, tuple[str, ...]]
    talks: dict[str, frozenset[str]]
    domestic: Phrases[str]
    telling: frozenset[str]


@cache
def load_mediation_words() -> MediationWords:
    """The lists shipped beside this module."""
    data = tomllib.loads(files("bot.events").joinpath("mediation.toml").read_text(encoding="utf-8"))
    trigger, helping = data["trigger"], data["helping"]
    nouns, persons = phrase_set(trigger["nouns"]), phrase_set(trigger["persons"])
    single = (*trigger["verbs"], *trigger["adjectives"], *helping["verbs"])
    return MediationWords(
        verbs=frozenset(trigger["verbs"]),
        nouns=nouns,
        persons=persons,
        adjectives=frozenset(trigger["adjectives"]),
        helping=frozenset(helping["verbs"]),
        objects=phrase_set(helping["objects"]),
        venues=frozenset(helping["venues"]),
        carrying=frozenset(helping["carrying"]),
        matter=phrase_set(data["matter"]["words"]),
        outcomes=phrase_set(data["matter"]["outcomes"]),
        settling=frozenset(data["matter"]["settling"]),
        doing=frozenset(data["doing"]["verbs"]),
        asking=frozenset(data["asking"]["verbs"]),
        ongoing=frozenset(data["ongoing"]["words"]),
        stage={name: tuple(words) for name, words in data["stage"].items()},
        talks={name: frozenset(words) for name, words in data["talks"].items()},
        domestic=phrase_set(data["domestic"]["words"]),
        telling=frozenset(single).union(nouns.by_last, persons.by_last),
    )
