"""The log tells what failed, and nothing that is secret or private."""

import logging

import pytest
import structlog
from telegram.ext import ExtBot

from bot.flows.logs import configure_logs

SECRET = "AAF4-none_but_the_bot_may_know_this_x"  # noqa: S105 - nobody has it
TOKEN = f"123456789:{SECRET}"


def _fail_with(bot: ExtBot[None], wrote: list[str]) -> None:
    raise ValueError(f"no answer from https://api.telegram.org/bot{bot.token}/sendMessage ({len(wrote)})")


def test_a_failure_of_ours_is_told_without_the_token_and_without_what_a_reader_wrote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("WARNING")

    read = ["my own words"]
    try:
        _fail_with(ExtBot(TOKEN), read)
    except ValueError:
        structlog.get_logger().exception("a task failed", reason=f"token {TOKEN}")

    told = capsys.readouterr().err
    assert "a task failed" in told
    assert "ValueError: no answer from https://api.telegram.org/bot***/sendMessage" in told
    assert SECRET[:10] not in told
    assert "my own words" not in told


def test_what_a_library_notes_is_told_without_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("WARNING")

    try:
        _fail_with(ExtBot(TOKEN), [])
    except ValueError:
        logging.getLogger("httpx").exception("POST %s", f"https://api.telegram.org/bot{TOKEN}/getMe")

    told = capsys.readouterr().err
    assert "POST https://api.telegram.org/bot***/getMe" in told
    assert "ValueError: no answer from https://api.telegram.org/bot***/sendMessage" in told
    assert SECRET[:10] not in told
