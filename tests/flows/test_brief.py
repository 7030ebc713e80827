from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import pytest

from bot.flows.brief import brief, window
from bot.flows.ingest import Summary
from bot.model import FeedItem
from storage import Storage

TakeIn = Callable[..., Awaitable[Summary]]


def test_the_window_is_whole_days_in_utc() -> None:
    assert window(date(2024, 3, 2), 3) == (
        datetime(2024, 2, 29, tzinfo=UTC),
        datetime(2024, 3, 3, tzinfo=UTC),
    )


@pytest.mark.asyncio
async def test_a_briefing_holds_what_was_first_heard_in_its_days_and_no_other(
    take_in: TakeIn, storage: Storage
) -> None:
    for day in (1, 2, 3, 4):
        text = f"[call {('RU', 'FR', 'DE', 'IT')[day - 1]}|TR] News of the day {day}."
        await take_in(FeedItem(str(day), text, title=f"Day {day}", source="A", published=date(2024, 5, day)))

    found = await brief(storage, countries=(), day=date(2024, 5, 3), days=2)

    (section,) = found.sections
    assert {entry.event.countries[0] for entry in section.entries} == {"FR", "DE"}
    assert (found.events_total, found.articles_total) == (2, 2)
    assert {reference.title for reference in found.references} <= {"Day 2", "Day 3"}


@pytest.mark.asyncio
async def test_a_briefing_on_a_country_leaves_the_others_out(take_in: TakeIn, storage: Storage) -> None:
    for code in ("RU", "FR"):
        await take_in(FeedItem(code, f"[statement {code}] A word.", published=date(2024, 5, 1)))

    found = await brief(storage, countries=("FR",), day=date(2024, 5, 1))

    assert [entry.event.countries for section in found.sections for entry in section.entries] == [("FR",)]


@pytest.mark.asyncio
async def test_an_empty_database_gives_an_empty_briefing(storage: Storage) -> None:
    found = await brief(storage, countries=(), day=date(2024, 5, 1))

    assert (found.sections, found.lead, found.articles_total) == ((), (), 0)
