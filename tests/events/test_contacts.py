"""Calls and meetings: who was in touch with whom, how, and how real it is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bot.model import Analysis, EventKind, Medium

CASES_OF = "contacts"
CONTACTS = {"call", "meeting"}
CALL = "Turkish President Recep Tayyip Erdogan spoke by phone with Russian President Vladimir Putin"


def test_contacts_are_read_as_they_are_told(example: Any, compare: Callable[..., tuple[Any, Any]]) -> None:
    found, wanted = compare(example, CONTACTS)
    assert found == wanted


def test_a_meeting_has_no_medium_and_a_call_always_one(analyse: Callable[..., Analysis]) -> None:
    text = f"{CALL}. Kenya's foreign minister met his Ugandan counterpart in Kampala."
    media = {event.kind: event.medium for event in analyse(text).events}
    assert media == {EventKind.CALL: Medium.PHONE, EventKind.MEETING: None}


def test_one_call_told_twice_in_an_article_is_one_event_with_both_sentences(
    analyse: Callable[..., Analysis],
) -> None:
    text = f"{CALL} on Thursday. It was a long night in Ankara. {CALL} for an hour."
    (call,) = [event for event in analyse(text, date(2024, 5, 10)).events if event.kind is EventKind.CALL]
    assert [citation.start for citation in call.citations] == [0, text.rindex("Turkish")]
    assert (call.copies, call.publishers) == (1, 1)


@pytest.mark.parametrize("sender", ["aide", "spokesman"])
def test_who_only_tells_of_a_call_took_no_part_in_it(sender: str, analyse: Callable[..., Analysis]) -> None:
    text = f"Kremlin {sender} Yuri Ushakov spoke by phone with Turkish President Recep Tayyip Erdogan."
    names = {actor.name for event in analyse(text).events for actor in event.actors}
    assert "Yuri Ushakov" not in names
