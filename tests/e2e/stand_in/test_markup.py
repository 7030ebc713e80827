"""How the stand-in reads HTML and keyboards; what the official server answers is the measure."""

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.content import formatted
from tests.stand_in.keyboard import shown
from tests.stand_in.refusal import Refused
from tests.stand_in.text import commands, units


def entities(source: str) -> list[tuple[Any, ...]]:
    read = formatted(source, "HTML", None)
    return [(each["type"], each["offset"], each["length"]) for each in read.entities]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain", []),
        ("a <b>bold</b> word", [("bold", 2, 4)]),
        ("<strong>a</strong><em>b</em><ins>c</ins>", [("bold", 0, 1), ("italic", 1, 1), ("underline", 2, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", [("strikethrough", each, 1) for each in range(3)]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<i>x<b>yz</b></i>", [("italic", 0, 3), ("bold", 1, 2)]),
        ("🏟<b>🏟</b>", [("bold", 2, 2)]),
        ("<B>a</b>", [("bold", 0, 1)]),
        ("<b>a</>", [("bold", 0, 1)]),
        ("<b></b>a", []),
        ("<blockquote>a</blockquote><blockquote expandable>b</blockquote>", [("blockquote", 0, 1), ("expandable_blockquote", 1, 1)]),
        ("<pre><code class='language-python'>x</code></pre>", [("pre", 0, 1)]),
        ("<code class='language-python'>x</code>", [("code", 0, 1)]),
        ("  <b> a</b> \n", [("bold", 0, 1)]),
        ("<a href='nowhere'>a</a>", []),
    ],
)  # fmt: skip
def test_tags_become_entities_counted_in_utf_16(source: str, expected: list[tuple[str, int, int]]) -> None:
    assert entities(source) == expected


@pytest.mark.parametrize(
    ("source", "field", "value"),
    [
        ('<a href="https://a.example/x?b=1&amp;c=2">a</a>', "url", "https://a.example/x?b=1&c=2"),
        ("<a href=https.a.example>a</a>", "url", "http://https.a.example/"),
        ("<a>a.example</a>", "url", "http://a.example/"),
        ('<a href="tg://user?id=7">a</a>', "user", {"id": 7, "is_bot": False, "first_name": ""}),
        ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>', "custom_emoji_id", "5368324170671202286"),
        ("<pre><code class='language-python'>x</code></pre>", "language", "python"),
        ('<tg-time unix="1647531900" format="wDT">x</tg-time>', "unix_time", 1647531900),
        ('<tg-time unix="1647531900" format="wDT">x</tg-time>', "date_time_format", "wDT"),
    ],
)
def test_attributes_become_fields_of_the_entity(source: str, field: str, value: object) -> None:
    (entity,) = formatted(source, "HTML", None).entities
    assert entity[field] == value


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("🏟 <abac>", 'Unsupported start tag "abac" at byte offset 5'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("a <br/> b", 'Unsupported start tag "br/" at byte offset 2'),
        ("<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<i    aba>", "Can't find end tag corresponding to start tag \"i\""),
        ("<i    aba  =  ", 'Unclosed start tag "i" at byte offset 0'),
        ("<i  a  =  190azAz-.,>", "Unexpected end of name token at byte offset 10"),
        ('<i a="x>', "Unclosed start tag at byte offset 0"),
        ("é</", "Unexpected end tag at byte offset 2"),
        ("<i>a</i   ", "Unclosed end tag at byte offset 4"),
        ("<i>a</em   >", 'Unmatched end tag at byte offset 4, expected "</i>", found "</em>"'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("&#xd83d;", "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"),
    ],
)  # fmt: skip
def test_broken_html_is_refused_in_the_words_of_the_official_server(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        formatted(source, "HTML", None)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    "source",
    [
        "<b><code>x</code></b>",
        "<pre>x<a href='https://a.example'>y</a></pre>",
        "<blockquote><blockquote>x</blockquote></blockquote>",
        "<a href='https://a.example'><a href='https://b.example'>x</a></a>",
        "<tg-time>x</tg-time>",
        "<b>x</b>," * 101,
    ],
)
def test_what_the_official_server_would_quietly_lose_is_refused(source: str) -> None:
    with pytest.raises(Refused, match="SPEC:"):
        formatted(source, "HTML", None)


def test_only_four_named_references_are_decoded() -> None:
    read = formatted("&lt;&gt;&amp;&quot;&#39;&#x2019;&nbsp;&laquo; & &", "HTML", None)
    assert read.text == "<>&\"'’&nbsp;&laquo; & &"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    if text.strip():
        assert formatted(escape(text), "HTML", None).text == text.strip()


@given(
    st.lists(
        st.tuples(st.sampled_from(["b", "i", "u", "s"]), st.text("aé🏟", min_size=1)), min_size=1, max_size=9
    )
)
def test_entities_cover_what_stood_between_the_tags(pieces: list[tuple[str, str]]) -> None:
    read = formatted("".join(f"<{tag}>{inside}</{tag}>" for tag, inside in pieces), "HTML", None)
    wide = read.text.encode("utf-16-le")
    spans = [(each["offset"] * 2, each["length"] * 2) for each in read.entities]
    assert [wide[begin : begin + length].decode("utf-16-le") for begin, length in spans] == [
        inside for _, inside in pieces
    ]


@pytest.mark.parametrize(("text", "mode"), [("", None), (" \n", None), ("<b> </b>", "HTML")])
def test_a_text_of_nothing_is_refused(text: str, mode: str | None) -> None:
    with pytest.raises(Refused, match="message text is empty"):
        formatted(text, mode, None)


@pytest.mark.parametrize(("mode", "words"), [("Markdown", "SPEC:"), ("html5", "unsupported parse_mode")])
def test_a_parse_mode_that_is_not_html_is_refused(mode: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        formatted("a", mode, None)


def test_length_is_counted_after_parsing_and_in_utf_16() -> None:
    assert units(formatted(f"<b>{'🏟' * 2048}</b>", "HTML", None).text) == 4096
    with pytest.raises(Refused, match="message is too long"):
        formatted("🏟" * 2048 + "a", None, None)


def test_given_entities_may_not_pass_the_end() -> None:
    assert formatted("abc", None, [{"type": "bold", "offset": 1, "length": 2}]).entities
    with pytest.raises(Refused, match="ends after the end of the text at UTF-16 offset 4"):
        formatted("abc", None, [{"type": "bold", "offset": 1, "length": 3}])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", ["/start"]),
        ("/start@stand_in_bot now", ["/start@stand_in_bot"]),
        ("do /one and /two", ["/one", "/two"]),
        ("a/b //c /d/e", []),
    ],
)
def test_commands_are_found_in_what_users_write(text: str, expected: list[str]) -> None:
    assert [text[each["offset"] :][: each["length"]] for each in commands(text)] == expected


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(**more: Any) -> dict[str, Any]:
    return {"text": "a"} | more


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (keyboard([button(callback_data="é" * 32 + "a")]), "BUTTON_DATA_INVALID"),
        (keyboard([button(callback_data="")]), "BUTTON_DATA_INVALID"),
        (keyboard([button()]), "Text buttons are unallowed"),
        (keyboard([{"callback_data": "a"}]), 'Field "text" must be of type String'),
        (keyboard([button(text=" ", callback_data="a")]), "SPEC:"),
        (keyboard([button(callback_data="a", url="https://a.example")]), "SPEC:"),
        (keyboard([button(callback_data="a", colour="red")]), "SPEC:"),
        (keyboard([button(url="a.example")]), "Wrong HTTP URL"),
        (keyboard([button(callback_data="a")] * 9), "SPEC: 9 buttons in a row"),
        (keyboard(*([[button(callback_data="a")]] * 101)), "reply markup is too long"),
        (keyboard() | {"colour": "red"}, "SPEC:"),
        ({"colour": "red"}, "object expected as reply markup"),
    ],
)
def test_a_keyboard_telegram_would_not_show_is_refused(markup: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        shown(markup)
    assert words in refused.value.description


def test_the_largest_keyboard_is_taken() -> None:
    largest = keyboard(*([[button(callback_data="é" * 32)] * 8] * 12), [button(callback_data="a")] * 4)
    assert shown(largest) == largest


def test_only_inline_keyboards_stand_on_the_message() -> None:
    assert shown({"remove_keyboard": True}) is None
    with pytest.raises(Refused, match="object expected"):
        shown({"remove_keyboard": True}, only_inline=True)
