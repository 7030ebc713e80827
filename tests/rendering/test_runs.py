"""Telegram's HTML taken apart and put together again."""

import pytest

from bot.rendering.runs import entities, read, units, write


def test_what_is_read_is_written_back() -> None:
    html = '<b>A &amp; B</b> and <a href="https://a.example/?x=1&amp;y=2"><i>c</i></a>'
    assert write(read(html)) == html


def test_two_tags_side_by_side_stay_two() -> None:
    assert entities(read("<b>a</b><b>b</b>")) == 2


def test_a_tag_around_several_texts_counts_once() -> None:
    assert entities(read("<blockquote>a<b>b</b>c</blockquote>")) == 2


@pytest.mark.parametrize("html", ["<b>a", "a</b>", "<b><i>a</b></i>"])
def test_tags_that_do_not_match_are_refused(html: str) -> None:
    with pytest.raises(ValueError, match="clos"):
        read(html)


def test_length_is_counted_as_telegram_counts() -> None:
    assert units("a🇫🇷é") == 6
