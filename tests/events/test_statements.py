"""Statements: what a state says in public, by whom, to whom, and what is none."""

from collections.abc import Callable
from typing import Any

from bot.model import Analysis, EventKind

CASES_OF = "statements"


def test_statements_are_read_as_they_are_made(example: Any, compare: Callable[..., tuple[Any, Any]]) -> None:
    found, wanted = compare(example, {"statement"})
    assert found == wanted


def test_nobody_is_the_target_of_his_own_words(analyse: Callable[..., Analysis]) -> None:
    text = "Spain said Spain must pay. Spain's king urged Spain to pay. Spain blamed Spain and Morocco."
    events = analyse(text).events
    assert events
    for event in events:
        assert {a.country for a in event.actors}.isdisjoint(a.country for a in event.targets)


def test_the_quotation_kept_is_the_longest_and_bears_no_marks(analyse: Callable[..., Analysis]) -> None:
    text = "“We will pay,” Spain's foreign minister said, “every cent of what the treaty asks of us.”"
    (event,) = analyse(text).events
    assert event.quote == "every cent of what the treaty asks of us."


def test_words_in_nobodys_mouth_are_not_quoted(analyse: Callable[..., Analysis]) -> None:
    (event,) = analyse("Spain condemned the raid.").events
    assert event.quote is None


def test_the_proof_of_a_quotation_over_several_sentences_holds_all_of_it(
    analyse: Callable[..., Analysis],
) -> None:
    text = (
        "Rain fell. “The bridge is shut. The road is not. Go home,” said Spain's foreign minister. Rain fell."
    )
    (event,) = analyse(text).events
    assert event.citations[0].sentence == text.removeprefix("Rain fell. ").removesuffix(" Rain fell.")


def test_a_mediation_is_not_told_a_second_time_as_a_statement(analyse: Callable[..., Analysis]) -> None:
    events = analyse("Brazil offered to mediate between Guyana and Venezuela.").events
    assert [event.kind for event in events] == [EventKind.MEDIATION]


def test_a_call_is_not_told_a_second_time_as_the_statement_that_tells_of_it(
    analyse: Callable[..., Analysis],
) -> None:
    text = "The Kremlin said Russian President Vladimir Putin spoke by phone with Turkish President Recep Tayyip Erdogan."
    assert [event.kind for event in analyse(text).events] == [EventKind.CALL]
