"""Every screen, for every sort of reader: Telegram takes it, and it says how things are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import EVERY_DAY, WORLD, Chat, Length, Reader, Screen
from bot.places.tables import rows
from bot.places.zones import guess_zones
from bot.rendering.reader_screens import HOURS, MENU, MOST_COUNTRIES, ReaderScreens
from bot.rendering.taps import Place, Tap, tap
from bot.rendering.words import words
from tests.rendering.shown import buttons, labels, text_of

NOW = datetime(2026, 3, 16, 6, tzinfo=UTC)
CODES = tuple(
    sorted(row["code"] for table in ("countries", "organisations", "groups") for row in rows(table))
)
HOSTILE = "<b>&amp;</b>\u202e\x00{text}{0}%s " + "é" * 5000

PLAIN = Chat(7, "private", "UTC", NOW, NOW, minute=420, next_due_at=NOW + timedelta(hours=1))
CHATS = {
    "new": PLAIN,
    "far": replace(PLAIN, zone="America/Argentina/ComodRivadavia", minute=0, language="pt-br"),
    "half an hour": replace(PLAIN, zone="Asia/Kathmandu", minute=1439),
    "unknown zone": replace(PLAIN, zone="Mars/Olympus"),
    "no briefing": replace(PLAIN, minute=None, next_due_at=None),
    "mondays, short, silent": replace(PLAIN, weekdays=1, length=Length.SHORT, silent_when_empty=True),
    "paused": replace(PLAIN, paused_at=NOW, paused_because="bot was kicked"),
    "nothing due": replace(PLAIN, next_due_at=None),
}
FOLLOWS = {
    "nothing": (),
    "the world": (WORLD,),
    "one": ("NL",),
    "the world and one": (WORLD, "FR"),
    "many": tuple(sorted(CODES[:60])),
    "everything": (WORLD, *CODES),
}
PICKS = ("RU", "US", "CN", "EU", "HAMAS", "XK")

SCREENS: dict[str, Callable[[ReaderScreens], Screen]] = {
    "start": lambda has: has.start(PICKS),
    "start again": lambda has: has.start(has.reader.follows, is_return=True),
    "start without picks": lambda has: has.start(()),
    "added": lambda has: has.followed("added", has.reader.follows or ("FR",)),
    "removed": lambda has: has.followed("removed", ("FR", WORLD)),
    "known": lambda has: has.followed("known", ("US",)),
    "unknown": lambda has: has.followed("unknown", (WORLD,)),
    "in world": lambda has: has.followed("in_world", ("FR",)),
    "other": lambda has: has.other(),
    "drop": lambda has: has.drop(),
    "hours": lambda has: has.hours(),
    "zones": lambda has: has.zones(guess_zones(has.reader.chat.language)),
    "no zones": lambda has: has.zones(()),
    "several zones": lambda has: has.several_zones(HOSTILE, ("America/New_York", "Asia/Tokyo")),
    "ready": lambda has: has.ready(with_briefing=False),
    "ready with a briefing": lambda has: has.ready(with_briefing=True),
    "settings": lambda has: has.settings(),
    "weekdays": lambda has: has.weekdays(),
    "stopped": lambda has: has.stopped(),
    "forget": lambda has: has.forget(),
    "which country": lambda has: has.which_country(PICKS),
    "which is unknown": lambda has: has.which_country((), "screen.country.unknown", text=HOSTILE[:60]),
    "which is meant": lambda has: has.which_country(("NE", "NG"), "screen.country.meant", text="<i>nigr"),
    "help": lambda has: has.help(),
}


def _screens(chat: Chat = PLAIN, *follows: str) -> ReaderScreens:
    return ReaderScreens(Reader(chat, follows), "en", NOW)


@pytest.mark.parametrize("follows", FOLLOWS.values(), ids=FOLLOWS)
@pytest.mark.parametrize("make", SCREENS.values(), ids=SCREENS)
def test_telegram_takes_every_screen_for_every_reader(
    make: Callable[[ReaderScreens], Screen], follows: tuple[str, ...]
) -> None:
    for chat in CHATS.values():
        text = text_of(make(_screens(chat, *follows)))
        assert "  " not in text
        assert "\n\n\n" not in text
        assert "None" not in text


def test_every_country_has_a_button_that_is_short_enough_to_be_read() -> None:
    for start in range(0, len(CODES), MOST_COUNTRIES):
        text_of(_screens(PLAIN, *CODES[start : start + MOST_COUNTRIES]).start(CODES[start : start + 80]))
        text_of(_screens(PLAIN, *CODES[start : start + MOST_COUNTRIES]).drop())
        text_of(_screens().which_country(CODES[start : start + 80]))


def test_who_follows_more_than_a_keyboard_holds_can_still_drop_each_in_the_end() -> None:
    follows = CODES
    dropped = set()
    while follows:
        offered = {each.data for each in buttons(_screens(PLAIN, *follows).drop())}
        gone = [code for code in follows if tap(Tap.DROP, code) in offered]
        assert gone
        dropped |= set(gone)
        follows = tuple(code for code in follows if code not in gone)
    assert dropped == set(CODES)


def test_what_is_followed_is_ticked_and_the_rest_is_not() -> None:
    screen = _screens(PLAIN, "RU").start(("RU", "TR"))
    ticked = {each.data for each in buttons(screen) if each.label.startswith("✓")}
    assert ticked == {tap(Tap.PICK, "RU")}
    assert tap(Tap.PICK, WORLD) in {each.data for each in buttons(screen)}


def test_the_choice_can_be_ended_once_something_is_chosen() -> None:
    assert tap(Tap.PICKED) in {each.data for each in buttons(_screens(PLAIN, "RU").start(PICKS))}
    assert tap(Tap.PICKED) not in {each.data for each in buttons(_screens().start(PICKS))}


def test_a_newcomer_is_told_what_this_is_and_who_comes_back_what_is_followed() -> None:
    assert "Communiqué reads diplomatic news" in text_of(_screens().start(PICKS))
    back = text_of(_screens(PLAIN, "NL").start(PICKS, is_return=True))
    assert "Welcome back. You follow the Netherlands." in back
    assert "at 07:00 UTC" in back


@pytest.mark.parametrize(
    ("chat", "follows", "said"),
    [
        (PLAIN, ("FR",), ("at 07:00 UTC.", "Monday 16 March 2026, 07:00")),
        (replace(PLAIN, zone="Europe/Berlin", minute=8 * 60), ("FR",), ("at 08:00 Berlin time (UTC+1).",)),
        (replace(PLAIN, weekdays=0b11), ("FR",), ("on Monday and Tuesday at 07:00",)),
        (replace(PLAIN, minute=None, next_due_at=None), ("FR",), ("no daily briefing",)),
        (PLAIN, (), ("as long as you follow nothing",)),
    ],
)
def test_when_the_briefing_comes_is_said_in_the_readers_own_time(
    chat: Chat, follows: tuple[str, ...], said: tuple[str, ...]
) -> None:
    when = " ".join(_screens(chat, *follows).when())
    for words_ in said:
        assert words_ in when


def test_the_next_briefing_is_said_on_the_readers_own_day() -> None:
    chat = replace(
        PLAIN, zone="Pacific/Auckland", minute=60, next_due_at=datetime(2026, 3, 16, 12, tzinfo=UTC)
    )
    assert "Tuesday 17 March 2026, 01:00" in " ".join(_screens(chat, "FR").when())


def test_who_follows_the_world_and_takes_one_more_is_told_that_it_is_in_it() -> None:
    text = text_of(_screens(PLAIN, WORLD, "FR").followed("added", ("FR",)))
    assert "You follow the whole world, which holds France." in text
    assert "Now following" not in text


def test_an_hour_button_for_each_hour_and_one_for_none() -> None:
    shown = {each.data for each in buttons(_screens(PLAIN, "FR").hours())}
    assert shown == {tap(Tap.HOUR, "off"), *(tap(Tap.HOUR, hour * 60) for hour in HOURS)}


def test_a_zone_is_offered_with_its_present_time() -> None:
    screen = _screens().zones(("Asia/Kathmandu", "America/New_York", "Etc/GMT-3"))
    assert labels(screen) == ["Kathmandu · 11:45", "New York · 02:00", "UTC+3 · 09:00"]


def test_the_weekdays_that_are_on_are_ticked() -> None:
    screen = _screens(replace(PLAIN, weekdays=0b0100001), "FR").weekdays()
    days = [each for each in buttons(screen) if each.data.startswith("day:")]
    assert [each.data for each in days] == [tap(Tap.DAY, day) for day in range(7)]
    assert [each.label.startswith("✓") for each in days] == [True, False, False, False, False, True, False]


@pytest.mark.parametrize(
    ("chat", "offers"),
    [
        (PLAIN, {"length:short", "empty:silent"}),
        (replace(PLAIN, length=Length.SHORT, silent_when_empty=True), {"length:full", "empty:say"}),
    ],
)
def test_settings_offer_what_is_not_set(chat: Chat, offers: set[str]) -> None:
    shown = {each.data for each in buttons(_screens(chat, "FR").settings())}
    assert offers == {data for data in shown if data.startswith(("length", "empty"))}


def test_whoever_stops_can_start_again_or_be_forgotten_after_being_asked() -> None:
    assert {each.data for each in buttons(_screens().stopped())} == {
        tap(Tap.SHOW, Place.AGAIN),
        tap(Tap.SHOW, Place.FORGET),
    }
    assert {each.data for each in buttons(_screens().forget())} == {
        tap(Tap.SHOW, Place.FORGOTTEN),
        tap(Tap.SHOW, Place.SETTINGS),
    }


def test_what_a_person_typed_is_shown_back_as_text_and_not_at_length() -> None:
    text = text_of(
        _screens().several_zones("<b>Lon\u202edon</b> & <a href='x'>more</a>" + "x" * 500, ("UTC",))
    )
    assert "“<b>London</b> & <a" in text
    assert "…”" in text
    assert len(text) < 300


def test_help_names_every_command_of_the_menu() -> None:
    text = text_of(_screens().help())
    assert [line for line in MENU if f"/{line} – " not in text] == []


def test_the_menu_and_the_descriptions_are_within_telegrams_limits() -> None:
    say = words("en")
    # Bot API: setMyCommands, setMyDescription, setMyShortDescription.
    assert all(1 <= len(say(f"command.{name}")) <= 256 for name in (*MENU, "status"))
    assert len(f"{say('screen.start.what')} {say('screen.start.proof')}") <= 512
    assert len(say("screen.start.short")) <= 120


@pytest.mark.parametrize("key", ["stale", "admins"])
def test_what_is_shown_in_a_box_is_short_and_needs_no_markup(key: str) -> None:
    said = words("en")(f"screen.trouble.{key}")
    # Bot API, answerCallbackQuery: 200 characters, and no parse_mode.
    assert len(said) <= 200
    assert not set(said) & set("<>&\"'")


def test_every_day_is_no_list_of_days() -> None:
    assert PLAIN.weekdays == EVERY_DAY
    assert "Monday and" not in " ".join(_screens(PLAIN, "FR").when())


def test_a_country_that_our_tables_have_no_more_can_be_dropped() -> None:
    assert tap(Tap.DROP, "SUHH") in {each.data for each in buttons(_screens(PLAIN, "SUHH").drop())}
    text_of(_screens(PLAIN, "SUHH").drop())
