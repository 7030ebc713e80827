"""The verbs and nouns that report speech, read from `lexicon.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.model import Act


@dataclass(frozen=True, slots=True)
class Frame:
    """One way a verb reports: what it takes as content and the act it does.

    `public` is False for a thought, `decides` True where the verb alone settles the act.
    """

    act: Act
    takes: frozenset[str]
    public: bool
    decides: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Frames by verb lemma, acts by noun lemma, and the closed word lists; `telling` are those that may report speech."""

    verbs: dict[str, tuple[Frame, ...]]
    nouns: dict[str, Act]
    light: frozenset[str]
    according: frozenset[str]
    texts: frozenset[str]
    idioms: frozenset[str]
    phrasal: dict[str, frozenset[str]]
    telling: frozenset[str]
    undone: frozenset[str]
    unnamed: frozenset[str]
    speaking: frozenset[str]


@cache
def load_lexicon() -> Lexicon:
    """The lexicon shipped beside this module. A malformed file is a bug and raises as such."""
    data = tomllib.loads(files("bot.events").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    verbs: dict[str, tuple[Frame, ...]] = {}
    for row in data["verb"]:
        frame = _frame(row)
        for lemma in row["lemmas"]:
            verbs[lemma] = (*verbs.get(lemma, ()), frame)
    nouns = {lemma: Act(row["act"]) for row in data["noun"] for lemma in row["lemmas"]}
    words = {
        key: frozenset(data[key]["lemmas"]) for key in ("light", "texts", "undone", "unnamed", "speaking")
    }
    according = frozenset(data["according"]["heads"])
    return Lexicon(
        verbs,
        nouns,
        according=according,
        idioms=frozenset(data["idioms"]["pairs"]),
        phrasal={verb: frozenset(particles) for verb, particles in data["phrasal"].items()},
        telling=according.union(verbs, nouns, words["light"]),
        **words,
    )


def _frame(row: dict[str, Any]) -> Frame:
    return Frame(
        act=Act(row["act"]),
        takes=frozenset(row["takes"]),
        public=row.get("public", True),
        decides=row.get("decides", False),
    )
