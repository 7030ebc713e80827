"""What comes from outside reaches the reader whole, and harms nothing on its way."""

from dataclasses import replace

import pytest

from bot.model import Actor
from tests.e2e.bot.news import hear, statement
from tests.e2e.bot.scene import EIGHT, MORNING, READER, Scene
from tests.stand_in import Message

HOSTILE = (
    "<b>bold</b> & <script>alert(1)</script>",
    "a quotation's end: </blockquote></a></b>",
    "an entity &lt;b&gt; &amp;amp; &#60;i&#62; &nbsp;",
    "quotes \" ' ` “ ” and {{ braces }} {% raw %} $HOME %s",
    "emoji 👩🏽‍🚀🏳️‍🌈🇹🇷 and ümläuts, 中文, עברית, العربية",
    "no_markdown_ *at* [all](https://evil.example)",
    "@everyone #tag /stop t.me/joinchat/AAAA",
)
ADDRESSES = (
    "http://a.example/ü?q=<&>",
    "https://a.example/'><b>",
    'https://a.example/" onclick="alert(1)',
    "https://user:password@a.example/ x",
    "javascript:alert(1)",
    "tg://resolve?domain=evil",
    "https://a.example/" + "x" * 3000,
    "https://[broken",
)
CLICKABLE = range(4)
TYPED = ("<b>x</b> & </i>", "“", "{{ 7 * 7 }}", "&lt;", "%s {} $HOME", "👩🏽‍🚀" * 5)
OURS = {"bold", "italic", "blockquote", "text_link"}
TURNED = "left \u202egnirts\u202c right \u2066isolated\u2069 end"


def stretch(message: Message, entity: dict[str, int]) -> str:
    """The words that an entity covers."""
    coded = message.text.encode("utf-16-le")
    return coded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


def kinds(message: Message) -> set[str]:
    return {each["type"] for each in message.entities}


@pytest.mark.asyncio
async def test_a_sentence_is_shown_as_it_stands(bot: Scene) -> None:
    await bot.follow(bot.api.private(READER), "France", hour="7:00")
    events = [
        statement(MORNING, "FR", f"The ministry said {words} on Monday.", outlet=f"Gazette {words}")
        for words in HOSTILE
    ]
    await hear(bot.storage, *events)
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    (told,) = bot.api.messages(READER)[2:]
    quoted = {stretch(told, each) for each in told.entities if each["type"] == "blockquote"}
    assert quoted == {f"The ministry said {words} on Monday." for words in HOSTILE}
    assert [words for words in HOSTILE if f"] Gazette {words} · 1 publisher" not in told.text] == []
    assert kinds(told) <= OURS
    hosts = {each["url"].split("/")[2] for each in told.entities if each["type"] == "text_link"}
    assert hosts == {"gazette.example"}


@pytest.mark.asyncio
async def test_what_would_turn_round_our_own_line_is_taken_out_and_its_words_stay(bot: Scene) -> None:
    await bot.follow(bot.api.private(READER), "France", hour="7:00")
    await hear(bot.storage, statement(MORNING, "FR", f"The ministry said {TURNED}.", outlet=f"Post {TURNED}"))
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    (told,) = bot.briefings(READER)
    assert "The ministry said left gnirts right isolated end." in told
    assert "[1] Post left gnirts right isolated end" in told
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(told)


@pytest.mark.asyncio
async def test_five_thousand_letters_are_shortened_where_they_are_quoted_and_whole_in_an_outlets_name(
    bot: Scene,
) -> None:
    await bot.follow(bot.api.private(READER), "France", hour="7:00")
    name = " ".join(f"Outlet{number:03}" for number in range(500))
    await hear(bot.storage, statement(MORNING, "FR", "The ministry said " + "so & " * 1250, outlet=name))
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    texts = bot.texts(READER)[3:]
    whole = " ".join(texts)
    assert "so & so […]" in whole
    assert [number for number in range(500) if f"Outlet{number:03}" not in whole] == []
    assert all(len(text) <= 4096 for text in texts)


@pytest.mark.asyncio
async def test_an_address_is_a_plain_link_or_none(bot: Scene) -> None:
    await bot.follow(bot.api.private(READER), "France", hour="7:00")
    events = [
        statement(MORNING, "FR", f"Point {number} was made.", outlet=f"Paper {number}", url=address)
        for number, address in enumerate(ADDRESSES)
    ]
    await hear(bot.storage, *events)
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    (told,) = bot.api.messages(READER)[2:]
    links = [each for each in told.entities if each["type"] == "text_link"]
    linked = {stretch(told, each).partition("] ")[2]: each["url"] for each in links}
    assert linked.keys() - {""} == {f"Paper {number}" for number in CLICKABLE}
    assert all(link.startswith(("http://", "https://")) for link in linked.values())
    assert all(set('"<> ').isdisjoint(link) for link in linked.values())
    assert kinds(told) <= OURS
    assert all(f"Paper {number} · 1 publisher" in told.text for number in range(len(ADDRESSES)))


@pytest.mark.asyncio
async def test_a_persons_name_and_office_are_shown_as_they_stand(bot: Scene) -> None:
    await bot.follow(bot.api.private(READER), "France", hour="7:00")
    person = Actor("FR", "<i>Jean</i> & Sons", "</b>President")
    event = replace(statement(MORNING, "FR"), actors=(person,), topic="<u>ships</u> & ports")
    await hear(bot.storage, event)
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    told = bot.api.messages(READER)[-1]
    assert "<i>Jean</i> & Sons" in told.text
    assert "</b>President" in told.text
    assert ": <u>ships</u> & ports" in told.text
    assert kinds(told) <= OURS


@pytest.mark.asyncio
async def test_what_a_reader_types_is_shown_back_as_it_stands(bot: Scene) -> None:
    reader = bot.api.private(READER, first_name="<b>{{ 7 * 7 }}\u202e</b>")
    for words in TYPED:
        await bot.says(reader, f"/time {words}", f"“{words}” is not an hour")
        for text in (f"/country {words}", f"/subscribe {words}", f"/timezone {words}", words):
            await bot.says(reader, text)
        await bot.quiet(reader)
    await bot.says(reader, "/time " + "x" * 3000, "x…” is not an hour")
    await bot.says(reader, "/time \u202e7 am", "“7 am” is not an hour")
    assert not any("went wrong" in text or "49" in text for text in bot.texts(READER))
