"""Methods about the bot itself: who it is, its commands and descriptions, how updates reach it."""

import re
from typing import Literal, NoReturn

from tests.stand_in.asks import (
    DeleteWebhook,
    GetUpdates,
    Nothing,
    OfCommands,
    OfLanguage,
    Scope,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    SetWebhook,
)
from tests.stand_in.refusal import Json, Refused
from tests.stand_in.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LONGEST_DESCRIPTION = 256
MOST_COMMANDS = 100

SCOPES: dict[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
"""Which fields each BotCommandScope has besides its type."""


def get_me(world: World, _ask: Nothing) -> Json:
    can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return world.bot.json() | can


def set_my_commands(world: World, ask: SetMyCommands) -> Literal[True]:
    key = _key(world, ask.scope), ask.language_code
    if len(ask.commands) > MOST_COMMANDS:
        raise Refused.bad("BOT_COMMANDS_TOO_MUCH")
    for each in ask.commands:
        if not COMMAND.fullmatch(each.command.removeprefix("/")):
            raise Refused.bad("BOT_COMMAND_INVALID")
        if not 1 <= len(each.description) <= LONGEST_DESCRIPTION:
            raise Refused.bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[key] = tuple((each.command.removeprefix("/"), each.description) for each in ask.commands)
    world.bell.ring()
    return True


def get_my_commands(world: World, ask: OfCommands) -> list[Json]:
    kept = world.commands.get((_key(world, ask.scope), ask.language_code), ())
    return [{"command": command, "description": description} for command, description in kept]


def delete_my_commands(world: World, ask: OfCommands) -> Literal[True]:
    world.commands.pop((_key(world, ask.scope), ask.language_code), None)
    world.bell.ring()
    return True


def set_my_description(world: World, ask: SetMyDescription) -> Literal[True]:
    return _describe(world, world.descriptions, ask.language_code, ask.description)


def get_my_description(world: World, ask: OfLanguage) -> Json:
    return {"description": _described(world.descriptions, ask.language_code)}


def set_my_short_description(world: World, ask: SetMyShortDescription) -> Literal[True]:
    return _describe(world, world.short_descriptions, ask.language_code, ask.short_description)


def get_my_short_description(world: World, ask: OfLanguage) -> Json:
    return {"short_description": _described(world.short_descriptions, ask.language_code)}


def delete_webhook(world: World, ask: DeleteWebhook) -> Literal[True]:
    if ask.drop_pending_updates:
        world.updates.forget_all()
    return True


def get_webhook_info(world: World, _ask: Nothing) -> Json:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates)}


async def get_updates(world: World, ask: GetUpdates) -> list[Json]:
    return await world.updates.poll(ask)


def set_webhook(_world: World, _ask: SetWebhook) -> NoReturn:
    raise Refused.spec("the stand-in only answers polls")


def _key(world: World, scope: Scope) -> str:
    """Name a scope, as "default", "chat:7" or "chat_member:-5:7"."""
    given = scope.model_dump(exclude_none=True)
    if scope.type not in SCOPES or given.keys() - {"type"} != set(SCOPES[scope.type]):
        raise Refused.spec(f"no scope of commands has the fields {given}")
    if scope.chat_id is not None:
        world.chat(scope.chat_id)
    return ":".join(str(each) for each in (scope.type, scope.chat_id, scope.user_id) if each is not None)


def _describe(world: World, kept: dict[str, str], language: str, text: str) -> Literal[True]:
    kept[language] = text
    world.bell.ring()
    return True


def _described(kept: dict[str, str], language: str) -> str:
    return kept.get(language) or kept.get("", "")
