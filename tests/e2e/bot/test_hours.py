"""The daily briefing: at the reader's hour, once a local day, and nothing said twice."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Status
from tests.e2e.bot.news import call, confirmed, hear, long_sentence, mediation, statement
from tests.e2e.bot.scene import EIGHT, MORNING, OTHER, READER, Scene

both = pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"], indirect=True)


async def briefed_at(bot: Scene, moments: Iterable[datetime]) -> list[datetime]:
    """Let it be each of `moments`; give those at which the reader got a briefing, as often as they got one."""
    got: list[datetime] = []
    for moment in sorted(moments):
        bot.clock.goes_to(moment)
        before = len(bot.briefings(READER))
        await bot.hand.tick()
        got += [moment] * (len(bot.briefings(READER)) - before)
    return got


def every(hours: int, begin: datetime, end: datetime) -> set[datetime]:
    return {
        begin + timedelta(hours=number) for number in range(0, int((end - begin) / timedelta(hours=1)), hours)
    }


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("zone", "hour", "begin", "due"),
    [
        pytest.param(
            "Berlin",
            "7:00",
            datetime(2026, 3, 27, 12, tzinfo=UTC),
            ["28T06:00", "29T05:00", "30T05:00"],
            id="Berlin, clocks go forward on 29 March",
        ),
        pytest.param(
            "Berlin",
            "7:00",
            datetime(2026, 10, 23, 12, tzinfo=UTC),
            ["24T05:00", "25T06:00", "26T06:00"],
            id="Berlin, clocks go back on 25 October",
        ),
        pytest.param(
            "Berlin",
            "2:30",
            datetime(2026, 3, 27, 12, tzinfo=UTC),
            ["28T01:30", "29T01:00", "30T00:30"],
            id="Berlin, an hour that is skipped",
        ),
        pytest.param(
            "Berlin",
            "2:30",
            datetime(2026, 10, 23, 12, tzinfo=UTC),
            ["24T00:30", "25T00:30", "26T01:30"],
            id="Berlin, an hour that comes twice",
        ),
        pytest.param(
            "Cairo",
            "0:00",
            datetime(2026, 4, 22, 12, tzinfo=UTC),
            ["22T22:00", "23T22:00", "24T21:00"],
            id="Cairo, a midnight that is skipped",
        ),
    ],
)
async def test_it_comes_once_a_local_day_through_every_change_of_the_clocks(
    bot: Scene, zone: str, hour: str, begin: datetime, due: list[str]
) -> None:
    bot.clock.goes_to(begin)
    await bot.follow(bot.api.private(READER), "Russia", zone, hour)
    wanted = [datetime.strptime(f"{begin:%Y-%m-}{each}Z", "%Y-%m-%dT%H:%M%z") for each in due]
    early = {each - timedelta(minutes=1) for each in wanted}
    got = await briefed_at(bot, {*every(3, begin, wanted[-1] + timedelta(hours=12)), *early, *wanted})
    assert got == wanted


@pytest.mark.asyncio
@both
async def test_what_was_told_is_not_told_again_and_what_has_changed_is_marked(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia, France, Qatar", "Berlin", "8:00")
    planned, offer = call(MORNING, status=Status.PLANNED), mediation(MORNING)
    await hear(bot.storage, planned, offer)
    bot.clock.goes_to(MORNING.replace(hour=7))
    await bot.hand.tick()

    heard = MORNING + timedelta(hours=12)
    held = replace(call(heard), findings=(*planned.findings, *call(heard).findings), first_heard=MORNING)
    twice = confirmed(offer, "Harbour Gazette", heard)
    await hear(bot.storage, held, instead_of=planned, at=heard)
    await hear(bot.storage, twice, instead_of=offer, at=heard)
    await hear(bot.storage, statement(heard, "FR"))
    bot.clock.goes_to(MORNING.replace(day=17, hour=7))
    await bot.hand.tick()

    bot.clock.goes_to(MORNING.replace(day=18, hour=7))
    await bot.hand.tick()

    first, second, third = bot.briefings(READER)
    assert "Russia and Türkiye are to speak by phone" in first
    assert "Qatar offered to mediate" in first
    assert "Updated" not in first
    assert "3 events from 3 articles read: 1 new, 2 updated." in second
    assert "Updated: now held" in second
    assert "Updated: confirmed by a further publisher" in second
    assert "Nothing new was heard about France, Qatar and Russia in this time." in third


@pytest.mark.asyncio
async def test_the_first_briefing_counts_as_told(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await hear(bot.storage, call(MORNING))
    bot.clock.goes_on(minutes=5)
    hello = await bot.says(reader, "/start", "What shall it cover?")
    hours = await bot.taps(reader, hello, "🌐 The whole world", "At what hour")
    zones = await bot.taps(reader, hours, "08:00", "Where are you?")
    await bot.taps(reader, zones, "Brussels · 07:05", "You follow")
    await hear(bot.storage, statement(MORNING + timedelta(minutes=30)))
    bot.clock.goes_to(MORNING.replace(hour=7))
    await bot.hand.tick()
    first, second = bot.briefings(READER)
    assert "spoke by phone" in first
    assert "spoke by phone" not in second
    assert "France made a statement" in second


@pytest.mark.asyncio
async def test_a_day_without_news_is_said_or_passed_over_as_the_reader_wishes(bot: Scene) -> None:
    reader, other = bot.api.private(READER), bot.api.private(OTHER)
    await bot.follow(reader, "Russia", hour="7:00")
    await bot.follow(other, "Russia", hour="7:00")
    settings = await bot.says(reader, "/settings", "On a day without news you are told so.")
    await bot.taps(reader, settings, "Be silent without news", "On a day without news nothing is sent.")
    bot.clock.goes_to(MORNING.replace(hour=7))
    await bot.hand.tick()
    assert bot.briefings(READER) == []
    (empty,) = bot.briefings(OTHER)
    assert "No article reached us in this time" in empty

    await hear(bot.storage, call(bot.clock()))
    bot.clock.goes_to(MORNING.replace(day=17, hour=7))
    await bot.hand.tick()
    (told,) = bot.briefings(READER)
    assert "spoke by phone" in told


@pytest.mark.asyncio
async def test_only_the_chosen_weekdays_have_one(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia", hour="7:00")
    days = await bot.taps(reader, await bot.says(reader, "/settings", "Settings"), "Days", "On which days")
    days = await bot.taps(reader, days, "✓ Tue", "The next one: Monday")
    await bot.taps(reader, days, "✓ Mon", "The next one: Wednesday 18 March 2026, 07:00.")
    got = await briefed_at(bot, every(4, MORNING.replace(hour=7), MORNING + timedelta(days=4)))
    assert [f"{each:%a %H}" for each in got] == ["Wed 07", "Thu 07"]


@pytest.mark.asyncio
async def test_a_shorter_briefing_is_shorter(bot: Scene) -> None:
    reader, other = bot.api.private(READER), bot.api.private(OTHER)
    for each in (reader, other):
        await bot.follow(each, "Russia", hour="7:00")
    await bot.taps(reader, await bot.says(reader, "/settings", "Settings"), "Make it shorter", "weightiest")
    await hear(bot.storage, *(statement(MORNING - timedelta(minutes=each), "RU") for each in range(20)))
    bot.clock.goes_to(MORNING.replace(hour=7))
    await bot.hand.tick()
    assert sum(map(len, bot.texts(READER)[-1:])) < sum(map(len, bot.briefings(OTHER)))
    assert "and 12 more statements" in bot.texts(READER)[-1]


@pytest.mark.asyncio
async def test_a_long_briefing_comes_in_parts_in_their_order_and_rings_once(bot: Scene) -> None:
    await bot.follow(bot.api.private(READER), "France", hour="7:00")
    await hear(bot.storage, *(statement(MORNING, "FR", long_sentence(number)) for number in range(16)))
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    parts = bot.api.messages(READER)[2:]
    assert [part.text.startswith("Communiqué · ") for part in parts] == [True, False, False]
    assert [part.silent for part in parts] == [False, True, True]
    whole = "\n".join(part.text for part in parts)
    assert [number for number in range(16) if whole.count(f"number {number} of") != 1] == []
    assert await bot.ledger(READER) == [(0, "sent"), (1, "sent"), (2, "sent")]


@pytest.mark.asyncio
async def test_an_hour_that_is_changed_to_a_later_one_today_brings_no_second_briefing_today(
    bot: Scene,
) -> None:
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia", "Berlin", "7:00")
    bot.clock.goes_to(MORNING.replace(day=17))
    await bot.hand.tick()
    told = await bot.says(reader, "/time 9:00", "Your briefing comes at 09:00")
    assert "The next one: Wednesday 18 March 2026, 09:00." in told.text
    got = await briefed_at(bot, every(2, bot.clock(), bot.clock() + timedelta(days=2)))
    assert [f"{each:%dT%H:%M}" for each in got] == ["18T08:00"]


@pytest.mark.asyncio
async def test_after_days_of_standing_still_there_is_one_late_briefing_and_it_says_so(scene: Scene) -> None:
    async with scene.served():
        await scene.follow(scene.api.private(READER), "Russia", "Berlin", "7:30")
        assert await briefed_at(scene, [MORNING.replace(minute=30)])
    async with scene.served():
        await hear(scene.storage, call(MORNING + timedelta(hours=1)))
        got = await briefed_at(
            scene, every(1, MORNING + timedelta(days=3, hours=9), MORNING + timedelta(days=5))
        )
    assert [f"{each:%dT%H}" for each in got] == ["19T15", "20T07"]
    _, late, punctual = scene.briefings(READER)
    assert "This briefing comes late" in late
    assert "spoke by phone" in late
    assert "comes late" not in punctual


@pytest.mark.asyncio
@both
async def test_what_is_followed_survives_a_restart(scene: Scene) -> None:
    async with scene.served():
        await scene.follow(scene.api.private(READER), "Russia", "Berlin", "7:30")
    async with scene.served():
        await hear(scene.storage, call(MORNING))
        scene.clock.goes_to(MORNING.replace(minute=30))
        await scene.hand.tick()
        (told,) = scene.briefings(READER)
    assert "spoke by phone" in told


@both
@pytest.mark.asyncio
async def test_quiet_hours_are_typed_heeded_and_ended(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.says(reader, "/subscribe Russia", "Now following Russia.")
    await bot.says(reader, "/quiet", "/quiet 22-7")
    await bot.says(reader, "/quiet soon", "is no pair of hours")
    await bot.says(reader, "/quiet 7-6", "to 16 hours")
    await bot.says(reader, "/quiet 10 pm to 8", "Nothing comes from 22:00 to 08:00")
    await bot.says(reader, "/settings", "Nothing comes from 22:00 to 08:00")
    answer = await bot.says(reader, "/quiet off", "Your briefing comes at 07:00")
    assert "Nothing comes" not in str(answer)
