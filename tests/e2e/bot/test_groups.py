"""Groups: everyone may ask, administrators settle what is followed, and nobody is interrupted."""

import pytest

from tests.e2e.bot.news import call, hear
from tests.e2e.bot.scene import ADMIN, GROUP, OTHER, READER, Scene
from tests.stand_in import Break, Group, Private
from tests.stand_in.chats import ANONYMOUS

ONLY_ADMINS = "In a group only its administrators can change this."


@pytest.fixture
def lead(bot: Scene) -> Private:
    """Give who made the group; in the group, and no operator of the bot."""
    return bot.api.private(OTHER, first_name="Lead")


@pytest.fixture
def desk(bot: Scene, lead: Private) -> Group:
    return bot.api.group(GROUP, "Desk", [lead])


@pytest.mark.asyncio
async def test_an_administrator_changes_what_is_followed_and_a_member_does_not(
    bot: Scene, lead: Private, desk: Group
) -> None:
    member = bot.api.private(READER)
    await bot.says(lead, "/subscribe Russia", "You follow Russia.", desk)
    for text in ("/subscribe Kenya", "/unsubscribe Russia", "/time 9:00", "/timezone Berlin", "/stop"):
        await bot.says(member, text, ONLY_ADMINS, desk)
    kept = await bot.known(GROUP)
    assert kept.follows == ("RU",)
    assert (kept.chat.minute, kept.chat.zone) == (7 * 60, "UTC")


@pytest.mark.asyncio
async def test_who_becomes_administrator_may_and_who_is_one_no_more_may_not(
    bot: Scene, lead: Private, desk: Group
) -> None:
    member = bot.api.private(READER)
    desk.promotes(member)
    await bot.says(member, "/subscribe Kenya", "You follow Kenya.", desk)
    desk.demotes(member)
    await bot.says(member, "/subscribe Qatar", ONLY_ADMINS, desk)
    await bot.says(lead, "/settings", "You follow Kenya.\n", desk)


@pytest.mark.asyncio
async def test_a_member_who_taps_a_setting_is_told_in_a_box_and_nothing_is_written(
    bot: Scene, lead: Private, desk: Group
) -> None:
    member = bot.api.private(READER)
    hello = await bot.says(lead, "/start", "What shall it cover?", desk)
    before = len(bot.texts(GROUP))
    answer = await bot.api.answer_to(member.taps(hello, "🌐 The whole world"))
    assert (answer.text, answer.show_alert) == (ONLY_ADMINS, True)
    assert (await bot.known(GROUP)).follows == ()
    assert len(bot.texts(GROUP)) == before
    await bot.taps(lead, hello, "🇫🇷 France", "You follow France.")


@pytest.mark.asyncio
async def test_a_member_may_ask_and_tap_for_more_but_not_follow(
    bot: Scene, lead: Private, desk: Group
) -> None:
    member = bot.api.private(READER)
    await hear(bot.storage, call(bot.clock.at))
    bot.clock.goes_on(minutes=5)
    answer = await bot.says(member, "/country russia", "spoke by phone", desk)
    await bot.taps(member, answer, "Last 30 days", "from 14 Feb 2026")
    refused = await bot.api.answer_to(member.taps(answer, "Follow Russia"))
    assert refused.text == ONLY_ADMINS
    await bot.taps(lead, answer, "Follow Russia", "Now following Russia.")
    await bot.says(member, "/calls", "spoke by phone", desk)
    await bot.says(member, "/help", "What you can ask", desk)


@pytest.mark.asyncio
async def test_an_administrator_who_stays_anonymous_may(bot: Scene, desk: Group) -> None:
    chat = desk.chat.json()
    bot.hears(
        "message",
        {
            "message_id": 500,
            "date": 0,
            "chat": chat,
            "from": ANONYMOUS.json(),
            "sender_chat": chat,
            "text": "/subscribe Kenya",
            "entities": [{"type": "bot_command", "offset": 0, "length": 10}],
        },
    )
    await bot.api.wait_for(GROUP, "You follow Kenya.")


@pytest.mark.asyncio
async def test_who_writes_in_the_name_of_a_channel_may_not(bot: Scene, desk: Group) -> None:
    channel = {"id": -1_000_000_000_999, "type": "channel", "title": "Elsewhere"}
    sender = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    bot.hears(
        "message",
        {
            "message_id": 500,
            "date": 0,
            "chat": desk.chat.json(),
            "from": sender,
            "sender_chat": channel,
            "text": "/subscribe Kenya",
            "entities": [{"type": "bot_command", "offset": 0, "length": 10}],
        },
    )
    await bot.api.wait_for(GROUP, ONLY_ADMINS)


@pytest.mark.asyncio
async def test_talk_among_people_is_no_question(bot: Scene, lead: Private, desk: Group) -> None:
    # As an administrator the bot hears everything.
    desk.adds(as_admin=True)
    for text in (
        "russia",
        "What about Russia?",
        "/nonsense",
        "/country@other_bot russia",
        "see /country russia",
        "stop",
        "/status",
    ):
        lead.says(text, desk)
    await bot.quiet(lead, desk)
    assert [text.splitlines()[0] for text in bot.texts(GROUP)] == ["What you can ask"]


@pytest.mark.asyncio
async def test_a_command_may_name_the_bot(bot: Scene, lead: Private, desk: Group) -> None:
    await bot.says(lead, "/country@stand_in_bot russia", "🇷🇺 Russia", desk)
    await bot.says(lead, "/subscribe@stand_in_bot Kenya, Qatar", "Kenya and Qatar", desk)
    await bot.says(lead, "/time@stand_in_bot 9:15", "at 09:15 UTC", desk)


@pytest.mark.asyncio
async def test_a_groups_language_is_not_that_of_whoever_writes(bot: Scene, desk: Group) -> None:
    german = bot.api.private(READER, language_code="de")
    await bot.says(german, "/help", "What you can ask", desk)
    await bot.says(german, "/help", "What you can ask")
    assert (await bot.known(GROUP)).chat.language is None
    assert (await bot.known(READER)).chat.language == "de"


@pytest.mark.asyncio
async def test_operators_see_the_state_of_the_service_and_nobody_else_does(bot: Scene) -> None:
    operator, reader = bot.api.private(ADMIN), bot.api.private(READER)
    await hear(bot.storage, call(bot.clock.at))
    await bot.says(reader, "/subscribe Russia", "You follow Russia.")
    state = await bot.says(operator, "/status", "State of the service")
    assert "Chats: 1, with a daily briefing: 1, unreachable: 0" in state.text
    assert "Articles: 1, events: 1" in state.text
    assert "Newest article: 16 Mar 2026, 06:00" in state.text
    answer = await bot.says(reader, "/status", "That was not understood.")
    assert "Articles" not in answer.text


@pytest.mark.asyncio
async def test_who_may_is_not_known_while_telegram_does_not_say_so_nothing_is_changed(
    bot: Scene, lead: Private, desk: Group
) -> None:

    await bot.says(lead, "/subscribe Kenya", "You follow Kenya.", desk)
    bot.api.break_next("getChatMember", Break.ERROR)
    await bot.says(lead, "/unsubscribe Kenya", ONLY_ADMINS, desk)
    assert (await bot.known(GROUP)).follows == ("KE",)
