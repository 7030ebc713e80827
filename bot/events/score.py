"""What was found against what was labelled: the figures of the quality gate.

A label is met by the event, or by the events of several speakers, that the labelled words prove and that name its
actors. For a contact those are all who took part; for a statement or a mediation whoever acted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.events.labels import Label, Labels, flat
from bot.model import Event, EventKind

CONTACTS = frozenset({EventKind.CALL, EventKind.MEETING})

UNASKED = "unasked_per_case"
"""The one figure of which less is better: events found per case that no label names."""

_NAME = {
    EventKind.STATEMENT: "act",
    EventKind.CALL: "status",
    EventKind.MEETING: "status",
    EventKind.MEDIATION: "stage",
}
_SHARES = {
    "recall": ("hit", "wanted"),
    **{f"recall_{kind}": (f"hit {kind}", f"wanted {kind}") for kind in EventKind},
    "label_right": ("label", "labelled"),
    "day_right": ("day", "dated"),
    "person_right": ("person", "persons"),
    "medium_right": ("medium", "media"),
    "parties_right": ("parties", "with parties"),
    "targets_right": ("aimed", "targets"),
    "topic_recall": ("about", "topics"),
    "topic_precision": ("about", "topics given"),
    "none_clean": ("clean", "none"),
    UNASKED: ("unasked", "cases"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A share, 0 to 1 (`UNASKED` may be more), and of how many it is one."""

    name: str
    value: float
    of: int


@dataclass(slots=True)
class Score:
    """What was counted, what was missed or read wrongly, and what nobody asked for, a line each."""

    counts: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)

    def figures(self) -> tuple[Figure, ...]:
        """Every figure, rounded to thousandths; of those that count nothing the value is 0."""
        return tuple(
            Figure(name, round(self.counts[part] / max(self.counts[whole], 1), 3), self.counts[whole])
            for name, (part, whole) in _SHARES.items()
        )

    def count(self, name: str, labels: Labels, found: Sequence[Event]) -> None:
        """Add the case called `name`, in which `found` came out."""
        free = list(found)
        self.counts.update({"cases": 1, "none": labels.none, "clean": labels.none and not free})
        for label in labels.events:
            taken = _take(label, free)
            free = [event for event in free if event not in taken]
            self._count_label(name, label, taken)
        for label in labels.optional:
            free = [event for event in free if not _fits(label, event)]
        self.counts["unasked"] += len(free)
        self.unasked += [
            f"{name}: {event.kind} {_named(event)} {sorted(_who(event))} “{flat(event.citations[0].sentence)[:110]}”"
            for event in free
        ]

    def _count_label(self, name: str, label: Label, taken: tuple[Event, ...]) -> None:
        self.counts.update({"wanted": 1, f"wanted {label.kind[0]}": 1})
        line = f"{name}: {label}"
        if not taken:
            self.missed.append(line)
            return
        self.counts.update({"hit": 1, f"hit {label.kind[0]}": 1})
        for field_, (part, whole, seen, wanted) in _asked(label, taken).items():
            is_right = seen == wanted
            self.counts.update({part: is_right, whole: 1})
            if not is_right:
                self.missed.append(f"{line}: {field_} {_shown(seen)}, not {_shown(wanted)}")
        self._count_topic(line, label, {event.topic for event in taken})

    def _count_topic(self, line: str, label: Label, given: set[str | None]) -> None:
        if not label.asks("topic"):
            return
        is_right = given == {label.topic}
        self.counts.update(
            {
                "topics": label.topic is not None,
                "topics given": given != {None},
                "about": is_right and label.topic is not None,
            }
        )
        if not is_right:
            self.missed.append(f"{line}: topic {_shown(given)}, not {label.topic}")


def _asked(label: Label, taken: tuple[Event, ...]) -> dict[str, tuple[str, str, object, object]]:
    """For each field that the label states: under what it is counted, what was found, and what is right."""
    asked: dict[str, tuple[str, str, object, object]] = {}
    if label.names:
        wrong = {_named(event) for event in taken} - set(label.names)
        asked["label"] = ("label", "labelled", wrong or label.names, label.names)
    if label.asks("day"):
        asked["date"] = ("day", "dated", {event.date for event in taken}, {label.day})
    if label.asks("medium"):
        asked["medium"] = ("medium", "media", {event.medium for event in taken}, {label.medium})
    if label.asks("parties"):
        found = frozenset(actor.country for event in taken for actor in event.parties)
        asked["parties"] = ("parties", "with parties", found, label.parties)
    if label.asks("targets") and label.kind == (EventKind.STATEMENT,):
        found = frozenset(actor.country for event in taken for actor in event.targets)
        asked["targets"] = ("aimed", "targets", found, label.targets)
    if label.person:
        people = {actor.name or "" for event in taken for actor in (*event.actors, *event.targets)}
        is_named = any(each.split()[-1:] == label.person.split()[-1:] for each in people)
        asked["person"] = ("person", "persons", label.person if is_named else people, label.person)
    return asked


def _shown(value: object) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, set | frozenset | tuple) else str(value)


def _who(event: Event) -> frozenset[str]:
    """Everyone who took part in a contact; else whoever acted."""
    people = (*event.actors, *event.targets) if event.kind in CONTACTS else event.actors
    return frozenset(actor.country for actor in people)


def _named(event: Event) -> str:
    return str(getattr(event, _NAME[event.kind]))


def _fits(label: Label, event: Event) -> bool:
    who = _who(event)
    is_alike = who == label.actors if event.kind in CONTACTS else bool(who) and who <= label.actors
    near = flat(label.near)
    return (
        is_alike and event.kind in label.kind and any(near in flat(each.sentence) for each in event.citations)
    )


def _take(label: Label, free: Sequence[Event]) -> tuple[Event, ...]:
    """Take the events that together answer a label: one, or one for each of several speakers."""
    fits = [event for event in free if _fits(label, event)]
    fits.sort(key=lambda e: (_named(e) not in label.names, e.date != label.day, -len(_who(e)), e.id))
    taken: list[Event] = []
    covered: set[str] = set()
    for event in fits:
        if _who(event) - covered:
            taken.append(event)
            covered |= _who(event)
    return tuple(taken) if covered == label.actors else ()
