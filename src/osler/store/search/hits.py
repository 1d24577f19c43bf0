"""The resources of an answer, as a search fetched them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from osler.store.read import hidden_paths
from osler.store.stored import Stored
from osler.store.visibility import Rule

if TYPE_CHECKING:
    from osler.store.store import Store

_NOTHING: frozenset[str] = frozenset()


class Hit(msgspec.Struct, frozen=True, gc=False):
    """One resource of an answer, and the element paths its reader does not get."""

    stored: Stored
    hidden: frozenset[str] = _NOTHING


async def hits(store: Store, rows: Sequence[Any], rules: list[Rule]) -> list[Hit]:
    """Fetched rows (type, rid, id, ver, upd, body, mask) as Hits. Hundreds at a time: no step of its own for each."""
    unpack, name = store.bodies.unpack, store.type_name
    if not all(store.bodies.knows(row["body"]) for row in rows):
        await store.load_dictionaries()
    hiding = any(rule.hidden for rule in rules)
    return [
        Hit(
            Stored(name(row["type"]), row["id"], row["ver"], row["upd"], unpack(row["body"]), False, row["rid"]),
            hidden_paths(rules, row["mask"]) if hiding else _NOTHING,
        )
        for row in rows
    ]
