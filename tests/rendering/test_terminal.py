"""What a terminal shows of Telegram's HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.rendering.terminal import QUOTED, Piece, links, pieces


def _text(html: str) -> str:
    return "".join(piece.text for piece in pieces(html))


def test_emphasis_and_links_are_told_apart() -> None:
    html = '<b>Head</b> plain <i>slanted</i> <a href="https://a.example/?x=1&amp;y=2">[1] A &amp; B</a>'
    assert pieces(html) == (
        Piece("Head", bold=True),
        Piece(" plain "),
        Piece("slanted", italic=True),
        Piece(" "),
        Piece("[1] A & B", link="https://a.example/?x=1&y=2"),
    )


def test_tags_within_tags_add_up() -> None:
    html = '<b>one <i>two <a href="https://a.example">three</a></i></b>'
    assert pieces(html) == (
        Piece("one ", bold=True),
        Piece("two ", bold=True, italic=True),
        Piece("three", bold=True, italic=True, link="https://a.example"),
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<blockquote>Said.</blockquote>", f"{QUOTED}Said."),
        ("Line\n<blockquote>Said.</blockquote>\nafter", f"Line\n{QUOTED}Said.\nafter"),
        ("Line<blockquote>Said.</blockquote>after", f"Line\n{QUOTED}Said.\nafter"),
        ("<blockquote>One.\nTwo.</blockquote>", f"{QUOTED}One.\n{QUOTED}Two."),
        ("<blockquote>One <b>two</b> three</blockquote>", f"{QUOTED}One two three"),
        ("<b>Head</b>\n\n<blockquote>Said.</blockquote>", f"Head\n\n{QUOTED}Said."),
    ],
)
def test_a_quotation_stands_on_lines_of_its_own_set_in(html: str, text: str) -> None:
    assert _text(html) == text


def test_two_quotations_in_a_row_stand_on_two_lines() -> None:
    html = "<blockquote>One.</blockquote><blockquote>Two.</blockquote>"
    assert _text(html) == f"{QUOTED}One.\n{QUOTED}Two."


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_plain_text_comes_through_as_it_is(text: str) -> None:
    assert _text(str(escape(text))) == text
    assert _text(f"<b>{escape(text)}</b>") == text


def test_each_address_is_listed_once_with_its_first_label() -> None:
    html = (
        '<a href="https://a.example">[1]</a> <a href="https://b.example"> [2] B </a> '
        '<a href="https://a.example">[1] A</a> <a name="x">no address</a>'
    )
    assert links(pieces(html)) == (("[1]", "https://a.example"), ("[2] B", "https://b.example"))


def test_html_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="never closed"):
        pieces("<b>open")
