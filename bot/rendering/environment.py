"""The template engine, one environment for each way of writing: escaping is never up to a template."""

import textwrap
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.rendering.safety import escape_markdown
from bot.rendering.sheet import SourceLine
from bot.rendering.words import words

TEXT_WIDTH = 88
"""Columns of plain text: fits a terminal's usual width beside a margin, and is as long as a line reads well."""


class Dialect(StrEnum):
    """What a template writes, and so what must be escaped in it."""

    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


_ESCAPES: dict[Dialect, Callable[[str], str]] = {
    Dialect.HTML: escape,
    Dialect.MARKDOWN: escape_markdown,
    Dialect.TEXT: str,
}


@cache
def environment(dialect: Dialect, locale: str = "en") -> Environment:
    """The environment that escapes for `dialect` and says things in `locale`.

    Every value is escaped as it is put out, before Jinja's own HTML escaping, which it then passes by.
    A name a template does not have is an error. Templates get `say`, the words of the language.
    """
    write = _ESCAPES[dialect]
    built = Environment(
        loader=PackageLoader("templates", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: value if isinstance(value, Markup) else Markup(write(str(value))),  # noqa: S704 - escaped by `write`
    )
    built.filters |= {"wrapped": wrapped, "numbers": numbers, "as_link": as_link}
    built.globals["say"] = words(locale)
    return built


def wrapped(text: str, indent: str = "") -> str:
    """`text` in lines of `TEXT_WIDTH` columns, all after the first behind `indent`. Addresses stay whole."""
    lines = textwrap.wrap(
        text,
        TEXT_WIDTH - len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"\n{indent}".join(lines)


def numbers(sources: Iterable[SourceLine]) -> str:
    """The numbers of `sources` as plain text shows them: “[1][4]”."""
    return "".join(f"[{source.number}]" for source in sources)


def as_link(link: str) -> Markup:
    """A `safe_link` as the target of a Markdown link, where only the ampersand still means something."""
    return Markup(link.replace("&", "&amp;"))  # noqa: S704 - all else was percent-encoded
