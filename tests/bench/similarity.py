"""How many texts a second are signed, compared and estimated, on one core; run by hand.

    python tests/bench/similarity.py [TEXTS]

Prints one line of figures. Where datasketch is installed (`uv run --with datasketch python tests/bench/similarity.py`),
its MinHash of as many permutations over the same shingles is measured beside ours.
"""

import importlib.util
import random
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.text.similarity import (
    PERMUTATIONS,
    Profile,
    Signature,
    estimate,
    overlap,
    profile,
    resemblance,
    signature,
)

WORDS = 409
"""Words of one text: the mean of the news articles the project's figures were measured on."""

VOCABULARY = 30_000
CHANGED = 0.08
"""Share of words by which a text differs from the one before it, in the half that are copies."""


def made_texts(count: int) -> list[str]:
    """Make texts of words as unevenly frequent as real ones (Zipf), every second a reworded copy of the one before."""
    chance = random.Random(7)  # noqa: S311 - texts to measure with, no secret
    words = [f"w{rank}" for rank in range(1, VOCABULARY + 1)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    texts: list[list[str]] = []
    for number in range(count):
        fresh = chance.choices(words, weights, k=WORDS)
        if number % 2:
            fresh = [
                new if chance.random() < CHANGED else old for new, old in zip(fresh, texts[-1], strict=True)
            ]
        texts.append(fresh)
    return [" ".join(text) for text in texts]


def rate(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Measure texts per CPU-second."""
    start = time.process_time()
    for text in texts:
        work(text)
    return len(texts) / (time.process_time() - start)


def datasketch_rate(texts: Sequence[str]) -> float | None:
    """Measure datasketch on the same task, from text to signature; None where it is not installed."""
    if importlib.util.find_spec("datasketch") is None:
        return None
    minhash = importlib.import_module("datasketch").MinHash

    def sign(text: str) -> object:
        words = text.lower().split()
        sketch = minhash(num_perm=PERMUTATIONS)
        sketch.update_batch(
            {" ".join(three).encode() for three in zip(words, words[1:], words[2:], strict=False)}
        )
        return sketch

    return rate(sign, texts)


def error(profiles: Sequence[Profile], signatures: Sequence[Signature]) -> float:
    """Measure the root mean square error of the estimated resemblance over neighbouring texts."""
    exact = [overlap(a, b)[0] for a, b in pairwise(profiles)]
    guessed = [estimate(a, b) for a, b in pairwise(signatures)]
    squares = [(mine - true) ** 2 for mine, true in zip(guessed, exact, strict=True) if true > 0.1]
    return float((sum(squares) / len(squares)) ** 0.5)


def main() -> None:
    """Measure and print."""
    texts = made_texts(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    signed, profiled = rate(signature, texts), rate(profile, texts)
    profiles = [profile(text) for text in texts]
    signatures = [made for text in texts if (made := signature(text))]
    start = time.process_time()
    for a, b in pairwise(profiles):
        resemblance(a, b)
    compared = (len(profiles) - 1) / (time.process_time() - start)
    other = datasketch_rate(texts)
    beside = f", datasketch {other:,.0f}/s" if other else ""
    sys.stdout.write(
        f"{len(texts)} texts x {WORDS} words: signature {signed:,.0f}/s{beside}, profile {profiled:,.0f}/s, "
        f"comparison {compared:,.0f}/s, error of the estimate {error(profiles, signatures):.3f}\n"
    )


if __name__ == "__main__":
    main()
