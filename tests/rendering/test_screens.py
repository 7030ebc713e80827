"""Answers and notices, and that no word of them is dead or missing."""

import re
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.compose import compose
from bot.handlers.table import COMMANDS
from bot.model import Act, Actor, Briefing, Citation, Event, EventKind, Limits, Question, Screen, Subject
from bot.places.tables import rows as table
from bot.rendering.reader_screens import MENU
from bot.rendering.screens import SPANS, TYPED_SHOWN, answer_screen, lines, notice, screen, typed
from bot.rendering.taps import Tap, read_question, read_tap
from tests.rendering.shown import buttons, labels, text_of

DAY = date(2026, 3, 16)
SINCE, UNTIL = datetime(2026, 3, 9, 6, tzinfo=UTC), datetime(2026, 3, 16, 6, tzinfo=UTC)
CODES = sorted(row["code"] for name in ("countries", "organisations", "groups") for row in table(name))
NASTY = "<b>\"&amp;' \u202e\x00{count} %s </b> 🇫🇷 " * 40


def _event(number: int, words: str = "A sentence.", country: str = "FR") -> Event:
    proof = Citation(
        f"a{number}", words, 0, len(words), "a.txt", f"a{number}", words[:80], "https://a.example/?x=1&y=\"'"
    )
    return Event(
        f"e{number}",
        EventKind.STATEMENT,
        (Actor(country, words[:60], words[:60]),),
        (proof,),
        act=Act.POSITION,
        topic=words[:90],
        first_heard=SINCE,
    )


def _briefing(*events: Event, countries: tuple[str, ...] = ()) -> Briefing:
    return compose(
        events,
        countries=countries,
        day=DAY,
        since=SINCE,
        until=UNTIL,
        told={},
        articles_total=len(events),
        titles={},
        limits=Limits(),
    )


def _answer(question: Question, *events: Event, left_out: int = 0, **more: Any) -> Screen:
    given_: dict[str, Any] = {"zone": "UTC", "is_fallback": False, "is_followed": False}
    briefing = _briefing(*events, countries=question.countries)
    return answer_screen(briefing, question, locale="en", left_out=left_out, **(given_ | more))


def _title(made: Screen) -> str:
    return text_of(made).splitlines()[0]


# Answers


@pytest.mark.parametrize(
    ("question", "title"),
    [
        (Question(Subject.COUNTRY, ("FR",)), "🇫🇷 France"),
        (Question(Subject.COUNTRY, ("US",)), "🇺🇸 United States"),
        (Question(Subject.COUNTRY, ("HAMAS",)), "Hamas"),
        (Question(Subject.COUNTRY, ("FR", "TR")), "France and Türkiye"),
        (Question(Subject.COUNTRY), "The world"),
        (Question(Subject.TODAY, ("FR",), 1), "The last 24 hours"),
        (Question(Subject.TODAY, ("FR",), 7), "The last 7 days"),
        (Question(Subject.CALLS, ("FR",)), "Calls"),
    ],
)
def test_an_answer_is_titled_by_what_was_asked(question: Question, title: str) -> None:
    assert _title(_answer(question, _event(1))) == title


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("countries", [(), ("FR",), ("NL", "US"), tuple(CODES[:200])])
def test_telegram_takes_every_answer_whatever_its_texts_hold(
    subject: Subject, countries: tuple[str, ...]
) -> None:
    question = Question(subject, countries, 366)
    text_of(_answer(question))
    text_of(_answer(question, is_fallback=True))
    country = countries[0] if countries else "FR"
    many = tuple(_event(number, f"{number} {NASTY}", country) for number in range(12))
    for is_followed in (False, True):
        made = _answer(question, *many, left_out=7, is_followed=is_followed, zone="Asia/Kathmandu")
        assert len(made.messages) > 1
        assert "%s" in text_of(made)


def test_an_answer_on_every_country_and_actor_has_buttons_that_fit() -> None:
    for code in CODES:
        text_of(_answer(Question(Subject.COUNTRY, (code,), 366, every_line=True), left_out=1))


def test_a_country_can_be_followed_from_its_answer_and_let_go_of_again() -> None:
    question = Question(Subject.COUNTRY, ("NL",))
    assert labels(_answer(question, is_followed=False))[-1] == "Follow the Netherlands"
    assert [each.data for each in buttons(_answer(question, is_followed=True))][-1] == "unfollow:NL"


@pytest.mark.parametrize(
    "question",
    [Question(Subject.COUNTRY, ("FR", "TR")), Question(Subject.CALLS, ("FR",)), Question(Subject.TODAY)],
)
def test_only_a_single_country_can_be_followed_from_an_answer(question: Question) -> None:
    assert not [each for each in buttons(_answer(question)) if each.data.startswith("follow")]


def test_other_spans_are_offered_and_the_present_one_is_not() -> None:
    for days in SPANS:
        question = Question(Subject.CALLS, ("FR", "TR"), days)
        asked = [_asked(each.data) for each in buttons(_answer(question))]
        assert asked == [replace(question, days=span) for span in SPANS if span != days]


def test_what_was_left_out_can_be_asked_for() -> None:
    question = Question(Subject.STATEMENTS, ("FR",), 30)
    first = next(buttons(_answer(question, left_out=1)))
    assert first.label == "Show 1 more line"
    assert _asked(first.data) == replace(question, every_line=True)
    assert not [label for label in labels(_answer(question)) if "more line" in label]


def _asked(data: str) -> Question | None:
    found = read_tap(data)
    assert found
    assert found[0] is Tap.ASK
    return read_question(found[1], ())


@pytest.mark.parametrize(
    ("days", "is_fallback", "said"),
    [
        (7, False, ("in the last 7 days.", "held at all yet")),
        (1, False, ("in the last 24 hours.", "held at all yet")),
        (30, True, ("in the last 30 days.", "The latest before that:")),
    ],
)
def test_silence_is_said_and_for_how_long(days: int, *, is_fallback: bool, said: tuple[str, ...]) -> None:
    events = (_event(1),) if is_fallback else ()
    text = text_of(_answer(Question(Subject.COUNTRY, ("FR",), days), *events, is_fallback=is_fallback))
    for words in said:
        assert words in text
    assert ("A sentence." in text) is is_fallback


def test_where_there_is_something_no_silence_is_spoken_of() -> None:
    text = text_of(_answer(Question(Subject.COUNTRY, ("FR",)), _event(1)))
    assert "Nothing" not in text


# Notices


@given(st.text(st.characters(), max_size=300))
def test_what_a_person_typed_is_shown_back_on_one_line_and_short(text: str) -> None:
    shown = typed(text)
    assert len(shown) <= TYPED_SHOWN
    assert "\n" not in shown
    text_of(notice("en", "screen.zone.unknown", text=shown))


def test_a_notice_is_one_sentence_and_its_values_are_text() -> None:
    made = notice("en", "screen.status.refused", reason="<b>can't parse</b> {entities}")
    assert text_of(made) == "Telegram refused a briefing: <b>can't parse</b> {entities}"
    assert made.buttons == ()


def test_lines_have_a_title_above_and_a_hint_below() -> None:
    assert (
        text_of(lines("en", "One.", "Two.", title="Head", hint="Perhaps.")) == "Head\nOne.\nTwo.\n\nPerhaps."
    )


@pytest.mark.parametrize("newest", ["", "16 Mar 2026, 06:00 UTC"])
def test_the_state_of_the_service_is_shown(newest: str) -> None:
    audience = {"chats": 3, "daily": 2, "paused": 1}
    given_: dict[str, Any] = {"open": 4, "articles": 5, "events": 6, "feeds": 7, "failing": 8, "off": 9}
    given_ |= {"late_half": 2, "late_most": 40, "workers": 3, "troubles": ("strangers",)}
    text = text_of(screen("status", "en", audience=audience, newest=newest, **given_))
    assert "half went out within 2 s of their hour, 99% within 40 s" in text
    assert "Processes at work: 3" in text
    assert "is the token another bot's?" in text
    quiet = given_ | {"late_half": None, "late_most": None, "troubles": ()}
    plain = text_of(screen("status", "en", audience=audience, newest=newest, **quiet))
    assert "of their hour" not in plain
    assert "another bot" not in plain
    assert "Chats: 3, with a daily briefing: 2, unreachable: 1" in text
    assert (newest or "No article is held yet.") in text


# Words


SECTIONS = ("screen", "button", "command", "typed", "picture")
ROOT = Path(__file__).parent.parent.parent
KEY = re.compile(rf"[\"']((?:{'|'.join(SECTIONS)})\.(?!toml)(?:[\w.]|\{{[^}}]*\}})*)[\"']")
PLURAL = {"one", "other"}


def _sources() -> str:
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _keys() -> set[str]:
    english = tomllib.loads(
        resources.files("templates").joinpath("locale", "en.toml").read_text(encoding="utf-8")
    )

    def flat(value: dict[str, Any], prefix: str) -> set[str]:
        if value.keys() == PLURAL:
            return {prefix}
        parts = (
            flat(each, f"{prefix}.{name}") if isinstance(each, dict) else {f"{prefix}.{name}"}
            for name, each in value.items()
        )
        return set().union(*parts)

    return set().union(*(flat(english[section], section) for section in SECTIONS))


def _used(sources: str) -> list[re.Pattern[str]]:
    """What is looked up, a pattern each: braces, or the end where words are joined, stand for one part of a key."""
    found = [re.sub(r"\{.*?\}", "*", key) for key in KEY.findall(sources)]
    parts = (re.escape(key).replace(r"\*", r"[^.]+") for key in found)
    return [re.compile(part + r"[^.]+" if part.endswith(r"\.") else part) for part in parts]


def test_every_word_that_is_looked_up_is_there() -> None:
    keys = _keys()
    used = _used(_sources())
    assert len(used) > 80
    assert [each.pattern for each in used if not any(map(each.fullmatch, keys))] == []


def test_no_word_is_dead() -> None:
    sources = _sources()
    used = _used(sources)
    plain = {each.pattern.replace("\\", "") for each in used}
    named = set(re.findall(r"[\"'](\w+)[\"']", sources))
    unused = {key for key in _keys() if not any(each.fullmatch(key) for each in used)}
    # Where a part of the key is only known when it is asked for, that part must be named somewhere.
    unnamed = {key for key in _keys() if key not in plain and key.rpartition(".")[2] not in named}
    assert (unused, unnamed) == (set(), set())


def test_every_command_has_a_handler_and_a_description() -> None:
    described = {key.removeprefix("command.") for key in _keys() if key.startswith("command.")}
    assert described == set(COMMANDS)
    assert set(MENU) | {"start", "status"} == set(COMMANDS)
