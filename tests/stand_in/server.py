"""The HTTP side: one path for all methods, and the ways in which a connection breaks."""

import asyncio
import math
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from types import ModuleType
from typing import Any

from aiohttp import web

from tests.stand_in.asks import Ask, OfChat, SendMessage
from tests.stand_in.audit import Audit
from tests.stand_in.fates import Fates, Shares
from tests.stand_in.faults import DONE, Break, Faults
from tests.stand_in.figures import Figures
from tests.stand_in.light import Light, Shape
from tests.stand_in.limits import Pace
from tests.stand_in.methods import BY_NAME, Method, read
from tests.stand_in.records import Call
from tests.stand_in.refusal import Json, Refused, dumped
from tests.stand_in.world import World

PATH = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>[^/]+)")
TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{35}")
GATEWAY_PAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"
ATTACHED = "attach://"
NO_LINGER = struct.pack("ii", 1, 0)
"""Makes a close send RST instead of FIN (socket(7), SO_LINGER)."""

FIGURES = "/figures"
"""Where the stand-in says how writes have ended (`Figures.json`)."""

MOST_TOLD = 20
"""Breaches of the specification that it names there."""

LARGEST = 50 * 1024 * 1024
"""Bytes of a file that bots may send (core.telegram.org/bots/faq)."""

SHUTDOWN = 2.0
"""Seconds given to answers under way when the stand-in stops."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a load adds: who meets which fate, where it is written down, how long each answer takes (seconds), and whether
    sends go the short way (`tests.stand_in.light`).
    """

    fates: Fates = field(default_factory=lambda: Fates(Shares(), 0))
    audit: Audit = field(default_factory=Audit)
    latency: float = 0.0
    is_light: bool = False
    has_oracle: bool = True
    """Whether requests and answers are held against aiogram's models."""


class Server:
    def __init__(self, token: str, world: World, pace: Pace, load: Load | None = None) -> None:
        self.calls: list[Call] = []
        self.faults = Faults()
        self.figures = Figures()
        self.breaches: list[str] = []
        self._oracle = _oracle() if load is None or load.has_oracle else None
        self._token = token
        self._world = world
        self._pace = pace
        self._load = load or Load()
        self._light = Light(world) if self._load.is_light else None
        self._runner: web.ServerRunner | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on this port (0: any that is free) and give it."""
        # Cancellation ends the poll of a bot that is gone.
        server = web.Server(
            self._handle, request_factory=_request, access_log=None, handler_cancellation=True
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        chosen: int = self._runner.addresses[0][1]
        return chosen

    async def stop(self) -> None:
        self._world.bell.close()
        if self._runner:
            await self._runner.cleanup()
        self._load.audit.close()

    async def restart(self, away: float) -> None:
        """Fall silent for `away` seconds, all connections cut, and listen again where we did."""
        assert self._runner, "it was never started"
        assert self._runner.server
        port = self._runner.addresses[0][1]
        for each in list(self._runner.sites):
            await each.stop()
        for connection in self._runner.server.connections:
            connection.force_close()
        await self._runner.cleanup()
        await asyncio.sleep(away)
        await self.start(port)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == FIGURES:
            return web.json_response(self.figures.json() | {"breaches": self.breaches[:MOST_TOLD]})
        try:
            return await self._answer(request, self._method(request.path))
        except Refused as refused:
            return _refusal(refused)

    async def _answer(self, request: web.BaseRequest, method: Method) -> web.StreamResponse:
        if self._light and (read := self._light.read(method, request, await request.read())):
            return await self._quick(request, self._light, *read)
        return await self._call(request, method, await _parameters(request))

    def _method(self, path: str) -> Method:
        asked = PATH.fullmatch(path)
        if not asked or not TOKEN.fullmatch(asked["token"]):
            raise Refused(404, "Not Found")
        if asked["token"] != self._token:
            raise Refused(401, "Unauthorized")
        if asked["method"].lower() not in BY_NAME:
            raise Refused(404, "Not Found")
        return BY_NAME[asked["method"].lower()]

    async def _call(self, request: web.BaseRequest, method: Method, params: Json) -> web.StreamResponse:
        begun, outcome = self._world.clock(), "unfinished"
        try:
            ask = self._read(method, params)
            params = ask.model_dump(exclude_unset=True)
            fault = self.faults.next(method, ask) or self._load.fates.next(method, ask)
            if isinstance(fault, Refused):
                raise fault
            result = None if fault and fault not in DONE else await self._run(method, ask)
            if self._oracle and result is not None:
                self.breaches += self._oracle.wrong_answer(method.name, result)
            if isinstance(ask, SendMessage) and result:
                self._note(begun, ask, result["chat"]["id"], result["message_id"], fault)
            outcome = fault or "ok"
        except Refused as refused:
            outcome = str(refused)
            if refused.is_spec:
                self.breaches.append(f"request {method.name}: {refused.description}")
            raise
        finally:
            self.calls.append(Call(begun, method.name, params, outcome))
            if method.writes:
                self.figures.count(begun, outcome)
            self._world.bell.ring()
        return await self._end(request, fault, lambda: dumped({"ok": True, "result": result}))

    def _read(self, method: Method, params: Json) -> Ask:
        """Check a request twice: what the official server does not mind is noted as a breach all the same."""
        wrong = self._oracle.wrong_request(method.name, params) if self._oracle else []
        ask = read(method, params)
        self.breaches += wrong
        return ask

    async def _quick(
        self, request: web.BaseRequest, light: Light, chat: int, shape: Shape
    ) -> web.StreamResponse:
        begun, outcome = self._world.clock(), "unfinished"
        try:
            fault = self._load.fates.of(chat)
            if isinstance(fault, Refused):
                raise fault
            self._keep_pace(chat, paid=shape.ask.allow_paid_broadcast)
            number = self._world.next_message_id()
            self._note(begun, shape.ask, chat, number, fault)
            outcome = fault or "ok"
        except Refused as refused:
            outcome = str(refused)
            raise
        finally:
            self.figures.count(begun, outcome)
        return await self._end(request, fault, lambda: light.answer(chat, number, shape))

    def _note(self, at: float, ask: SendMessage, chat: int, message_id: int, fault: Break | None) -> None:
        self._load.audit.write(chat, message_id, ask.text, at, answered=fault is None)

    async def _end(
        self, request: web.BaseRequest, fault: Break | None, answer: Callable[[], bytes]
    ) -> web.StreamResponse:
        if self._load.latency:
            await asyncio.sleep(self._load.latency)
        if fault:
            return await self._broken(request, fault)
        return web.Response(body=answer(), content_type="application/json")

    async def _run(self, method: Method, ask: Ask) -> Any:
        if method.writes and isinstance(ask, OfChat) and isinstance(ask.chat_id, int):
            self._keep_pace(ask.chat_id, paid=getattr(ask, "allow_paid_broadcast", False))
        result = method.run(self._world, ask)
        return await result if isawaitable(result) else result

    def _keep_pace(self, chat: int, *, paid: bool) -> None:
        wait = self._pace.wait(chat, paid=paid)
        if wait > 0:
            self.figures.flooded += 1
            raise Refused.flooded(math.ceil(wait))

    async def _broken(self, request: web.BaseRequest, how: Break) -> web.StreamResponse:
        match how:
            case Break.ERROR:
                return _refusal(Refused(500, "Internal Server Error"))
            case Break.BAD_GATEWAY:
                return web.Response(status=502, text=GATEWAY_PAGE, content_type="text/html")
            case Break.STALL | Break.TIMEOUT:
                await self._world.bell.until(lambda: False, None)
        _cut(request, reset=how is Break.RESET)
        # Ends the handler of a connection that is no more.
        raise asyncio.CancelledError


def _request(*parts: Any) -> web.BaseRequest:
    message, payload, protocol, writer, task = parts
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST)


def _oracle() -> ModuleType:
    # It takes seconds to import; under load, and for who only reads our tables, it is not needed.
    from tests.stand_in import specification  # noqa: PLC0415

    return specification


def _refusal(refused: Refused) -> web.Response:
    return web.json_response(refused.body(), status=refused.code)


async def _parameters(request: web.BaseRequest) -> Json:
    """Join what stands in the address and in the body, as form, multipart or JSON."""
    params: Json = dict(request.query)
    if request.content_type != "application/json":
        return _attached(params | dict(await request.post()))
    try:
        body: Json = await request.json()
    except ValueError as error:
        raise Refused.spec(f"the body is no JSON: {error}") from error
    return params | body


def _attached(params: Json) -> Json:
    """Put each file that came as a part of its own where it is meant (Bot API, InputFile: "attach://name")."""
    for name, value in list(params.items()):
        if isinstance(value, str) and value.startswith(ATTACHED):
            params[name] = params.pop(value.removeprefix(ATTACHED), value)
    return params


def _cut(request: web.BaseRequest, *, reset: bool) -> None:
    transport = request.transport
    if transport is None:
        return
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()
