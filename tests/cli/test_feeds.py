"""`communique feeds` and `communique poll`, against a server on this machine."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot import errands
from bot.sources.catalogue import load_catalogue
from bot.sources.fetch import open_client
from bot.sources.guard import Guard

Run = Callable[..., Any]

CALL = (
    "Kenyan President William Ruto spoke by telephone with Ugandan President Yoweri Museveni on Tuesday, "
    "the presidency in Nairobi said. They agreed that lorries may cross at Busia by night again, after a week in "
    "which drivers had slept beside their loads and traders had thrown away fish and tomatoes. Both presidents "
    "will meet in Kampala before the end of the month, the presidency added, to open the new bridge. "
)
FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title><item><title>Busia</title>
<link>https://news.example/1</link><pubDate>Wed, 15 May 2024 10:00:00 GMT</pubDate>
<description>{CALL * 2}</description></item></channel></rss>"""


class _Site(BaseHTTPRequestHandler):
    """Answers with a feed at /feed, and with 404 elsewhere."""

    def do_GET(self) -> None:
        found = self.path == "/feed"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(FEED.encode() if found else b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        guard = Guard(ports=frozenset({server.server_port}), private=True)
        monkeypatch.setattr(errands, "open_client", partial(open_client, guard=guard))
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def opml(tmp_path: Path, site: str) -> Path:
    """Give a list of two feeds on that server: `good` is there, `bad` is not."""
    path = tmp_path / "list.opml"
    lines = (
        f'<outline text="Good Paper" xmlUrl="{site}/feed"/><outline text="Bad Paper" xmlUrl="{site}/none"/>'
    )
    path.write_text(f"<opml version='2.0'><head/><body>{lines}</body></opml>")
    return path


def _listed(communique: Run) -> dict[str, dict[str, Any]]:
    return {each["title"]: each for each in json.loads(communique("feeds", "list", "--format", "json").out)}


def test_the_whole_built_in_list_is_added_and_listed(communique: Run) -> None:
    added = communique("feeds", "add", "--catalogue")
    again = communique("feeds", "add", "--catalogue")
    found = json.loads(communique("feeds", "list", "--format", "json").out)

    assert (added.code, again.code) == (0, 0)
    assert len(added.out.splitlines()) == len(again.out.splitlines()) == len(load_catalogue())
    assert "communique feeds check" in added.err
    assert {each["id"] for each in found} == {source.id for source in load_catalogue()}
    assert all(each["checked_at"] is None and each["failures"] == 0 for each in found)


def test_the_built_in_list_is_shown_without_a_database(communique: Run, database: Path) -> None:
    shown = json.loads(communique("feeds", "list", "--catalogue", "--format", "json").out)

    assert [each["id"] for each in shown] == [source.id for source in load_catalogue()]
    assert all(each["id"] in communique("feeds", "list", "--catalogue").out for each in shown)
    assert not database.exists()


def test_a_feed_is_added_by_its_id_by_its_address_and_from_a_list(communique: Run, tmp_path: Path) -> None:
    first, second = load_catalogue()[:2]
    outlines = f'<outline text="Delta" xmlUrl="https://delta.example/rss"/><outline text="x" xmlUrl="{second.feed_url}"/>'
    (tmp_path / "list.opml").write_text(f"<opml version='2.0'><head/><body>{outlines}</body></opml>")

    ran = communique("feeds", "add", first.id, "https://www.river.example/feed", tmp_path / "list.opml")

    assert ran.code == 0
    assert {title: (each["id"], each["country"]) for title, each in _listed(communique).items()} == {
        first.title: (first.id, first.country),
        second.title: (second.id, second.country),
        "river.example": ("river.example-feed", None),
        "Delta": ("delta.example-rss", None),
    }


def test_a_publisher_may_be_named(communique: Run) -> None:
    communique("feeds", "add", "https://river.example/feed", "--title", "The River")
    assert list(_listed(communique)) == ["The River"]


def test_what_is_no_feed_is_listed_and_the_rest_is_kept(communique: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html><body><p>One.</p></body></html>")
    bad = ("http://169.254.169.254/feed", "https://[broken", tmp_path / "page.html")

    ran = communique("feeds", "add", *bad, "https://river.example/feed")

    assert ran.code == 1
    assert [line.startswith("communique: ") for line in ran.err.splitlines()].count(True) == 3
    assert list(_listed(communique)) == ["river.example"]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("add",), "--catalogue"),
        (("add", "no-such-feed"), "no-such-feed is no address"),
        (("add", "bbc-world", "--title", "X"), "--title"),
        (("remove",), "Missing argument"),
        (("remove", "no-such-feed"), "no-such-feed"),
        (("check", "no-such-feed"), "no-such-feed"),
        (("list", "--format", "xml"), "xml"),
        (("polish",), "No such command"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(communique: Run, arguments: tuple[str, ...], part: str) -> None:
    ran = communique("feeds", *arguments)

    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert part in line


def test_a_feed_is_removed_and_one_unknown_name_removes_none(communique: Run) -> None:
    communique("feeds", "add", "https://a.example/feed", "https://b.example/feed", "https://c.example/feed")

    assert communique("feeds", "remove", "a.example-feed", "typo").code == 2
    assert len(_listed(communique)) == 3
    assert communique("feeds", "remove", "a.example-feed", "b.example-feed").code == 0
    assert list(_listed(communique)) == ["c.example"]


def test_an_empty_list_says_so_and_is_no_failure(communique: Run) -> None:
    for command in (("feeds", "list"), ("feeds", "check")):
        ran = communique(*command)
        assert (ran.code, ran.out) == (0, "")
        assert "communique feeds add" in ran.err


def test_a_check_says_what_each_feed_gives_and_stores_nothing(communique: Run, opml: Path) -> None:
    communique("feeds", "add", opml)

    ran = communique("feeds", "check", "--format", "json")

    assert ran.code == 1
    bad, good = sorted(json.loads(ran.out), key=lambda each: each["entries"])
    assert good | {"id": "", "feed_url": ""} == {
        "id": "",
        "feed_url": "",
        "entries": 1,
        "newest": "2024-05-15",
        "words": len(CALL.split()) * 2,
        "etag": True,
        "last_modified": False,
        "moved_to": None,
        "error": None,
    }
    assert "404" in bad["error"]
    assert all(each["checked_at"] is None for each in _listed(communique).values())
    assert communique("events").out == ""
    assert communique("feeds", "check", good["id"]).code == 0


def test_a_poll_fills_the_database_and_the_list_says_how_feeds_fare(
    communique: Run, opml: Path, database: Path
) -> None:
    communique("feeds", "add", opml)

    ran = communique("poll", "--format", "json")
    found = json.loads(ran.out)

    assert ran.code == 1
    assert [each["name"] for each in found["failed"]] == [_listed(communique)["Bad Paper"]["id"]]
    assert [line for line in ran.err.splitlines() if "404" in line]
    assert (found["feeds"], found["entries"], found["new"]) == (2, 1, 1)
    assert "Ruto" in communique("events").out
    listed = _listed(communique)
    assert (listed["Good Paper"]["failures"], listed["Bad Paper"]["failures"]) == (0, 1)
    assert "404" in listed["Bad Paper"]["error"]
    table = communique("feeds", "list").out
    assert "failed once" in table
    assert listed["Good Paper"]["next_check_at"][:10] in table
    assert not list(database.parent.glob("*.jobs.db")), "it analyses at once, and keeps no jobs"


def test_a_second_poll_has_nothing_to_do_unless_all_is_asked_for(communique: Run, opml: Path) -> None:
    communique("feeds", "add", opml)
    communique("poll")

    ran = communique("poll")
    every = communique("poll", "--all", "--format", "json")

    assert ran.code == 0
    assert "Visited 0 feeds" in ran.out
    assert "--all" in ran.err
    assert (json.loads(every.out)["feeds"], json.loads(every.out)["new"]) == (2, 0)


def test_without_feeds_a_poll_says_how_to_get_some(communique: Run) -> None:
    ran = communique("poll")

    assert ran.code == 0
    assert "communique feeds add --catalogue" in ran.err


def test_a_feed_that_is_added_again_is_asked_again_at_once(communique: Run, opml: Path) -> None:
    communique("feeds", "add", opml)
    communique("poll")
    communique("feeds", "add", opml)

    assert [(each["failures"], each["next_check_at"]) for each in _listed(communique).values()] == [
        (0, None),
        (0, None),
    ]


def test_a_table_takes_nothing_in_a_feed_for_markup(communique: Run) -> None:
    communique("feeds", "add", "https://a.example/feed", "--title", "[red]The\x1b[31m Paper[/red]")
    assert "[red]The[31m Paper[/red]" in communique("feeds", "list").out
