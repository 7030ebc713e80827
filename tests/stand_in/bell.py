"""Waiting for something to happen, without asking over and over."""

import asyncio
from collections.abc import Callable


class Bell:
    """Rung after every change; whoever waits then looks whether it was the change awaited."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.closed = False

    def ring(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def close(self) -> None:
        """Let everyone go: nothing will happen any more."""
        self.closed = True
        self.ring()

    async def until(self, condition: Callable[[], object], timeout: float | None) -> bool:  # noqa: ASYNC109 (part of the answer)
        """Wait at most `timeout` seconds and say whether the condition holds."""
        try:
            async with asyncio.timeout(timeout):
                while not (condition() or self.closed):
                    await self._rung.wait()
        except TimeoutError:
            pass
        return bool(condition())
