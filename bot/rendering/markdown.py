"""Briefings as Markdown (CommonMark)."""

from bot.model import Briefing
from bot.rendering.environment import Dialect, environment
from bot.rendering.wording import sheet


def render_markdown(briefing: Briefing, locale: str = "en") -> str:
    """`briefing` as Markdown, sources listed at the end."""
    template = environment(Dialect.MARKDOWN, locale).get_template("markdown/briefing.md")
    return template.render(sheet=sheet(briefing, locale))
