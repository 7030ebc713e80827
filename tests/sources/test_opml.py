"""Subscription lists."""

import pytest

from bot.errors import UnreadableInput
from bot.model import Failure, Source
from bot.sources.opml import read_opml, source_id

LIST = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Africa"><outline text="Delta" title="Delta Courier" type="rss" xmlUrl="https://www.delta.example/rss.xml" language="en-GB"/>
<outline text="Again" xmlUrl="https://www.delta.example/rss.xml"/></outline>
<outline text="River" XMLURL="feed:https://river.example/feed?lang=fr"/>
<outline text="File" xmlUrl="file:///etc/passwd"/></body></opml>"""


def test_each_feed_comes_once_from_every_depth_and_a_bad_address_is_told() -> None:
    found = list(read_opml(LIST, "mine.opml"))
    assert found[:2] == [
        Source("delta.example-rss.xml", "Delta Courier", "https://www.delta.example/rss.xml", language="en"),
        Source("river.example-feed-lang-fr", "River", "https://river.example/feed?lang=fr"),
    ]
    assert isinstance(found[2], Failure)
    assert "file:///etc/passwd" in found[2].name
    assert len(found) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"<opml><body>",
        b"<opml><body><outline text='folder'/></body></opml>",
        b"<!DOCTYPE o [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><opml><body><outline text='&b;' xmlUrl='https://a.example/'/></body></opml>",
        b"<?xml version='1.0' encoding='no-such'?><opml/>",
    ],
)
def test_a_list_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        list(read_opml(data, "x"))


def test_the_id_of_a_feed_depends_on_its_address_alone() -> None:
    assert source_id("https://www.A.example/World/rss?x=1") == "a.example-world-rss-x-1"
    assert source_id("https://a.example/") == "a.example"
