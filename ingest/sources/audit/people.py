"""Who made requests: users and their programs, each looked up once.

A log of millions of lines knows some hundred users. Their JSON is compared as bytes, so that the
same user costs one dictionary look-up.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ingest.actors import Actor, actor
from ingest.sources.audit.envelope import User, part

_decode_user = msgspec.json.Decoder(User).decode
_NOBODY = User()
_KEPT_MAX = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A user with a program: all that the log has columns for. Compared by identity."""

    user: str
    groups: tuple[str, ...]
    user_agent: str
    actor: Actor


class People:
    """A memory of users and programs, bounded."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, str | None], Person] = {}

    def person(self, user: bytes, agent: str | None) -> Person:
        """A user, as JSON, with a program; an unreadable user is one without a name."""
        key = (user, agent)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _KEPT_MAX:
                self._known.clear()
            found = self._known[key] = _person(user, agent)
        return found


def _person(user: bytes, agent: str | None) -> Person:
    found = part(_decode_user, user, _NOBODY)
    name, program = found.username or "", agent or ""
    return Person(name, tuple(found.groups or ()), program, actor(name, program))
