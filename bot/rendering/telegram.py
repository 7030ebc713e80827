"""Briefings and answers as Telegram messages in its HTML style (`parse_mode="HTML"`)."""

from collections.abc import Sequence

from bot.model import Briefing
from bot.rendering.environment import Dialect, environment
from bot.rendering.split import split
from bot.rendering.wording import sheet

BLOCK_END = "\x1e"
"""ASCII's record separator: parts the blocks of the template, and never occurs in cleaned text."""


def render_telegram(
    briefing: Briefing, locale: str = "en", *, zone: str = "UTC", note: str = ""
) -> tuple[str, ...]:
    """`briefing` as messages, each valid and within Telegram's limits by itself; `note` stands under its head."""
    return _messages("telegram/briefing.html", briefing, locale, zone, note=note, one_kind=False)


def render_answer(  # noqa: PLR0913 - an answer has this many givens
    briefing: Briefing,
    locale: str,
    *,
    zone: str,
    title: str,
    scope: str,
    notes: Sequence[str],
    one_kind: bool,
) -> tuple[str, ...]:
    """The same lines as the answer to a question, under `title` and, where it is not empty, `scope`.

    Where the question was for `one_kind` of event, the title says which, and no heading does.
    """
    given = {"title": title, "scope": scope, "notes": notes, "one_kind": one_kind}
    return _messages("telegram/answer.html", briefing, locale, zone, **given)


def _messages(name: str, briefing: Briefing, locale: str, zone: str, **given: object) -> tuple[str, ...]:
    template = environment(Dialect.HTML, locale).get_template(name)
    return split(template.render(sheet=sheet(briefing, locale, zone), **given).split(BLOCK_END))
