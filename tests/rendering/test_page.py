"""The web page: whole, readable by machine and ear, and asking nothing of anybody else."""

from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from bot.model import Briefing
from bot.rendering.page import render_html

NAMES = sorted(path.stem for path in (Path(__file__).parent.parent / "cases" / "briefing").glob("*.json"))
VOID = {"meta", "link", "img", "br", "hr", "input"}
FETCHING = {"script", "img", "iframe", "link", "object", "embed", "video", "audio", "source", "base", "form"}


class Page(HTMLParser):
    """A page as a tree of open tags, failing where one is closed out of turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


@pytest.fixture(params=NAMES)
def page(request: pytest.FixtureRequest, case: Callable[[str], Briefing]) -> Page:
    return Page(render_html(case(request.param)))


def test_ids_are_unique_and_every_inner_link_arrives(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    inner = [href[1:] for href in page.values("href") if href.startswith("#")]
    assert set(inner) | set(page.values("aria-labelledby")) <= set(ids)


def test_nothing_is_fetched_and_links_lead_to_web_pages(page: Page) -> None:
    assert not FETCHING & {tag for tag, _ in page.tags}
    assert all(href.startswith(("#", "https://", "http://")) for href in page.values("href"))
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)


def test_a_reader_by_ear_finds_language_title_and_headings_in_order(page: Page) -> None:
    tags = [tag for tag, _ in page.tags]
    assert dict(page.tags)["html"]["lang"] == "en"
    assert tags.count("title") == tags.count("main") == tags.count("h1") == 1
    levels = [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3", "h4"}]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_days_are_given_to_machines_too(case: Callable[[str], Briefing]) -> None:
    page = Page(render_html(case("world_day")))
    assert {"2025-03-14", "2025-03-13", "2025-03-17"} <= set(page.values("datetime"))


def test_hostile_words_are_shown_and_not_obeyed(case: Callable[[str], Briefing]) -> None:
    page = Page(render_html(case("hostile")))
    assert "<script>alert(1)</script>" in "".join(page.text)
    assert "\u202e" not in "".join(page.text)
