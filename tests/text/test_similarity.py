"""What is one text in two trims, and what is not, on texts whose overlap is known by construction."""

import os
import subprocess
import sys
from hashlib import blake2b, sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Resemblance
from bot.text.similarity import (
    MIN_WORDS,
    Signature,
    compare,
    estimate,
    overlap,
    profile,
    shingles,
    signature,
    text_digest,
)

FIXED = """
The foreign ministers of Norway and Kenya met in Nairobi on Tuesday to talk about grain, fishing rights and the
long road to a new treaty on the high seas. “We did not agree on everything,” said the host, “but we agreed to
go on.” Her guest called the day useful. Both sides will send experts to Oslo in March, where a first draft is to
be read line by line. Until then the old rules hold: forty boats, two harbours, one season. A spokesman for the
fishermen of Mombasa said that nobody had asked them; the ministry answered that somebody would. Überraschend war
das nicht, schrieb eine Zeitung aus Zürich. Ни один из них не назвал срока.
"""

lengths = st.integers(min_value=MIN_WORDS, max_value=260)
starts = st.integers(min_value=0, max_value=300)


def run(start: int, stop: int) -> str:
    """Distinct words, so that two runs share exactly the shingles of their common stretch."""
    return " ".join(f"w{number}" for number in range(start, stop))


def reworded(start: int, stop: int, every: int) -> str:
    return " ".join(f"new{n}" if n % every == 0 else f"w{n}" for n in range(start, stop))


@st.composite
def texts(draw: st.DrawFn) -> str:
    start = draw(starts)
    return run(start, start + draw(lengths))


def test_the_signature_of_a_text_never_changes_within_a_version() -> None:
    # If this fails, stored signatures no longer match new ones: raise SIGNATURE_VERSION, then write the new digest.
    made = signature(FIXED)
    assert made is not None
    keys = b"".join(key.to_bytes(8, "little", signed=True) for key in made.band_keys)
    assert made.version == 1
    assert (
        sha256(made.minima).hexdigest() == "2bbcfa9b9a628a51b4dd25b0830ddbb430d0a68c1d2d527f473759f803ce31bd"
    )
    assert sha256(keys).hexdigest() == "d547c34e13323eee807f7c3ddbbf96cb670968c74fa5af325aca2bab2eb4cb29"


def test_a_signature_is_the_same_in_a_process_that_hashes_strings_otherwise() -> None:
    code = "import sys; from bot.text.similarity import signature; print(signature(sys.stdin.read()))"
    other = subprocess.run(
        [sys.executable, "-c", code],
        input=FIXED.encode(),
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
    )
    assert other.stdout.decode().strip() == repr(signature(FIXED))


def test_a_signature_has_the_size_the_database_expects() -> None:
    made = signature(FIXED)
    assert made is not None
    assert len(made.minima) == 504
    assert len(made.band_keys) == 42
    assert all(-(2**63) <= key < 2**63 for key in made.band_keys)


def test_numpy_computes_what_the_scheme_says_in_whole_numbers() -> None:
    def number(data: bytes) -> int:
        return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")

    def constant(name: str) -> int:
        return number(f"communique/minhash/1/{name}".encode())

    def mix(x: int) -> int:
        for factor in (constant("mix/0") | 1, constant("mix/1") | 1):
            x = (x ^ x >> 32) * factor % 2**64
        return x ^ x >> 32

    words = [number(word.encode()) for word in run(0, 1300).split()]
    places = [constant(f"place/{i}") | 1 for i in range(3)]
    made = [mix(sum(w * p for w, p in zip(words[at:], places, strict=False)) % 2**64) for at in range(1298)]
    least = [
        min((constant(f"factor/{i}") * (x >> 32) + constant(f"offset/{i}")) % 2**64 for x in made) >> 32
        for i in range(126)
    ]
    minima = b"".join(value.to_bytes(4, "little") for value in least)
    found = signature(run(0, 1300))
    assert found is not None
    assert found.minima == minima
    assert found.band_keys[41] % 2**64 == number(bytes([41]) + minima[-12:])


@pytest.mark.parametrize(
    ("shift", "resemblance"), [(0, 1.0), (40, 0.82), (100, 0.6), (200, 0.33), (320, 0.11)]
)
def test_the_estimate_is_near_the_resemblance(shift: int, resemblance: float) -> None:
    one, other = signature(run(0, 402)), signature(run(shift, shift + 402))
    assert one is not None
    assert other is not None
    assert estimate(one, other) == pytest.approx(resemblance, abs=0.1)


def test_signatures_of_two_versions_are_not_compared() -> None:
    made = signature(FIXED)
    assert made is not None
    with pytest.raises(ValueError, match="cannot be compared"):
        estimate(made, Signature(made.version + 1, made.minima, made.band_keys))


@pytest.mark.parametrize("cut", [200, 240, 300, 360])
def test_a_trimmed_copy_shares_a_band_and_an_unrelated_text_none(cut: int) -> None:
    whole, copy, other = signature(run(0, 400)), signature(run(0, cut)), signature(run(1000, 1400))
    assert whole is not None
    assert copy is not None
    assert other is not None
    assert set(whole.band_keys) & set(copy.band_keys)
    assert not set(whole.band_keys) & set(other.band_keys)


def test_a_short_text_has_no_signature() -> None:
    assert signature(run(0, MIN_WORDS - 1)) is None
    assert signature(run(0, MIN_WORDS)) is not None


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("The envoy left.", "the  envoy\nLEFT"),
        ("cafe\N{COMBINING ACUTE ACCENT} noir", "CAFÉ NOIR"),
        ("“Peace,” he said", '"Peace", he said...'),
    ],
)
def test_the_digest_hears_words_only(mine: str, other: str) -> None:
    assert text_digest(mine) == text_digest(other)


@pytest.mark.parametrize(
    ("mine", "other"), [("the envoy left", "the envoys left"), ("ab c", "a bc"), ("…", "—")]
)
def test_the_digest_tells_other_words_apart(mine: str, other: str) -> None:
    assert text_digest(mine) != text_digest(other)


@given(st.text())
def test_any_string_at_all_can_be_profiled_and_named(text: str) -> None:
    assert len(text_digest(text)) == 32
    assert len(shingles(text)) <= max(len(profile(text).words) - 2, 0)


def test_half_broken_characters_do_not_stop_the_digest() -> None:
    assert text_digest("\ud800") != text_digest("\ud801")


def test_overlap_counts_shingles() -> None:
    j3, c3 = overlap(profile(run(0, 102)), profile(run(50, 202)))
    assert j3 == pytest.approx(50 / 200)
    assert c3 == pytest.approx(50 / 100)
    assert overlap(profile(""), profile("")) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        pytest.param(run(0, 400), run(0, 400), Resemblance.COPY, id="word for word"),
        pytest.param(
            run(0, 400), run(0, 400) + " " + run(900, 1000), Resemblance.COPY, id="headlines at the end"
        ),
        pytest.param(run(0, 400), run(0, 250), Resemblance.COPY, id="cut by a third"),
        pytest.param(run(0, 400), reworded(0, 400, 20), Resemblance.COPY, id="one word in twenty changed"),
        pytest.param(run(0, 400), reworded(0, 400, 8), Resemblance.VERSION, id="one word in eight changed"),
        pytest.param(run(0, 400), run(0, 180), Resemblance.VERSION, id="cut by more than half"),
        pytest.param(run(0, 1000), run(0, 100), Resemblance.EXCERPT, id="quoted in a digest"),
        pytest.param(run(0, 400), run(390, 800), Resemblance.DIFFERENT, id="a sentence in common"),
        pytest.param(
            run(0, 400), run(320, 720), Resemblance.DIFFERENT, id="a paragraph in common, no titles"
        ),
        pytest.param(run(0, 400), run(500, 900), Resemblance.DIFFERENT, id="nothing in common"),
        pytest.param(run(0, 400), "", Resemblance.DIFFERENT, id="nothing there"),
    ],
)
def test_how_two_texts_relate(mine: str, other: str, expected: Resemblance) -> None:
    assert compare(mine, other) is expected


DOUBTFUL = run(0, 400), run(280, 680)
"""J3 .18: between a chance overlap and a version."""


def test_in_doubt_an_agreeing_title_and_a_long_common_run_make_a_version() -> None:
    title, near = (
        "Kenya and Norway agree on fishing rights",
        "Norway, Kenya agree on fishing rights - minister",
    )
    assert compare(*DOUBTFUL, a_title=title, b_title=near) is Resemblance.VERSION


@pytest.mark.parametrize("other_title", [None, "", "Kenya hosts summit on climate"])
def test_in_doubt_without_an_agreeing_title_two_texts_stay_apart(other_title: str | None) -> None:
    title = "Kenya and Norway agree on fishing rights"
    assert compare(*DOUBTFUL, a_title=title, b_title=other_title) is Resemblance.DIFFERENT


def test_in_doubt_without_a_long_common_run_two_texts_stay_apart() -> None:
    title = "Kenya and Norway agree on fishing rights"
    scattered = reworded(0, 200, 4) + " " + reworded(200, 400, 5)
    j3, c3 = overlap(profile(run(0, 400)), profile(scattered))
    assert 0.15 <= j3 < 0.25
    assert c3 < 0.7
    assert compare(run(0, 400), scattered, a_title=title, b_title=title) is Resemblance.DIFFERENT


def test_a_short_text_is_a_copy_only_word_for_word() -> None:
    short = run(0, 60)
    assert compare(short, short.upper() + "!") is Resemblance.COPY
    assert compare(short, short + " more") is Resemblance.DIFFERENT
    assert compare(short, run(0, 400)) is Resemblance.DIFFERENT


def test_the_same_placeholder_under_two_titles_is_no_copy() -> None:
    wall = "Please switch on cookies to go on reading."
    assert compare(wall, wall, a_title="Envoy leaves", b_title="Talks resume") is Resemblance.DIFFERENT
    assert compare(wall, wall, a_title="Envoy leaves", b_title="Envoy leaves!") is Resemblance.COPY
    assert compare(wall, wall, a_title="Envoy leaves") is Resemblance.COPY


def test_two_texts_without_a_word_are_not_copies() -> None:
    assert compare("", "") is Resemblance.DIFFERENT
    assert compare("…", "—") is Resemblance.DIFFERENT


@given(texts(), texts(), st.sampled_from([None, "Talks in Oslo", "Talks in Oslo today"]))
def test_the_order_of_two_texts_never_matters(mine: str, other: str, title: str | None) -> None:
    forth = compare(mine, other, a_title=title, b_title="Talks in Oslo")
    assert forth is compare(other, mine, a_title="Talks in Oslo", b_title=title)


@given(texts())
def test_a_text_is_a_copy_of_itself(text: str) -> None:
    assert compare(text, text) is Resemblance.COPY
