"""Small numbers for actors and request shapes, so that a row stays 88 bytes."""

from __future__ import annotations

from osler.access.actors import Actor
from osler.access.audit.entry import AuditEntry
from osler.access.audit.key import AuditKey
from osler.store import audit as sql
from osler.store.pool import Pool

MAX_SHAPES = 5000
"""Shapes one process remembers. Callers build shapes from known names; should one not, the rest share "other"."""
MAX_ACTORS = 20_000


class Interned:
    """Actor → id and shape → id. Known ones cost a dictionary look-up; a new one is committed on its own first."""

    def __init__(self, pool: Pool, key: AuditKey) -> None:
        self._pool = pool
        self._key = key
        self._actors: dict[tuple[str, str, str, str], int] = {}
        self._shapes: dict[str, int] = {"": 0}

    def known(self, entry: AuditEntry) -> tuple[int, int] | None:
        """(actor id, shape id) when both are in memory."""
        actor = self._actors.get(_actor_words(entry.actor))
        shape = self._shapes.get(entry.what)
        return None if actor is None or shape is None else (actor, shape)

    async def ids(self, entry: AuditEntry) -> tuple[int, int]:
        """(actor id, shape id), made where needed. Raises Unavailable."""
        return self.known(entry) or (await self._actor(entry.actor), await self._shape(entry.what))

    async def _actor(self, actor: Actor) -> int:
        words = _actor_words(actor)
        found = self._actors.get(words)
        if found is None:
            async with self._pool.connection() as conn:
                found = await sql.find_actor(conn, *words)
                while found is None:
                    id_ = await sql.next_actor_id(conn)
                    await sql.add_actor(conn, id_, *words, self._key.words(id_, *words))
                    found = await sql.find_actor(conn, *words)
            if len(self._actors) >= MAX_ACTORS:
                self._actors.clear()
            self._actors[words] = found
        return found

    async def _shape(self, what: str) -> int:
        if what in self._shapes:
            return self._shapes[what]
        text = what[:200].replace("\0", "") if len(self._shapes) < MAX_SHAPES else "other"
        async with self._pool.connection() as conn:
            found = await sql.find_shape(conn, text)
            while found is None:
                id_ = await sql.next_shape_id(conn)
                await sql.add_shape(conn, id_, text, self._key.words(id_, text))
                found = await sql.find_shape(conn, text)
        if len(self._shapes) < MAX_SHAPES:
            self._shapes[what] = found
        return found


def _actor_words(actor: Actor) -> tuple[str, str, str, str]:
    return (actor.kind, actor.id, actor.display.replace("\0", ""), actor.via)
