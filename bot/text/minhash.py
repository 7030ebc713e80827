r"""The sketch of a text: 126 numbers that let a database find texts like it without reading them.

A signature is 126 MinHash minima over the text's word 3-shingles (Broder 1997, "On the resemblance and
containment of documents"). It is stored, so it must be the same on every machine and under every library:
nothing here draws on Python's `hash()`, numpy's random streams or a hashing package. In full:

1. words: NFKC, lower case, every run of `\w`;
2. a word is BLAKE2b of its UTF-8 bytes, 8 bytes, read little-endian (as all numbers here);
3. a shingle of the words u v w is `mix(u*P0 + v*P1 + w*P2)` modulo 2^64, each P being odd;
4. minimum i is the least `(A_i * (shingle >> 32) + B_i) mod 2^64 >> 32` over all shingles
   (multiply-add-shift, Dietzfelbinger 1996: two shingles collide no more often than by chance);
5. band b is BLAKE2b of the byte b and its three minima, 8 bytes, read as a signed number.

P, A and B are BLAKE2b of their own names (`_constant`). Whoever changes any of this raises
`SIGNATURE_VERSION`: signatures of different versions cannot be compared.

Words are what `\w` joins. A script without spaces gives few of them, so such texts mostly stay under
`MIN_WORDS` and are only ever matched word for word.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

SIGNATURE_VERSION = 1
"""Stamp of the scheme above. Raise it with any change and compute stored signatures anew."""

SHINGLE_WORDS = 3
"""Three words, not five: with a word in ten replaced, the median J of 3-shingles is .63, of 5-shingles .40."""

BANDS = 42
ROWS = 3
"""42 bands of 3 rows found every pair with J3 >= .40 among 680 pages on three events, and .94 of those with
J3 >= .25, for 2.5 candidates a text; the customary 25 x 5 found .84 and .70, 9 x 13 (threshold .8) .49 and .40."""

PERMUTATIONS = BANDS * ROWS

MIN_WORDS = 80
"""Shorter texts have too few shingles to measure: they are copies only if word for word the same."""

_WORD = re.compile(r"\w+")
_CACHED_WORDS = 1 << 16
_STRIDE = 1 << 8
"""Shingles permuted at a time: 126 x 256 x 8 bytes is a quarter megabyte, so that memory does not grow with the text
and stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The sketch of one text.

    `minima` holds 126 unsigned 32-bit numbers, little-endian (504 bytes); `band_keys` 42 signed 64-bit numbers,
    of which two texts share at least one with probability 1 - (1 - J^3)^42 at resemblance J.
    """

    version: int
    minima: bytes
    band_keys: tuple[int, ...]


def signature(text: str) -> Signature | None:
    """Sketch `text`; None where it has fewer than `MIN_WORDS` words and is found by `text_digest` alone."""
    words = words_of(text)
    if len(words) < MIN_WORDS:
        return None
    minima = _minima(shingle_hashes(words))
    return Signature(SIGNATURE_VERSION, minima, _band_keys(minima))


def estimate(a: Signature, b: Signature) -> float:
    """Estimate the resemblance J3 of two texts from their signatures: standard error at most .045.

    Raises:
        ValueError: if the signatures are of different versions.
    """
    if a.version != b.version:
        raise ValueError(f"signatures of versions {a.version} and {b.version} cannot be compared")
    return float(np.mean(np.frombuffer(a.minima, "<u4") == np.frombuffer(b.minima, "<u4")))


def text_digest(text: str) -> str:
    """Name the words of `text` in 32 hex digits: equal for texts that differ in case, spacing and marks alone."""
    normal = " ".join(words_of(text)) or text.strip()
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def words_of(text: str) -> tuple[str, ...]:
    """Split `text` into its words as step 1 of the scheme has it."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def shingle_hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """Hash each run of three words to 64 bits, in order, repeats included. Empty under three words."""
    count = len(words) - SHINGLE_WORDS + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    hashed = np.array([_word_hash(word) for word in words], dtype=np.uint64)
    total = np.zeros(count, dtype=np.uint64)
    for offset, place in enumerate(_PLACES):
        total += hashed[offset : offset + count] * place
    return _mix(total)


def _number(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def _constant(name: str) -> int:
    return _number(f"communique/minhash/1/{name}".encode())


_PLACES = tuple(np.uint64(_constant(f"place/{i}") | 1) for i in range(SHINGLE_WORDS))
_FACTORS = np.array([[_constant(f"factor/{i}")] for i in range(PERMUTATIONS)], dtype=np.uint64)
_OFFSETS = np.array([[_constant(f"offset/{i}")] for i in range(PERMUTATIONS)], dtype=np.uint64)
_MIXERS = tuple(np.uint64(_constant(f"mix/{i}") | 1) for i in range(2))
_HALF = np.uint64(32)


@lru_cache(maxsize=_CACHED_WORDS)
def _word_hash(word: str) -> int:
    return _number(word.encode())


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Stir 64-bit numbers: `x = (x ^ x >> 32) * M` for each of the two M, and `x ^ x >> 32` at the end."""
    # A sum of products keeps the words' arithmetic, which the minima, products too, would feel. This breaks it.
    for factor in _MIXERS:
        x = (x ^ (x >> _HALF)) * factor
    return x ^ (x >> _HALF)


def _minima(hashes: NDArray[np.uint64]) -> bytes:
    halves = hashes >> _HALF
    least = np.full(PERMUTATIONS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(halves), _STRIDE):
        # In place, since a second array this size costs as much as the arithmetic. Shifting keeps order, so it can
        # wait until the least is found.
        permuted = _FACTORS * halves[start : start + _STRIDE]
        permuted += _OFFSETS
        np.minimum(least, permuted.min(axis=1), out=least)
    return (least >> _HALF).astype("<u4").tobytes()


def _band_keys(minima: bytes) -> tuple[int, ...]:
    width = 4 * ROWS
    rows = (bytes([band]) + minima[band * width : (band + 1) * width] for band in range(BANDS))
    return tuple(_signed(_number(row)) for row in rows)


def _signed(number: int) -> int:
    # A database's widest integer is signed.
    return number - (1 << 64) if number >> 63 else number
