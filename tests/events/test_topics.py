"""The table of topics is one that can be checked by hand, and what a text names is found in it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events.topics import Topic, load_topics, words_of
from bot.places.gazetteer import load_gazetteer
from bot.rendering.wording import TOPIC_LENGTH

TOPICS = load_topics()


def _named(text: str, day: date | None = None) -> set[str]:
    return {one.topic.name for one in TOPICS.named_in(words_of(text)) if one.outright and one.topic.fits(day)}


def test_every_topic_has_a_name_of_its_own() -> None:
    names = [topic.name for topic in TOPICS.topics]
    assert len(names) == len(set(names))
    assert len(names) >= 80


@pytest.mark.parametrize("topic", TOPICS.topics, ids=lambda topic: topic.name)
def test_a_topic_is_well_formed(topic: Topic) -> None:
    assert len(topic.name) <= TOPIC_LENGTH // 2
    assert topic.part_of is None or topic.part_of in {other.name for other in TOPICS.topics}
    assert topic.everyone <= set(load_gazetteer().actors())
    assert topic.since is None or topic.until is None or topic.since <= topic.until
    assert all(word == word.lower() and word.isalnum() for word in topic.matters), "one bare word each"


def test_no_phrase_names_two_topics_of_one_time_outright() -> None:
    for phrases in TOPICS.phrases.values():
        for phrase, meanings in phrases:
            outright = [topic for topic, named in meanings if named]
            assert len(outright) <= 1, phrase


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They hailed the Black-Sea grain deal.", "Black Sea grain deal"),
        ("The ceasefire in Nagorno–Karabakh held.", "Nagorno-Karabakh"),
        ("Iran’s nuclear program was discussed.", "Iran's nuclear programme"),
        ("the EAST of the Democratic Republic of Congo", "eastern Congo"),
    ],
)
def test_hyphens_apostrophes_and_case_do_not_hide_a_topic(text: str, name: str) -> None:
    assert name in _named(text)


def test_a_topic_is_not_meant_before_its_time() -> None:
    assert "Gaza war" in _named("the ceasefire in Gaza", date(2024, 1, 5))
    assert "Gaza war" not in _named("the ceasefire in Gaza", date(2014, 8, 26))


def test_of_phrases_that_overlap_only_the_longest_counts() -> None:
    found = [one.topic.name for one in TOPICS.named_in(words_of("fighting in South Sudan"))]
    assert found == ["peace in South Sudan"]


@given(st.text(max_size=200))
def test_what_is_found_lies_in_the_text_and_in_order(text: str) -> None:
    words = words_of(text)
    assert len(words.letters) == len(words.spans)
    assert all(0 <= start < end <= len(text) for start, end in words.spans)
    assert list(words.spans) == sorted(words.spans)
    starts = [one.start for one in TOPICS.named_in(words)]
    assert starts == sorted(starts)
