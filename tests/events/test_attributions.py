"""Reported speech: who, by which word, and exactly what was said.

A case is a text of `tests/cases/attributions` and, beside it, the attributions it holds, in order; a new one needs no code.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Analysis, Attribution, Span

CASES = sorted((Path(__file__).parent.parent / "cases" / "attributions").glob("*.txt"))


def _plain(one: Attribution) -> dict[str, Any]:
    return {
        "source": one.source.text if one.source else None,
        "cue": one.cue.text if one.cue else None,
        "content": [span.text for span in one.content],
        "form": one.form.value,
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
def test_speech_is_found_with_its_speaker_and_its_words(path: Path, analyse: Callable[..., Analysis]) -> None:
    wanted = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    found = analyse(path.read_text(encoding="utf-8").strip()).attributions
    assert [_plain(one) for one in found] == wanted


def _spans(attribution: Attribution) -> tuple[Span, ...]:
    return (*attribution.content, *(one for one in (attribution.source, attribution.cue) if one))


PIECES = (
    "Spain said ", "“The bridge is shut,” ", '"The road is not', '" ', "he added. ", "according to the Greek army, ",
    "that the river was rising", ". ", ", ", "\n\n", "“And so we left.” ", "said Kenya's president", "''", "«", "»",
    "urged both sides to stop ", '27" ', "its call for peace ", "told reporters: ", "’", "(", ") ", "— ",
)  # fmt: skip


@settings(max_examples=100)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=14))
def test_every_span_is_verbatim_and_no_content_is_empty(
    pieces: list[str], analyse: Callable[..., Analysis]
) -> None:
    text = "".join(pieces)
    for attribution in analyse(text).attributions:
        assert attribution.content
        for span in _spans(attribution):
            assert span.text == text[span.start : span.end]
            assert span.text.strip()
