"""Telegram played by a terminal: the library's own Application runs behind it, with no token and no network.

What the bot sends is handed to `show`; what a person types becomes an update. A number taps the button of that number.
Only the methods that this bot calls are answered, and an unknown one fails, so that none is forgotten here.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import Update
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram._utils.types import ODVInput
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData

from bot.model import Button

TOKEN = "0:terminal"  # noqa: S105 - nobody is asked with it
CHAT = 1
BOT = {"id": 2, "is_bot": True, "first_name": "Communiqué", "username": "communique_bot"}
PERSON = {"id": CHAT, "is_bot": False, "first_name": "Reader"}
PRIVATE = {"id": CHAT, "type": "private", "first_name": "Reader"}

_SETTINGS = frozenset({"setMyCommands", "setMyDescription", "setMyShortDescription", "sendChatAction"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it is to be shown: its HTML, the labels of its buttons in rows, and whether it replaces an earlier one."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    is_edit: bool = False
    is_alert: bool = False


class Console(BaseRequest):
    """The transport that is a terminal. `now` is the clock that messages bear."""

    def __init__(self, show: Callable[[Shown], None], now: Callable[[], datetime]) -> None:
        self._show = show
        self._now = now
        self._sent = 0
        self._updates = 0
        self._tappable: tuple[int, tuple[Button, ...]] = (0, ())

    @property
    def read_timeout(self) -> float | None:
        """Nothing here takes time."""
        return None

    async def initialize(self) -> None:
        """Nothing is needed to begin."""

    async def shutdown(self) -> None:
        """Nothing is left to end."""

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature is the library's
        self,
        url: str,
        method: str,  # noqa: ARG002 - likewise
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = DEFAULT_NONE,  # noqa: ARG002
        write_timeout: ODVInput[float] = DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: ODVInput[float] = DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: ODVInput[float] = DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Answer one request as Telegram would."""
        name = url.rpartition("/")[2]
        result = self._answer(name, request_data.parameters if request_data else {})
        if result is None:
            return 404, json.dumps({"ok": False, "error_code": 404, "description": "Not Found"}).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def say(self, bot: Application[Any, Any, Any, Any, Any, Any], line: str) -> None:
        """Let the bot handle what a person typed, until its answer is shown."""
        self._updates += 1
        update = {"update_id": self._updates, **self._from_person(line.strip())}
        await bot.process_update(Update.de_json(update, bot.bot))

    def _from_person(self, line: str) -> dict[str, Any]:
        message, buttons = self._tappable
        if line.isdecimal() and 1 <= int(line) <= len(buttons):
            return {"callback_query": self._tap(message, buttons, buttons[int(line) - 1])}
        self._sent += 1
        return {"message": self._message(self._sent, line, PERSON) | _command(line)}

    def _tap(self, message: int, buttons: tuple[Button, ...], button: Button) -> dict[str, Any]:
        keyboard = [[{"text": each.label, "callback_data": each.data}] for each in buttons]
        below = self._message(message, "", BOT) | {"reply_markup": {"inline_keyboard": keyboard}}
        return {
            "id": str(self._updates),
            "from": PERSON,
            "chat_instance": "terminal",
            "message": below,
            "data": button.data,
        }

    def _message(self, number: int, text: str, sender: dict[str, Any]) -> dict[str, Any]:
        date = int(self._now().timestamp())
        return {"message_id": number, "date": date, "chat": PRIVATE, "from": sender, "text": text}

    def _answer(self, name: str, given: dict[str, Any]) -> object:
        if name == "getMe":
            return BOT
        if name in _SETTINGS:
            return True
        if name == "answerCallbackQuery":
            if given.get("text"):
                self._show(Shown(given["text"], is_alert=True))
            return True
        if name in {"sendMessage", "editMessageText"}:
            return self._put(given, is_edit=name == "editMessageText")
        return None

    def _put(self, given: dict[str, Any], *, is_edit: bool) -> dict[str, Any]:
        self._sent += not is_edit
        number = int(given["message_id"]) if is_edit else self._sent
        rows = given.get("reply_markup", {}).get("inline_keyboard", ())
        buttons = tuple(tuple(Button(each["text"], each["callback_data"]) for each in row) for row in rows)
        flat = tuple(each for row in buttons for each in row)
        if flat or is_edit:
            self._tappable = number, flat
        self._show(Shown(str(given["text"]), buttons, is_edit=is_edit))
        return self._message(number, str(given["text"]), BOT)


def _command(line: str) -> dict[str, Any]:
    """What marks a message as a command."""
    if not line.startswith("/"):
        return {}
    return {"entities": [{"type": "bot_command", "offset": 0, "length": len(line.split(maxsplit=1)[0])}]}
