"""When a chat's briefing is due: one a local day, at the reader's own minute, through every change of the clocks.

A local minute that clocks skip stands at the first moment after the gap; one that comes twice stands at its
first coming (PEP 495, fold=0). A briefing belongs to a local day, not to a moment: the day is what must not
come twice, and it is what the caller keeps.

A zone that the tz database does not know, or knows no more, is read as UTC (`zones.known_zone`): a briefing at
a wrong hour can be mended by its reader, a chat that raises is never asked again.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import EVERY_DAY
from bot.places.zones import known_zone, local

# A briefing made for seven in the morning still serves at noon; later than this a reader is better served by
# the news of the hour than by yesterday's cut.
GRACE = timedelta(hours=6)
_DAY = timedelta(days=1)
# One weekday alone comes round within eight days, today counted; within fifteen where the calendar skips one of
# them (Samoa had no Friday on 2011-12-30).
_HORIZON = 15


@dataclass(frozen=True, slots=True)
class Wish:
    """When a chat wants its briefing.

    `zone` is an IANA time zone, `minute` the minute of the local day (0 to 1439), `weekdays` one bit a day,
    Monday lowest.
    """

    zone: str
    minute: int
    weekdays: int = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Slot:
    """The local day that a due briefing counts for, and whether it comes too late to be that day's own.

    Where `late`, the briefing of the present hour is given once, in place of all that were missed.
    """

    day: date
    late: bool


def instant(day: date, minute: int, zone: str) -> datetime:
    """Return the moment (UTC) at which a local day's minute stands.

    In a gap, and on a day that a zone skipped altogether (Apia, 2011-12-30), it is the first moment after it.
    """
    clock = ZoneInfo(known_zone(zone))
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = wanted.replace(tzinfo=clock).astimezone(UTC)
    return moment if _reading(moment, clock) == wanted else _after_gap(wanted, clock)


def next_due(wish: Wish, now: datetime, last: date | None = None) -> datetime | None:
    """Return the first moment (UTC) after `now` at which a briefing is due; None where no weekday is chosen.

    `last` is the local day that had its briefing last: only later days count, however the clocks went since.
    """
    today = local(now, wish.zone).date()
    start = today if last is None else max(today, last + _DAY)
    days = (start + _DAY * number for number in range(_HORIZON))
    dues = (instant(day, wish.minute, wish.zone) for day in days if _chosen(wish, day))
    return next((due for due in dues if due > now), None)


def slot(wish: Wish, due_at: datetime, now: datetime, grace: timedelta = GRACE) -> Slot:
    """Return what a briefing that fell due at `due_at` counts for when it is made at `now`.

    Within `grace` it is the day it was due on. Beyond, it is the local day of `now`, whatever weekdays are
    chosen: the reader missed one. Given to `next_due` as `last`, that day has no second briefing.
    """
    if now - due_at <= grace:
        return Slot(_day_of(wish, due_at), late=False)
    return Slot(local(now, wish.zone).date(), late=True)


def _day_of(wish: Wish, due_at: datetime) -> date:
    """Return the local day a due moment belongs to: the one before, where a gap pushed it over midnight."""
    day = local(due_at, wish.zone).date()
    before = day - _DAY
    pushed = _exists(before, wish.zone) and instant(before, wish.minute, wish.zone) == due_at
    return before if pushed and instant(day, wish.minute, wish.zone) != due_at else day


def _chosen(wish: Wish, day: date) -> bool:
    return bool(wish.weekdays >> day.weekday() & 1) and _exists(day, wish.zone)


def _exists(day: date, zone: str) -> bool:
    return local(instant(day, 0, zone), zone).date() == day


def _reading(moment: datetime, clock: ZoneInfo) -> datetime:
    return moment.astimezone(clock).replace(tzinfo=None)


def _after_gap(wanted: datetime, clock: ZoneInfo) -> datetime:
    """Return the moment the clocks jump over `wanted`; zones change at whole seconds (RFC 9636)."""
    # Read with the offset after the gap a skipped minute lies before the jump; with the one before, after it.
    before = wanted.replace(tzinfo=clock, fold=1).astimezone(UTC)
    after = wanted.replace(tzinfo=clock, fold=0).astimezone(UTC)
    seconds = range(int((after - before).total_seconds()))
    jump = bisect_left(
        seconds, wanted, key=lambda number: _reading(before + timedelta(seconds=number), clock)
    )
    return before + timedelta(seconds=jump)
