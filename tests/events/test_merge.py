"""Merging by example: what is one event, what is not, and what is kept of it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.events.merge import block_keys, merge
from bot.model import Act, Actor, Citation, Event, EventKind, Medium, Stage, Status

PUTIN, RUSSIA = Actor("RU", "Vladimir Putin", "President"), Actor("RU")
ERDOGAN, TURKEY = Actor("TR", "Recep Tayyip Erdogan", "President"), Actor("TR")


def cited(article: str, day: int | None, sentence: str = "They spoke.", **fields: str | int) -> Citation:
    start = int(fields.get("start", 0))
    made = Citation(article, sentence, start, start + len(sentence), name=article, group=article)
    printed = None if day is None else date(2024, 5, day)
    return replace(made, published=printed, **fields)  # type: ignore[arg-type]


def contact(article: str, printed: int | None, on: int | None = None, **fields: object) -> Event:
    made = Event(
        id=f"{article}-{fields.get('kind', 'call')}-{on}",
        kind=EventKind.CALL,
        actors=(RUSSIA, TURKEY),
        citations=(cited(article, printed),),
        status=Status.HELD,
        medium=Medium.UNSPECIFIED,
        date=None if on is None else date(2024, 5, on),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def statement(
    article: str, printed: int | None, quote: str | None, on: int | None = None, **fields: object
) -> Event:
    made = Event(
        id=f"{article}-{quote}",
        kind=EventKind.STATEMENT,
        actors=(PUTIN,),
        citations=(cited(article, printed, f'"{quote}," he said.'),),
        act=Act.POSITION,
        quote=quote,
        date=None if on is None else date(2024, 5, on),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def mediation(
    article: str, printed: int | None, on: int | None = None, parties: str = "", **fields: object
) -> Event:
    made = Event(
        id=f"{article}-{parties}-{on}",
        kind=EventKind.MEDIATION,
        actors=(TURKEY,),
        citations=(cited(article, printed),),
        stage=Stage.OFFER,
        parties=tuple(Actor(code) for code in parties.split()),
        date=None if on is None else date(2024, 5, on),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def test_a_planned_call_reported_held_is_one_held_call() -> None:
    planned = contact("a", 6, on=6, status=Status.PLANNED)
    held = contact("b", 7, on=6, actors=(PUTIN, ERDOGAN))
    [event] = merge([planned, held])
    assert event.status is Status.HELD
    assert [citation.article for citation in event.citations] == ["a", "b"]
    assert event.actors == (PUTIN, ERDOGAN)


def test_a_later_cancellation_beats_the_plan_and_a_later_plan_the_cancellation() -> None:
    def status(plan_printed: int, off_printed: int) -> Status | None:
        plan = contact("plan", plan_printed, on=9, status=Status.PLANNED)
        off = contact("off", off_printed, on=9, status=Status.CANCELLED)
        return merge([plan, off])[0].status

    assert status(5, 6) is Status.CANCELLED
    assert status(6, 5) is Status.PLANNED


def test_calls_of_different_days_stay_apart() -> None:
    assert len(merge([contact("a", 7, on=6), contact("b", 8, on=7)])) == 2


@pytest.mark.parametrize(("printed", "events"), [(6, 1), (9, 1), (10, 2), (5, 2)])
def test_an_undated_report_joins_a_day_up_to_three_days_before_it(printed: int, events: int) -> None:
    assert len(merge([contact("a", 7, on=6), contact("b", printed)])) == events


@pytest.mark.parametrize(("printed", "events"), [(6, 1), (3, 1), (2, 2), (7, 2)])
def test_an_undated_plan_joins_a_day_up_to_three_days_after_it(printed: int, events: int) -> None:
    plan = contact("b", printed, status=Status.PLANNED)
    assert len(merge([contact("a", 7, on=6), plan])) == events


def test_an_undated_report_takes_the_nearest_day() -> None:
    events = merge([contact("a", 7, on=5), contact("b", 7, on=7), contact("c", 8)])
    assert {event.date: len(event.citations) for event in events} == {
        date(2024, 5, 5): 1,
        date(2024, 5, 7): 2,
    }


def test_an_undated_trim_takes_the_day_its_own_copy_tells() -> None:
    told = contact("a", 7, on=5, citations=(cited("a", 7, group="g"),))
    trim = contact("b", 7, citations=(cited("b", 7, group="g"),))
    events = merge([told, trim, contact("c", 7, on=7)])
    assert {event.date: len(event.citations) for event in events} == {
        date(2024, 5, 5): 2,
        date(2024, 5, 7): 1,
    }


def test_a_sentence_without_a_day_takes_the_day_its_own_article_tells_up_to_a_week_back() -> None:
    told = contact("a", 13, on=6)
    assert len(merge([told, replace(told, id="again", date=None)])) == 1
    assert len(merge([told, contact("b", 13)])) == 2


def test_undated_reports_join_each_other_when_printed_within_three_days() -> None:
    assert len(merge([contact("a", 4), contact("b", 7)])) == 1
    assert len(merge([contact("a", 4), contact("b", 8)])) == 2


def test_a_long_row_of_undated_reports_is_not_one_endless_call() -> None:
    assert len(merge([contact(f"a{day}", day) for day in range(1, 29, 2)])) > 2


def test_without_any_day_only_copies_of_one_text_join() -> None:
    assert len(merge([contact("a", None), contact("b", None)])) == 2
    copies = [contact(name, None, citations=(cited(name, None, group="g"),)) for name in ("a", "b")]
    assert len(merge(copies)) == 1


def test_a_group_call_is_not_the_bilateral_one() -> None:
    assert (
        len(merge([contact("a", 7, on=6), contact("b", 7, on=6, actors=(RUSSIA, TURKEY, Actor("IR")))])) == 2
    )


def test_vague_talks_are_the_meeting_of_that_day_but_a_phone_call_is_not() -> None:
    meeting = contact("a", 7, on=6, kind=EventKind.MEETING, medium=None)
    [event] = merge([meeting, contact("b", 7, on=6)])
    assert (event.kind, event.medium) == (EventKind.MEETING, None)
    phone = contact("c", 7, on=6, medium=Medium.PHONE)
    kinds = sorted(
        (event.kind, len(event.citations)) for event in merge([meeting, phone, contact("b", 7, on=6)])
    )
    assert kinds == [(EventKind.CALL, 2), (EventKind.MEETING, 1)]


def test_a_medium_once_told_is_kept() -> None:
    [event] = merge([contact("a", 6, on=6), contact("b", 7, on=6, medium=Medium.PHONE)])
    assert event.medium is Medium.PHONE
    assert event.cameo == "041"


def test_of_two_mediums_the_one_printed_first_is_believed_and_the_other_kept_beside_it() -> None:
    [event] = merge([contact("a", 8, on=6, medium=Medium.PHONE), contact("b", 7, on=6, medium=Medium.VIDEO)])
    assert event.medium is Medium.VIDEO
    assert event.other_media == (Medium.PHONE,)


def test_a_vague_means_contradicts_nothing() -> None:
    [event] = merge([contact("a", 6, on=6), contact("b", 7, on=6, medium=Medium.PHONE)])
    assert event.other_media == ()


def test_sentences_of_one_article_about_one_call_are_one_event_with_the_first_few_as_proof() -> None:
    told = [
        contact("a", 7, on=6, id=f"f{start}", citations=(cited("a", 7, f"Sentence {start}.", start=start),))
        for start in (300, 0, 100, 200)
    ]
    [event] = merge(told)
    assert [citation.start for citation in event.citations] == [0, 100, 200]
    assert event.findings == ("f0", "f100", "f200", "f300")
    assert event.copies == 1


def test_one_text_in_many_outlets_and_many_texts_of_one_outlet_are_one_publisher() -> None:
    syndicated = [
        contact(f"s{n}", 7, on=6, citations=(cited(f"s{n}", 7, source=f"outlet{n}", group="g"),))
        for n in range(5)
    ]
    assert (merge(syndicated)[0].publishers, merge(syndicated)[0].copies) == (1, 5)
    own = [contact(f"o{n}", 7, on=6, citations=(cited(f"o{n}", 7, source="outlet"),)) for n in range(3)]
    assert (merge(own)[0].publishers, merge(own)[0].copies) == (1, 3)
    assert merge([*syndicated, *own])[0].publishers == 2
    bridge = contact("x", 7, on=6, citations=(cited("x", 7, source="outlet", group="g"),))
    assert merge([*syndicated, *own, bridge])[0].publishers == 1


def test_an_article_folded_between_two_citations_is_one_publisher() -> None:
    before = contact("a", 7, on=6, id="f1", citations=(cited("a", 7, source="outlet"),))
    after = contact("a", 7, on=6, id="f2", citations=(cited("a", 7, group="g", start=90),))
    assert merge([before, after])[0].publishers == 1


def test_the_first_hearing_is_kept() -> None:
    early, late = datetime(2024, 5, 7, 8, tzinfo=UTC), datetime(2024, 5, 8, 8, tzinfo=UTC)
    [event] = merge([contact("a", 7, on=6, first_heard=late), contact("b", 8, on=6, first_heard=early)])
    assert event.first_heard == early


def test_a_planned_call_that_took_place_was_first_heard_of_when_it_was_held() -> None:
    planned = contact("a", 7, on=8, status=Status.PLANNED, first_heard=datetime(2025, 3, 7, tzinfo=UTC))
    held = contact("b", 8, on=8, first_heard=datetime(2025, 3, 8, tzinfo=UTC))
    again = contact("c", 9, on=8, first_heard=datetime(2025, 3, 9, tzinfo=UTC))
    [event] = merge([planned, held, again])
    assert (event.status, event.first_heard) == (Status.HELD, held.first_heard)


def test_an_event_keeps_its_id_when_later_reports_arrive() -> None:
    first = contact("a", 6, on=6)
    assert (
        merge([first])[0].id
        == merge([first, contact("b", 7, on=6, medium=Medium.PHONE), contact("c", 8)])[0].id
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "We will not leave the treaty before the talks end",
            "We will not leave the treaty before the talks end",
        ),
        ("We will not leave the treaty before the talks end", "not leave the treaty before the talks"),
        ("Nobody can want this dam to break", "want this dam to break and flood the valley below"),
        ("We won’t leave the treaty", "We won't leave the treaty."),
    ],
)
def test_trims_of_one_quote_are_one_statement_with_the_longest(one: str, other: str) -> None:
    [event] = merge([statement("a", 7, one, on=6), statement("b", 8, other)])
    assert event.quote == max(one, other, key=len)
    assert event.date == date(2024, 5, 6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We will not leave the treaty", "Our troops stay where they are"),
        ("an immediate ceasefire", "an immediate ceasefire and nothing else will do"),
        (
            "The people of the north deserve peace",
            "Nobody in the council of the people of the north listens to us now",
        ),
    ],
)
def test_other_words_are_another_statement(one: str, other: str) -> None:
    assert len(merge([statement("a", 7, one), statement("b", 7, other)])) == 2


def test_a_quote_repeated_a_week_later_is_said_again() -> None:
    quote = "We will not leave the treaty"
    assert len(merge([statement("a", 7, quote, on=6), statement("b", 15, quote, on=14)])) == 2


def test_two_people_of_one_country_do_not_share_a_quote_even_by_an_unnamed_report() -> None:
    quote = "We will not leave the treaty"
    putin, lavrov = statement("a", 7, quote), statement("b", 7, quote, actors=(Actor("RU", "Sergey Lavrov"),))
    unnamed = statement("c", 7, quote, actors=(RUSSIA,))
    assert len(merge([putin, lavrov])) == 2
    assert len(merge([putin, unnamed])) == 1
    assert len(merge([putin, lavrov, unnamed])) == 3


def test_an_indirect_statement_joins_its_edited_copy_but_not_a_retelling() -> None:
    def told(article: str, sentence: str, act: Act = Act.APPEAL) -> Event:
        return statement(article, 7, None, citations=(cited(article, 7, sentence),), act=act)

    full = told("a", "Moscow has been calling on both sides to lay down their arms without any delay.")
    copy = told("b", "On Tuesday Moscow has been calling on both sides to lay down their arms.")
    retold = told("c", "The Kremlin wants the guns to fall silent soon.")
    assert len(merge([full, copy])) == 1
    assert len(merge([full, retold])) == 2
    assert len(merge([full, told("d", full.citations[0].sentence, Act.CONCERN)])) == 2


def test_two_statements_of_one_sentence_stay_two() -> None:
    sentence = "Moscow demanded a truce and promised grain to the poorest states of Africa."
    pair = [
        statement("a", 7, None, id=topic, topic=topic, citations=(cited("a", 7, sentence),))
        for topic in ("a truce", "grain to the poorest states")
    ]
    assert len(merge(pair)) == 2


def test_the_act_is_what_most_reports_take_it_for() -> None:
    quote = "We will not leave the treaty"
    told = [
        statement(name, 7, quote, act=act)
        for name, act in zip("abc", (Act.PLEDGE, Act.REJECTION, Act.REJECTION), strict=True)
    ]
    assert merge(told)[0].act is Act.REJECTION
    assert merge(told)[0].cameo == "120"
    assert merge([statement("a", 7, quote), statement("b", 7, quote, act=Act.WARNING)])[0].act is Act.WARNING


def test_of_two_days_for_one_quote_the_one_printed_first_is_believed_and_the_other_kept_beside_it() -> None:
    quote = "We will not leave the treaty"
    [event] = merge([statement("b", 8, quote, on=7), statement("a", 7, quote, on=6)])
    assert event.date == date(2024, 5, 6)
    assert event.other_dates == (date(2024, 5, 7),)
    assert len(event.citations) == 2


def test_mediation_joins_by_mediator_stage_day_and_parties_that_agree() -> None:
    [event] = merge(
        [mediation("a", 7, on=6, parties="IL PS"), mediation("b", 7, on=6), mediation("c", 8, parties="IL")]
    )
    assert {actor.country for actor in event.parties} == {"IL", "PS"}
    assert len(event.citations) == 3
    assert len(merge([mediation("a", 7, on=6), mediation("b", 7, on=6, stage=Stage.UNDERWAY)])) == 2
    assert len(merge([mediation("a", 7, on=6), mediation("b", 8, on=7)])) == 2
    assert len(merge([mediation("a", 7, parties="IL PS"), mediation("b", 7, parties="UA RU")])) == 2


def test_a_mediation_without_parties_does_not_join_two_that_differ() -> None:
    told = [mediation("a", 7, parties="IL PS"), mediation("b", 7, parties="UA RU"), mediation("c", 7)]
    assert sorted(len(event.parties) for event in merge(told)) == [0, 2, 2]


def test_block_keys_name_the_family_and_everyone_who_decides() -> None:
    assert block_keys(contact("a", 7, actors=(TURKEY,), targets=(RUSSIA,))) == ("contact:RU|TR",)
    assert block_keys(contact("a", 7, kind=EventKind.MEETING)) == ("contact:RU|TR",)
    assert block_keys(statement("a", 7, "x", targets=(TURKEY,))) == ("statement:RU",)
    assert block_keys(mediation("a", 7, parties="IL PS")) == ("mediation:TR",)


def test_a_merged_event_is_no_finding() -> None:
    [event] = merge([contact("a", 6, on=6), contact("b", 7, on=6)])
    with pytest.raises(ValueError, match="merged already"):
        merge([event])
