"""Briefings as plain text, for a terminal or a file."""

from bot.model import Briefing
from bot.rendering.environment import Dialect, environment
from bot.rendering.wording import sheet


def render_text(briefing: Briefing, locale: str = "en") -> str:
    """`briefing` as plain text of `TEXT_WIDTH` columns, sources listed at the end."""
    template = environment(Dialect.TEXT, locale).get_template("text/briefing.txt")
    return template.render(sheet=sheet(briefing, locale))
