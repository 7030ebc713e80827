"""Methods about messages and buttons."""

from dataclasses import replace
from typing import Literal

from tests.stand_in.asks import (
    AnswerCallbackQuery,
    Content,
    EditMessageReplyMarkup,
    EditMessageText,
    OfMessage,
    Reply,
    SendChatAction,
    SendDocument,
    SendMessage,
)
from tests.stand_in.content import Formatted, formatted
from tests.stand_in.keyboard import shown
from tests.stand_in.records import Accepted, Answer, Message, body
from tests.stand_in.refusal import Json, Refused
from tests.stand_in.world import World

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, ask: SendMessage) -> Json:
    content, markup = _read(ask), shown(ask.reply_markup)
    chat = world.chat(ask.chat_id)
    chat.check_writable()
    options = _options(ask) | _reply(world, chat.id, ask.reply_parameters)
    message = Message(
        chat.id,
        world.next_message_id(),
        world.bot.id,
        world.clock(),
        content,
        markup,
        silent=ask.disable_notification,
        options=options,
    )
    world.journal.append(Accepted(chat.id, message.message_id, message.text, message.time))
    world.keep(message)
    return world.json(message)


def send_document(world: World, ask: SendDocument) -> Json:
    chat = world.chat(ask.chat_id)
    chat.check_writable()
    content = ask.document.file.read()
    if not content:
        raise Refused.bad("file must be non-empty")
    number = world.next_message_id()
    file = {"file_id": f"file-{number}", "file_unique_id": f"unique-{number}"}
    shown = file | {"file_name": ask.document.filename, "file_size": len(content)}
    world.uploads.append((chat.id, ask.document.filename, content))
    message = Message(
        chat.id, number, world.bot.id, world.clock(), Formatted(""), options={"document": shown}
    )
    world.keep(message)
    return world.json(message)


def shape(ask: SendMessage) -> Json:
    """Give the fields of the answer to a send that are the same for every chat; `Refused` as when it is sent."""
    return body(Message(0, 0, 0, 0.0, _read(ask), shown(ask.reply_markup), options=_options(ask)))


def edit_message_text(world: World, ask: EditMessageText) -> Json:
    content, markup = _read(ask), shown(ask.reply_markup, only_inline=True)
    message = _editable(world, ask)
    options = {
        name: value for name, value in (message.options or {}).items() if name != "link_preview_options"
    }
    options |= _preview(ask)
    if (content, markup, options) == (message.content, message.markup, message.options or {}):
        raise Refused.bad(SAME)
    changed = replace(
        message,
        content=content,
        markup=markup,
        options=options,
        earlier=(*message.earlier, message.text),
        edited=world.clock(),
    )
    world.keep(changed)
    return world.json(changed)


def edit_message_reply_markup(world: World, ask: EditMessageReplyMarkup) -> Json:
    markup = shown(ask.reply_markup, only_inline=True)
    message = _editable(world, ask)
    if markup == message.markup:
        raise Refused.bad(SAME)
    changed = replace(message, markup=markup, edited=world.clock())
    world.keep(changed)
    return world.json(changed)


def delete_message(world: World, ask: OfMessage) -> Literal[True]:
    chat = world.chat(ask.chat_id)
    chat.check_present()
    message = world.messages.get(chat.id, {}).get(ask.message_id)
    if not message:
        raise Refused.bad("message to delete not found")
    if message.sender_id != world.bot.id and chat.kind != "private" and chat.standing != "administrator":
        raise Refused.bad("message can't be deleted")
    del world.messages[chat.id][ask.message_id]
    world.bell.ring()
    return True


def send_chat_action(world: World, ask: SendChatAction) -> Literal[True]:
    chat = world.chat(ask.chat_id)
    chat.check_writable()
    if ask.action.lower() not in ACTIONS:
        raise Refused.bad("wrong parameter action in request")
    world.actions.append((chat.id, ask.action))
    world.bell.ring()
    return True


def answer_callback_query(world: World, ask: AnswerCallbackQuery) -> Literal[True]:
    if ask.callback_query_id not in world.taps:
        raise Refused.bad("query is too old and response timeout expired or query ID is invalid")
    answer = Answer(ask.text, ask.show_alert, ask.url)
    world.answers.setdefault(ask.callback_query_id, []).append(answer)
    world.bell.ring()
    return True


def _read(ask: Content) -> Formatted:
    return formatted(ask.text, ask.parse_mode, ask.entities)


def _preview(ask: Content) -> Json:
    given = ask.link_preview_options and ask.link_preview_options.model_dump(exclude_none=True)
    return {"link_preview_options": given} if given else {}


def _options(ask: SendMessage) -> Json:
    thread: Json = {"message_thread_id": ask.message_thread_id, "is_topic_message": True}
    protected: Json = {"has_protected_content": True}
    return (
        _preview(ask) | (thread if ask.message_thread_id else {}) | (protected if ask.protect_content else {})
    )


def _reply(world: World, chat_id: int, reply: Reply | None) -> Json:
    if not reply:
        return {}
    if reply.chat_id not in {None, chat_id}:
        raise Refused.spec("the stand-in has no replies across chats")
    answered = world.messages.get(chat_id, {}).get(reply.message_id)
    if answered:
        return {"reply_to_message": world.json(answered)}
    if reply.allow_sending_without_reply:
        return {}
    raise Refused.bad("message to be replied not found")


def _editable(world: World, ask: OfMessage) -> Message:
    chat = world.chat(ask.chat_id)
    chat.check_writable()
    message = world.messages.get(chat.id, {}).get(ask.message_id)
    if not message:
        raise Refused.bad("message to edit not found")
    if message.sender_id != world.bot.id:
        raise Refused.bad("message can't be edited")
    return message
