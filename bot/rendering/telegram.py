"""Briefings as Telegram messages in its HTML style (`parse_mode="HTML"`)."""

from bot.model import Briefing
from bot.rendering.environment import Dialect, environment
from bot.rendering.split import split
from bot.rendering.wording import sheet

BLOCK_END = "\x1e"
"""ASCII's record separator: parts the blocks of the template, and never occurs in cleaned text."""


def render_telegram(briefing: Briefing, locale: str = "en") -> tuple[str, ...]:
    """`briefing` as messages, each valid and within Telegram's limits by itself."""
    template = environment(Dialect.HTML, locale).get_template("telegram/briefing.html")
    return split(template.render(sheet=sheet(briefing, locale)).split(BLOCK_END))
