"""`communique run` as processes of their own, for measurements."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stand_in.process import Running

START = 120.0
"""Seconds given to a process until it serves; on a busy machine its libraries alone take twenty."""

END = 60.0

FREE = 30
"""Messages a second that need not be paid for (core.telegram.org/bots/faq)."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Bot:
    process: subprocess.Popen[bytes]
    said: Path

    def wait(self, name: str) -> None:
        """Return once it says its name at Telegram, which it does when it serves."""
        until = time.monotonic() + START
        while name not in self.said.read_text():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the bot does not serve:\n{self.said.read_text()[-3000:]}")
            time.sleep(0.1)

    def cpu(self) -> float:
        """Seconds of processor time so far, those of its own processes too."""
        return sum(_cpu(pid) for pid in _family(self.process.pid))

    def end(self) -> None:
        """Tell it to end, and be sure that it ended well."""
        self.process.send_signal(signal.SIGTERM)
        if code := self.process.wait(END):
            raise RuntimeError(f"the bot ended with {code}:\n{self.said.read_text()[-3000:]}")


def settings_of(running: Running, database: str, pace: int) -> dict[str, str]:
    """The settings, without their prefix, of a bot that sends `pace` messages a second to the stand-in."""
    return {
        "BOT_TOKEN": running.token,
        "BOT_API": running.address,
        "DATABASE_URL": database,
        "PROCESSES": "1",
        "PACE": str(pace),
        "PAID_BROADCAST": str(pace > FREE).lower(),
    }


@contextmanager
def bots(count: int, settings: Mapping[str, str], folder: Path) -> Iterator[list[Bot]]:
    """Run so many that plan and send, with these settings (names without their prefix), for the length of the block."""
    started = [_start(number, settings, folder) for number in range(count)]
    try:
        yield started
        for each in started:
            each.end()
    finally:
        for each in started:
            if each.process.poll() is None:
                each.process.kill()
                each.process.wait()


def _start(number: int, settings: Mapping[str, str], folder: Path) -> Bot:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMUNIQUE_")}
    environment |= {f"COMMUNIQUE_{name}": value for name, value in settings.items()}
    environment["COMMUNIQUE_WORKER"] = f"worker-{number}"
    said = folder / f"worker-{number}.txt"
    command = (sys.executable, "-m", "bot", "run", "--roles", "briefings,delivery")
    with said.open("wb") as errors:
        return Bot(subprocess.Popen(command, env=environment, stderr=errors), said)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from _family(int(child))


def _cpu(pid: int) -> float:
    # The name, in brackets, may hold blanks; user and system time are the 12th and 13th field after it (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
