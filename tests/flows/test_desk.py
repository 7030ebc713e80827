"""What the flows of a chat work with."""

import threading

import pytest

from bot.flows.desk import Thread


@pytest.mark.asyncio
async def test_a_thread_works_away_from_the_event_loop_and_hands_back_what_it_made_or_raised() -> None:
    assert await Thread().run(lambda: threading.current_thread() is threading.main_thread()) is False
    assert await Thread().run(divmod, 7, 2) == (3, 1)
    assert await Thread().run(sorted, [2, 3, 1], reverse=True) == [3, 2, 1]
    with pytest.raises(ZeroDivisionError):
        await Thread().run(divmod, 1, 0)
