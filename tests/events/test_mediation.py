"""Mediation: who brings whom together, how far it has come, and what is no news of one."""

from collections.abc import Callable
from typing import Any

from bot.model import Analysis, EventKind

CASES_OF = "mediation"


def test_mediation_is_read_as_it_is_told(example: Any, compare: Callable[..., tuple[Any, Any]]) -> None:
    found, wanted = compare(example, {"mediation"})
    assert found == wanted


def test_nobody_mediates_between_himself_and_another(analyse: Callable[..., Analysis]) -> None:
    text = (
        "Brazil offered to mediate between Brazil and Venezuela. Qatar is mediating between Qatar and Egypt. "
        "Guyana rejected Venezuela's offer to mediate between Guyana and Venezuela."
    )
    for event in analyse(text).events:
        if event.kind is EventKind.MEDIATION:
            assert {a.country for a in event.actors}.isdisjoint(a.country for a in event.parties)
