"""All formats of one briefing say the same, whatever its texts hold."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from bot.model import Briefing
from bot.rendering.environment import Dialect, environment
from bot.rendering.markdown import render_markdown
from bot.rendering.page import render_html
from bot.rendering.safety import clean
from bot.rendering.split import MESSAGE_UNITS
from bot.rendering.telegram import render_telegram
from bot.rendering.text import render_text

NASTY = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from("[]()<>*_`#&;:/\"'{}%|!javscripthef=\n\u202e\x1e\x00é🇫🇷"), max_size=60
)

PLAIN_TAGS = {"h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "blockquote", "em", "hr", "a"}


def written(words: str) -> dict[str, Any]:
    """A case with one statement in which every text is `words`."""
    return {
        "countries": [],
        "day": "2025-03-14",
        "since": "2025-03-13T06:00:00Z",
        "until": "2025-03-14T06:00:00Z",
        "articles": 1,
        "titles": {"a1": words},
        "events": [
            {
                "id": "e1",
                "kind": "statement",
                "act": "warning",
                "actors": [{"country": "PE", "name": words, "role": words}],
                "targets": [{"country": "CL", "name": words}],
                "topic": words,
                "quote": words,
                "citations": [{"article": "a1", "source": words, "sentence": words, "url": words}],
            }
        ],
    }


def shown(html: str) -> str:
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


# The fixture only hands over a function, so it can serve every example.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=NASTY)
def test_no_text_can_be_more_than_text(words: str, brief: Callable[[dict[str, Any]], Briefing]) -> None:
    briefing = brief(written(words))
    title = "".join(clean(words).split())
    messages = render_telegram(briefing)
    assert set(re.findall(r"<(\w+)", "".join(messages))) <= {"b", "i", "a", "blockquote"}
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', "".join(messages)))
    page = MarkdownIt("commonmark").render(render_markdown(briefing))
    assert set(re.findall(r"<(\w+)", page)) <= PLAIN_TAGS
    assert title in shown(page)
    assert title in shown(render_html(briefing))
    assert title in "".join(render_text(briefing).split())


def test_a_title_of_five_thousand_letters_stays_whole(brief: Callable[[dict[str, Any]], Briefing]) -> None:
    words = "Long title & more " * 280
    briefing = brief(written(words))
    assert clean(words) in unescape(render_html(briefing))
    assert "".join(words.split()) in "".join(render_text(briefing).split())
    messages = render_telegram(briefing)
    assert all(len(message) <= MESSAGE_UNITS for message in messages)


def test_only_web_addresses_become_links(case: Callable[[str], Briefing]) -> None:
    briefing = case("hostile")
    telegram = "".join(render_telegram(briefing))
    assert re.findall(r'href="([^"]*)"', telegram) == [
        "https://www.example.org/a%20b%281%29%22%3E%3Cscript%3E?x=1&amp;copy=2"
    ]
    page = MarkdownIt("commonmark").render(render_markdown(briefing))
    assert {unescape(link) for link in re.findall(r'href="([^"]*)"', page)} == {
        "https://www.example.org/a%20b%281%29%22%3E%3Cscript%3E?x=1&copy=2"
    }


def test_a_name_a_template_does_not_have_is_an_error() -> None:
    for dialect in Dialect:
        with pytest.raises(UndefinedError):
            environment(dialect).from_string("{{ nonsense }}").render()


def test_every_dialect_escapes_without_being_asked() -> None:
    word = "<b> *x* & y"
    written_by = {
        dialect: environment(dialect).from_string("{{ word }}").render(word=word) for dialect in Dialect
    }
    assert written_by == {
        Dialect.HTML: "&lt;b&gt; *x* &amp; y",
        Dialect.MARKDOWN: "\\<b\\> \\*x\\* \\& y",
        Dialect.TEXT: word,
    }
