"""What takes too long is stopped, whatever it catches."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NoReturn

import pytest

from bot.errors import UnreadableInput
from bot.flows import tasks
from bot.flows.time_limit import time_limit
from bot.flows.workers import Workers
from bot.model import Source

FEED = b'<rss version="2.0"><channel><title>T</title><ttl>90</ttl><item><title>One</title></item></channel></rss>'


def _endless() -> NoReturn:
    while True:
        pass


def _stubborn() -> NoReturn:
    while True:
        with suppress(Exception):
            _endless()


def _deaf_once() -> NoReturn:
    with suppress(BaseException):
        _endless()
    _endless()


@pytest.mark.parametrize("work", [_endless, _stubborn, _deaf_once])
def test_endless_work_is_stopped(work: object) -> None:
    assert callable(work)
    with pytest.raises(UnreadableInput, match=r"more than 0\.05 seconds"), time_limit(0.05):
        work()


def test_what_ends_in_time_is_left_alone() -> None:
    with time_limit():
        found = sum(range(1000))
    with pytest.raises(KeyError), time_limit():
        raise KeyError
    assert found == 499_500


def test_outside_the_main_thread_there_is_no_limit() -> None:
    def work() -> int:
        with time_limit(0.001):
            return sum(range(100_000))

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(work).result() == 4_999_950_000


@pytest.mark.asyncio
async def test_a_feed_is_read_in_a_process_of_its_own() -> None:
    source = Source("a", "A Agency", "https://a.example/rss", language="en")
    async with Workers(1, "none") as workers:
        read = await workers.run(tasks.read_feed, tasks.Answer("https://a.example/rss", FEED), source)
        with pytest.raises(UnreadableInput, match="no feed entries"):
            await workers.run(tasks.read_feed, tasks.Answer("https://a.example/rss", b"<html>"), source)

    (entry,) = read.entries
    assert (entry.item.title, entry.item.source, entry.item.language) == ("One", "A Agency", "en")
    assert read.ttl is not None
    assert read.ttl.total_seconds() == 90 * 60
