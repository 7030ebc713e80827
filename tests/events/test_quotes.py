"""Quotation marks as the world's newsrooms set them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events.quotes import find_quotes


def quoted(text: str) -> list[str]:
    return [text[quote.start : quote.end] for quote in find_quotes(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('He said "no" to it.', ['"no"']),
        ("He said “no” to it.", ["“no”"]),
        ("He said «no» to it.", ["«no»"]),
        ("He said „no“ to it.", ["„no“"]),
        ("He said „no” to it.", ["„no”"]),
        ("He said ''no'' to it.", ["''no''"]),
        ("He said ``no'' to it.", ["``no''"]),
        ('He said “no" to it.', ['“no"']),
        ('"One," he said, "two."', ['"One,"', '"two."']),
        ("‘One,’ he said, ‘two.’", ["‘One,’", "‘two.’"]),
        ("‘The ministers’ plan is dead,’ he said.", ["‘The ministers’ plan is dead,’"]),
        ("The ‘special’ train and the guards’ horses.", ["‘special’"]),
        ("'We won't go,' she said.", ["'We won't go,'"]),
        ("“The judge’s ‘no’ stands,” he said.", ["“The judge’s ‘no’ stands,”"]),
        ('"They shouted "Go home!" at us," he said.', ['"They shouted "Go home!" at us,"']),
        ('("One")', ['("One")'[1:-1]]),
        ('"', []),
        ("", []),
    ],
)
def test_marks_of_every_kind_are_paired(text: str, found: list[str]) -> None:
    assert quoted(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "“He told me ‘never’ and left,” she said.",
        "\"He told me 'never' and left,\" she said.",
        "«He told me “never” and left,» she said.",
    ],
)
def test_a_quotation_inside_another_is_part_of_it(text: str) -> None:
    assert quoted(text) == [text.removesuffix(" she said.")]


@pytest.mark.parametrize(
    "text",
    [
        'A 27" screen beside a 24" one.',
        "The ministers' cars and the guards' horses.",
        "It's the '90s again, rock 'n' roll.",
        "At 5'10'' he was the tallest.",
        "The boy measured 5'10\" and his sister 5'2\".",
        "A stray ” here.",
    ],
)
def test_inches_and_apostrophes_quote_nothing(text: str) -> None:
    assert quoted(text) == []


def test_inches_inside_a_quotation_do_not_end_it() -> None:
    text = '“The 27” screen and the 30" one are gone,” he said.'
    assert quoted('"The 30" screen is gone," he said.')[0].startswith('"The 30')
    assert quoted(text)[0].startswith("“The 27")


def test_a_speech_of_several_paragraphs_goes_on_without_a_closing_mark() -> None:
    text = "“We waited all night for them.\n\n“Nobody came,” he said."
    first, second = find_quotes(text)
    assert (text[first.start : first.end], first.closed) == ("“We waited all night for them.", False)
    assert (text[second.start : second.end], second.closed) == ("“Nobody came,”", True)


@pytest.mark.parametrize("text", ["“We waited\n\nand left.", '"We waited all night\n\nThen "we" left.'])
def test_a_stray_mark_swallows_no_paragraph(text: str) -> None:
    assert all(quote.closed for quote in find_quotes(text))
    assert all("\n" not in words for words in quoted(text))


def test_a_quotation_holds_its_marks_and_nothing_beyond() -> None:
    (quote,) = find_quotes("I “go” on")
    assert [quote.holds(place) for place in range(2, 7)] == [True, True, True, True, False]
    assert not quote.holds(1)


MARKS = st.sampled_from(
    ["“", "”", '"', "''", "``", "«", "»", "„", "‘", "’", "'", "\n", "\n\n", " ", "yes", "7", ".", ","]
)


@given(text=st.one_of(st.text(max_size=60), st.lists(MARKS, max_size=30).map("".join)))
def test_quotations_never_overlap_nor_cross_a_paragraph(text: str) -> None:
    end = 0
    for quote in find_quotes(text):
        assert end <= quote.start < quote.end <= len(text)
        assert "\n" not in text[quote.start : quote.end]
        end = quote.end


@given(text=st.lists(MARKS, max_size=30).map("".join), more=st.lists(MARKS, max_size=10).map("".join))
def test_a_paragraph_is_read_the_same_whatever_follows_it(text: str, more: str) -> None:
    assert find_quotes(f"{text}\n\n{more}")[: len(find_quotes(text))] == find_quotes(text)
