"""How late messages went, on a scale."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Storage
from storage.lateness import (
    GROWTH,
    add_lateness,
    end_of,
    forget_lateness,
    load_lateness,
    percentile,
    step_of,
)

HOUR = datetime(2026, 3, 16, 6, tzinfo=UTC)


@given(st.floats(0, 1e7))
def test_a_step_ends_no_sooner_than_what_falls_into_it_and_no_later_than_a_fifth_after(
    seconds: float,
) -> None:
    end = end_of(step_of(seconds))
    assert end >= seconds * (1 - 1e-6)
    assert end <= max(1.0, seconds * GROWTH * (1 + 1e-6))


def test_what_comes_before_its_time_is_not_late() -> None:
    assert step_of(-5.0) == step_of(0.0) == step_of(1.0) == 0


def test_percentiles_are_the_ends_of_steps() -> None:
    counts = {step_of(1): 98, step_of(60): 1, step_of(600): 1}
    assert percentile(counts, 0.5) == 1.0
    assert percentile(counts, 0.99) == pytest.approx(end_of(step_of(60)))
    assert percentile({}, 0.5) is None


@pytest.mark.asyncio
async def test_counts_of_all_workers_add_up_and_old_ones_go(storage: Storage) -> None:
    async with storage.write() as conn:
        await add_lateness(conn, {(HOUR, 3): 5, (HOUR - timedelta(hours=30), 3): 9})
        await add_lateness(conn, {(HOUR, 3): 2, (HOUR, 4): 1})
        await add_lateness(conn, {})
        assert await load_lateness(conn, HOUR + timedelta(minutes=20)) == {3: 7, 4: 1}
        assert await load_lateness(conn, HOUR - timedelta(days=2)) == {3: 16, 4: 1}
        await forget_lateness(conn, HOUR)
        assert await load_lateness(conn, HOUR - timedelta(days=2)) == {3: 7, 4: 1}
