"""What may be asked of the Bot API, method by method (core.telegram.org/bots/api).

A parameter that is not here is refused: either Telegram has none of that name, or the stand-in cannot do what it means.
"""

import json
from typing import Annotated, Any

from aiohttp.web import FileField
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tests.stand_in.refusal import Json


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _numbered(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else value


ChatId = Annotated[int | str, BeforeValidator(_numbered)]
Encoded = BeforeValidator(_decoded)
"""Objects come as JSON inside a form and as themselves inside a JSON body."""


class Ask(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LinkPreview(Ask):
    is_disabled: bool | None = None
    url: str | None = None
    prefer_small_media: bool | None = None
    prefer_large_media: bool | None = None
    show_above_text: bool | None = None


class Reply(Ask):
    message_id: int
    chat_id: ChatId | None = None
    allow_sending_without_reply: bool = False


class Nothing(Ask):
    pass


class GetUpdates(Ask):
    offset: int = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 100
    timeout: Annotated[float, Field(ge=0)] = 0
    allowed_updates: Annotated[tuple[str, ...] | None, Encoded] = None


class DeleteWebhook(Ask):
    drop_pending_updates: bool = False


class SetWebhook(Ask):
    model_config = ConfigDict(extra="ignore", frozen=True)


class OfChat(Ask):
    chat_id: ChatId


class Content(OfChat):
    text: str = ""
    parse_mode: str | None = None
    entities: Annotated[list[Json] | None, Encoded] = None
    link_preview_options: Annotated[LinkPreview | None, Encoded] = None
    reply_markup: Annotated[Json | None, Encoded] = None


class SendMessage(Content):
    message_thread_id: int | None = None
    disable_notification: bool = False
    protect_content: bool = False
    allow_paid_broadcast: bool = False
    reply_parameters: Annotated[Reply | None, Encoded] = None


class SendDocument(OfChat):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    document: FileField
    disable_notification: bool = False


class OfMessage(OfChat):
    message_id: int


class EditMessageText(Content, OfMessage):
    pass


class EditMessageReplyMarkup(OfMessage):
    reply_markup: Annotated[Json | None, Encoded] = None


class SendChatAction(OfChat):
    action: str
    message_thread_id: int | None = None


class AnswerCallbackQuery(Ask):
    callback_query_id: str
    text: Annotated[str, Field(max_length=200)] = ""
    show_alert: bool = False
    url: str | None = None
    cache_time: int = 0


class GetChatMember(OfChat):
    user_id: int


class GetChatAdministrators(OfChat):
    return_bots: bool = False


class OfLanguage(Ask):
    language_code: Annotated[str, Field(pattern=r"^([a-z]{2})?$")] = ""


class Scope(Ask):
    type: str = "default"
    chat_id: ChatId | None = None
    user_id: int | None = None


class OfCommands(OfLanguage):
    scope: Annotated[Scope, Encoded] = Scope()


class Command(Ask):
    command: str
    description: str


class SetMyCommands(OfCommands):
    commands: Annotated[tuple[Command, ...], Encoded]


class SetMyDescription(OfLanguage):
    description: Annotated[str, Field(max_length=512)] = ""


class SetMyShortDescription(OfLanguage):
    short_description: Annotated[str, Field(max_length=120)] = ""
