"""The whole bot in a terminal: on the sample where there is no news, else on what is held."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import chat
from bot.delivery.console import Shown
from bot.model import Button
from storage import open_storage
from tests.e2e.bot.news import call, hear, statement

Run = Callable[..., Any]

TYPED = ("/country russia", "/country rusia", "/calls", "/mediation", "/subscribe turkey", "/today")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """Give a talk with the real program on a database without any news."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMUNIQUE_")}
    environment["COMMUNIQUE_DATABASE_URL"] = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'news.db'}"
    return subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        input="\n".join(TYPED) + "\n",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _answers(out: str) -> dict[str, str]:
    """What was answered to each line, by the line."""
    parts = out.split("\n> ") if out.startswith("\n> ") else f"\n{out}".split("\n> ")
    return {typed: answer for typed, _, answer in (part.partition("\n") for part in parts[1:])}


def test_without_news_the_sample_answers_and_is_said_to_be_the_sample(
    talk: subprocess.CompletedProcess[str],
) -> None:
    assert talk.returncode == 0, talk.stderr
    assert "our sample of March 2025" in talk.stderr
    assert "Monday 24 March 2025" in talk.stderr
    assert "Traceback" not in talk.stderr
    assert tuple(_answers(talk.stdout)) == TYPED


def test_a_country_is_answered_with_lines_proofs_and_links(talk: subprocess.CompletedProcess[str]) -> None:
    answer = _answers(talk.stdout)["/country russia"]
    assert answer.lstrip().startswith("🇷🇺 Russia\n")
    assert (
        "Russia (President Vladimir Putin) and the United States (President Donald Trump) spoke by phone"
        in answer
    )
    assert "\n    For more than an hour and a half on Tuesday" in answer
    assert "  [1] Northern Ledger  https://northern-ledger.example/" in answer
    assert "(3) Follow Russia" in answer
    assert "<" not in answer


def test_a_country_as_another_language_spells_it_is_the_same(talk: subprocess.CompletedProcess[str]) -> None:
    answers = _answers(talk.stdout)
    assert answers["/country rusia"] == answers["/country russia"]


def _heads(answer: str) -> list[str]:
    """The first line of each event: what happened and on which day."""
    return [line for line in answer.splitlines() if " · " in line and not line.startswith("[")]


def test_calls_are_calls_and_mediation_is_mediation(talk: subprocess.CompletedProcess[str]) -> None:
    answers = _answers(talk.stdout)
    calls, mediation = _heads(answers["/calls"]), _heads(answers["/mediation"])
    assert len(calls) >= 3
    assert all("spoke" in head for head in calls)
    assert mediation
    assert all("mediat" in head.lower() for head in mediation)


def test_what_is_followed_is_confirmed_and_asked_about(talk: subprocess.CompletedProcess[str]) -> None:
    answers = _answers(talk.stdout)
    assert "Now following Türkiye." in answers["/subscribe turkey"]
    assert "Tuesday 25 March 2025, 07:00" in answers["/subscribe turkey"]
    assert "Türkiye" in answers["/today"]


def test_where_news_are_held_they_are_what_is_talked_about(
    communique: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fill() -> None:
        async with await open_storage(f"sqlite:///{database}") as storage:
            heard = datetime.now(UTC) - timedelta(hours=1)
            await hear(storage, statement(heard, "KE", "Words of this very hour."), call(heard, ("KE", "PE")))

    asyncio.run(fill())
    monkeypatch.setattr(sys, "stdin", io.StringIO("kenya\n\n1\nno such land\n"))
    ran = communique("chat")

    assert ran.code == 0
    assert "sample" not in ran.err
    answers = _answers(ran.out)
    assert "Words of this very hour." in answers["kenya"]
    assert "Kenya and Peru spoke by phone" in answers["kenya"]
    # Its first button asks for the last day alone.
    assert answers["1"].lstrip().startswith("🇰🇪 Kenya")
    assert "is no country or actor that is known here" in answers["no such land"]


def test_what_was_wished_in_a_talk_is_kept_for_the_next(
    communique: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fill() -> None:
        async with await open_storage(f"sqlite:///{database}") as storage:
            await hear(storage, statement(datetime.now(UTC)))

    asyncio.run(fill())
    for line, said in (("/subscribe kenya", "Now following Kenya."), ("/settings", "You follow Kenya.")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{line}\n"))
        assert said in communique("chat").out


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_talk_is_begun_for_the_reader_behind_a_prompt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def typed() -> list[str]:
        return [line async for line in chat.lines()]

    monkeypatch.setattr(sys, "stdin", _Keyboard(" france \n\n"))
    assert asyncio.run(typed()) == ["/start", "france"]
    # Nothing is repeated that stands on the screen already.
    assert capsys.readouterr().out == "> > > "


LINKED = 'Two <b>words</b>. <a href="https://a.example">[1] A</a> <a href="https://a.example">again</a>'
ROWS = ((Button("One", "show:time"), Button("Two", "show:zone")), (Button("Three", "show:days"),))


def test_elsewhere_links_and_buttons_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    chat.show(Shown(LINKED, ROWS))
    assert capsys.readouterr().out == (
        "Two words. [1] A again\n\n  [1] A  https://a.example\n  (1) One   (2) Two\n  (3) Three\n\n"
    )


def test_between_two_messages_stands_an_empty_line(capsys: pytest.CaptureFixture[str]) -> None:
    chat.show(Shown(LINKED))
    chat.show(Shown("Next."))
    assert capsys.readouterr().out == "Two words. [1] A again\n\n  [1] A  https://a.example\n\nNext.\n\n"


def test_an_alert_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    chat.show(Shown("That means <nothing>.", is_alert=True))
    assert capsys.readouterr().out == "That means <nothing>.\n\n"
