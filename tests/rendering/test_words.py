"""Every language has every word."""

from importlib import resources
from itertools import product
from string import Formatter
from typing import Any

import pytest

from bot.model import Act, EventKind, Medium, SectionKind, Stage, Standing, Status
from bot.rendering.words import words

CONTACT_FORMS = ("alone", "together", "with")

LOCALES = sorted(
    path.name.removesuffix(".toml") for path in resources.files("templates").joinpath("locale").iterdir()
)


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def fields(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_has_the_keys_of_english(locale: str) -> None:
    assert flat(words(locale).table).keys() == flat(words("en").table).keys()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_pattern_keeps_the_places_of_english(locale: str) -> None:
    own, english = flat(words(locale).table), flat(words("en").table)
    for key, pattern in english.items():
        if isinstance(pattern, str):
            # A singular may say "one" in words.
            assert fields(own[key]) | {"count"} == fields(pattern) | {"count"}, key


def values() -> list[str]:
    """Keys under which something an event or a briefing can have is looked up."""
    contacts = product((EventKind.CALL, EventKind.MEETING), (*Status, "overdue", "none"), CONTACT_FORMS)
    keys = [f"statement.{act}.{form}" for act in (*Act, "none") for form in ("plain", "to")]
    keys += [f"mediation.{stage}.{number}" for stage in (*Stage, "none") for number in ("one", "other", "by")]
    keys += [f"{kind}.{status}.{form}" for kind, status, form in contacts]
    keys += [f"medium.{medium}" for medium in Medium]
    keys += [f"updated.status.{status}" for status in (*Status, "none")]
    keys += [f"updated.stage.{stage}" for stage in (*Stage, "none")]
    keys += [f"{group}.{standing}" for group in ("standing", "head") for standing in Standing]
    keys += [f"heading.{section}" for section in SectionKind]
    keys += [f"more.{section}.{number}" for section in SectionKind for number in ("one", "other")]
    return keys


@pytest.mark.parametrize("key", values())
def test_every_value_an_event_can_have_is_in_words(key: str) -> None:
    given = dict.fromkeys(("who", "whom", "medium", "parties", "count"), "X")
    assert words("en")(key, **given) or key == "medium.unspecified"


def test_a_word_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        words("en")("heading.nonsense")


def test_a_language_without_a_file_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        words("xx")


@pytest.mark.parametrize(
    ("names", "row"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_a_row_of_names(names: tuple[str, ...], row: str) -> None:
    assert words("en").joined(names) == row
