"""Copies of an SQLite database."""

from pathlib import Path

import pytest

from storage import open_storage
from storage.backup import back_up


async def _made(path: Path) -> str:
    url = f"sqlite:///{path}"
    async with await open_storage(url):
        return url


@pytest.mark.asyncio
async def test_a_copy_is_one_file_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    url = await _made(tmp_path / "news.db")

    back_up(url, tmp_path / "copies" / "one.db")

    assert [file.name for file in (tmp_path / "copies").iterdir()] == ["one.db"]
