"""From what a source said to the article we hold."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EmptyInput
from bot.model import BodyFormat, FeedItem
from bot.text.article import to_article

BODY = """Chad, Cameroon to Reopen Border Bridge

N'DJAMENA, May 14, 2024 (AFP) — Chad and Cameroon will reopen the bridge at Kousséri, both ministries said on Tuesday.

The bridge had been closed since a shooting in March, for which each side blamed the other."""
ITEM = FeedItem(name="bridge.txt", body=BODY)
PAGE = """<html lang="fr"><head><title>Pont | Le Fleuve</title><meta property="og:site_name" content="Le Fleuve">
<link rel="canonical" href="https://fleuve.example/pont"><meta name="date" content="2024-05-14"></head>
<body><article><p>Chad and Cameroon will reopen the bridge at Kousséri, both ministries said on Tuesday evening.</p>
<p>The bridge had been closed since a shooting in March, for which each side blamed the other in public.</p></article>
</body></html>"""


def test_headline_and_day_come_out_of_the_text_and_leave_it() -> None:
    article = to_article(ITEM)
    assert article.title == "Chad, Cameroon to Reopen Border Bridge"
    assert article.published == date(2024, 5, 14)
    assert article.language == "en"
    assert article.text.startswith("Chad and Cameroon will reopen the bridge")
    assert article.name == "bridge.txt"


@pytest.mark.parametrize(
    "line", ["This photograph shows the bridge on May 11, 2024. — AFP", "ADVERTISEMENT", "By Awa Diop"]
)
def test_what_stands_around_a_story_is_never_its_headline(line: str) -> None:
    article = to_article(replace(ITEM, body=f" date 2024-05-14 {line}\n\n{BODY.split(chr(10), 2)[2]}"))
    assert article.title is None
    assert article.text.startswith("Chad and Cameroon will reopen")


def test_what_the_source_gives_wins_over_page_and_text() -> None:
    item = FeedItem(
        name="7",
        body=PAGE,
        format=BodyFormat.HTML,
        title="Bridge",
        url="https://fleuve.example/p?utm_source=x",
        source="fleuve",
        published=date(2024, 5, 13),
    )
    article = to_article(item)
    assert (article.title, article.url, article.source) == ("Bridge", "https://fleuve.example/p", "fleuve")
    assert article.published == date(2024, 5, 13)


def test_what_the_source_lacks_comes_from_the_page() -> None:
    article = to_article(FeedItem(name="p.html", body=PAGE, format=BodyFormat.HTML))
    assert (article.title, article.url, article.source) == (
        "Pont",
        "https://fleuve.example/pont",
        "Le Fleuve",
    )
    assert article.published == date(2024, 5, 14)
    assert article.language == "en"


def test_without_a_publisher_the_address_names_one() -> None:
    assert to_article(replace(ITEM, url="https://www.fleuve.example/p")).source == "fleuve.example"


def test_no_day_is_made_up() -> None:
    heard = datetime(2024, 5, 20, tzinfo=UTC)
    body = BODY.replace(", May 14, 2024 (AFP)", ", May 14 (AFP)")
    assert to_article(replace(ITEM, body=body), heard_at=heard).published is None


def test_a_day_after_it_was_heard_is_not_believed() -> None:
    assert to_article(ITEM, heard_at=datetime(2024, 5, 12, tzinfo=UTC)).published is None
    assert to_article(ITEM, heard_at=datetime(2024, 5, 13, tzinfo=UTC)).published == date(2024, 5, 14)


@given(st.text(st.characters(codec=None), max_size=300))
def test_uncleaned_text_keeps_every_offset(body: str) -> None:
    try:
        article = to_article(FeedItem(name="x", body=body), clean=False)
    except EmptyInput:
        assert not any(map(str.isalnum, body))
        return
    assert len(article.text) == len(body)
    assert all(right in {left, "\ufffd"} for left, right in zip(body, article.text, strict=True))


def test_uncleaned_text_is_still_dated() -> None:
    article = to_article(ITEM, clean=False)
    assert (article.text, article.title, article.published) == (BODY, None, date(2024, 5, 14))


def test_the_id_is_of_publisher_address_title_and_words_alone() -> None:
    article = to_article(ITEM)
    same = to_article(
        replace(ITEM, name="other", published=date(2020, 1, 1)), heard_at=datetime(2024, 6, 1, tzinfo=UTC)
    )
    assert same.id == article.id
    assert len(article.id) == 20
    others = (
        replace(ITEM, source="a"),
        replace(ITEM, url="https://a.example/b"),
        replace(ITEM, title="Another"),
        replace(ITEM, body=BODY + " It ended."),
    )
    assert len({article.id, *(to_article(other).id for other in others)}) == 5


@pytest.mark.parametrize(
    "body", ["", " \n\u200b ", "…\n—", "Advertisement", "Sign up for our newsletter\n\n© 2024 Le Fleuve"]
)
def test_an_item_with_nothing_to_read_is_refused_by_name(body: str) -> None:
    with pytest.raises(EmptyInput, match=r"^river\.txt: "):
        to_article(FeedItem(name="river.txt", body=body))


def test_a_feeds_language_helps_out_where_the_text_is_too_short() -> None:
    assert to_article(FeedItem(name="x", body="Talks began.", language="EN_us")).language == "en"
    assert to_article(FeedItem(name="x", body="Talks began.")).language is None
