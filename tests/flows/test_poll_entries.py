"""Which page is an entry's own, and when it says more than the entry."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.errors import UnreadableInput
from bot.flows.poll_entries import entries_of, fuller
from bot.model import BodyFormat, FeedItem

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ENTRY = FeedItem(
    "https://a.example/1",
    "Kenya's president spoke with Uganda's about the border at Busia.",
    title="Ruto and Museveni speak about Busia",
    url="https://a.example/1?utm_source=rss",
    source="A Agency",
)
STORY = (
    "Kenya's president William Ruto spoke by telephone with Uganda's president Yoweri Museveni on Tuesday about the "
    "border crossing at Busia, where lorries have queued for a week."
)
PAGE = f"""<html lang="en"><head><title>Elsewhere</title>
<meta property="article:published_time" content="2024-05-31T10:00:00Z"/></head>
<body><article><h1>Ruto and Museveni speak</h1><p>{STORY}</p><p>{STORY.replace("Tuesday", "Monday")}</p></article></body></html>"""

WALL = (
    "<html><body><article><p>We and our 842 partners store cookies on your device and use them to make "
    "advertisements that please you. Choose what you agree to, or pay for a month.</p></article></body></html>"
)


def entry(url: str | None, title: str | None = None, body: str = "Words.") -> FeedItem:
    return FeedItem("name", body, title=title, url=url)


def test_an_entrys_address_is_its_link_without_what_tracks_readers() -> None:
    (found,) = entries_of([ENTRY])
    assert (found.item, found.address) == (ENTRY, "https://a.example/1")


def test_words_are_counted_without_markup() -> None:
    page = FeedItem("n", "<p class='a b c'>Two&nbsp;words</p>", BodyFormat.HTML)
    plain = FeedItem("n", "Two <words")
    assert [each.words for each in entries_of([page, plain])] == [2, 2]


@pytest.mark.parametrize(
    "url", [None, "https://a.example", "https://a.example/#top", "http://[broken", "mailto:a@a.example"]
)
def test_a_link_to_no_page_in_particular_is_no_address(url: str | None) -> None:
    (found,) = entries_of([entry(url)])
    assert found.address is None


def test_a_link_that_entries_share_is_nobodys_own() -> None:
    found = entries_of(
        [
            entry("https://a.example/live#1", "One"),
            entry("https://a.example/live#2", "Two"),
            entry("https://a.example/3", "Three"),
        ]
    )
    assert [each.address for each in found] == [None, None, "https://a.example/3"]


def test_an_entry_printed_twice_is_one() -> None:
    again = entry("https://a.example/1", "One")
    assert len(entries_of([again, again])) == 1
    assert len(entries_of([again, replace(again, body="Other words.")])) == 2


def test_a_page_that_says_more_gives_its_text_under_the_feeds_own_title_and_publisher() -> None:
    found = fuller(ENTRY, PAGE.encode(), NOW)
    assert found is not None
    assert "lorries have queued" in found.body
    assert replace(found, body="") == replace(
        ENTRY, body="", published=date(2024, 5, 31), language="en", format=BodyFormat.TEXT
    )


def test_the_feeds_own_day_wins() -> None:
    dated = replace(ENTRY, published=date(2024, 5, 30), language="sw")
    found = fuller(dated, PAGE.encode(), NOW)
    assert found is not None
    assert (found.published, found.language) == (date(2024, 5, 30), "sw")


def test_a_day_later_than_now_is_not_believed_of_a_page() -> None:
    found = fuller(ENTRY, PAGE.replace("2024-05-31", "2031-05-31").encode(), NOW)
    assert found is not None
    assert found.published is None


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><p>Kenya's president spoke with Uganda's.</p></body></html>",
        WALL,
        '{"articles": []}',
        "<rss><channel></channel></rss>",
    ],
    ids=["shorter", "a wall", "JSON", "a feed"],
)
def test_a_page_that_says_no_more_is_not_used(page: str) -> None:
    assert fuller(ENTRY, page.encode(), NOW) is None


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UnreadableInput):
        fuller(ENTRY, b"<html>" + bytes(range(32)) * 20, NOW)
