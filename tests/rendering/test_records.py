"""The JSON that programs read."""

import json
from collections.abc import Callable
from datetime import date

from bot.model import Act, Actor, Briefing, Citation, Event, EventKind, Medium, Stage, Status
from bot.rendering.records import briefing_json, event_json

CALL = Event(
    id="e1",
    kind=EventKind.CALL,
    actors=(Actor("PE", "Rosa Quispe", "President"), Actor("CL")),
    citations=(
        Citation("id-7", "They spoke.", 312, 323, "002.txt", "g", "Papel", "https://papel.example/7", None),
    ),
    status=Status.HELD,
    medium=Medium.PHONE,
    date=date(2025, 3, 13),
    cameo="041",
    plover="CONSULT",
    publishers=1,
    copies=2,
    other_dates=(date(2025, 3, 12),),
    other_media=(Medium.VIDEO,),
)


def test_an_event_has_the_fields_of_the_contract_in_their_order() -> None:
    assert json.loads(json.dumps(event_json(CALL))) == {
        "id": "e1",
        "kind": "call",
        "status": "held",
        "medium": "phone",
        "act": None,
        "stage": None,
        "date": "2025-03-13",
        "actors": [
            {"country": "PE", "name": "Rosa Quispe", "role": "President"},
            {"country": "CL", "name": None, "role": None},
        ],
        "targets": [],
        "parties": [],
        "topic": None,
        "quote": None,
        "cameo": "041",
        "plover": "CONSULT",
        "citations": [
            {
                "article": "002.txt",
                "url": "https://papel.example/7",
                "source": "Papel",
                "sentence": "They spoke.",
                "start": 312,
                "end": 323,
            }
        ],
        "publishers": 1,
        "copies": 2,
        "other_dates": ["2025-03-12"],
        "other_media": ["video"],
    }
    assert " ".join(event_json(CALL)) == (
        "id kind status medium act stage date actors targets parties topic quote cameo plover"
        " citations publishers copies other_dates other_media"
    )


def test_values_are_plain_words_even_where_the_event_has_none() -> None:
    said = Event("e2", EventKind.STATEMENT, (Actor("PE"),), CALL.citations, act=Act.DENIAL)
    told = Event("e3", EventKind.MEDIATION, (Actor("PE"),), CALL.citations, stage=Stage.OFFER)
    assert type(event_json(said)["act"]) is str
    assert type(event_json(told)["stage"]) is str
    assert event_json(said)["date"] is None


def test_a_briefing_is_the_same_one_as_in_words(case: Callable[[str], Briefing]) -> None:
    briefing = case("told_before")
    data = json.loads(json.dumps(briefing_json(briefing)))
    assert data["id"] == briefing.id
    assert data["lead"][0]["text"].startswith("Kemal Arslan of Türkiye")
    standings = [entry["standing"] for part in data["sections"] for entry in part["entries"]]
    assert sorted(standings) == ["new", "ongoing", "updated", "updated", "updated"]
    numbers = {reference["number"] for reference in data["references"]}
    cited = {n for part in data["sections"] for entry in part["entries"] for n in entry["references"]}
    assert cited <= numbers
    assert data["events_total"] == 5
    assert data["since"] == "2025-03-13T06:00:00+00:00"
