"""The gate in a time of its own: an event loop that leaps to its next timer instead of waiting."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeVar

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.limiter import PATIENCE, POSTING, REPLIES_IN_A_ROW, RETRIES, Limiter
from bot.delivery.outcome import Sent, Throttled
from bot.delivery.pace import Chat, Paces, Precedence, Rate, Ticket
from bot.delivery.telegram import send
from bot.settings import ALL

REPLY, BROADCAST = Precedence.REPLY, Precedence.BROADCAST
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _spans_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


class _Leap(selectors.DefaultSelector):
    """Never waits: time is what it was asked to wait for."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("all wait, and nothing will wake them")
        self.now += max(0.0, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        return self._leap.now


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(coroutine)


def now() -> float:
    return asyncio.get_running_loop().time()


class Api:
    """Telegram: keeps when it was asked for which chat, and refuses as told."""

    def __init__(self, refusals: dict[Chat, list[int]] | None = None) -> None:
        self.calls: list[tuple[float, Chat | None]] = []
        self.refusals = refusals or {}

    async def __call__(self, endpoint: str, data: dict[str, Any]) -> dict[str, Any]:
        chat = data.get("chat_id")
        self.calls.append((now(), chat))
        await asyncio.sleep(0)
        if waits := self.refusals.get(chat or 0):
            raise RetryAfter(waits.pop(0))
        return {"method": endpoint}

    def times(self, chat: Chat) -> list[float]:
        return [at for at, whose in self.calls if whose == chat]


async def ask(
    gate: Limiter,
    api: Api,
    chat: Chat | None,
    precedence: Precedence | None = None,
    endpoint: str = "sendMessage",
) -> Any:
    data = {} if chat is None else {"chat_id": chat}
    return await gate.process_request(
        api, (endpoint, data), {}, endpoint, data, precedence and Ticket(precedence)
    )


def test_requests_of_one_chat_go_in_their_order_and_at_its_pace() -> None:
    order: list[int] = []

    async def numbered(number: int) -> dict[str, Any]:
        order.append(number)
        times.append(now())
        return {}

    async def scene() -> None:
        gate = Limiter()
        data = {"chat_id": 1}
        calls = (gate.process_request(numbered, (n,), {}, "sendMessage", data, None) for n in range(10))
        await asyncio.gather(*calls)

    times: list[float] = []
    run(scene())
    assert order == list(range(10))
    assert times[:3] == pytest.approx([0, 1 / ALL, 2 / ALL])
    assert times[3:] == pytest.approx([n - 2.0 for n in range(3, 10)])


def test_a_thousand_chats_go_evenly() -> None:
    api = Api()

    async def scene() -> None:
        gate = Limiter()
        await asyncio.gather(*(ask(gate, api, chat, BROADCAST) for chat in range(1, 1001)))

    run(scene())
    gaps = [after - before for (before, _), (after, _) in pairwise(api.calls)]
    assert min(gaps) == pytest.approx(1 / ALL)
    assert max(gaps) == pytest.approx(1 / ALL)
    assert [chat for _, chat in api.calls] == list(range(1, 1001))


def test_a_reply_overtakes_the_broadcasts_that_wait() -> None:
    api = Api()

    async def scene() -> None:
        gate = Limiter()
        crowd = [asyncio.create_task(ask(gate, api, chat, BROADCAST)) for chat in range(1, 301)]
        await asyncio.sleep(5)
        before = now()
        await ask(gate, api, 9000)
        assert now() - before <= 1 / ALL + 1e-6
        await asyncio.gather(*crowd)

    run(scene())
    assert len(api.calls) == 301


def test_a_crowd_of_askers_leaves_broadcasts_their_share() -> None:
    api = Api()

    async def scene() -> None:
        gate = Limiter()
        askers = [ask(gate, api, chat) for chat in range(1, 401)]
        briefings = [ask(gate, api, chat, BROADCAST) for chat in range(1001, 1101)]
        await asyncio.gather(*askers, *briefings)

    run(scene())
    served = [int(chat or 0) > 1000 for _, chat in api.calls]
    # The first two were let go before any broadcast had come.
    assert all(any(served[at : at + REPLIES_IN_A_ROW + 1]) for at in range(3, 390))
    assert sum(served[:400]) == pytest.approx(400 / (REPLIES_IN_A_ROW + 1), abs=2)


def test_a_slow_group_holds_nobody_else_up() -> None:
    api = Api()

    async def scene() -> None:
        gate = Limiter()
        group = [asyncio.create_task(ask(gate, api, -5)) for _ in range(50)]
        await asyncio.sleep(1)
        before = now()
        await asyncio.gather(*(ask(gate, api, chat) for chat in range(1, 11)))
        assert now() - before < 1
        await asyncio.gather(*group)

    run(scene())
    assert api.times(-5)[-1] == pytest.approx(45 * 4.0)


def test_methods_that_post_nothing_pass_at_once() -> None:
    api = Api()

    async def scene() -> None:
        gate = Limiter()
        await asyncio.gather(*(ask(gate, api, 1, endpoint="answerCallbackQuery") for _ in range(100)))
        assert now() == 0

    run(scene())
    assert len(api.calls) == 100


def test_a_reply_told_to_wait_waits_and_is_tried_again_while_others_go() -> None:
    api = Api({1: [7, 3]})

    async def scene() -> None:
        gate = Limiter()
        told = asyncio.create_task(ask(gate, api, 1))
        await asyncio.sleep(1)
        await ask(gate, api, 2)
        assert now() < 2
        assert await told == {"method": "sendMessage"}

    run(scene())
    assert api.times(1) == pytest.approx([0, 7, 10])


def test_a_reply_is_tried_again_only_so_often() -> None:
    api = Api({1: [1] * 50})

    async def scene() -> None:
        with pytest.raises(RetryAfter):
            await ask(Limiter(), api, 1)

    run(scene())
    assert len(api.calls) == RETRIES + 1


def test_a_reply_does_not_wait_longer_than_a_person_would() -> None:
    api = Api({1: [int(PATIENCE) + 1]})

    async def scene() -> None:
        gate = Limiter()
        with pytest.raises(RetryAfter):
            await ask(gate, api, 1)
        # The next one hears it from us, without asking Telegram again.
        with pytest.raises(RetryAfter):
            await ask(gate, api, 1)
        assert now() == 0

    run(scene())
    assert len(api.calls) == 1


def test_those_in_line_are_sent_away_when_their_chat_is_told_to_wait_too_long() -> None:
    api = Api({1: [9000]})

    async def scene() -> list[Any]:
        gate = Limiter()
        return await asyncio.gather(*(ask(gate, api, 1) for _ in range(8)), return_exceptions=True)

    answers = run(scene())
    assert sum(isinstance(answer, RetryAfter) for answer in answers) == 8
    assert len(api.calls) == 1


def test_a_broadcast_told_to_wait_flies_at_once_and_so_do_the_next_to_that_chat() -> None:
    api = Api({1: [4]})

    async def scene() -> None:
        gate = Limiter()
        for _ in range(3):
            with pytest.raises(RetryAfter) as error:
                await ask(gate, api, 1, BROADCAST)
            assert error.value._retry_after.total_seconds() == 4
        assert now() == 0
        await ask(gate, api, 2, BROADCAST)
        await asyncio.sleep(4)
        await ask(gate, api, 1, BROADCAST)

    run(scene())
    assert len(api.times(1)) == 2


def test_a_flood_of_the_whole_bot_makes_everyone_wait_and_then_go_more_slowly() -> None:
    api = Api({chat: [20] for chat in range(1, 4)})

    async def scene() -> None:
        gate = Limiter()
        waiting = (ask(gate, api, chat, BROADCAST) for chat in range(1, 60))
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert sum(isinstance(answer, RetryAfter) for answer in answers) == 3

    run(scene())
    later = [at for at, _ in api.calls if at > 1]
    assert later[0] == pytest.approx(20, abs=0.1)
    assert len(later) == 56
    assert min(after - before for before, after in pairwise(later)) > 1 / ALL * 1.8


def test_single_chats_told_to_wait_among_many_that_are_not_stop_nobody() -> None:
    api = Api({chat: [50] for chat in range(1, 40, 4)})

    async def scene() -> None:
        gate = Limiter()
        waiting = (ask(gate, api, chat, BROADCAST) for chat in range(1, 41))
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert sum(isinstance(answer, RetryAfter) for answer in answers) == 10
        assert now() == pytest.approx(39 / ALL)

    run(scene())


def test_an_unpaced_method_told_to_wait_is_tried_again_and_parks_nobody() -> None:
    api = Api({1: [6]})

    async def scene() -> None:
        gate = Limiter()
        slow = asyncio.create_task(ask(gate, api, 1, endpoint="setMyCommands"))
        await asyncio.sleep(1)
        await ask(gate, api, 1)
        assert now() == 1
        await slow
        assert now() == 6

    run(scene())


def test_an_inline_edit_told_to_wait_is_tried_again() -> None:
    api = Api({0: [2]})

    async def scene() -> None:
        await ask(Limiter(), api, None, endpoint="editMessageText")
        assert now() == 2

    run(scene())
    assert len(api.calls) == 2


def test_a_chat_written_as_text_is_the_same_chat_and_a_name_is_a_group() -> None:
    api = Api()

    async def scene() -> None:
        gate = Limiter(Paces(private=Rate(10.0, 1), group=Rate(100.0, 1)))
        await asyncio.gather(
            ask(gate, api, 1), ask(gate, api, "1"), ask(gate, api, "@a"), ask(gate, api, "@a")
        )

    run(scene())
    assert api.times("1") == pytest.approx([10])
    assert api.times("@a")[1] == pytest.approx(100, abs=1)


def test_other_errors_fly_as_they_come() -> None:
    async def refuse() -> dict[str, Any]:
        raise BadRequest("chat not found")

    async def scene() -> None:
        with pytest.raises(BadRequest, match="chat not found"):
            await Limiter().process_request(refuse, (), {}, "sendMessage", {"chat_id": 1}, None)

    run(scene())


def test_a_request_given_up_leaves_its_place_to_the_next() -> None:
    api = Api()

    async def scene() -> None:
        gate = Limiter(Paces(private=Rate(10.0, 1)))
        tasks = [asyncio.create_task(ask(gate, api, 1)) for _ in range(3)]
        await asyncio.sleep(1)
        tasks[1].cancel()
        await tasks[2]
        assert now() == pytest.approx(10)
        assert tasks[1].cancelled()

    run(scene())


def test_one_given_up_in_the_same_moment_as_it_is_sent_away_does_no_harm() -> None:
    async def scene() -> None:
        gate, api = Limiter(Paces(private=Rate(10.0, 1))), Api()
        await ask(gate, api, 1)
        tasks = [asyncio.create_task(ask(gate, api, 1)) for _ in range(2)]
        await asyncio.sleep(1)
        tasks[0].cancel()
        gate._throttled(1, 9000.0)
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        with pytest.raises(RetryAfter):
            await tasks[1]
        assert now() == 1

    run(scene())


def test_shutdown_lets_nobody_wait_for_ever() -> None:
    async def scene() -> None:
        gate, api = Limiter(Paces(private=Rate(10.0, 1))), Api()
        await gate.initialize()
        tasks = [asyncio.create_task(ask(gate, api, 1)) for _ in range(3)]
        await asyncio.sleep(1)
        await gate.shutdown()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [False, True, True]
        assert now() == 1

    run(scene())


def _throttling(*bodies: dict[str, Any]) -> ExtBot[Ticket]:
    """A bot behind the gate whose Telegram gives these answers one after the other."""
    answers = iter(bodies)

    def answer(_request: httpx.Request) -> httpx.Response:
        body = next(answers)
        return httpx.Response(body.get("error_code", 200), json=body)

    request = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})
    return ExtBot("1:x", request=request, get_updates_request=request, rate_limiter=Limiter())


FLOOD = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 5}}
TAKEN = {"ok": True, "result": {"message_id": 8, "date": 1, "chat": {"id": 1, "type": "private"}}}


def test_a_reply_is_sent_after_the_wait_and_a_broadcast_hands_the_wait_on() -> None:
    async def scene() -> None:
        bot = _throttling(FLOOD, TAKEN, FLOOD)
        assert await send(bot, 1, "x") == Sent(8)
        assert now() == 5
        assert await send(bot, 2, "x", precedence=BROADCAST) == Throttled(timedelta(seconds=5))
        assert now() < 6

    run(scene())


def test_every_method_that_posts_is_known() -> None:
    posts_nothing = {
        *("sendChatAction", "sendGift", "editStory", "editUserStarSubscription"),
        *("editForumTopic", "editGeneralForumTopic", "editChatInviteLink", "editChatSubscriptionInviteLink"),
    }
    verbs = ("send", "edit", "copy", "forward")
    methods = {name for name in dir(Bot) if name.startswith(verbs) and name != name.lower()}
    assert methods - posts_nothing == {name for name in POSTING if name.startswith(verbs)}
    assert {name for name in POSTING if name not in dir(Bot)} == set()


def test_of_a_broadcast_is_told_only_which_message_it_is() -> None:
    told = {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}}

    async def answer() -> dict[str, Any]:
        return told

    async def asked(ticket: Ticket) -> Any:
        return await Limiter().process_request(answer, (), {}, "sendMessage", {"chat_id": 5}, ticket)

    broadcast, reply = Ticket(BROADCAST), Ticket(REPLY)
    assert run(asked(broadcast)) is True
    assert run(asked(reply)) == told
    assert (broadcast.message, reply.message) == (7, None)
