"""The stand-in as a process of its own, for load and for tests that kill and restart what is around it.

    python -m tests.stand_in --port 0 --audit accepted.jsonl --flood 30 --blocked 0.01 --unknown 0.01 --seed 7

The first line on standard output is its port. Every chat there is has written to the bot before. `GET /figures` gives how
the writes so far have ended and what broke the specification, as JSON. SIGTERM ends it.
"""

import argparse
import asyncio
import contextlib
import signal
import time
from pathlib import Path

from tests.stand_in.api import SOME_TOKEN
from tests.stand_in.audit import Audit
from tests.stand_in.chats import Person
from tests.stand_in.fates import Fates, Shares
from tests.stand_in.limits import Limits, Pace
from tests.stand_in.server import Load, Server
from tests.stand_in.world import World

FREE = 30
"""Writes a second that need not be paid for (core.telegram.org/bots/faq)."""


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a share is from 0 to 1")
    return value


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.stand_in", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--port", type=int, default=0, help="0: any that is free (default)")
    parser.add_argument(
        "--token", default=SOME_TOKEN, help="the one token that is taken (default %(default)s)"
    )
    parser.add_argument(
        "--audit", type=Path, help="append one line of JSON for each message taken; goes on where it ended"
    )
    parser.add_argument(
        "--checks", choices=("full", "light"), default="full", help="light: each text once, then by heart"
    )
    parser.add_argument(
        "--flood",
        type=int,
        default=0,
        help="writes taken in a second, of unpaid ones 30 at most; 0: any number",
    )
    parser.add_argument("--chat-limits", action="store_true", help="keep the limits of single chats too")
    parser.add_argument(
        "--blocked", type=_share, default=0.0, help="share of chats that have blocked the bot"
    )
    parser.add_argument(
        "--migrated",
        type=_share,
        default=0.0,
        help="share of basic groups (ids -1 … -10**12) that have migrated",
    )
    parser.add_argument(
        "--throttled", type=_share, default=0.0, help="share of writes answered 429 for their chat's sake"
    )
    parser.add_argument(
        "--unknown",
        type=_share,
        default=0.0,
        help="share of writes taken, with the connection cut before the answer",
    )
    parser.add_argument(
        "--stalled", type=_share, default=0.0, help="share of writes taken and never answered"
    )
    parser.add_argument("--seed", type=int, default=0, help="of these draws, which hang on the chat alone")
    parser.add_argument(
        "--latency", type=float, default=0.0, metavar="MS", help="milliseconds before each answer"
    )
    return parser.parse_args(given)


def build(chosen: argparse.Namespace) -> Server:
    bot = Person(int(chosen.token.partition(":")[0]), "Stand-in", username="stand_in_bot", is_bot=True)
    audit = Audit(chosen.audit)
    world = World(bot, time.time, open_house=True, last_message_id=audit.last_message_id)
    shares = Shares(chosen.blocked, chosen.migrated, chosen.throttled, chosen.unknown, chosen.stalled)
    fates = Fates(shares, chosen.seed)
    light = chosen.checks == "light"
    load = Load(fates, audit, chosen.latency / 1000, is_light=light, has_oracle=not light)
    return Server(chosen.token, world, Pace(_limits(chosen), time.time), load)


def _limits(chosen: argparse.Namespace) -> Limits:
    known, most = Limits(), chosen.flood
    overall, paid = ((min(most, FREE), 1.0), (most, 1.0)) if most else (None, None)
    private, group = (known.private, known.group) if chosen.chat_limits else (None, None)
    return Limits(overall, paid, private, group)


async def serve(chosen: argparse.Namespace) -> None:
    """Serve until told to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    server = build(chosen)
    print(await server.start(chosen.port), flush=True)  # noqa: T201 (it is for whoever started us)
    try:
        await stop.wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments()))
