"""What the ledger is told."""

from typing import get_args

from bot.delivery.outcome import Outcome


def test_every_outcome_has_a_word_of_its_own() -> None:
    words = [kind.word for kind in get_args(Outcome)]
    assert all(words)
    assert len(set(words)) == len(words) == 8
