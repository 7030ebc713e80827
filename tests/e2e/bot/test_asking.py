"""Following, and asking: what is typed, and what is tapped under an answer."""

from datetime import timedelta

import pytest

from bot.model import Event
from tests.e2e.bot.news import call, hear, mediation, statement
from tests.e2e.bot.scene import READER, Scene


async def put_news(bot: Scene) -> None:
    """A call, an offer to mediate, 25 statements of Russia and an old one of Kenya."""
    heard = bot.clock.at
    many = [statement(heard - timedelta(minutes=place), "RU") for place in range(25)]
    older: list[Event] = [statement(heard - timedelta(days=20), "KE"), statement(heard, "FR")]
    await hear(bot.storage, call(heard), mediation(heard), *many, *older)
    bot.clock.goes_on(minutes=5)


@pytest.mark.asyncio
async def test_a_country_is_followed_by_its_name(bot: Scene) -> None:
    reader = bot.api.private(READER)
    told = await bot.says(reader, "/subscribe turkey", "Now following Türkiye.")
    assert "Your briefing comes at 07:00 UTC." in told.text
    assert (await bot.known(READER)).follows == ("TR",)


@pytest.mark.asyncio
async def test_a_slip_of_the_finger_is_understood_and_said(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.says(reader, "/subscribe germny", "Now following Germany.")
    assert "“germny” was taken for Germany." in bot.texts(READER)
    assert (await bot.known(READER)).follows == ("DE",)


@pytest.mark.asyncio
async def test_several_are_followed_at_once_and_one_that_is_not_understood_changes_nothing(
    bot: Scene,
) -> None:
    reader = bot.api.private(READER)
    await bot.says(reader, "/subscribe Qatar, Kenya and the African Union", "You follow")
    before = (await bot.known(READER)).follows
    assert len(before) == 3
    told = await bot.says(reader, "/subscribe France, Atlantis", "Atlantis")
    assert "no country or actor that is known" in told.text
    assert (await bot.known(READER)).follows == before


@pytest.mark.asyncio
async def test_an_ambiguous_name_offers_what_it_may_mean_and_a_tap_answers(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    asked = await bot.says(reader, "/country korea", "Did you mean")
    assert {"🇰🇵 North Korea", "🇰🇷 South Korea"} <= set(asked.labels)
    await bot.taps(reader, asked, "🇰🇷 South Korea", "South Korea\n")


@pytest.mark.asyncio
async def test_following_ends_by_name_or_by_tap(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.says(reader, "/subscribe Turkey, Qatar, Kenya", "You follow")
    await bot.says(reader, "/unsubscribe turkey", "No longer following Türkiye. You follow Kenya and Qatar.")
    await bot.says(reader, "/unsubscribe france", "You did not follow France.")
    shown = await bot.says(reader, "/unsubscribe", "Tap one to stop following it.")
    shown = await bot.taps(reader, shown, "✕ 🇰🇪 Kenya", "You follow Qatar.")
    await bot.taps(reader, shown, "✕ 🇶🇦 Qatar", "You follow nothing yet.")
    kept = await bot.known(READER)
    assert kept.follows == ()
    assert kept.chat.next_due_at is None


@pytest.mark.asyncio
async def test_a_country_is_asked_for_in_many_ways(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    for text in (
        *("/country russia", "/country rusia", "/country RU", "/country@stand_in_bot russia"),
        *("russia", "rusia", "what about Russia?", "/country\nrussia", "/COUNTRY  Russia  ", "Россия"),
    ):
        answer = await bot.says(reader, text, "🇷🇺 Russia\n26 events")
        assert "Russia and Türkiye spoke by phone" in answer.text
    assert (READER, "typing") in bot.api.actions


@pytest.mark.asyncio
async def test_a_command_alone_offers_countries_and_a_tap_answers(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    asked = await bot.says(reader, "/country", "Which country?")
    assert asked.labels[0] == "🇷🇺 Russia"
    answer = await bot.taps(reader, asked, "🇫🇷 France", "France made a statement")
    assert answer.message_id != asked.message_id, "an answer does not take the place of the question"


@pytest.mark.asyncio
async def test_days_are_asked_for_by_a_number_and_no_number_is_too_large_to_be_refused(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    await bot.says(reader, "/country kenya 30", "1 event from")
    month = bot.texts(READER)[-1]
    assert "from 14 Feb 2026" in month
    for text in ("999999999999999999999999", "0", "367"):
        await bot.says(reader, f"/country russia {text}", "is no number of days. Ask for 1 to 366")


@pytest.mark.asyncio
async def test_a_quiet_country_shows_the_latest_before(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    answer = await bot.says(reader, "/country kenya", "Nothing was heard about this in the last 7 days.")
    assert "The latest before that:" in answer.text
    assert "Kenya made a statement" in answer.text
    await bot.says(reader, "/country brazil", "Nothing about it is held at all yet.")


@pytest.mark.asyncio
async def test_one_kind_of_event_is_asked_for_by_its_command(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    for command, shows, hides in (
        ("/calls", "spoke by phone", "mediate"),
        ("/mediation", "offered to mediate", "spoke by phone"),
        ("/statements France", "France made a statement", "spoke by phone"),
        ("/today", "The last 24 hours", "Kenya made a statement"),
    ):
        answer = await bot.says(reader, command, shows)
        assert hides not in answer.text


@pytest.mark.asyncio
async def test_what_is_asked_without_a_name_is_about_what_is_followed(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    await bot.says(reader, "/subscribe kenya", "You follow Kenya.")
    assert "Kenya\n" in (await bot.says(reader, "/calls", "Nothing about it is held at all yet.")).text
    await bot.says(reader, "/calls world", "spoke by phone")


@pytest.mark.asyncio
async def test_the_buttons_under_an_answer_show_the_rest_other_spans_and_follow(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await put_news(bot)
    answer = await bot.says(reader, "/country russia", "and 9 more statements")
    assert answer.labels == ("Show 9 more lines", "Last 24 hours", "Last 30 days", "Follow Russia")

    await bot.taps(reader, answer, "Show 9 more lines", "05:36 on 16 March")
    rest = await bot.api.wait_for(READER, lambda each: bool(each.keyboard), after=answer.message_id)
    assert rest.labels == ("Last 24 hours", "Last 30 days", "Follow Russia")
    assert "more statements" not in rest.text

    month = await bot.taps(reader, answer, "Last 30 days", "14 Feb 2026")
    assert month.message_id > answer.message_id
    followed = await bot.taps(reader, answer, "Follow Russia", "Now following Russia.")
    assert (await bot.known(READER)).follows == ("RU",)
    assert "Your briefing comes at" in followed.text
    again = await bot.says(reader, "/country russia", "and 9 more statements")
    await bot.taps(reader, again, "✓ Following · stop", "No longer following Russia.")
    assert (await bot.known(READER)).follows == ()


@pytest.mark.asyncio
async def test_two_quick_taps_are_handled_in_their_order(bot: Scene) -> None:
    reader = bot.api.private(READER)
    hello = await bot.says(reader, "/start", "What shall it cover?")
    for label in ("🇫🇷 France", "🇨🇳 China", "🇫🇷 France", "🇷🇺 Russia", "🇨🇳 China"):
        reader.taps(hello, next(each for each in hello.labels if label in each), stale=True)
    await bot.quiet(reader)
    assert (await bot.known(READER)).follows == ("RU",)
