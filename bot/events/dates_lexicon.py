"""The words of date expressions, read once from `dates.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class DateWords:
    """Every table of `dates.toml`, with spellings mapped to numbers or codes.

    `months` and `weekdays` map each written form to its number; keys of all other mappings are lower case.
    """

    months: dict[str, int]
    month_names: tuple[str, ...]
    weekdays: dict[str, int]
    weekday_names: tuple[str, ...]
    seasons: dict[str, str]
    parts_of_day: dict[str, str]
    numbers: dict[str, int]
    ordinals: dict[str, int]
    units: dict[str, str]
    unit_of: dict[str, str]
    decades: dict[str, int]
    holidays: dict[str, str]
    movable: dict[str, int]
    vague: dict[str, str]
    several: tuple[str, ...]
    weekly: dict[str, str]
    month_leads: frozenset[str]
    ambiguous_months: frozenset[int]
    measures: frozenset[str]
    not_before: frozenset[str]
    not_after: frozenset[str]
    tense: dict[str, frozenset[str]]
    background: frozenset[str]
    incidents: frozenset[str]
    occasions: frozenset[str]


@cache
def load_date_words() -> DateWords:
    """The words shipped beside this module. A malformed file is a bug and raises as such."""
    data = tomllib.loads(files("bot.events").joinpath("dates.toml").read_text(encoding="utf-8"))
    return DateWords(
        months=_spellings(data["months"]),
        month_names=tuple(names[0] for names in data["months"].values()),
        weekdays=_spellings(data["weekdays"]),
        weekday_names=tuple(names[0] for names in data["weekdays"].values()),
        seasons=data["seasons"],
        parts_of_day=data["parts_of_day"],
        numbers=data["numbers"],
        ordinals=data["ordinals"],
        units=data["units"],
        unit_of=_unit_forms(data["units"], data["plurals"]),
        decades=data["decades"],
        holidays=_lowered(data["holidays"]),
        movable=_lowered(data["movable"]),
        vague=data["vague"],
        several=tuple(data["several"]["words"]),
        weekly=data["weekly"],
        month_leads=frozenset(data["month_leads"]["words"]),
        ambiguous_months=frozenset(data["month_leads"]["ambiguous"]),
        measures=frozenset(data["measures"]["words"]),
        not_before=frozenset(data["not_days"]["before"]),
        not_after=frozenset(data["not_days"]["after"]),
        tense={name: frozenset(words) for name, words in data["tense"].items()},
        background=frozenset(data["attachment"]["background"]),
        incidents=frozenset(data["attachment"]["incidents"]),
        occasions=frozenset(data["attachment"]["occasions"]),
    )


def _spellings(table: dict[str, list[str]]) -> dict[str, int]:
    return {form: int(number) for number, forms in table.items() for form in forms}


def _unit_forms(units: dict[str, str], plurals: dict[str, str]) -> dict[str, str]:
    return {name: name for name in units} | {plurals.get(name, f"{name}s"): name for name in units}


def _lowered(table: dict[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in table.items()}
