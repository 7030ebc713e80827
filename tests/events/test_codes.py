"""Analysts' codes: every event has both, whatever it is."""

from itertools import product

import pytest

from bot.events.codes import codes
from bot.model import Act, EventKind, Medium, Stage, Status

PLOVER = {
    "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT",
    "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}  # fmt: skip


def _valid(pair: tuple[str, str]) -> bool:
    cameo, plover = pair
    return cameo.isdigit() and 3 <= len(cameo) <= 4 and 1 <= int(cameo[:2]) <= 20 and plover in PLOVER


@pytest.mark.parametrize("act", Act)
def test_every_act_has_codes(act: Act) -> None:
    assert _valid(codes(EventKind.STATEMENT, act=act))


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_codes(stage: Stage) -> None:
    assert _valid(codes(EventKind.MEDIATION, stage=stage))


@pytest.mark.parametrize(
    ("kind", "status", "medium"), list(product((EventKind.CALL, EventKind.MEETING), Status, (None, *Medium)))
)
def test_every_contact_has_codes(kind: EventKind, status: Status, medium: Medium | None) -> None:
    assert _valid(codes(kind, status=status, medium=medium))


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (codes(EventKind.STATEMENT, act=Act.CONDEMNATION), ("111", "ACCUSE")),
        (codes(EventKind.STATEMENT, act=Act.APPEAL), ("020", "REQUEST")),
        (codes(EventKind.CALL, status=Status.HELD, medium=Medium.PHONE), ("041", "CONSULT")),
        (codes(EventKind.MEETING, status=Status.PLANNED), ("036", "AGREE")),
        (codes(EventKind.MEDIATION, stage=Stage.UNDERWAY), ("045", "CONSULT")),
        (codes(EventKind.MEDIATION, stage=Stage.OFFER), ("039", "CONSULT")),
    ],
)
def test_the_usual_things_have_the_codes_analysts_expect(
    found: tuple[str, str], wanted: tuple[str, str]
) -> None:
    assert found == wanted
