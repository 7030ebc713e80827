"""Messages, edits and taps on the stand-in."""

import re

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest

from tests.e2e.stand_in.library import READER
from tests.stand_in import StandIn


@pytest.mark.asyncio
async def test_a_message_comes_back_as_the_library_sent_it(api: StandIn, bot: Bot) -> None:
    api.private(READER)
    first = await bot.send_message(READER, "First")
    sent = await bot.send_message(
        READER,
        "<b>Second</b>",
        parse_mode="HTML",
        disable_notification=True,
        protect_content=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(first.message_id),
    )
    assert (sent.message_id, sent.text_html, sent.has_protected_content) == (2, "<b>Second</b>", True)
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "First"
    assert sent.link_preview_options == LinkPreviewOptions(is_disabled=True)
    assert [each.silent for each in api.messages(READER)] == [False, True]


@pytest.mark.asyncio
async def test_a_deleted_message_is_gone_but_not_from_the_journal(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    sent = await bot.send_message(
        READER,
        "Hello",
        reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("A", callback_data="a")),
    )
    shown = api.messages(READER)[0]
    await bot.delete_message(READER, sent.message_id)
    assert api.messages(READER) == []
    assert [each.text for each in api.journal] == ["Hello"]
    with pytest.raises(LookupError, match="was deleted"):
        reader.taps(shown, "A")
    reader.taps(shown, "A", stale=True)
    (update,) = await bot.get_updates()
    assert update.callback_query
    assert update.callback_query.message
    assert not update.callback_query.message.is_accessible


@pytest.mark.asyncio
async def test_a_button_that_is_not_there_cannot_be_tapped(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    buttons = InlineKeyboardMarkup.from_row(
        [InlineKeyboardButton("A", callback_data="a"), InlineKeyboardButton("B", "https://b.example")]
    )
    sent = await bot.send_message(READER, "Hello", reply_markup=buttons)
    shown = api.messages(READER)[0]
    for label, words in (("C", "no button 'C'"), ("B", "tells the bot nothing")):
        with pytest.raises(LookupError, match=words):
            reader.taps(shown, label)
    await bot.edit_message_reply_markup(READER, sent.message_id)
    with pytest.raises(LookupError, match="no button 'A'"):
        reader.taps(shown, "A")
    assert reader.taps(shown, "A", stale=True)


@pytest.mark.asyncio
async def test_edits_are_refused_as_the_official_server_does(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    sent = await bot.send_message(READER, "<i>Hello</i>", parse_mode="HTML")
    with pytest.raises(BadRequest, match=r"^Message is not modified: specified new message content"):
        await bot.edit_message_text("<i>Hello</i>", READER, sent.message_id, parse_mode="HTML")
    with pytest.raises(BadRequest, match=r"^Message is not modified"):
        await bot.edit_message_reply_markup(READER, sent.message_id)
    with pytest.raises(BadRequest, match=r"^Message to edit not found$"):
        await bot.edit_message_text("Hello", READER, sent.message_id + 1)
    with pytest.raises(BadRequest, match=r"^Message can't be edited$"):
        await bot.edit_message_text("Hello", READER, reader.says("Hi").message_id)
    await bot.edit_message_text("Hello", READER, sent.message_id)
    assert [(each.text, each.entities, each.earlier) for each in api.messages(READER)] == [
        ("Hello", (), ("Hello",))
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("chat", "text", "words"),
    [
        (8, "a", "Chat not found"),
        ("@desk", "a", "Chat not found"),
        (READER, " ", "Message text is empty"),
        (READER, "a" * 4097, "Message is too long"),
        (READER, "<x>", 'Can\'t parse entities: unsupported start tag "x" at byte offset 0'),
    ],
)
async def test_sends_are_refused_as_the_official_server_does(
    api: StandIn, bot: Bot, chat: int | str, text: str, words: str
) -> None:
    api.private(READER)
    with pytest.raises(BadRequest, match=f"^{re.escape(words)}$"):
        await bot.send_message(chat, text, parse_mode="HTML")


@pytest.mark.asyncio
async def test_a_tap_that_is_unknown_or_too_old_cannot_be_answered(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    markup = InlineKeyboardMarkup.from_button(InlineKeyboardButton("A", callback_data="a"))
    await bot.send_message(READER, "Hello", reply_markup=markup)
    tap = reader.taps(api.messages(READER)[0], "a")
    api.forget_taps()
    for query in (tap, "1"):
        with pytest.raises(
            BadRequest, match=r"^Query is too old and response timeout expired or query id is invalid$"
        ):
            await bot.answer_callback_query(query)


@pytest.mark.asyncio
async def test_waiting_in_vain_says_what_is_there_instead(api: StandIn, bot: Bot) -> None:
    api.private(READER)
    sent = await bot.send_message(READER, "Hello")
    with pytest.raises(TimeoutError, match=r"'Bye' did not come to 7; there are \['Hello'\]"):
        await api.wait_for(READER, "Bye", within=0)
    with pytest.raises(TimeoutError):
        await api.wait_for(READER, "Hello", after=sent.message_id, within=0)
    with pytest.raises(TimeoutError, match=r"\('sendMessage', 'ok'\)"):
        await api.wait_until(lambda: False, within=0)
