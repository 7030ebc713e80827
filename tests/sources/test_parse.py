"""Feeds, good and bad, as pairs of a feed and the entries it must give."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import UnreadableInput
from bot.sources.parse import Channel, parse_channel, parse_feed

CASES = sorted((Path(__file__).parents[1] / "cases" / "feeds").glob("*.in.xml"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name.removesuffix(".in.xml"))
def test_a_feed_gives_its_entries(case: Path) -> None:
    wanted = case.with_name(case.name.replace(".in.xml", ".out.jsonl")).read_text(encoding="utf-8")
    items = parse_feed(case.read_bytes(), url="https://feeds.example/")
    for item, line in zip(items, wanted.splitlines(), strict=True):
        expected = json.loads(line)
        told = {key: getattr(item, key) for key in expected}
        told["published"] = item.published.isoformat() if item.published else None
        assert told == expected


def test_a_given_publisher_wins() -> None:
    feed = (CASES[0].parent / "aggregator_names_each_source.in.xml").read_bytes()
    assert {item.source for item in parse_feed(feed, source="ours")} == {"ours"}


def test_an_unreadable_date_is_made_known() -> None:
    feed = (CASES[0].parent / "unreadable_date_keeps_the_entry.in.xml").read_bytes()
    with capture_logs() as logs:
        parse_feed(feed)
    assert [line["value"] for line in logs] == ["the day before yesterday"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Not found</body></html>",
        b'<rss version="2.0"><channel><title>Empty</title></channel></rss>',
        b"<?xml version='1.0'?><urlset><url><loc>https://a.example/</loc></url></urlset>",
        b"http://127.0.0.1/feed",
        b"/etc/passwd",
    ],
)
def test_what_holds_no_entry_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match="no feed entries"):
        parse_feed(data)


@pytest.mark.parametrize(
    ("stated", "ttl"),
    [
        ("60", timedelta(hours=1)),
        (" 5 ", timedelta(minutes=5)),
        ("", None),
        ("often", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_how_long_a_feed_says_it_need_not_be_asked_is_read(stated: str, ttl: timedelta | None) -> None:
    feed = f'<rss version="2.0"><channel><title>Quiet</title><ttl>{stated}</ttl></channel></rss>'
    assert parse_channel(feed.encode()) == Channel((), ttl)


def test_a_number_without_end_is_still_a_time() -> None:
    feed = f'<rss version="2.0"><channel><ttl>{"9" * 400}</ttl></channel></rss>'
    assert parse_channel(feed.encode()).ttl == timedelta(minutes=999_999)


def test_a_feed_may_be_empty_but_must_be_one() -> None:
    assert parse_channel(b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Quiet</title></feed>') == Channel(
        ()
    )
    for other in (b"", b"<html><body>Not found</body></html>", b"<urlset/>"):
        with pytest.raises(UnreadableInput, match="no feed entries"):
            parse_channel(other)


def test_nesting_beyond_reason_is_refused_unparsed() -> None:
    with pytest.raises(UnreadableInput, match="nested"):
        parse_feed(b"<rss><channel><item><description>" + b"<div>" * 60_000)


def test_a_ladder_of_entities_is_refused_unparsed() -> None:
    ladder = b"".join(b'<!ENTITY a%d "&a%d;&a%d;">' % (n + 1, n, n) for n in range(60))
    with pytest.raises(UnreadableInput, match="nested"):
        parse_feed(
            b"<!DOCTYPE rss [" + ladder + b"]><rss><channel><item><title>&a60;</title></item></channel></rss>"
        )


def test_a_short_ladder_is_not_climbed() -> None:
    ladder = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9)
    )
    feed = b"<!DOCTYPE rss [" + ladder + b"]><rss><channel><item><title>&a9;</title></item></channel></rss>"
    try:
        items = parse_feed(feed)
    except UnreadableInput:
        return
    assert all(len(item.title or "") < 1_000 for item in items)


def test_no_file_is_read_for_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    feed = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss><channel><item><title>a &x; b</title></item></channel></rss>'
    assert all("secret" not in f"{item.title}{item.body}" for item in parse_feed(feed.encode()))


def test_unclosed_tags_of_sloppy_feeds_do_not_count_as_nesting() -> None:
    body = "<p>line<br>" * 2_000
    feed = f"<rss><channel><item><title>t</title><description>{body}</description></item></channel></rss>"
    assert len(parse_feed(feed.encode())) == 1


@pytest.mark.parametrize("opening", [b"<![CDATA[", b"<!--", b"<a ", b"<!DOCTYPE a [", b"<!"])
def test_openings_without_an_end_are_passed_in_one_go(opening: bytes) -> None:
    # Looking for each missing end anew took minutes for half of this.
    with pytest.raises(UnreadableInput):
        parse_feed(b"<rss><channel>" + opening * 20_000)
