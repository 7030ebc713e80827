"""What a load test asks of the stand-in afterwards."""

import resource
from array import array
from collections import Counter
from collections.abc import Iterable

from tests.stand_in.refusal import Json


class Figures:
    """How requests that write ended, and when they came (seconds since 1970).

    `flooded` are those refused for coming too fast, not by lot.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.arrivals = array("d")
        self.flooded = 0

    def count(self, at: float, outcome: str) -> None:
        self.arrivals.append(at)
        self.outcomes[outcome] += 1

    def json(self) -> Json:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "writes": len(self.arrivals),
            "outcomes": dict(self.outcomes),
            "flooded": self.flooded,
            "first": self.arrivals[0] if self.arrivals else None,
            "last": self.arrivals[-1] if self.arrivals else None,
            "max_1s": fullest(self.arrivals),
            "cpu_s": used.ru_utime + used.ru_stime,
        }


def fullest(times: Iterable[float], seconds: float = 1.0) -> int:
    """Count the most that came in any stretch of `seconds`."""
    most, begin = 0, 0
    ordered = array("d", sorted(times))
    for end, at in enumerate(ordered):
        while at - ordered[begin] >= seconds:
            begin += 1
        most = max(most, end - begin + 1)
    return most
