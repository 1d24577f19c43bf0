"""One resource of an answer, as a search fetched it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from osler.store.read import hidden_paths
from osler.store.stored import Stored
from osler.store.visibility import Rule
from osler.store.write import unpack

if TYPE_CHECKING:
    from osler.store.store import Store


@dataclass(frozen=True, slots=True)
class Hit:
    """One resource of an answer, and the element paths its reader does not get."""

    stored: Stored
    hidden: frozenset[str] = frozenset()


async def hit(store: Store, type_: str, row: Any, rules: list[Rule]) -> Hit:
    """A fetched row (rid, id, ver, upd, body, mask) as a Hit."""
    body = await unpack(store, row["body"])
    return Hit(Stored(type_, row["id"], row["ver"], row["upd"], body, rid=row["rid"]), hidden_paths(rules, row["mask"]))
