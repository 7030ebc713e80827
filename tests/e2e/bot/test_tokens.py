"""A token that is missing, misspelt or not taken, and no way to Telegram: each is one line, and none tells the token."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot import app
from bot.cli import run
from tests.stand_in import SOME_TOKEN, Break, StandIn

WRONG = f"1234567890:{'B' * 35}"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class Clerk:
    """Says that the language model is there; it plays no part here, and takes seconds to load."""

    async def run(self, _work: Callable[..., Any], *_: object, **__: object) -> str:
        return "1:model"


@asynccontextmanager
async def clerk(_: object) -> AsyncIterator[Clerk]:
    yield Clerk()


@pytest.fixture
def telegram() -> Iterator[StandIn]:
    """Give a stand-in that answers in a thread of its own, since a command has a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    api = StandIn()
    asyncio.run_coroutine_threadsafe(api.__aenter__(), loop).result(10)
    yield api
    asyncio.run_coroutine_threadsafe(api.__aexit__(None, None, None), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(autouse=True)
def _nobodys(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COMMUNIQUE_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", sqlite_url)
    monkeypatch.setattr(app, "one_worker", clerk)


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """Take back what a command set for the logs of its process."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)
    for handler in [each for each in root.handlers if type(each) is logging.StreamHandler]:
        root.removeHandler(handler)


@pytest.fixture
def communique(capfd: pytest.CaptureFixture[str]) -> Callable[[str], Ran]:
    def call(command: str) -> Ran:
        capfd.readouterr()
        code = run([command])
        return Ran(code, *capfd.readouterr())

    return call


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_without_a_token_there_is_nothing_to_run_and_nothing_to_find_fault_with(
    communique: Callable[[str], Ran],
) -> None:
    ran, seen = communique("run"), communique("doctor")
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert "COMMUNIQUE_BOT_TOKEN is not set" in line
    assert "@BotFather" in line
    assert seen.code == 0
    assert "no token is set" in seen.out.splitlines()[-1]


@pytest.mark.parametrize("token", ["secret", f" {SOME_TOKEN}", f"bot{SOME_TOKEN}", "1234567890:short"])
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_misspelt_token_is_seen_before_anything_is_asked(
    communique: Callable[[str], Ran], monkeypatch: pytest.MonkeyPatch, command: str, token: str
) -> None:
    monkeypatch.setenv("COMMUNIQUE_BOT_TOKEN", token)
    ran = communique(command)
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert "COMMUNIQUE_BOT_TOKEN" in line
    assert "copy it whole from @BotFather" in line
    assert token.strip() not in ran.out + ran.err


@pytest.mark.parametrize("level", ["WARNING", "DEBUG"])
def test_a_token_that_telegram_does_not_take(
    communique: Callable[[str], Ran], monkeypatch: pytest.MonkeyPatch, telegram: StandIn, level: str
) -> None:
    monkeypatch.setenv("COMMUNIQUE_BOT_API", telegram.base_url.removesuffix("/bot"))
    monkeypatch.setenv("COMMUNIQUE_BOT_TOKEN", WRONG)
    monkeypatch.setenv("COMMUNIQUE_LOG_LEVEL", level)
    ran, seen = communique("run"), communique("doctor")
    assert (ran.code, seen.code) == (2, 1)
    assert "Telegram does not accept COMMUNIQUE_BOT_TOKEN." in ran.err.splitlines()[-1]
    assert "Telegram does not accept COMMUNIQUE_BOT_TOKEN." in seen.out.splitlines()[-1]
    assert "B" * 35 not in ran.out + ran.err + seen.out + seen.err
    if level == "WARNING":
        assert len(ran.err.splitlines()) == 1
        assert seen.err == ""


@pytest.mark.parametrize("level", ["WARNING", "DEBUG"])
def test_nobody_at_the_other_end(
    communique: Callable[[str], Ran], monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setenv("COMMUNIQUE_BOT_API", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("COMMUNIQUE_BOT_TOKEN", SOME_TOKEN)
    monkeypatch.setenv("COMMUNIQUE_LOG_LEVEL", level)
    ran, seen = communique("run"), communique("doctor")
    assert (ran.code, seen.code) == (1, 1)
    assert "Telegram cannot be reached at 127.0.0.1 (ConnectError)." in ran.err.splitlines()[-1]
    assert "Telegram cannot be reached at 127.0.0.1 (ConnectError)." in seen.out.splitlines()[-1]
    assert "A" * 35 not in ran.out + ran.err + seen.out + seen.err
    if level == "WARNING":
        assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        (Break.BAD_GATEWAY, "Bad Gateway (502)"),
        (Break.ERROR, "Internal Server Error"),
        (Break.RESET, "ReadError"),
    ],
)
def test_something_else_at_the_other_end(
    communique: Callable[[str], Ran],
    monkeypatch: pytest.MonkeyPatch,
    telegram: StandIn,
    how: Break,
    shown: str,
) -> None:
    monkeypatch.setenv("COMMUNIQUE_BOT_API", telegram.base_url.removesuffix("/bot"))
    monkeypatch.setenv("COMMUNIQUE_BOT_TOKEN", SOME_TOKEN)
    telegram.break_next("getMe", how, times=10)
    ran = communique("run")
    assert ran.code == 1
    (line,) = ran.err.splitlines()
    assert f"Telegram cannot be reached at 127.0.0.1 ({shown})." in line


def test_a_token_that_is_taken_is_well(
    communique: Callable[[str], Ran], monkeypatch: pytest.MonkeyPatch, telegram: StandIn
) -> None:
    monkeypatch.setenv("COMMUNIQUE_BOT_API", telegram.base_url.removesuffix("/bot"))
    monkeypatch.setenv("COMMUNIQUE_BOT_TOKEN", SOME_TOKEN)
    seen = communique("doctor")
    assert seen.code == 0
    assert "stand_in_bot" in seen.out.splitlines()[-1]


def test_a_role_that_does_not_exist(communique: Callable[[str], Ran]) -> None:
    assert run(["run", "--roles", "bot,feed"]) == 2
    assert communique("run").code == 2
