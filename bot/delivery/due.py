"""When a chat's briefing is due: one a local day, at the reader's own minute, through every change of the clocks.

A local minute that clocks skip stands at the first moment after the gap; one that comes twice stands at its
first coming (PEP 495, fold=0). What would come in the reader's quiet hours waits until they end. A briefing belongs
to a local day, not to a moment: the day is what must not come twice, and it is what the caller keeps.

A zone that the tz database does not know, or knows no more, is read as UTC (`zones.known_zone`): a briefing at
a wrong hour can be mended by its reader, a chat that raises is never asked again.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import EVERY_DAY
from bot.places.zones import known_zone, local

# A briefing made for seven in the morning still serves at noon; later than this a reader is better served by
# the news of the hour than by yesterday's cut.
GRACE = timedelta(hours=6)
# Quiet hours longer than this would leave no moment between two days' briefings where clocks change by two hours.
MOST_QUIET = 16 * 60
# A change of a zone's rules moves a moment by so much: summer time comes, goes or is kept, which is an hour or two.
RULES_MOVE = timedelta(hours=4)
_DAY = timedelta(days=1)
_DAY_MINUTES = 24 * 60
# One weekday alone comes round within eight days, today counted; within fifteen where the calendar skips one of
# them (Samoa had no Friday on 2011-12-30). One more for a briefing of yesterday that waits for quiet hours to end.
_HORIZON = 16


@dataclass(frozen=True, slots=True)
class Wish:
    """When a chat wants its briefing.

    `zone` is an IANA time zone, `minute` the minute of the local day (0 to 1439), `weekdays` one bit a day,
    Monday lowest. Nothing comes from the minute `quiet_from` until `quiet_until`, over midnight where that is
    earlier, for `MOST_QUIET` at most; both None, or both alike, for no quiet hours.
    """

    zone: str
    minute: int
    weekdays: int = EVERY_DAY
    quiet_from: int | None = None
    quiet_until: int | None = None


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


def awake(wish: Wish, moment: datetime) -> datetime:
    """Return the first moment from `moment` on that is not within the quiet hours."""
    start, end = wish.quiet_from, wish.quiet_until
    if start is None or end is None or start == end:
        return moment
    here = local(moment, wish.zone)
    minute = here.hour * 60 + here.minute
    since = (minute - start) % _DAY_MINUTES
    if since >= (end - start) % _DAY_MINUTES:
        return moment
    over = instant(here.date() if minute < end else here.date() + _DAY, end, wish.zone)
    # Where the clocks fall back over the end of the quiet hours, these have ended at its first coming.
    return max(moment, over)


def due_of(wish: Wish, day: date) -> datetime:
    """Return the moment (UTC) at which the briefing of a local day is due, whether or not its weekday is chosen."""
    return awake(wish, instant(day, wish.minute, wish.zone))


def next_due(wish: Wish, now: datetime, last: date | None = None) -> datetime | None:
    """Return the first moment (UTC) after `now` at which a briefing is due; None where no weekday is chosen.

    `last` is the local day that had its briefing last: only later days count, however the clocks went since.
    """
    # Yesterday's may wait for the end of the quiet hours.
    first = local(now, wish.zone).date() - _DAY
    start = first if last is None else max(first, last + _DAY)
    days = (start + _DAY * number for number in range(_HORIZON))
    dues = (due_of(wish, day) for day in days if _chosen(wish, day))
    return next((due for due in dues if due > now), None)


def next_due_changed(
    old: Wish | None, new: Wish, now: datetime, last: date | None, pending: datetime | None
) -> datetime | None:
    """Return the next due moment of a reader who wishes `new` instead of `old`.

    `pending` is when the reader's next briefing was due so far. If that has come and the briefing is not made yet,
    it is not lost: it stays due, unless its day's own hour is now still to come, or its weekday is chosen no more.
    """
    following = next_due(new, now, last)
    if old is None or pending is None or pending > now:
        return following
    day = _day_at(old, pending)
    if day is None or (last is not None and day <= last) or not _chosen(new, day):
        return following
    own = due_of(new, day)
    return following if own > now else max(pending, own)


def next_due_under_new_rules(
    wish: Wish, due_at: datetime, now: datetime, last: date | None
) -> datetime | None:
    """Return what a due moment becomes that was reckoned by older rules of the zones.

    One that is further off than rules move anything was put off for another reason, and stays.
    """
    anew = next_due(wish, now, last)
    return anew if anew is not None and abs(anew - due_at) <= RULES_MOVE else due_at


def slot(wish: Wish, due_at: datetime, now: datetime, grace: timedelta = GRACE) -> Slot:
    """Return what a briefing that fell due at `due_at` counts for when it is made at `now`.

    Within `grace` of its hour it is its own day. Beyond, it counts for the day that was due last, and the next day
    keeps its own; unless that one is due within `grace` from now, which would be two of the same news: then it
    counts for that. Given to `next_due` as `last`, the day has no second briefing.
    """
    own = _day_at(wish, due_at)
    if now - due_at <= grace and (own is None or now - due_of(wish, own) <= grace):
        return Slot(own or local(due_at, wish.zone).date(), late=False)
    day = _day_at(wish, now)
    following = next_due(wish, now, day)
    if following is not None and following - now < grace:
        day = _day_at(wish, following)
    return Slot(day or local(now, wish.zone).date(), late=True)


def _day_at(wish: Wish, moment: datetime) -> date | None:
    """Return the last chosen day whose briefing is due by `moment`; None where no weekday is chosen."""
    # Clocks may fall back over midnight.
    newest = local(moment, wish.zone).date() + _DAY
    days: Iterable[date] = (newest - _DAY * number for number in range(_HORIZON + 1))
    return next((day for day in days if _chosen(wish, day) and due_of(wish, day) <= moment), None)


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
