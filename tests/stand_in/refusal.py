"""What the Bot API says when it will not do a thing."""

import json
from typing import Any, Self

Json = dict[str, Any]
"""An object of the Bot API as it goes over the wire."""


def dumped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


class Refused(Exception):
    """An answer other than ok.

    `description` is the wording of the official server where we know it. Where we do not, or where that server
    would quietly lose something, it begins with "SPEC:", so that a test notices.
    """

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    @classmethod
    def bad(cls, reason: str) -> Self:
        return cls(400, f"Bad Request: {reason}")

    @classmethod
    def spec(cls, reason: str) -> Self:
        return cls(400, f"SPEC: {reason}")

    @property
    def is_spec(self) -> bool:
        return self.description.startswith("SPEC:")

    @classmethod
    def unparsable(cls, reason: str) -> Self:
        return cls.bad(f"can't parse entities: {reason}")

    @classmethod
    def flooded(cls, seconds: int) -> Self:
        return cls(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    @classmethod
    def migrated(cls, new_id: int) -> Self:
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        return cls(400, reason, {"migrate_to_chat_id": new_id})

    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body
