"""Screens: a template filled with words, and its buttons."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model import Briefing, Button, Question, Screen, Subject
from bot.rendering.environment import Dialect, environment
from bot.rendering.naming import Naming, capitalised
from bot.rendering.safety import clean, shortened
from bot.rendering.split import split
from bot.rendering.taps import Place, Tap, ask_tap, tap
from bot.rendering.telegram import render_answer
from bot.rendering.words import Words, words

Rows = tuple[tuple[Button, ...], ...]

SPANS = (1, 7, 30)
"""Days offered below an answer: a day, a week, a month."""

LABEL_SHOWN = 48
"""Characters of a name on a button: a telephone shows no more in a row, and the longest name has 78."""

TYPED_SHOWN = 60
"""Characters of what a person typed that are shown back: enough to see what was meant."""


def screen(name: str, locale: str, buttons: Iterable[Sequence[Button]] = (), **given: object) -> Screen:
    """The screen of the template `screens/NAME.html`."""
    template = environment(Dialect.HTML, locale).get_template(f"telegram/screens/{name}.html")
    return Screen(split([template.render(**given)]), tuple(tuple(row) for row in buttons if row))


def lines(
    locale: str, *said: str, title: str = "", hint: str = "", buttons: Iterable[Sequence[Button]] = ()
) -> Screen:
    """A screen of plain sentences."""
    return screen("lines", locale, buttons, lines=said, title=title, hint=hint)


def notice(locale: str, key: str, **values: object) -> Screen:
    """A screen of the one sentence at `key`."""
    return lines(locale, words(locale)(key, **values))


def typed(text: str) -> str:
    """What a person typed, fit to be shown back."""
    return shortened(clean(text), TYPED_SHOWN, "…")


def rows(buttons: Iterable[Button], width: int) -> Rows:
    """Buttons in rows of at most `width`."""
    row = list(buttons)
    return tuple(tuple(row[start : start + width]) for start in range(0, len(row), width))


def leads_to(say: Words, place: Place, key: str) -> Button:
    """A button labelled by the words at `key` that leads to `place`."""
    return Button(say(key), tap(Tap.SHOW, place))


def country_button(say: Words, code: str, data: str, pattern: str = "{label}") -> Button:
    """A button labelled with a country's flag and name, in `pattern`."""
    naming = Naming(say)
    label = " ".join(filter(None, (naming.flags([code]), on_button(naming.country(code)))))
    return Button(pattern.format(label=label), data)


def on_button(name: str) -> str:
    """A name as a button has room for it."""
    return shortened(name, LABEL_SHOWN, "…")


def answer_screen(  # noqa: PLR0913 - an answer has this many givens
    briefing: Briefing,
    question: Question,
    *,
    locale: str,
    zone: str,
    left_out: int,
    is_fallback: bool,
    is_followed: bool,
) -> Screen:
    """The answer to a question, and what may be asked next."""
    say = words(locale)
    names = Naming(say).countries(question.countries) or say("world")
    messages = render_answer(
        briefing,
        locale,
        zone=zone,
        title=_title(say, question),
        scope="" if question.subject is Subject.COUNTRY else capitalised(names),
        one_kind=question.subject not in {Subject.COUNTRY, Subject.TODAY},
        notes=_notes(say, briefing, question, is_fallback=is_fallback),
    )
    return Screen(messages, _next(say, question, left_out, is_followed=is_followed))


def _title(say: Words, question: Question) -> str:
    if question.subject is Subject.TODAY:
        return say.counted("screen.answer.today", question.days)
    if question.subject is not Subject.COUNTRY:
        return say(f"screen.answer.{question.subject}")
    naming, countries = Naming(say), question.countries
    if len(countries) == 1:
        return say(
            "screen.answer.country", flag=naming.flags(countries), country=naming.country(countries[0])
        ).strip()
    return say.joined(tuple(map(naming.country, countries))) or say("world")


def _notes(say: Words, briefing: Briefing, question: Question, *, is_fallback: bool) -> tuple[str, ...]:
    if briefing.events_total and not is_fallback:
        return ()
    key = "nothing_today" if question.days == 1 else "nothing"
    rest = "older" if is_fallback else "nothing_at_all"
    return say(f"screen.answer.{key}", days=question.days), say(f"screen.answer.{rest}")


def _next(say: Words, question: Question, left_out: int, *, is_followed: bool) -> Rows:
    more = [
        Button(
            say.counted("button.every_line", left_out),
            ask_tap(replace(question, every_line=True)),
        )
    ]
    spans = [
        Button(say.counted("button.days", days), ask_tap(replace(question, days=days, every_line=False)))
        for days in SPANS
        if days != question.days
    ]
    follow = [_follow(say, question.countries[0], is_followed=is_followed)] if _is_of_one(question) else []
    return tuple(tuple(row) for row in (more if left_out else [], spans, follow) if row)


def _is_of_one(question: Question) -> bool:
    return question.subject is Subject.COUNTRY and len(question.countries) == 1


def _follow(say: Words, code: str, *, is_followed: bool) -> Button:
    if is_followed:
        return Button(say("button.unfollow"), tap(Tap.UNFOLLOW, code))
    return Button(
        say("button.follow", country=on_button(Naming(say).in_sentence(code))), tap(Tap.FOLLOW, code)
    )
