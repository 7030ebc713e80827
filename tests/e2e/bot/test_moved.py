"""A group that becomes a supergroup keeps what it follows, its hour, and what it was told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Event, Status
from tests.e2e.bot.news import call, hear, long_sentence, mediation, statement
from tests.e2e.bot.scene import ADMIN, EIGHT, GROUP, MORNING, SUPERGROUP, Scene
from tests.stand_in import Break, Group, Private
from tests.stand_in.asks import Content
from tests.stand_in.faults import Fault

both = pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"], indirect=True)
DAY = timedelta(days=1)


async def briefed_group(bot: Scene) -> tuple[Private, Group]:
    """A group that follows Russia at eight in Berlin and had its first briefing."""
    admin = bot.api.private(ADMIN)
    group = bot.api.group(GROUP, "Desk", [admin])
    await bot.says(admin, "/subscribe Russia", "You follow Russia.", group)
    await bot.says(admin, "/timezone Berlin", "You follow Russia.", group)
    await bot.says(admin, "/time 8", "08:00 Berlin time", group)
    await hear(bot.storage, planned())
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    assert len(bot.briefings(GROUP)) == 1
    return admin, group


def planned() -> Event:
    return call(MORNING, status=Status.PLANNED)


def held() -> Event:
    """The same call, when it took place: what was told of it is remembered by its findings."""
    later = call(MORNING + DAY)
    return replace(later, findings=(*planned().findings, *later.findings), first_heard=MORNING)


async def check_moved(bot: Scene, *, briefings: int) -> None:
    """All is at the new id, and the next briefing comes there once and repeats nothing."""
    assert await bot.reader(GROUP) is None
    moved = await bot.known(SUPERGROUP)
    assert moved.follows == ("RU",)
    assert (moved.chat.zone, moved.chat.minute, moved.chat.kind) == ("Europe/Berlin", 8 * 60, "supergroup")
    assert len(bot.briefings(GROUP)) == 1
    told = bot.briefings(SUPERGROUP)
    assert len(told) == briefings
    assert "Qatar offered to mediate" in told[0]
    assert "spoke by phone" in told[0]
    assert "Updated: now held" in told[0]


@pytest.mark.asyncio
@both
async def test_by_the_service_messages(bot: Scene) -> None:
    admin, group = await briefed_group(bot)
    new = group.migrates(SUPERGROUP)
    await bot.says(admin, "/settings", "You follow Russia.", new)
    await hear(bot.storage, held(), mediation(MORNING + DAY, parties=("RU", "UA")), instead_of=planned())
    bot.clock.goes_to(EIGHT + DAY)
    await bot.hand.tick()
    await bot.hand.tick()
    await check_moved(bot, briefings=1)


@pytest.mark.asyncio
@both
async def test_by_the_answer_to_a_briefing(bot: Scene) -> None:
    _, group = await briefed_group(bot)
    group.migrates(SUPERGROUP)
    bot.api._world.updates.forget_all()
    await hear(bot.storage, held(), mediation(MORNING + DAY, parties=("RU", "UA")), instead_of=planned())
    bot.clock.goes_to(EIGHT + DAY)
    await bot.hand.tick()
    await bot.hand.tick()
    await check_moved(bot, briefings=1)
    bot.clock.goes_to(EIGHT + 2 * DAY)
    await bot.hand.tick()
    await check_moved(bot, briefings=2)


@pytest.mark.asyncio
async def test_between_two_parts_of_a_briefing(bot: Scene) -> None:
    _, group = await briefed_group(bot)
    many = [
        statement(MORNING + DAY - timedelta(minutes=each), "RU", long_sentence(each)) for each in range(16)
    ]
    await hear(bot.storage, *many)

    def strikes(_: object, ask: object) -> bool:
        return isinstance(ask, Content) and ask.chat_id == GROUP and "Communiqué ·" not in ask.text

    bot.api._server.faults.order(Fault(strikes, Break.BAD_GATEWAY))
    bot.clock.goes_to(EIGHT + DAY)
    await bot.hand.tick()
    assert [outcome for _, outcome in await bot.ledger(GROUP)][1:] == ["sent", None, None]
    group.migrates(SUPERGROUP)
    bot.clock.goes_on(minutes=1)
    await bot.hand.tick()
    assert [outcome for _, outcome in await bot.ledger(SUPERGROUP)][1:] == ["sent", "sent", "sent"]
    assert len(bot.texts(SUPERGROUP)) == 2
    assert bot.briefings(SUPERGROUP) == []
    whole = "\n".join(bot.texts(GROUP) + bot.texts(SUPERGROUP))
    assert [each for each in range(16) if whole.count(f"number {each} of") != 1] == []


@pytest.mark.asyncio
async def test_by_the_answer_to_a_reply(bot: Scene) -> None:
    admin, group = await briefed_group(bot)
    admin.says("/settings", group)
    new = group.migrates(SUPERGROUP)
    await bot.api.wait_for(SUPERGROUP, "You follow Russia.")
    await bot.says(admin, "/settings", "You follow Russia.", new)
    assert await bot.reader(GROUP) is None
