"""The clean-up on file pairs, and what must hold for any text."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.clean import clean
from bot.text.fold import fold

CASES = sorted((Path(__file__).parents[1] / "cases" / "clean").glob("*.in.txt"))


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name.removesuffix(".in.txt"))
def test_only_the_story_is_left(case: Path) -> None:
    assert clean(_read(case)) == _read(case.with_name(case.name.replace(".in.", ".out.")))


FRAGMENTS = (
    "Oman's foreign minister met the envoy in Muscat on Monday, the ministry said.",
    '"Talks go on," he told reporters, and added that nobody had left the table.',
    "date 2024-05-14 (GULFWIRE) Oman spoke.",
    "MUSCAT, May 14 (Reuters) - Oman spoke.",
    "By Salim Said",
    "Published: 14 May 2024",
    "This photograph shows the palace in Muscat on May 14, 2024. — AFP",
    "The envoy attends a dinner in Muscat, on May 14, 2024. — AFP The story begins.",
    "Dear readers,",
    "We need your help to keep our journalism free.",
    "READ MORE: Oman in maps",
    "He spoke. ALSO READ: Oman in maps",
    "Sign up for our newsletter",
    "Chipmaker to cut one in ten jobs",
    "It ended. (Reporting by Ann Low; Editing by Rob Roe)",
    "pic.twitter.com/a1B2c3 — Oman (@oman) May 14, 2024",
    "• ",
    "",
)
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=60)), max_size=12).map("\n".join)


@given(TEXTS)
def test_no_word_is_made_up(text: str) -> None:
    told = " ".join(fold(text).split())
    assert all(" ".join(line.split()) in told for line in clean(text).split("\n"))


def test_lines_on_both_sides_of_a_cut_one_stay_apart() -> None:
    cleaned = clean("The envoy met the minister in Muscat on Monday, it said.\nPublished: 14 May 2024\na")
    assert "said. a" not in cleaned


@given(TEXTS)
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_characters_are_taken(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    cleaned.encode("utf-8")


@given(TEXTS)
def test_folding_keeps_every_visible_word(text: str) -> None:
    visible = "".join(character for character in text if character.isalnum() and character.isascii())
    assert visible == "".join(
        c for c in fold(text) if c.isalnum() and c.isascii()
    ) or not unicodedata.is_normalized("NFC", text)


def test_an_article_of_five_thousand_lines_is_taken() -> None:
    text = "\n".join(f"Headline number {number} of a very long list" for number in range(5_000))
    assert re.match("Headline number 0", clean(text))
