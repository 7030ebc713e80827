"""The built-in list of feeds, and what is said of one that is misspelt."""

import tomllib
from collections import Counter
from importlib.resources import files

import pytest
from yarl import URL

from bot.errors import UnreadableInput
from bot.model import Source
from bot.places.gazetteer import load_gazetteer
from bot.sources.catalogue import load_catalogue, read_catalogue
from bot.sources.guard import Guard

GOOD = """
[[feed]]
id = "delta-courier"
title = "Delta Courier"
feed_url = "https://delta.example/rss.xml"
country = "NG"
language = "en"
checked = "unverified"
"""


def test_the_built_in_list_is_read_whole() -> None:
    text = (files("bot.sources") / "sources.toml").read_text(encoding="utf-8")
    assert [source.id for source in load_catalogue()] == [row["id"] for row in tomllib.loads(text)["feed"]]


def test_every_country_of_the_built_in_list_is_one_we_know() -> None:
    known = load_gazetteer().actors().keys()
    assert [source.id for source in load_catalogue() if source.country not in known] == []


def test_every_address_of_the_built_in_list_may_be_fetched() -> None:
    for source in load_catalogue():
        Guard().check(URL(source.feed_url))


def test_no_country_speaks_for_more_than_a_fifth_of_the_built_in_list() -> None:
    voices = Counter(source.country for source in load_catalogue())
    assert len(voices) >= 25
    assert max(voices.values()) <= len(load_catalogue()) / 5


def test_a_feed_is_read_with_all_its_fields() -> None:
    wanted = Source("delta-courier", "Delta Courier", "https://delta.example/rss.xml", "NG", "en")
    assert read_catalogue(GOOD) == (wanted,)
    assert read_catalogue(GOOD.replace("unverified", "2026-11-22")) == (wanted,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[feed", "not valid TOML"),
        ("", r"\[\[feed\]\] tables and nothing else"),
        ("feed = 3", r"\[\[feed\]\] tables and nothing else"),
        (GOOD + "\n[other]\n", r"\[\[feed\]\] tables and nothing else"),
        (GOOD.replace('language = "en"', ""), r"Feed 1 \(delta-courier\) has no language"),
        (GOOD.replace('id = "delta-courier"', ""), r"Feed 1 \(without an id\) has no id"),
        (GOOD + 'note = "x"', "has an unknown field note"),
        (
            GOOD.replace("delta-courier", "Delta Courier"),
            "its id is 'Delta Courier', but must be small letters",
        ),
        (GOOD.replace("https:", "ftp:"), "its feed_url is .* must be a web address"),
        (GOOD.replace('"NG"', '"Nigeria"'), "its country is 'Nigeria'"),
        (GOOD.replace('"en"', "1"), "its language is 1, but must be two small letters"),
        (GOOD.replace("unverified", "lately"), "its checked is 'lately'"),
        (GOOD.replace("unverified", "2026-02-30"), "2026-02-30 is no day of the calendar"),
        (GOOD + GOOD, "The id delta-courier is given twice"),
        (
            GOOD + GOOD.replace('id = "delta-courier"', 'id = "again"'),
            r"feed_url .* twice \(delta-courier and again\)",
        ),
    ],
)
def test_a_list_that_is_misspelt_is_refused_with_the_feed_and_the_field(text: str, says: str) -> None:
    with pytest.raises(UnreadableInput, match=says) as failed:
        read_catalogue(text)
    assert "\n" not in str(failed.value)
