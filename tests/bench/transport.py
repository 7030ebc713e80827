"""What a send costs by each transport: `Bot.send_message` of the real library against the stand-in; run by hand.

    uv run python -m tests.bench.transport [--sends N] [--in-flight 1,10,50]

One line for each transport and number of requests in flight: sends a second, and processor time of this process for one.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable

from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.delivery.aiohttp_request import AiohttpRequest
from tests.bench.texts import BRIEFING
from tests.stand_in.process import Running, stand_in_process

TRANSPORTS: dict[str, Callable[[int], BaseRequest]] = {
    "httpx": lambda size: HTTPXRequest(connection_pool_size=size),
    "aiohttp": lambda size: AiohttpRequest(connection_pool_size=size),
}


async def measure(running: Running, transport: str, sends: int, in_flight: int) -> str:
    request = TRANSPORTS[transport](in_flight)
    chats = iter(range(1, sends + 1))

    async with Bot(running.token, f"{running.address}/bot", request=request) as bot:

        async def work() -> None:
            for chat in chats:
                await bot.send_message(chat, BRIEFING, parse_mode="HTML")

        begin, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(in_flight)))
        took, spent = time.perf_counter() - begin, time.process_time() - used
    return f"transport={transport} in_flight={in_flight} sends_per_s={sends / took:.0f} cpu_ms_per_send={spent / sends * 1000:.2f}"


async def main(sends: int, in_flight: list[int]) -> None:
    async with stand_in_process("--checks", "light") as running:
        for number in in_flight:
            for transport in TRANSPORTS:
                sys.stdout.write(await measure(running, transport, sends, number) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sends", type=int, default=2000)
    parser.add_argument("--in-flight", default="1,10,50")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.sends, [int(each) for each in chosen.in_flight.split(",")]))
