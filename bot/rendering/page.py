"""Briefings as web pages that stand alone."""

from bot.model import Briefing
from bot.rendering.environment import Dialect, environment
from bot.rendering.wording import sheet


def render_html(briefing: Briefing, locale: str = "en") -> str:
    """`briefing` as one whole HTML page: no script, and nothing fetched from elsewhere."""
    template = environment(Dialect.HTML, locale).get_template("web/briefing.html")
    return template.render(sheet=sheet(briefing, locale))
