"""Any blocks, cut into messages: whole, valid, and within Telegram's limits."""

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.rendering.split import MESSAGE_ENTITIES, MESSAGE_UNITS, split

ALLOWED = {"b", "i", "a", "blockquote"}


class Checker(HTMLParser):
    """Reads a message as strictly as Telegram does: known tags only, closed in the order they were opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.text = ""
        self.entities = 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        self.stack.append(tag)
        self.entities += 1
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(message: str) -> Checker:
    checker = Checker()
    checker.feed(message)
    checker.close()
    assert checker.stack == []
    assert checker.entities <= MESSAGE_ENTITIES
    assert len(message.encode("utf-16-le")) // 2 <= MESSAGE_UNITS
    # An ampersand that begins no complete entity would be a cut inside one.
    assert re.sub(r"&(?:amp|lt|gt|#34|#39);", "", message).count("&") == 0
    return checker


def squeezed(text: str) -> str:
    return "".join(text.split())


letters = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(" &<>\"'🇫🇷👩🏽‍🚀é\n"), max_size=60
)
texts = letters | st.builds(lambda word, times: f"{word} " * times, letters, st.integers(1, 300))
tags = st.sampled_from(
    [("<b>", "</b>"), ("<i>", "</i>"), ('<a href="https://a.example/?x=1&amp;y=2">', "</a>")]
)
pieces = st.builds(lambda text, tag: f"{tag[0]}{escape(text)}{tag[1]}", texts, tags | st.just(("", "")))
blocks = st.builds(
    lambda inner, quoted: f"<blockquote>{''.join(inner)}</blockquote>" if quoted else "".join(inner),
    st.lists(pieces, max_size=8),
    st.booleans(),
)


@given(st.lists(blocks, max_size=12))
def test_messages_are_valid_whole_and_short_enough(entries: list[str]) -> None:
    messages = split(entries)
    shown = "".join(checked(message).text for message in messages)
    given_text = "".join(unescape(re.sub(r"</?[a-z][^<>]*>", "", entry)) for entry in entries)
    assert squeezed(shown) == squeezed(given_text)
    assert all(message.strip() for message in messages)


@given(st.lists(st.sampled_from(["<b>x</b> ", "<i>y</i>", "z"]), min_size=90, max_size=400))
def test_no_message_has_more_entities_than_telegram_shows(inner: list[str]) -> None:
    messages = split(["".join(inner)])
    shown = "".join(checked(message).text for message in messages)
    assert squeezed(shown) == squeezed(re.sub(r"<[^>]+>", "", "".join(inner)))


def test_short_blocks_share_a_message_and_none_is_torn() -> None:
    blocks_given = [f"<b>{number}</b> " + "word " * 150 for number in range(12)]
    messages = split(blocks_given)
    assert len(messages) == 3
    for block in blocks_given:
        assert sum(block.strip() in message for message in messages) == 1


def test_a_long_block_is_cut_after_a_sentence_with_its_tags_opened_again() -> None:
    sentence = "The two sides met again and went through the text of the agreement. "
    first, *rest = split([f"<blockquote>{sentence * 100}</blockquote>"])
    assert first.endswith("agreement.</blockquote>")
    assert all(message.startswith("<blockquote>The two") for message in rest)


def test_a_word_without_end_is_cut_between_letters() -> None:
    astronaut = "👩🏽‍🚀"
    messages = split([astronaut * 1500])
    assert len(messages) > 1
    assert all(len(message) % len(astronaut) == 0 for message in messages)


def test_a_flag_is_not_cut_in_half() -> None:
    messages = split(["x" + "🇫🇷" * 3000])
    assert all(message.removeprefix("x").startswith("🇫🇷") for message in messages)
    assert all(len(message.removeprefix("x")) % 2 == 0 for message in messages)


def test_a_link_too_long_for_any_message_leaves_its_words() -> None:
    assert split([f'<a href="https://a.example/{"x" * 5000}">words</a>']) == ("words",)


def test_a_letter_with_endless_marks_still_ends() -> None:
    zalgo = "a" + "\u0301" * 9000
    assert "".join(split([zalgo])) == zalgo


def test_nothing_gives_no_message() -> None:
    assert split(["", " \n"]) == ()
