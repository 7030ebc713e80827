"""Each case of `tests/cases/briefing` in each format; see its README for new cases."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model import Briefing
from bot.rendering.markdown import render_markdown
from bot.rendering.telegram import render_telegram
from bot.rendering.text import render_text

CASES = Path(__file__).parent.parent / "cases" / "briefing"
NAMES = sorted(path.stem for path in CASES.glob("*.json"))
MESSAGE_GAP = "\n\n" + "=" * 40 + "\n\n"


def telegram(briefing: Briefing) -> str:
    return MESSAGE_GAP.join(render_telegram(briefing)) + "\n"


FORMATS: dict[str, Callable[[Briefing], str]] = {
    "txt": render_text,
    "telegram.html": telegram,
    "md": render_markdown,
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_briefing_reads_as_expected(name: str, ending: str, case: Callable[[str], Briefing]) -> None:
    written = FORMATS[ending](case(name))
    expected = CASES / f"{name}.{ending}"
    if os.environ.get("REFRESH_CASES"):
        expected.write_text(written, encoding="utf-8")
    assert written == expected.read_text(encoding="utf-8")


def test_there_are_cases() -> None:
    assert len(NAMES) >= 10
