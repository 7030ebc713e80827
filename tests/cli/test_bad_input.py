"""Whatever is given: one clear line, the right exit code, and the rest of the batch kept."""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

GOOD = "Kenya's foreign minister met his Ugandan counterpart in Nairobi on Tuesday."


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("communique: ")]


def _write_bad(folder: Path) -> dict[str, Path]:
    made = {
        "missing": folder / "missing.txt",
        "binary": folder / "binary.txt",
        "empty": folder / "empty.txt",
        "huge": folder / "huge.txt",
        "wrong JSON": folder / "wrong.json",
        "no text": folder / "none.json",
        "no feed": folder / "no.xml",
    }
    made["binary"].write_bytes(bytes(range(256)) * 40)
    made["empty"].write_text("")
    made["huge"].write_bytes(b"word " * (4 * 1024 * 1024))
    made["wrong JSON"].write_text('{"text": "cut off')
    made["no text"].write_text('{"id": "7"}')
    made["no feed"].write_text("<rss><channel></channel></rss>")
    return made


@pytest.mark.parametrize("command", ["extract", "ingest"])
def test_each_bad_file_is_one_line_and_the_good_one_is_kept(
    communique: Run, tmp_path: Path, command: str
) -> None:
    bad = _write_bad(tmp_path)
    good = tmp_path / "good.txt"
    good.write_text(GOOD)
    form = "jsonl" if command == "extract" else "json"

    ran = communique(command, *bad.values(), good, "--format", form)

    assert ran.code == 1
    named = [line.split(": ")[1] for line in _lines(ran.err)]
    assert sorted(Path(name).name for name in named) == sorted(path.name for path in bad.values())
    (result,) = map(json.loads, ran.out.splitlines())
    if command == "extract":
        assert result["article"]["id"] == "good.txt"
    else:
        assert (result["articles"], len(result["failed"])) == (1, len(bad))
        assert all("\n" not in failure["reason"] for failure in result["failed"])


def test_a_bad_line_of_many_does_not_stop_the_rest(communique: Run, tmp_path: Path) -> None:
    rows = [
        json.dumps({"id": "first", "text": GOOD}),
        "not JSON",
        '{"id": "no text"}',
        "",
        json.dumps({"text": GOOD}),
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(rows))

    ran = communique("extract", file, "--format", "jsonl")

    assert ran.code == 1
    assert [json.loads(line)["article"]["id"] for line in ran.out.splitlines()] == ["first", "rows.jsonl:5"]
    assert len(_lines(ran.err)) == 2


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("bogus",), "No such command"),
        (("extract",), "Missing argument"),
        (("extract", "a.txt", "--format", "xml"), "xml"),
        (("extract", "a.txt", "--published", "yesterday"), "2025-03-24"),
        (("extract", "https://news.example/a"), "communique ingest"),
        (("events", "--country", "Absurdistan"), "Absurdistan"),
        (("events", "--kind", "war"), "war"),
        (("events", "--since", "2024-05-02", "--until", "2024-05-01"), "--since"),
        (("brief", "--country", "Gondor"), "Gondor"),
        (("brief", "--days", "0"), "days"),
        (("db", "polish"), "No such command"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(communique: Run, arguments: tuple[str, ...], part: str) -> None:
    ran = communique(*arguments)

    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert part in line


def test_a_bad_setting_is_wrong_use(communique: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_PROCESSES", "several")
    ran = communique("events")

    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "COMMUNIQUE_PROCESSES" in ran.err


def test_without_the_language_model_one_line_says_what_to_do(
    communique: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMMUNIQUE_SPACY_MODEL", "no_such_model")
    good = tmp_path / "good.txt"
    good.write_text(GOOD)

    for command in ("extract", "ingest"):
        ran = communique(command, good)
        assert ran.code == 1
        assert len(ran.err.splitlines()) == 1
        assert "no_such_model" in ran.err


@pytest.mark.parametrize("command", [("ingest", "good.txt"), ("events",), ("brief",), ("db", "upgrade")])
def test_a_database_that_cannot_be_opened_is_one_line(
    communique: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", f"sqlite:///{blocked}/news.db")
    ran = communique(*command)

    assert ran.code == 1
    (line,) = ran.err.splitlines()
    assert str(blocked) in line


def test_a_file_that_is_no_database_is_left_alone(
    communique: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear reader, this is no database at all. " * 50)
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", f"sqlite:///{letter}")
    ran = communique("db", "upgrade")

    assert ran.code == 1
    assert "not an SQLite file" in ran.err
    assert letter.read_text().startswith("Dear reader")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everything")
def test_a_database_that_may_only_be_read_is_one_line(communique: Run, database: Path) -> None:
    communique("db", "upgrade")
    database.chmod(0o400)
    database.parent.chmod(0o500)
    try:
        ran = communique("ingest", __file__)
    finally:
        database.parent.chmod(0o700)
        database.chmod(0o600)

    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1


def test_a_database_of_a_newer_program_is_refused(communique: Run, database: Path) -> None:
    communique("db", "upgrade")
    with sqlite3.connect(database) as raw:
        raw.execute("UPDATE communique_version SET version_num = '9999'")
    raw.close()
    ran = communique("events")

    assert ran.code == 1
    assert "newer" in ran.err
