"""Who a phrase stands for: a case is a text of `tests/cases/actors` and, beside it, phrases with whoever they mean.

A row names a `phrase`, where it stands (`at`, if the words before would not find it), and `who`: the code, and the name of a
person the text names, of each who speaks for a state or group; `role`, if given, is the office they all hold. An empty list is as much an answer: doubt means nobody.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.events.actors import Cast
from bot.events.people import Who
from bot.events.public import actor, actors
from bot.events.reading import Reading
from bot.model import Actor
from bot.places.gazetteer import load_gazetteer

FOLDER = Path(__file__).parent.parent / "cases" / "actors"


def _rows() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            text = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
            yield pytest.param(text, row, id=f"{path.stem}-{row.get('at', row['phrase'])}")


def _cast(reading: Reading) -> Cast:
    return Cast(reading, load_gazetteer(), None)


def _meant(cast: Cast, text: str, row: dict[str, Any]) -> tuple[Who, ...]:
    start = text.index(row.get("at", row["phrase"]))
    span = cast.doc.char_span(start, start + len(row["phrase"]), alignment_mode="expand")
    assert span is not None
    return tuple(who for who in cast.resolve(span.root) if who.code is not None and who.state)


@pytest.mark.parametrize(("text", "row"), list(_rows()))
def test_a_phrase_stands_for_whom_it_means(
    text: str, row: dict[str, Any], parse: Callable[[str], Reading]
) -> None:
    found = _meant(_cast(parse(text)), text, row)
    assert [f"{who.code} {who.name}" if who.name else who.code for who in found] == row["who"]
    if "role" in row:
        assert {who.role for who in found} == {row["role"]}


def test_a_state_stands_once_among_actors_with_the_person_named() -> None:
    found = (
        Who("TR", None, None, state=True, at=0, person=False),
        Who("RU", None, None, state=True, at=2, person=False),
        Who("TR", "Hakan Fidan", "foreign minister", state=True, at=5, person=True),
        Who(None, "Somebody", None, state=False, at=9, person=True),
    )
    assert actors(found) == (Actor("TR", "Hakan Fidan", "foreign minister"), Actor("RU"))


def test_somebody_of_no_known_state_is_no_actor() -> None:
    with pytest.raises(ValueError, match="code"):
        actor(Who(None, "Somebody", None, state=False, at=0, person=True))
