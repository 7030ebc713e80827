"""Methods about chats and their members."""

from typing import Literal

from tests.stand_in.asks import GetChatAdministrators, GetChatMember, OfChat
from tests.stand_in.chats import Chat, member
from tests.stand_in.refusal import Json, Refused
from tests.stand_in.world import World

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, ask: OfChat) -> Json:
    chat = _present(world, ask)
    gifts = dict.fromkeys(GIFTS, False)
    return chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_chat_member(world: World, ask: GetChatMember) -> Json:
    chat = _present(world, ask)
    person = world.people.get(ask.user_id)
    if not person:
        raise Refused.bad("invalid user_id specified")
    status = chat.standing if person == world.bot else chat.members.get(person.id, "left")
    return member(person.json(), status)


def get_chat_administrators(world: World, ask: GetChatAdministrators) -> list[Json]:
    chat = _present(world, ask)
    if chat.kind == "private":
        raise Refused.bad("there are no administrators in the private chat")
    leading = {
        each: status for each, status in chat.members.items() if status in {"creator", "administrator"}
    }
    if ask.return_bots and chat.standing == "administrator":
        leading[world.bot.id] = chat.standing
    return [member(world.people[each].json(), status) for each, status in leading.items()]


def leave_chat(world: World, ask: OfChat) -> Literal[True]:
    chat = _present(world, ask)
    if chat.kind == "private":
        raise Refused.bad("chat member status can't be changed in private chats")
    world.bot_becomes(chat, "left", by=world.bot)
    return True


def _present(world: World, ask: OfChat) -> Chat:
    chat = world.chat(ask.chat_id)
    if chat.kind != "private":
        chat.check_present()
    return chat
