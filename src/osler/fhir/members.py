"""A resource as the JSON text of each of its members: most members have been met before, in another resource.

What is found out of a member and nothing else can be kept by its text. A text stands for one value, down to the digits
of its numbers, and two members that are the same but for the order of their names are merely two texts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from osler.fhir.json import encode, encode_each

Members = dict[str, bytes]

LONGEST = 1_000
"""Bytes of a text up to which it is likely to be met again."""
BRACKETS = b"{["
"""How the text of an object or array begins."""


def members_of(resource: dict[str, Any]) -> Members:
    """The text of each member, by its name, as `json.encode` writes it."""
    return dict(zip(resource, encode_each(resource.values()), strict=True))


def changed(members: Members, resource: dict[str, Any], names: tuple[str, ...]) -> Members:
    """The members of a resource that is another only in those of these names."""
    found = {name: members.get(name, b"") for name in resource}
    for name in names:
        if name in found:
            found[name] = encode(resource[name])
    return found


def joined(members: Members) -> bytes:
    """The text of the whole resource: what `json.encode` would write."""
    return b"{%b}" % b",".join([_head(name) + text for name, text in members.items()])


@lru_cache(maxsize=4096)
def _head(name: str) -> bytes:
    return encode(name) + b":"
