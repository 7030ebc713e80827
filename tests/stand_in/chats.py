"""People and chats, and what Telegram says when the bot may not write to one."""

from dataclasses import dataclass, field
from typing import NoReturn

from tests.stand_in.refusal import Json, Refused

FIRST_SUPERGROUP = -1_000_000_000_000
"""Ids of supergroups lie below it, those of basic groups above (Bot API dialog ids)."""

RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
"""Fields of ChatMemberAdministrator that are always there."""


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False

    def json(self) -> Json:
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        more = {"username": self.username, "language_code": self.language_code}
        return shown | {name: value for name, value in more.items() if value}


ANONYMOUS = Person(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
"""Whom Telegram names for an admin who acts without showing himself."""


@dataclass(slots=True)
class Chat:
    """A chat as the server sees it. `standing` is the bot's own status in it; in a private chat kicked means blocked."""

    id: int
    title: str
    standing: str = "member"
    known: bool = True
    deactivated: bool = False
    muted: bool = False
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        if self.id > 0:
            return "private"
        return "supergroup" if self.id < FIRST_SUPERGROUP else "group"

    def json(self) -> Json:
        return {"id": self.id, "type": self.kind, ("first_name" if self.id > 0 else "title"): self.title}

    def check_writable(self) -> None:
        if self.deactivated:
            raise Refused(403, "Forbidden: user is deactivated")
        self.check_present()
        if self.muted:
            raise Refused.bad("not enough rights to send text messages to the chat")

    def check_present(self) -> None:
        if self.standing in {"kicked", "left"}:
            self._refuse()

    def _refuse(self) -> NoReturn:
        if self.kind == "private":
            raise Refused(403, "Forbidden: bot was blocked by the user")
        done = "was kicked from" if self.standing == "kicked" else "is not a member of"
        raise Refused(403, f"Forbidden: bot {done} the {self.kind} chat")


def stranger(chat_id: int) -> Chat:
    """Make a chat of which nothing is known but its id."""
    return Chat(chat_id, "Reader" if chat_id > 0 else "Desk")


def member(person: Json, status: str) -> Json:
    """Give a ChatMember."""
    shown: Json = {"user": person, "status": status}
    match status:
        case "creator":
            return shown | {"is_anonymous": False}
        case "administrator":
            return shown | {"is_anonymous": False} | dict.fromkeys(RIGHTS, True)
        case "kicked":
            return shown | {"until_date": 0}
    return shown
