"""Labelled passages: what a careful officer would note down from a text, as the quality gate reads it.

`tests/cases/extract/README.md` says what each field of a label means.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.errors import UnreadableInput
from bot.model import Act, EventKind, Medium, Stage, Status

REMEDY = "tests/cases/extract/README.md describes the fields."


def _several(value: object) -> object:
    return value if isinstance(value, list) else [value]


_SEVERAL = BeforeValidator(_several)
_FORM = ConfigDict(extra="forbid", frozen=True)


class Label(BaseModel):
    """One event that is to be found. What a label does not state does not matter: see `asks`."""

    model_config = _FORM

    kind: Annotated[tuple[EventKind, ...], _SEVERAL, Field(min_length=1)]
    actors: Annotated[frozenset[str], Field(min_length=1)]
    near: str
    act: Annotated[tuple[Act, ...], _SEVERAL] = ()
    status: Annotated[tuple[Status, ...], _SEVERAL] = ()
    stage: Annotated[tuple[Stage, ...], _SEVERAL] = ()
    targets: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    medium: Medium | None = None
    topic: str | None = None
    day: date | None = Field(None, alias="date")
    person: str = ""
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The acts, statuses or stages that are right; none where it does not matter."""
        return (*self.act, *self.status, *self.stage)

    def asks(self, field: str) -> bool:
        """Tell whether the label states `field`, be it to say that there must be none."""
        return field in self.model_fields_set

    def __str__(self) -> str:
        kinds, names = "/".join(self.kind), "/".join(self.names) or "-"
        return f"{kinds} {names} {sorted(self.actors)} “{self.near[:80]}”"


class Labels(BaseModel):
    """What must be found in a passage, what may be, and whether nothing may come out at all."""

    model_config = _FORM

    events: tuple[Label, ...] = ()
    optional: tuple[Label, ...] = ()
    none: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _labels_something(self) -> Self:
        if self.none == bool(self.events or self.optional):
            raise ValueError("a case has either labelled events or none: true")
        return self


def read_labels(name: str, text: str, given: object) -> Labels:
    """Read the labels of the passage `text`, a case called `name`.

    Raises:
        UnreadableInput: they are not of the form that is described, or point at words the passage does not hold.
    """
    try:
        labels = Labels.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UnreadableInput(f"Case {name}: {place}: {first['msg']}.", REMEDY) from error
    for label in (*labels.events, *labels.optional):
        if flat(label.near) not in flat(text):
            raise UnreadableInput(f"Case {name}: “{label.near}” is not in the passage.", REMEDY)
    return labels


def flat(text: str) -> str:
    """A text on one line, so that a stretch is found wherever lines were broken."""
    return " ".join(text.split())
