"""When a feed is asked again, decided from its last state and how the visit ended. Nothing is asked or stored here."""

from datetime import datetime, timedelta
from hashlib import blake2b

from bot.errors import FetchError, InputError
from storage.sources import Feed, FeedState

USUAL = timedelta(minutes=30)
"""Between two visits to a feed whose server does not ask for more: news of half an hour ago is news."""

UNCONDITIONAL = timedelta(hours=1)
"""The same for a server that gives no validators, which therefore has to send the whole feed each time. Operators
ask for an hour at least between visits even of readers that send validators (rachelbythebay.com/fs/help.html)."""

LONGEST = timedelta(hours=24)
"""However long a server calls its feed fresh, or however often it failed: a day's news is never missed."""

SPREAD = timedelta(minutes=6)
"""Feeds that were added together are asked at moments spread over this span, a feed always at the same one."""

GONE = 410

_DOUBLINGS = 6
"""After so many the wait is beyond `LONGEST`; a feed that has failed for years must not overflow."""


def after_visit(  # noqa: PLR0913 - what an answer says of the next visit; a bundle of them would only hide it
    feed: Feed,
    now: datetime,
    *,
    etag: str | None,
    last_modified: str | None,
    max_age: timedelta | None = None,
    ttl: timedelta | None = None,
) -> FeedState:
    """Give the state of `feed` after it was had.

    `max_age` is for how long its server called the answer fresh, `ttl` for how long the feed says that of itself.
    """
    usual = USUAL if etag or last_modified else UNCONDITIONAL
    wait = min(max(usual, max_age or usual, ttl or usual), LONGEST)
    return FeedState(
        etag=etag,
        last_modified=last_modified,
        checked_at=now,
        next_check_at=now + wait + spread(feed.source.id),
    )


def after_unchanged(
    feed: Feed,
    now: datetime,
    *,
    etag: str | None,
    last_modified: str | None,
    max_age: timedelta | None = None,
) -> FeedState:
    """Give the state of `feed` after the answer that nothing has changed.

    Such an answer holds no feed that could state its interval, so the last one stands.
    """
    last = feed.state
    waited = None
    if last.checked_at and last.next_check_at and not last.failures:
        waited = last.next_check_at - last.checked_at - spread(feed.source.id)
    return after_visit(feed, now, etag=etag, last_modified=last_modified, max_age=max_age, ttl=waited)


def after_failure(feed: Feed, now: datetime, error: InputError) -> FeedState:
    """Give the state of `feed` after a visit that ended in `error`; its validators stay as they were.

    A feed whose server says that it is gone for good is disabled.
    """
    failures = feed.state.failures + 1
    is_over = isinstance(error, FetchError) and error.status == GONE
    return FeedState(
        etag=feed.state.etag,
        last_modified=feed.state.last_modified,
        checked_at=now,
        next_check_at=None if is_over else now + _wait(error, failures) + spread(feed.source.id),
        failures=failures,
        last_error=str(error),
        disabled=is_over,
    )


def spread(id_: str) -> timedelta:
    """Give the share of `SPREAD` by which the feed with this id is later than others: always the same."""
    share = int.from_bytes(blake2b(id_.encode(), digest_size=4).digest(), "big") / 2**32
    return SPREAD * share


def _wait(error: InputError, failures: int) -> timedelta:
    # What a server asks for counts alone, and has been capped where it was read; else each failure doubles the wait.
    if isinstance(error, FetchError) and error.retry_after is not None:
        return max(error.retry_after, USUAL)
    return min(USUAL * (1 << min(failures - 1, _DOUBLINGS)), LONGEST)
