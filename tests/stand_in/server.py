"""The HTTP side: one path for all methods, and the ways in which a connection breaks."""

import asyncio
import math
import re
import socket
import struct
from inspect import isawaitable
from typing import Any

from aiohttp import web

from tests.stand_in.asks import Ask, OfChat
from tests.stand_in.faults import DONE, Break, Faults
from tests.stand_in.limits import Pace
from tests.stand_in.methods import BY_NAME, Method, read
from tests.stand_in.records import Call
from tests.stand_in.refusal import Json, Refused
from tests.stand_in.world import World

PATH = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>[^/]+)")
TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{35}")
GATEWAY_PAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"
NO_LINGER = struct.pack("ii", 1, 0)
"""Makes a close send RST instead of FIN (socket(7), SO_LINGER)."""

SHUTDOWN = 2.0
"""Seconds given to answers under way when the stand-in stops."""


class Server:
    def __init__(self, token: str, world: World, pace: Pace) -> None:
        self.calls: list[Call] = []
        self.faults = Faults()
        self._token = token
        self._world = world
        self._pace = pace
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        # Cancellation ends the poll of a bot that is gone.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN
        )

    async def start(self) -> int:
        """Listen on a free port and give it."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port: int = self._runner.addresses[0][1]
        return port

    async def stop(self) -> None:
        self._world.bell.close()
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            method = self._method(request.path)
            return await self._call(request, method, await _parameters(request))
        except Refused as refused:
            return _refusal(refused)

    def _method(self, path: str) -> Method:
        asked = PATH.fullmatch(path)
        if not asked or not TOKEN.fullmatch(asked["token"]):
            raise Refused(404, "Not Found")
        if asked["token"] != self._token:
            raise Refused(401, "Unauthorized")
        if asked["method"].lower() not in BY_NAME:
            raise Refused(404, "Not Found")
        return BY_NAME[asked["method"].lower()]

    async def _call(self, request: web.Request, method: Method, params: Json) -> web.StreamResponse:
        begun, outcome = self._world.clock(), "unfinished"
        try:
            ask = read(method, params)
            params = ask.model_dump(exclude_unset=True)
            fault = self.faults.next(method, ask)
            if isinstance(fault, Refused):
                raise fault
            result = None if fault and fault not in DONE else await self._run(method, ask)
            outcome = fault or "ok"
        except Refused as refused:
            outcome = str(refused)
            raise
        finally:
            self.calls.append(Call(begun, method.name, params, outcome))
            self._world.bell.ring()
        return (
            await self._broken(request, fault) if fault else web.json_response({"ok": True, "result": result})
        )

    async def _run(self, method: Method, ask: Ask) -> Any:
        if method.writes and isinstance(ask, OfChat) and isinstance(ask.chat_id, int):
            wait = self._pace.wait(ask.chat_id)
            if wait > 0:
                raise Refused.flooded(math.ceil(wait))
        result = method.run(self._world, ask)
        return await result if isawaitable(result) else result

    async def _broken(self, request: web.Request, how: Break) -> web.StreamResponse:
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


def _refusal(refused: Refused) -> web.Response:
    return web.json_response(refused.body(), status=refused.code)


async def _parameters(request: web.Request) -> Json:
    """Join what stands in the address and in the body, as form, multipart or JSON."""
    params: Json = dict(request.query)
    if request.content_type != "application/json":
        return params | dict(await request.post())
    try:
        body: Json = await request.json()
    except ValueError as error:
        raise Refused.spec(f"the body is no JSON: {error}") from error
    return params | body


def _cut(request: web.Request, *, reset: bool) -> None:
    transport = request.transport
    if transport is None:
        return
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()
