"""How far a flow is, for whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What a flow is busy with."""

    READ = "read"
    COMPARE = "compare"
    ANALYSE = "analyse"


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` articles of `total` have passed `step`; `total` is None where nobody knows yet."""

    step: Step
    done: int
    total: int | None = None


Watch = Callable[[Progress], None]
"""Called now and then from within the flow; must be quick and must not fail."""


def unwatched(progress: Progress) -> None:
    """Let nobody watch."""
