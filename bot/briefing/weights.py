"""What matters more: the table `weights.toml`, and the weight of one event by it."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from bot.model import Actor, Event


class Rank(StrEnum):
    """How senior a person is, by the role the text gives; `weights.toml` says by which words."""

    STATE = "state"
    GOVERNMENT = "government"
    MINISTER = "minister"
    DEPUTY = "deputy"
    ENVOY = "envoy"
    SPOKESPERSON = "spokesperson"
    OTHER = "other"
    FORMER = "former"
    NAMED = "named"
    UNNAMED = "unnamed"


LEADERS = frozenset({Rank.STATE, Rank.GOVERNMENT})
"""The ranks that may be called leaders of their country."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The table of points, read once.

    `traits` maps (trait, value) to points, `ranks` a rank to points, `roles` gives the words of each
    rank in the order in which they are tried, `first_contact` those that mark a first contact.
    """

    traits: dict[tuple[str, str], int]
    ranks: dict[Rank, int]
    roles: tuple[tuple[Rank, re.Pattern[str]], ...]
    first_contact: re.Pattern[str]
    first_contact_points: int
    publisher_points: int
    publisher_most: int
    quote_points: int


def _any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern for any of `words`, whole and regardless of case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


@cache
def weights() -> Weights:
    """The packaged table. Raises KeyError or ValueError where it is not complete."""
    path = resources.files("bot.briefing").joinpath("weights.toml")
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    first = table["phrase"][0]
    return Weights(
        traits={(row["trait"], row["value"]): row["points"] for row in table["weight"]},
        ranks={Rank(row["value"]): row["points"] for row in table["rank"]},
        roles=tuple((Rank(row["value"]), _any_of(row["words"])) for row in table["rank"] if row["words"]),
        first_contact=_any_of(first["words"]),
        first_contact_points=first["points"],
        publisher_points=table["publishers"]["points"],
        publisher_most=table["publishers"]["most"],
        quote_points=table["quote"]["points"],
    )


def rank(actor: Actor) -> Rank:
    """How senior `actor` is, by the role the text gives and by nothing else."""
    for value, words in weights().roles:
        if actor.role and words.search(actor.role):
            return value
    return Rank.NAMED if actor.name else Rank.UNNAMED


def seniority(actor: Actor) -> int:
    """The points of the actor's rank."""
    return weights().ranks[rank(actor)]


def is_first_contact(event: Event) -> bool:
    """Whether a proving sentence of a call or meeting says that it is the first of its kind."""
    if event.status is None:
        return False
    return any(weights().first_contact.search(citation.sentence) for citation in event.citations)


def weight(event: Event) -> int:
    """How much `event` matters, in points: the sum over its traits. Higher comes first."""
    table = weights()
    traits = (("act", event.act), ("stage", event.stage), ("status", event.status))
    points = sum(table.traits[trait, value] for trait, value in traits if value is not None)
    points += max((seniority(actor) for actor in event.actors), default=0)
    points += table.publisher_points * min(max(event.publishers - 1, 0), table.publisher_most)
    points += table.quote_points if event.quote else 0
    return points + (table.first_contact_points if is_first_contact(event) else 0)
