"""What each command prints, and where."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CALL = (
    "Kenyan President William Ruto spoke by telephone with Ugandan President Yoweri Museveni on Tuesday, "
    "the presidency in Nairobi said."
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "call.json"
    path.write_text(json.dumps({"id": "call", "text": CALL, "published": "2024-05-15", "source": "Paper"}))
    return path


@pytest.fixture
def filled(communique: Run, page: Path) -> Run:
    assert communique("ingest", page).code == 0
    return communique


def test_extract_gives_one_line_an_article_with_all_that_was_read(communique: Run, page: Path) -> None:
    ran = communique("extract", page, "--format", "jsonl")

    (found,) = map(json.loads, ran.out.splitlines())
    assert ran.code == 0
    assert found["article"] | {"text": ""} == {
        "id": "call",
        "title": None,
        "published": "2024-05-15",
        "language": "en",
        "source": "Paper",
        "url": None,
        "text": "",
        "analysed": True,
    }
    text = found["article"]["text"]
    spans = [*found["dates"], *(span for each in found["attributions"] for span in each["content"])]
    assert spans
    assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)
    (call,) = [event for event in found["events"] if event["kind"] == "call"]
    assert {actor["country"] for actor in call["actors"]} == {"KE", "UG"}
    assert (call["date"], call["status"]) == ("2024-05-14", "held")
    (citation,) = call["citations"]
    assert text[citation["start"] : citation["end"]] == citation["sentence"]


def test_extract_writes_one_json_document_or_a_table(communique: Run, page: Path) -> None:
    assert len(json.loads(communique("extract", page, "--format", "json").out)) == 1
    assert "2024-05-14" in communique("extract", page).out


def test_extract_takes_a_day_for_what_states_none(communique: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(CALL)

    undated = json.loads(communique("extract", file, "--format", "jsonl").out)
    dated = json.loads(communique("extract", file, "--published", "2024-05-15", "--format", "jsonl").out)

    assert {event["date"] for event in undated["events"]} == {None}
    assert "2024-05-14" in {event["date"] for event in dated["events"]}


def test_extract_without_cleaning_gives_the_text_as_it_stood(communique: Run, tmp_path: Path) -> None:
    text = f"  date 2024-05-15\n\nAdvertisement\n\n{CALL}\n"
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"text": text}))

    kept = json.loads(communique("extract", file, "--no-clean", "--format", "jsonl").out)
    cleaned = json.loads(communique("extract", file, "--format", "jsonl").out)

    assert kept["article"]["text"] == text
    assert cleaned["article"]["text"] != text


def test_articles_alike_but_for_their_names_are_each_reported(communique: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    rows = [{"id": "one", "text": CALL, "published": "2024-05-15"}, {"id": "two", "text": CALL}]
    file.write_text("\n".join(map(json.dumps, rows)))

    found = [json.loads(line) for line in communique("extract", file, "--format", "jsonl").out.splitlines()]

    assert [each["article"]["id"] for each in found] == ["one", "two"]
    assert [{event["date"] for event in each["events"]} for each in found] == [{"2024-05-14"}, {None}]


def test_ingest_ends_with_its_figures(communique: Run, page: Path) -> None:
    first = json.loads(communique("ingest", page, "--format", "json").out)
    second = json.loads(communique("ingest", page, "--format", "json").out)

    assert first == {"articles": 1, "new": 1, "groups": 1, "events": first["events"], "failed": []}
    assert first["events"] > 0
    assert second == first | {"new": 0}
    assert "1 article, 0 of it new" in communique("ingest", page).out


def test_events_are_listed_in_every_format(filled: Run) -> None:
    lines = [json.loads(line) for line in filled("events", "--format", "jsonl").out.splitlines()]
    rows = list(csv.DictReader(StringIO(filled("events", "--format", "csv").out)))

    assert lines == json.loads(filled("events", "--format", "json").out)
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert "Ruto" in filled("events").out


def test_events_are_narrowed_by_country_kind_and_day(filled: Run) -> None:
    def kinds(*options: str) -> list[str]:
        out = filled("events", "--format", "jsonl", *options).out
        return [json.loads(line)["kind"] for line in out.splitlines()]

    assert "call" in kinds("--country", "kenya")
    assert kinds(
        "--country", "uganda", "--kind", "call", "--since", "2024-05-14", "--until", "2024-05-14"
    ) == ["call"]
    assert kinds("--country", "France") == []
    assert kinds("--until", "2024-05-13") == []


def test_an_empty_list_says_so_and_is_no_failure(communique: Run) -> None:
    ran = communique("events")

    assert (ran.code, ran.out) == (0, "")
    assert "communique ingest" in ran.err


def test_a_briefing_is_written_in_every_format(filled: Run) -> None:
    def brief(form: str) -> str:
        ran = filled("brief", "--date", "2024-05-15", "--format", form)
        assert (ran.code, ran.err) == (0, "")
        return str(ran.out)

    assert json.loads(brief("json"))["day"] == "2024-05-15"
    assert brief("html").lower().startswith("<!doctype html>")
    assert all("Ruto" in brief(form) for form in ("text", "telegram", "markdown", "html"))


def test_a_day_without_news_is_said_plainly_with_the_newest_day_held(filled: Run) -> None:
    ran = filled("brief", "--date", "2024-06-01")

    assert ran.code == 0
    assert "Nothing new" in ran.out
    assert "--date 2024-05-15" in ran.err


def test_country_answers_one_line_for_each_text(process: Run) -> None:
    lines = ["the Kremlin", "", "us", "Türkiye\x85and more", "Niger"]
    ran = process("country", "--format", "jsonl", "-", stdin="\n".join(lines))

    found = [json.loads(line) for line in ran.stdout.split("\n")[:-1]]
    assert [each["text"] for each in found] == lines
    assert [each["country"] for each in found] == ["RU", None, None, "TR", "NE"]
    assert found[0]["span"]["text"] in "the Kremlin"
    assert found[1]["span"] is None


def test_the_database_is_checked_copied_and_put_back(filled: Run, tmp_path: Path, database: Path) -> None:
    copy = tmp_path / "copies" / "one.db"
    assert filled("db", "backup", copy).code == 0
    assert filled("db", "backup", copy).code == 2
    before = filled("events", "--format", "jsonl").out

    other = tmp_path / "other.json"
    other.write_text(json.dumps({"text": CALL.replace("Ugandan President Yoweri Museveni", "France")}))
    filled("ingest", other)
    assert filled("events", "--format", "jsonl").out != before
    ran = filled("db", "restore", copy)

    assert ran.code == 0
    assert filled("events", "--format", "jsonl").out == before
    assert len(list(database.parent.glob("news.before-*.db"))) == 1
    assert filled("db", "check").code == 0


def test_what_is_no_backup_is_not_put_in_the_databases_place(filled: Run, tmp_path: Path, page: Path) -> None:
    before = filled("events", "--format", "jsonl").out

    assert filled("db", "restore", page).code == 1
    assert filled("db", "restore", tmp_path / "none.db").code == 1
    assert filled("events", "--format", "jsonl").out == before


def test_postgresql_is_left_to_its_own_tools(communique: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", "postgresql://me:hush@127.0.0.1/news")
    for command, tool in (("backup", "pg_dump"), ("restore", "pg_restore")):
        ran = communique("db", command, "file")
        assert ran.code == 2
        assert tool in ran.err
        assert "hush" not in ran.err


def test_doctor_says_of_each_thing_whether_it_is_well(communique: Run) -> None:
    ill = communique("doctor")
    assert ill.code == 1
    assert [line[:4].strip() for line in ill.out.splitlines()] == ["ok", "ok", "ok", "FAIL", "ok"]
    assert "communique db upgrade" in ill.out

    communique("db", "upgrade")
    assert communique("doctor").code == 0
