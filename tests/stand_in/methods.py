"""The methods of the Bot API that the stand-in has, and how a request is read for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tests.stand_in import asks, messages, profile, rooms
from tests.stand_in.asks import Ask
from tests.stand_in.refusal import Json, Refused
from tests.stand_in.world import World


@dataclass(frozen=True, slots=True)
class Method:
    """`run` gives the result, or something to await for it. `writes` marks those that change what stands in a chat and
    count against the limits.
    """

    name: str
    ask: type[Ask]
    run: Callable[[World, Any], Any]
    writes: bool = False


METHODS = (
    Method("sendMessage", asks.SendMessage, messages.send_message, writes=True),
    Method("sendDocument", asks.SendDocument, messages.send_document, writes=True),
    Method("editMessageText", asks.EditMessageText, messages.edit_message_text, writes=True),
    Method(
        "editMessageReplyMarkup", asks.EditMessageReplyMarkup, messages.edit_message_reply_markup, writes=True
    ),
    Method("deleteMessage", asks.OfMessage, messages.delete_message),
    Method("sendChatAction", asks.SendChatAction, messages.send_chat_action),
    Method("answerCallbackQuery", asks.AnswerCallbackQuery, messages.answer_callback_query),
    Method("getChat", asks.OfChat, rooms.get_chat),
    Method("getChatMember", asks.GetChatMember, rooms.get_chat_member),
    Method("getChatAdministrators", asks.GetChatAdministrators, rooms.get_chat_administrators),
    Method("leaveChat", asks.OfChat, rooms.leave_chat),
    Method("getMe", asks.Nothing, profile.get_me),
    Method("setMyCommands", asks.SetMyCommands, profile.set_my_commands),
    Method("getMyCommands", asks.OfCommands, profile.get_my_commands),
    Method("deleteMyCommands", asks.OfCommands, profile.delete_my_commands),
    Method("setMyDescription", asks.SetMyDescription, profile.set_my_description),
    Method("getMyDescription", asks.OfLanguage, profile.get_my_description),
    Method("setMyShortDescription", asks.SetMyShortDescription, profile.set_my_short_description),
    Method("getMyShortDescription", asks.OfLanguage, profile.get_my_short_description),
    Method("deleteWebhook", asks.DeleteWebhook, profile.delete_webhook),
    Method("getWebhookInfo", asks.Nothing, profile.get_webhook_info),
    Method("setWebhook", asks.SetWebhook, profile.set_webhook),
    Method("getUpdates", asks.GetUpdates, profile.get_updates),
)

OBJECTS = {
    "reply_markup": "reply keyboard markup",
    "entities": "entities",
    "link_preview_options": "link preview options",
    "reply_parameters": "reply parameters",
    "commands": "commands",
}
"""What the official server calls the parameters of which it says that they are no JSON."""

BY_NAME = {each.name.lower(): each for each in METHODS}
"""The official server does not mind upper and lower case."""


def read(method: Method, params: Json) -> Ask:
    """Check the parameters of a request; `Refused` at the first that is wrong."""
    try:
        return method.ask.model_validate(params)
    except ValidationError as error:
        raise _refusal(method.name, error) from error


def _refusal(method: str, error: ValidationError) -> Refused:
    wrong = error.errors()[0]
    name = ".".join(str(each) for each in wrong["loc"])
    match wrong["type"], name:
        case "extra_forbidden", _:
            return Refused.spec(f"{method} has no parameter {name} here")
        case "missing", "chat_id":
            return Refused.bad("chat_id is empty")
        case "missing", "message_id":
            return Refused.bad("message identifier is not specified")
        case "value_error", _ if name in OBJECTS:
            return Refused.bad(f"can't parse {OBJECTS[name]} JSON object")
        case "dict_type", "reply_markup":
            return Refused.bad("object expected as reply markup")
        case "missing", _:
            return Refused.spec(f"{method} needs {name}")
    return Refused.spec(f"{method}, {name}: {wrong['msg']}")
