"""Files, folders and standard input: what comes in, and what is said of what cannot."""

import io
import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.model import BodyFormat, Failure, FeedItem, Source
from bot.sources.files import MAX_BYTES, Read, read_inputs

RSS = '<rss version="2.0"><channel><title>C</title><item><title>T</title><link>https://c.example/1</link><description>Words.</description></item></channel></rss>'
OPML = '<opml version="2.0"><body><outline text="C" xmlUrl="https://c.example/feed"/></body></opml>'
PAGE = "<!doctype html><html><body><p>Words.</p></body></html>"


def read(*paths: object, stdin: bytes = b"") -> list[Read]:
    return list(read_inputs([str(path) for path in paths], io.BytesIO(stdin)))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only_failure(found: list[Read]) -> Failure:
    (failure,) = found
    assert isinstance(failure, Failure)
    assert "\n" not in failure.reason
    return failure


def test_a_text_is_named_after_its_file_and_kept_as_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", " date 2024-05-14 Words.\r\n")
    assert read(path) == [FeedItem("a.txt", " date 2024-05-14 Words.\r\n")]


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "page"])
def test_a_page_is_kept_as_html(tmp_path: Path, name: str) -> None:
    assert read(write(tmp_path, name, PAGE)) == [FeedItem(name, PAGE, BodyFormat.HTML)]


def test_a_record_brings_what_it_states(tmp_path: Path) -> None:
    record = {
        "id": "x1",
        "text": "Words.",
        "title": "T",
        "published": "Tue, 14 May 2024 00:30:00 +0300",
        "source": "C",
        "url": "https://c.example/1",
        "language": "en",
        "extra": [1],
    }
    item = FeedItem("x1", "Words.", BodyFormat.TEXT, "T", "https://c.example/1", "C", date(2024, 5, 14), "en")
    assert read(write(tmp_path, "a.json", json.dumps(record))) == [item]
    assert read(write(tmp_path, "a.jsonl", json.dumps(record))) == [item]


@pytest.mark.parametrize(
    ("record", "item"),
    [
        ({"body": "Words."}, FeedItem("a.json", "Words.")),
        ({"html": "<p>W</p>", "text": "W"}, FeedItem("a.json", "<p>W</p>", BodyFormat.HTML)),
        (
            {"content": "Words.", "date": "2024-05-14"},
            FeedItem("a.json", "Words.", published=date(2024, 5, 14)),
        ),
        ({"text": "W", "source": {"id": "c", "name": "C"}}, FeedItem("a.json", "W", source="C")),
        ({"text": "W", "id": 7, "title": None, "url": ""}, FeedItem("7", "W")),
    ],
)
def test_other_peoples_names_for_the_same_fields_are_read(
    tmp_path: Path, record: object, item: FeedItem
) -> None:
    assert read(write(tmp_path, "a.json", json.dumps(record))) == [item]


@pytest.mark.parametrize(
    "wrap", [lambda rows: rows, lambda rows: {"articles": rows}, lambda rows: {"items": rows}]
)
def test_a_list_of_articles_is_numbered(tmp_path: Path, wrap: object) -> None:
    rows = [{"text": "One."}, {"id": "two", "text": "Two."}, {"title": "No text"}]
    assert callable(wrap)
    found = read(write(tmp_path, "a.json", json.dumps(wrap(rows), indent=1)))
    assert found[:2] == [FeedItem("a.json:1", "One."), FeedItem("two", "Two.")]
    assert isinstance(found[2], Failure)
    assert found[2].name == "a.json:3"


def test_every_line_of_json_lines_stands_for_itself(tmp_path: Path) -> None:
    lines = ['{"text": "One."}', "", "{bad", '{"title": "t"}', "[1]", '{"text": "Six."}']
    found = read(write(tmp_path, "a.jsonl", "\ufeff" + "\r\n".join(lines)))
    assert [item.name for item in found if not isinstance(item, Source)] == [
        "a.jsonl:1",
        "a.jsonl:3",
        "a.jsonl:4",
        "a.jsonl:5",
        "a.jsonl:6",
    ]
    assert [type(item) for item in found] == [FeedItem, Failure, Failure, Failure, FeedItem]


def test_json_is_told_from_json_lines_by_what_it_holds(tmp_path: Path) -> None:
    lines = '{"text": "One."}\n{"text": "Two."}\n'
    assert len(read(write(tmp_path, "really_lines.json", lines))) == 2
    pretty = json.dumps({"articles": [{"text": "One."}, {"text": "Two."}]}, indent=2)
    assert len(read(write(tmp_path, "really_json.jsonl", pretty))) == 2


def test_an_unreadable_date_is_left_out_and_made_known(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", '{"text": "Words.", "published": "last spring"}')
    with capture_logs() as logs:
        assert read(path) == [FeedItem("a.json", "Words.")]
    assert [line["value"] for line in logs] == ["last spring"]


@pytest.mark.parametrize("name", ["a.xml", "a.rss", "a.atom", "feed"])
def test_a_feed_gives_its_entries(tmp_path: Path, name: str) -> None:
    (item,) = read(write(tmp_path, name, RSS))
    assert isinstance(item, FeedItem)
    assert (item.name, item.source, item.body) == ("https://c.example/1", "C", "Words.")


@pytest.mark.parametrize("name", ["a.opml", "a.xml"])
def test_a_subscription_list_gives_sources(tmp_path: Path, name: str) -> None:
    assert read(write(tmp_path, name, OPML)) == [Source("c.example-feed", "C", "https://c.example/feed")]


def test_a_folder_gives_its_files_in_order_and_passes_others_over(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / ".hidden").mkdir()
    write(tmp_path / ".hidden", "x.txt", "Hidden.")
    write(tmp_path / "deep", "c.txt", "Third.")
    write(tmp_path, "b.txt", "Second.")
    write(tmp_path, "a.txt", "First.")
    write(tmp_path, "picture.png", b"\x89PNG\0")
    assert [item.body for item in read(tmp_path) if isinstance(item, FeedItem)] == [
        "First.",
        "Second.",
        "Third.",
    ]


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (b"Plain words.", [FeedItem]),
        (PAGE.encode(), [FeedItem]),
        (b'{"text": "One."}\n{"text": "Two."}', [FeedItem, FeedItem]),
        (b'[{"text": "One."}, {"text": "Two."}]', [FeedItem, FeedItem]),
        (RSS.encode(), [FeedItem]),
        (OPML.encode(), [Source]),
        (b"", [Failure]),
    ],
)
def test_standard_input_is_read_for_what_it_holds(content: bytes, kinds: list[type]) -> None:
    assert [type(item) for item in read("-", stdin=content)] == kinds


def test_web_addresses_are_left_to_the_fetcher() -> None:
    assert read("https://c.example/1", "HTTP://c.example/2") == []


BAD = {
    "missing": ("no/such/file.txt", None, "no such file"),
    "binary": ("a.txt", b"\x89PNG\r\n\0\0", "binary"),
    "binary lines": ("a.jsonl", b"\x1f\x8b\0\0", "binary"),
    "empty": ("a.txt", b" \n", "empty"),
    "empty lines": ("a.jsonl", b"\n\n", "empty"),
    "large": ("a.txt", b"x " * (MAX_BYTES // 2 + 1), "larger than 10 MB"),
    "wrong json": ("a.json", b'{"text":\n "a",\n}', "line 3"),
    "deep json": ("a.json", b"[" * 200_000, "JSON"),
    "long number": ("a.json", b'{"text": ' + b"9" * 5_000 + b"}", "JSON"),
    "no articles": ("a.json", b"[]", "no articles"),
    "no text": ("a.json", b'{"title": "T"}', "no text"),
    "no object": ("a.json", b'"words"', "object"),
    "no entries": ("a.xml", b"<rss><channel/></rss>", "no feed entries"),
    "no feeds": ("a.opml", b"<opml><body/></opml>", "no feeds"),
}


@pytest.mark.parametrize(("name", "content", "reason"), BAD.values(), ids=BAD)
def test_bad_input_is_one_clear_line_and_the_rest_goes_on(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name if content is None else write(tmp_path, name, content)
    good = write(tmp_path, "good.txt", "Words.")
    *bad, last = read(path, good)
    assert reason in only_failure(bad).reason
    assert last == FeedItem("good.txt", "Words.")


def test_a_folder_without_articles_is_told(tmp_path: Path) -> None:
    write(tmp_path, "picture.png", b"\x89PNG\0")
    assert "no file we read" in only_failure(read(tmp_path)).reason


def test_a_file_we_may_not_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", "Words.")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not read" in only_failure(read(path)).reason


def test_one_bad_file_of_a_folder_spoils_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "{")
    write(tmp_path, "b.txt", "Words.")
    failure, item = read(tmp_path)
    assert isinstance(failure, Failure)
    assert failure.name.endswith("a.json")
    assert item == FeedItem("b.txt", "Words.")


def test_a_line_over_the_limit_is_passed_over_alone(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * MAX_BYTES + b'"}'
    path = write(tmp_path, "a.jsonl", b'{"text": "One."}\n' + long + b'\n{"text": "Three."}')
    first, second, third = read(path)
    assert first == FeedItem("a.jsonl:1", "One.")
    assert isinstance(second, Failure)
    assert (second.name, "larger than 10 MB" in second.reason) == ("a.jsonl:2", True)
    assert third == FeedItem("a.jsonl:3", "Three.")


def test_twenty_megabytes_of_lines_are_read_one_by_one(tmp_path: Path) -> None:
    line = json.dumps({"text": "Words. " * 700}) + "\n"
    path = write(tmp_path, "a.jsonl", line * (20 * 1024 * 1024 // len(line)))
    tracemalloc.start()
    count = sum(isinstance(item, FeedItem) for item in read_inputs([str(path)], io.BytesIO()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20 * 1024 * 1024 // len(line)
    assert peak < 2 * 1024 * 1024


def test_a_list_in_one_long_line_is_read_whole(tmp_path: Path) -> None:
    rows = json.dumps({"articles": [{"text": "Words. " * 20_000}, {"text": "Two."}]})
    assert [type(item) for item in read(write(tmp_path, "a.json", rows))] == [FeedItem, FeedItem]
    assert [type(item) for item in read("-", stdin=rows.encode())] == [FeedItem, FeedItem]
