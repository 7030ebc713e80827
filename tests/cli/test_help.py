"""What `--help` says."""

import re
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("command", "default"),
    [
        (("brief",), "today"),
        (("extract",), "one a core"),
        (("feeds", "check"), "all polled"),
        (("run",), "all"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_default_that_is_worked_out_is_told_as_well(
    communique: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], default: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    ran = communique(*command, "--help")

    assert f"[default: {default}]" in re.sub(r"\s+", " ", ran.out)
