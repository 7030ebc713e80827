"""Briefings and answers as messages: head, notes and lines, each message whole by itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.model import Briefing
from bot.rendering.telegram import BLOCK_END, render_answer, render_telegram
from tests.rendering.shown import text_of_html

Case = Callable[[str], Briefing]
LATE = "This briefing comes late."


@pytest.fixture
def briefing(case: Case) -> Briefing:
    return case("world_day")


def _texts(messages: tuple[str, ...]) -> list[str]:
    return list(map(text_of_html, messages))


def _answer(briefing: Briefing, **more: Any) -> list[str]:
    given: dict[str, Any] = {"zone": "UTC", "title": "Calls", "scope": "", "notes": (), "one_kind": False}
    return _texts(render_answer(briefing, "en", **(given | more)))


def test_a_note_stands_under_the_head_of_the_first_message_and_nowhere_else(briefing: Briefing) -> None:
    plain, noted = _texts(render_telegram(briefing)), _texts(render_telegram(briefing, note=LATE))
    head, rest = plain[0].split("\n\n", 1)
    assert noted[0].startswith(f"{head}\n\n{LATE}\n\n{rest[:40]}")
    assert "\n".join(noted).count(LATE) == 1
    assert LATE not in "\n".join(plain)


def test_hours_are_those_of_the_zone(briefing: Briefing) -> None:
    assert "UTC+9" in _texts(render_telegram(briefing, zone="Asia/Tokyo"))[0]
    assert "UTC+9" in _answer(briefing, zone="Asia/Tokyo")[0]


def test_an_answer_has_its_title_its_scope_and_its_notes_and_no_opening(briefing: Briefing) -> None:
    answer = "\n".join(
        _answer(replace(briefing, lead=()), title="<Calls> & more", scope="Nauru", notes=("One.", "Two."))
    )
    assert answer.startswith("<Calls> & more\nNauru\n")
    assert "\n\nOne.\n\nTwo.\n\n" in answer


def test_the_lines_of_an_answer_are_those_of_the_briefing(briefing: Briefing) -> None:
    bare = replace(briefing, lead=())
    answer, briefed = "\n".join(_answer(bare)), "\n".join(_texts(render_telegram(bare)))
    _, _, lines = briefed.partition("\n\n")
    assert lines
    assert answer.endswith(lines)


def test_where_one_kind_was_asked_for_no_heading_repeats_it(briefing: Briefing) -> None:
    mixed, single = "\n".join(_answer(briefing)), "\n".join(_answer(briefing, one_kind=True))
    assert "\nSTATEMENTS\n" in mixed
    assert "STATEMENTS" not in single


def test_nothing_between_the_blocks_is_left_in_a_message(briefing: Briefing) -> None:
    assert not any(BLOCK_END in message for message in render_telegram(briefing, note=LATE))
