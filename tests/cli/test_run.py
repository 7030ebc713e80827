"""`communique run`, without a Telegram to serve."""

from collections.abc import Callable
from typing import Any

import pytest

from bot import app
from bot.app import Live, Role
from bot.settings import Settings

Run = Callable[..., Any]
TOKEN = f"123456789:{'A' * 35}"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[Role]]:
    """Give the roles that were to be served; the serving itself ends at once."""
    asked: list[frozenset[Role]] = []

    async def serve(_settings: Settings, roles: frozenset[Role], announce: Callable[[Live], None]) -> None:
        asked.append(roles)
        announce(Live("communique_bot", len(asked) - 1, None))  # type: ignore[arg-type]  # it is not looked at

    monkeypatch.setattr(app, "run_bot", serve)
    return asked


@pytest.mark.parametrize(
    ("arguments", "roles"),
    [
        ((), frozenset(Role)),
        (("--roles", "bot"), {Role.BOT}),
        (("--roles", "briefings, delivery"), {Role.BRIEFINGS, Role.DELIVERY}),
        (("--roles", "feeds,feeds"), {Role.FEEDS}),
    ],
)
def test_the_roles_that_are_asked_for_are_served(
    communique: Run, served: list[frozenset[Role]], arguments: tuple[str, ...], roles: frozenset[Role]
) -> None:
    ran = communique("run", *arguments)
    assert served == [roles]
    assert ran.code == 0
    assert ran.out == ""
    assert "Serving @communique_bot." in ran.err
    assert "Stopped" in ran.err.splitlines()[-1]


def test_whoever_visits_no_feed_is_told_how_to_begin(communique: Run, served: list[frozenset[Role]]) -> None:
    assert "communique feeds add --catalogue" in communique("run").err
    assert "feeds add" not in communique("run").err
    assert len(served) == 2


@pytest.mark.parametrize("roles", ["nonsense", "bot,", "Bot", "bot;feeds", ","])
def test_a_role_that_does_not_exist_is_wrong_use(
    communique: Run, served: list[frozenset[Role]], roles: str
) -> None:
    ran = communique("run", "--roles", roles)
    assert ran.code == 2
    assert "bot, feeds, briefings, delivery" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert served == []


def test_without_a_token_it_is_said_where_to_get_one(communique: Run) -> None:
    ran = communique("run")
    assert ran.code == 2
    assert "COMMUNIQUE_BOT_TOKEN is not set" in ran.err
    assert "@BotFather" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_where_telegram_is_out_of_reach_that_is_said_and_not_the_token(
    communique: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNIQUE_BOT_TOKEN", TOKEN)
    # Nobody may listen on port 1 (RFC 6335: below 1024 only the system).
    monkeypatch.setenv("COMMUNIQUE_BOT_API", "http://127.0.0.1:1")
    ran = communique("run")
    assert ran.code == 1
    assert "cannot be reached at 127.0.0.1" in ran.err
    assert TOKEN not in ran.err
    assert len(ran.err.splitlines()) == 1
