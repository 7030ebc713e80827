"""The chaos in small; at full size it is run by hand (BENCHMARKS.md)."""

import pytest

from tests.chaos.__main__ import main
from tests.conftest import DATABASES


@pytest.mark.parametrize("kind", DATABASES)
def test_killed_workers_lose_nothing_and_keep_the_order(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ("--chats", "200", "--kills", "3", "--pace", "100", "--unknown", "0")
    assert main(["--database", kind, *small]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("lost=0 ")
    assert last.endswith("disordered=0")
