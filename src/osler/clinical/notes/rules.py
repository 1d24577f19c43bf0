"""Whose draft it is, and what may be signed."""

from __future__ import annotations

from typing import Protocol

from osler.access.actors import Actor
from osler.core.errors import Invalid

LONGEST = 200_000
"""Characters of one note."""


class Authored(Protocol):
    @property
    def account(self) -> str: ...
    @property
    def practitioner(self) -> str: ...


def may_edit(note: Authored, actor: Actor) -> bool:
    """A draft belongs to its author: by account where Osler wrote it, else by practitioner."""
    if note.account:
        return note.account == actor.id
    return bool(note.practitioner) and note.practitioner == actor.practitioner


def checked_text(text: str, *, signing: bool) -> str:
    """The text as it will be kept. Raises Invalid when it is too long, or empty and to be signed."""
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise Invalid(f"A note may have at most {LONGEST:,} characters; shorten it.", path="text")
    if signing and not text.strip():
        raise Invalid("Write the note before signing it.", path="text")
    return text
