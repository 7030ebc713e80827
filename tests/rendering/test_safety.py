"""What comes from outside is shown whole and does nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.rendering.safety import LONGEST_LINK, clean, escape_markdown, safe_link, shortened

anything = st.text(st.characters(), max_size=200)
markup = st.text(st.sampled_from("[]()<>*_`#+-.!1&|~\\ :/ahttp\"'$="), max_size=60)


@given(anything)
def test_cleaned_text_is_one_line_without_controls(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert not set(cleaned) & set("\x00\x1b\x1e\r\n\u202e\u2066")
    cleaned.encode("utf-8")


@given(anything)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_joined_emoji_and_persian_stay_as_they_are() -> None:
    assert clean("👩🏽‍🚀 می‌گوید") == "👩🏽‍🚀 می‌گوید"


@given(anything | markup)
def test_markdown_shows_escaped_text_as_it_stands(text: str) -> None:
    line = clean(text)
    html = MarkdownIt("commonmark").render(escape_markdown(line))
    plain = MarkdownIt("commonmark").renderInline(escape_markdown(line))
    assert html in ("", f"<p>{plain}</p>\n")
    assert "<a" not in html
    assert "<img" not in html
    assert "<em" not in html
    assert "<code" not in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/x",
        "//a.example/x",
        "/x",
        "http://",
        "http://[broken",
        "https://a.example/\x00x",
        "https://a.example/\nx",
        " javascript:alert(1)",
        "https://a.example/" + "x" * LONGEST_LINK,
        "",
        None,
    ],
)
def test_what_is_no_plain_web_address_is_no_link(url: str | None) -> None:
    assert safe_link(url) is None


def test_a_link_cannot_end_its_attribute_or_its_brackets() -> None:
    link = safe_link("https://a.example/a b(1)\"><script>'\\")
    assert link == "https://a.example/a%20b%281%29%22%3E%3Cscript%3E'%5C"


def test_an_ordinary_address_is_left_as_it_is() -> None:
    address = "https://www.a.example:8080/p/q-r_s.html?x=1&y=%20z#part"
    assert safe_link(address) == address


@given(anything, st.integers(10, 100))
def test_a_shortened_text_is_its_beginning_and_says_so(text: str, limit: int) -> None:
    line = clean(text)
    short = shortened(line, limit, " […]")
    assert len(short) <= max(limit, len(line))
    if short != line:
        assert short.endswith(" […]")
        assert line.startswith(short.removesuffix(" […]"))


def test_a_text_is_shortened_between_words() -> None:
    assert shortened("one two three four", 14, " […]") == "one two […]"
    assert shortened("one two three", 13, " […]") == "one two three"
