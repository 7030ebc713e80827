"""The labelled passages of `tests/cases/extract` against what is read out of them: figures that may only rise.

    pytest tests/events/test_cases.py -s      prints the figures, and under them what was missed and what was not asked for

The floors stand in `tests/cases/extract/floor.toml`. A case is a pair of files and needs no code (see its README).
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.events.analyse import Analyser
from bot.model import Analysis, Event, FeedItem
from bot.text.article import to_article

CASES = Path(__file__).parent.parent / "cases" / "extract"
CONTACTS = {"call", "meeting"}
LABELS = {"statement": "act", "call": "status", "meeting": "status", "mediation": "stage"}


@dataclass(frozen=True)
class Case:
    name: str
    item: FeedItem
    wanted: tuple[dict[str, Any], ...]
    optional: tuple[dict[str, Any], ...]
    is_none: bool


@dataclass
class Score:
    """What was counted, and the lines a reader of the figures wants to see."""

    counts: Counter[str]
    missed: list[str]
    unasked: list[str]

    def share(self, part: str, whole: str) -> float:
        return self.counts[part] / max(self.counts[whole], 1)

    def figures(self) -> dict[str, float]:
        found = {
            "recall": self.share("hit", "wanted"),
            "label_right": self.share("label", "labelled"),
            "day_right": self.share("day", "dated"),
            "person_right": self.share("person", "persons"),
            "none_clean": self.share("clean", "none"),
            "unasked_per_case": self.share("unasked", "cases"),
            "targets_right": self.share("aimed", "targets"),
            "topic_recall": self.share("about", "topics"),
            "topic_precision": self.share("about", "topics given"),
        }
        kinds = {f"recall_{kind}": self.share(f"hit {kind}", f"wanted {kind}") for kind in LABELS}
        return {name: round(value, 3) for name, value in (found | kinds).items()}


def _cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.yaml")):
        labels = yaml.safe_load(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        published = None
        if stated := re.match(r"published: (\S+)\n\n", text):
            published, text = date.fromisoformat(stated[1]), text[stated.end() :]
        item = FeedItem(path.stem, text, source=f"{path.stem}.example", published=published)
        wanted, optional = labels.get("events") or (), labels.get("optional") or ()
        yield Case(path.stem, item, tuple(wanted), tuple(optional), bool(labels.get("none")))


def _several(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _who(event: Event) -> set[str]:
    """Everyone who took part in a contact; else whoever acted."""
    people = (*event.actors, *event.targets) if event.kind.value in CONTACTS else event.actors
    return {actor.country for actor in people}


def _proves(event: Event, near: str) -> bool:
    return any(_flat(near) in _flat(citation.sentence) for citation in event.citations)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _fits(label: dict[str, Any], event: Event) -> bool:
    who, wanted = _who(event), set(label["actors"])
    alike = who == wanted if event.kind.value in CONTACTS else bool(who) and who <= wanted
    return event.kind.value in _several(label["kind"]) and alike and _proves(event, label["near"])


def _label(event: Event) -> str:
    return str(getattr(event, LABELS[event.kind.value]))


def _wanted_labels(label: dict[str, Any]) -> list[str]:
    fields = (name for name in ("act", "status", "stage") if name in label)
    return [each for name in fields for each in _several(label[name])]


def _take(label: dict[str, Any], free: list[Event]) -> tuple[Event, ...]:
    """Take the events that together answer a label: one, or one for each of several speakers."""
    right = _wanted_labels(label)
    fits = [event for event in free if _fits(label, event)]
    fits.sort(key=lambda e: (_label(e) not in right, e.date != label.get("date"), -len(_who(e)), e.id))
    taken: list[Event] = []
    covered: set[str] = set()
    for event in fits:
        if _who(event) - covered:
            taken.append(event)
            covered |= _who(event)
    return tuple(taken) if covered == set(label["actors"]) else ()


def _count(case: Case, found: Analysis, score: Score) -> None:
    free = list(found.events)
    score.counts.update({"cases": 1, "none": case.is_none, "clean": case.is_none and not free})
    for label in case.wanted:
        taken = _take(label, free)
        free = [event for event in free if event not in taken]
        _count_label(case, label, taken, score)
    for label in case.optional:
        free = [event for event in free if not _fits(label, event)]
    score.counts["unasked"] += len(free)
    score.unasked += [
        f"{case.name}: {e.kind} {_label(e)} {sorted(_who(e))} “{_flat(e.citations[0].sentence)[:110]}”"
        for e in free
    ]


def _count_label(case: Case, label: dict[str, Any], taken: tuple[Event, ...], score: Score) -> None:
    kind = _several(label["kind"])[0]
    score.counts.update({"wanted": 1, f"wanted {kind}": 1})
    line = f"{case.name}: {label['kind']} {_wanted_labels(label)} {label['actors']} “{label['near'][:80]}”"
    if not taken:
        score.missed.append(line)
        return
    score.counts.update({"hit": 1, f"hit {kind}": 1})
    if right := _wanted_labels(label):
        is_right = all(_label(event) in right for event in taken)
        score.counts.update({"labelled": 1, "label": is_right})
        if not is_right:
            score.missed.append(f"{line}: called {[_label(event) for event in taken]}")
    if "date" in label:
        is_right = all(event.date == label["date"] for event in taken)
        score.counts.update({"dated": 1, "day": is_right})
        if not is_right:
            score.missed.append(f"{line}: dated {[str(event.date) for event in taken]}, not {label['date']}")
    _count_aim(case, label, taken, score)
    if person := label.get("person"):
        named = {actor.name or "" for event in taken for actor in (*event.actors, *event.targets)}
        is_right = any(name.split()[-1:] == person.split()[-1:] for name in named)
        score.counts.update({"persons": 1, "person": is_right})


def _count_aim(case: Case, label: dict[str, Any], taken: tuple[Event, ...], score: Score) -> None:
    """Whom it is aimed at, and what it is about, where the label says."""
    if "targets" in label and label["kind"] == "statement":
        aimed = {actor.country for event in taken for actor in event.targets}
        is_right = aimed == set(label["targets"])
        score.counts.update({"targets": 1, "aimed": is_right})
        if not is_right:
            score.missed.append(f"{case.name}: aimed at {sorted(aimed)}, not {sorted(label['targets'])}")
    if "topic" in label:
        wanted, given = label["topic"], {event.topic for event in taken}
        is_right = wanted is not None and given == {wanted}
        score.counts.update(
            {"topics": wanted is not None, "topics given": given != {None}, "about": is_right}
        )
        if given != {wanted}:
            score.missed.append(f"{case.name}: about {given}, not {wanted}")


@pytest.fixture(scope="module")
def score() -> Score:
    cases = tuple(_cases())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    articles = [to_article(case.item, clean=False, heard_at=now) for case in cases]
    analyses = Analyser().analyse(
        (article, case.item.published) for article, case in zip(articles, cases, strict=True)
    )
    total = Score(Counter(), [], [])
    for case, analysis in zip(cases, analyses, strict=True):
        _count(case, analysis, total)
    _show(total)
    return total


def _show(total: Score) -> None:
    lines = (f"missed: {line}" for line in total.missed)
    others = (f"not asked for: {line}" for line in total.unasked)
    print("\n".join(["", str(total.figures()), *lines, *others]))  # noqa: T201 - this is what -s is for


def _floors() -> Iterable[tuple[str, float]]:
    table = tomllib.loads((CASES / "floor.toml").read_text(encoding="utf-8"))
    return tuple((name, float(value)) for name, value in table.items())


@pytest.mark.parametrize(("figure", "floor"), _floors())
def test_a_figure_stays_at_or_above_its_floor(score: Score, figure: str, floor: float) -> None:
    reached = score.figures()[figure]
    # Of what nobody asked for, less is better.
    assert reached <= floor if figure == "unasked_per_case" else reached >= floor


def test_every_figure_has_a_floor(score: Score) -> None:
    assert {name for name, _ in _floors()} == set(score.figures())
