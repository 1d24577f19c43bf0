"""Interned names: small integers for resource types, search parameters, sites, labels and units of measure.

Loaded whole at start; a name that is not known yet is added by its own statement, outside any transaction, so that a
rolled-back write never leaves a process believing in an id that is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.datatypes.units import find_unit, is_convertible

if TYPE_CHECKING:
    from osler.store.pool import Connection, Pool

TYPE, PARAM, ORG, LABEL, UNIT = b"t", b"p", b"o", b"l", b"u"
MOST_UNITS = 20_000
"""Spellings of units that quantities are converted between; later ones are only found as written."""

_INTERN = """
WITH wanted AS (SELECT $1::"char" AS kind, unnest($2::text[]) AS text),
     added AS (INSERT INTO term (kind, text) SELECT kind, text FROM wanted ORDER BY text ON CONFLICT DO NOTHING RETURNING id, text)
SELECT id, text FROM added UNION ALL SELECT t.id, t.text FROM term t JOIN wanted w USING (kind, text)
"""


class Terms:
    """Name → id by kind, and back."""

    def __init__(self) -> None:
        self._ids: dict[tuple[bytes, str], int] = {}
        self._texts: dict[int, str] = {}
        self.params: dict[str, dict[str, int]] = {}
        """Ids of search parameters by type and code."""
        self.units: dict[str, list[str]] = {}
        """UCUM codes that quantities are stored in, by what they measure."""
        self._units = 0

    async def load(self, conn: Connection) -> None:
        for row in await conn.fetch("SELECT id, kind, text FROM term"):
            self.add(row["kind"], row["text"], row["id"])

    def add(self, kind: bytes, text: str, id_: int) -> None:
        if kind == UNIT and (kind, text) not in self._ids:
            self._add_unit(text)
        self._ids[kind, text] = id_
        self._texts[id_] = text
        if kind == PARAM:
            type_, _, code = text.partition(".")
            self.params.setdefault(type_, {})[code] = id_

    def _add_unit(self, code: str) -> None:
        self._units += 1
        if (unit := find_unit(code)) is not None:
            self.units.setdefault(unit.text, []).append(code)

    async def refresh_units(self, conn: Connection) -> None:
        """Takes in the units that other processes have interned since: a search by one unit has to know all of them."""
        if await conn.fetchval("SELECT count(*) FROM term WHERE kind = 'u'") != self._units:
            for row in await conn.fetch("SELECT id, kind, text FROM term WHERE kind = 'u'"):
                self.add(row["kind"], row["text"], row["id"])

    def new_units(self, codes: set[str]) -> set[str]:
        """Those of these UCUM codes that are to be interned."""
        if self._units >= MOST_UNITS:
            return set()
        return {code for code in self.missing(UNIT, codes) if is_convertible(code)}

    def all(self) -> list[tuple[bytes, str, int]]:
        """Every name with its kind and id."""
        return [(kind, text, id_) for (kind, text), id_ in self._ids.items()]

    def find(self, kind: bytes, text: str) -> int | None:
        """The id, or None when nothing stored has used this name yet (as far as this process knows)."""
        return self._ids.get((kind, text))

    def need(self, kind: bytes, text: str) -> int:
        """The id of a name that was interned before. Raises KeyError rather than guess."""
        return self._ids[kind, text]

    def text(self, id_: int) -> str:
        return self._texts[id_]

    def missing(self, kind: bytes, texts: set[str]) -> set[str]:
        return {text for text in texts if (kind, text) not in self._ids}

    async def intern(self, pool: Pool, kind: bytes, texts: set[str]) -> None:
        """Makes sure every name has an id. Commits at once, on a connection of its own."""
        missing = self.missing(kind, texts)
        while missing:
            async with pool.connection() as conn:
                rows = await conn.fetch(_INTERN, kind, sorted(missing))
            for row in rows:
                self.add(kind, row["text"], row["id"])
            missing = self.missing(kind, texts)
