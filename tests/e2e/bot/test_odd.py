"""What nobody meant to send: unknown commands, pictures, floods of words, edits, buttons of another version."""

import pytest

from tests.e2e.bot.news import call, hear
from tests.e2e.bot.scene import READER, Scene
from tests.stand_in import Private

STALE = "That button is from an older message and means nothing any more. /start shows fresh ones."

NO_TEXTS: tuple[dict[str, object], ...] = (
    {
        "sticker": {
            "file_id": "s",
            "file_unique_id": "s",
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        }
    },
    {
        "photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}],
        "caption": "/stop russia",
        "caption_entities": [{"type": "bot_command", "offset": 0, "length": 5}],
    },
    {"location": {"longitude": 13.4, "latitude": 52.5}},
    {"contact": {"phone_number": "1", "first_name": "A"}},
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
    {"dice": {"emoji": "🎲", "value": 6}},
    {"new_chat_title": "Another"},
    {"unheard_of": {"of": "a later Bot API"}},
)
NOT_OURS = (
    *("", ":", "pick", "pick:", "pick:NOWHERE", "pick:<b>", "pick:ru", "picked:x:y", "drop:", "drop:NOWHERE"),
    *("hour", "hour:", "hour:abc", "hour:-1", "hour:99999", "hour:²", "zone", "zone:", "zone:Mars/Olympus"),
    *("day", "day:", "day:x", "day:9", "day:-1", "day:²", "length", "length:", "length:huge"),
    *("empty", "empty:", "empty:perhaps", "follow", "follow:", "follow:NOWHERE", "unfollow:NOWHERE"),
    *("ask", "ask:", "ask:country", "ask:country:NOWHERE:7:0", "ask:weather:RU:7:0", "ask:country:RU:x:0"),
    *("ask:country:RU:²:0", "ask:country:RU:99999999999:0", "ask:country:RU:0:0", "ask:country:RU:7:0:9"),
    *("show", "show:", "show:nowhere", "later:version", "x" * 64),
)


@pytest.fixture
def reader(bot: Scene) -> Private:
    return bot.api.private(READER)


@pytest.mark.asyncio
async def test_an_unknown_command_is_said_to_be_unknown(bot: Scene, reader: Private) -> None:
    for text in ("/nonsense", "/", "/country_", "/суббота", "/start@", "30"):
        await bot.says(reader, text, "That was not understood.")


@pytest.mark.asyncio
async def test_what_is_no_text_is_passed_over(bot: Scene, reader: Private) -> None:
    await bot.says(reader, "/subscribe Russia", "You follow Russia.")
    before, texts = await bot.known(READER), len(bot.texts(READER))
    head = {"date": 0, "chat": reader.chat.json(), "from": reader.person.json()}
    for number, content in enumerate(NO_TEXTS, 500):
        bot.hears("message", head | {"message_id": number} | content)
    await bot.quiet(reader)
    assert len(bot.texts(READER)) == texts + 1
    assert await bot.known(READER) == before
    assert bot.api.breaches() == ["answer getUpdates: no field 7.message.unheard_of"]


@pytest.mark.asyncio
async def test_a_flood_of_words_is_answered_in_few(bot: Scene, reader: Private) -> None:
    for text in ("x" * 4096, "russia " * 580, "🇷🇺" * 1000, "/country " + "a, " * 1300):
        answer = await bot.says(reader, text)
        assert len(answer.text) < 1000
    assert not any("went wrong" in text for text in bot.texts(READER))


@pytest.mark.asyncio
async def test_many_names_in_one_message_are_followed_as_far_as_a_person_types(
    bot: Scene, reader: Private
) -> None:
    await bot.says(
        reader, "/subscribe Russia, China, Kenya, Qatar, France, Spain, Italy, Japan", "You follow"
    )
    assert len((await bot.known(READER)).follows) == 8


@pytest.mark.asyncio
async def test_a_question_that_is_edited_is_answered_anew(bot: Scene, reader: Private) -> None:
    await hear(bot.storage, call(bot.clock.at))
    bot.clock.goes_on(minutes=5)
    asked = reader.says("/country brazil")
    await bot.api.wait_for(READER, "Brazil\n")
    edited = bot.api._world.json(asked) | {"text": "/country russia", "edit_date": 1}
    bot.hears("edited_message", edited)
    await bot.api.wait_for(READER, "spoke by phone")


@pytest.mark.asyncio
async def test_buttons_that_we_would_not_make_do_no_harm(bot: Scene, reader: Private) -> None:
    await bot.says(reader, "/subscribe Russia", "You follow Russia.")
    message = bot.api.messages(READER)[-1]
    before = await bot.known(READER)
    taps = {data: reader._tapped(message, message, data) for data in NOT_OURS}
    await bot.quiet(reader)
    assert [data for data, tap in taps.items() if not bot.api.answers(tap)] == [], "every clock stops"
    assert await bot.known(READER) == before
    assert not any("went wrong" in text for text in bot.texts(READER))


@pytest.mark.asyncio
async def test_a_button_of_a_verb_we_do_not_know_says_so_in_a_box(bot: Scene, reader: Private) -> None:
    message = await bot.says(reader, "/settings", "Settings")
    answer = await bot.api.answer_to(reader._tapped(message, message, "later:version"))
    assert (answer.text, answer.show_alert) == (STALE, True)
