"""One loaded model for all tests of this floor, and cases that need no code.

A module with `CASES_OF = "contacts"` gets every row of `tests/cases/contacts/*.yaml` as `example`, one test each. A row is

    text: what the article says
    published: its day, left out where it has none
    events: what must be found, and nothing else of the kinds looked at, in order of the text (of one sentence, of the alphabet: kind, actors, act); each names its kind with
        its act, status or stage (`call: held`), and of `actors`, `targets`, `parties` (codes), `names`, `medium`,
        `date` and `quote` what is to be compared (`date: null`: it must have none)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.events.analyse import Analyser
from bot.events.reading import Reading
from bot.events.reading import read as read_doc
from bot.model import Analysis, Article, Event

CASES = Path(__file__).parent.parent / "cases"

Outline = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """One row of a file of cases."""

    text: str
    published: date | None
    wanted: tuple[Outline, ...]


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture(scope="session")
def parse(analyser: Analyser) -> Callable[[str], Reading]:
    """Read a text up to its parse and its quotations."""
    return lambda text: read_doc(analyser.nlp(text))


@pytest.fixture(scope="session")
def analyse(analyser: Analyser) -> Callable[..., Analysis]:
    """Analyse one text; offsets index it as it stands."""

    def run(text: str, published: date | None = None) -> Analysis:
        article = Article("article", "article.txt", text, source="example.org", language="en")
        (analysis,) = analyser.analyse([(article, published)])
        return analysis

    return run


@pytest.fixture(scope="session")
def compare(analyse: Callable[..., Analysis]) -> Callable[[Example, set[str]], tuple[Any, Any]]:
    """Give what an example yields of some kinds, and what it should, both in the row's own words."""

    def run(example: Example, kinds: set[str]) -> tuple[Any, Any]:
        events = [one for one in analyse(example.text, example.published).events if one.kind.value in kinds]
        events.sort(key=_place)
        wanted = [_sorted(one) for one in example.wanted]
        if len(events) != len(wanted):
            return [_outline(one) for one in events], wanted
        return [
            {key: _outline(event).get(key) for key in row} for event, row in zip(events, wanted, strict=True)
        ], wanted

    return run


def _place(event: Event) -> tuple[Any, ...]:
    who = sorted(actor.country for actor in event.actors)
    return event.citations[0].start, event.kind, who, event.act or event.status or event.stage


def _outline(event: Event) -> Outline:
    people = (*event.actors, *event.targets)
    return {
        event.kind.value: str(event.act or event.status or event.stage),
        "actors": sorted(actor.country for actor in event.actors),
        "targets": sorted(actor.country for actor in event.targets),
        "parties": sorted(actor.country for actor in event.parties),
        "names": sorted(actor.name for actor in people if actor.name),
        "medium": None if event.medium is None else event.medium.value,
        "date": event.date,
        "quote": event.quote,
    }


def _sorted(row: Outline) -> Outline:
    return {key: sorted(value) if isinstance(value, list) else value for key, value in row.items()}


def _examples(topic: str) -> list[Any]:
    rows = []
    for path in sorted((CASES / topic).glob("*.yaml")):
        for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
            example = Example(row["text"], row.get("published"), tuple(row["events"]))
            words = "_".join(row["text"].split()[:6])
            rows.append(pytest.param(example, id=f"{path.stem}-{number}-{words}"))
    return rows


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    topic = getattr(metafunc.module, "CASES_OF", None)
    if topic is not None and "example" in metafunc.fixturenames:
        metafunc.parametrize("example", _examples(topic))
