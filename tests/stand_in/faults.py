"""Faults that a test orders."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.stand_in.asks import Ask, OfChat
from tests.stand_in.methods import Method
from tests.stand_in.refusal import Refused


class Break(StrEnum):
    """Ways in which an answer does not come, or comes from something before the Bot API."""

    RESET = "reset"
    """The connection is reset, nothing was done."""

    STALL = "stall"
    """Nothing was done and nothing is answered, until the other side gives up."""

    TIMEOUT = "timeout"
    """It was done (a message stands in the chat), but nothing is answered until the other side gives up."""

    LOST = "lost"
    """It was done, and the connection is cut before the answer."""

    ERROR = "500"
    """The Bot API itself answers 500; nothing was done."""

    BAD_GATEWAY = "502"
    """A server before it answers 502 with a page of HTML; nothing was done."""


DONE = frozenset({Break.TIMEOUT, Break.LOST})
"""Those after which the message stands."""


@dataclass(slots=True)
class Fault:
    """One order: which requests it strikes, how often still (None: always), and what happens to them."""

    strikes: Callable[[Method, Ask], bool]
    effect: Refused | Break
    left: int | None = 1


class Faults:
    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        self._orders.append(fault)

    def clear(self) -> None:
        self._orders.clear()

    def next(self, method: Method, ask: Ask) -> Refused | Break | None:
        """Give what strikes this request and count it; the order given first strikes first."""
        for fault in self._orders:
            if fault.left != 0 and fault.strikes(method, ask):
                fault.left = fault.left and fault.left - 1
                return fault.effect
        return None


def in_chat(ask: Ask, chat_id: int | None) -> bool:
    """Say whether a request is about this chat; None stands for any."""
    return chat_id is None or (isinstance(ask, OfChat) and ask.chat_id == chat_id)
