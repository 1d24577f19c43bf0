"""A release: one version of one code system, read from its file. Immutable; many threads may read at once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from osler.core.errors import Invalid
from osler.terminology.matching import Hit, Matcher
from osler.terminology.model import Alias, Concept, Contents, Designation, Head, Relation
from osler.terminology.packing import head_of, pack_release, unpack_release
from osler.terminology.ranking import ranking
from osler.terminology.writing import FORMAT, PARENT, write_packed, write_release

__all__ = [
    "Alias",
    "Concept",
    "Contents",
    "Designation",
    "Head",
    "Hit",
    "Relation",
    "Release",
    "head_of",
    "pack_release",
    "unpack_release",
    "write_packed",
    "write_release",
]

MAPPED = 1 << 30
"""Bytes of the file that may be mapped into memory; the pages are shared by all processes that read it."""
IN_A_STATEMENT = 500
REMEMBERED_CONCEPTS = 4096

CONCEPT = "SELECT id, code, display, status, names, facts FROM concept"
BELOW = """WITH RECURSIVE line(id) AS (
    SELECT source FROM relation WHERE target = ? AND kind = 0
    UNION SELECT relation.source FROM relation JOIN line ON relation.target = line.id AND kind = 0)
SELECT code FROM concept JOIN line USING (id) ORDER BY concept.id"""
ABOVE = """WITH RECURSIVE line(id) AS (
    SELECT target FROM relation WHERE source = ? AND kind = 0
    UNION SELECT relation.target FROM relation JOIN line ON relation.source = line.id AND kind = 0)
SELECT code FROM concept JOIN line USING (id) ORDER BY concept.id"""
CODES_OF = "SELECT COALESCE(concept.code, beyond.code) FROM {rows} LEFT JOIN concept ON concept.id = far LEFT JOIN beyond ON beyond.id = far"

_decode_names = msgspec.json.Decoder(list[tuple[str, str, str]]).decode
_decode_facts = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


class Release:
    """One version of one code system. Answers are sorted by how common a concept is, unless said otherwise."""

    def __init__(self, path: Path) -> None:
        """Raises Invalid when the file is no release of the format that this code reads."""
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        facts = self._head_rows()
        self.head = Head(
            **{name: facts[name] for name in Head.__dataclass_fields__ if name != "effective_on"},
            effective_on=date.fromisoformat(facts["effective_on"]),
        )
        self.count = int(facts["count"])
        """How many concepts there are."""
        self._names: dict[str, int] = {text: number for number, text in self._rows("SELECT id, text FROM name")}
        self._matcher = Matcher(self._rows, self.count, ranking(self.head.name).shorthand, self._with_values)
        self._remembered = lru_cache(REMEMBERED_CONCEPTS)(self._read)
        self._with_values_remembered = lru_cache(64)(self._read_with_values)

    def find(self, code: str) -> Concept | None:
        """The concept of a code, whatever its status."""
        return self._remembered(code)

    def find_all(self, codes: Iterable[str]) -> dict[str, Concept]:
        """The concepts of those codes that the release has."""
        wanted = list(dict.fromkeys(codes))
        found: dict[str, Concept] = {}
        for start in range(0, len(wanted), IN_A_STATEMENT):
            part = wanted[start : start + IN_A_STATEMENT]
            marks = ",".join("?" * len(part))
            for row in self._rows(f"{CONCEPT} WHERE code IN ({marks})", part):
                found[row[1]] = self._concept(row)
        return {code: found[code] for code in wanted if code in found}

    def has(self, code: str) -> bool:
        return self._id(code) is not None

    def property_names(self) -> list[str]:
        """Names of the properties that concepts have here."""
        sql = "SELECT text FROM name WHERE EXISTS (SELECT 1 FROM property WHERE property.name = name.id) ORDER BY text"
        return [text for (text,) in self._rows(sql)]

    def has_hierarchy(self) -> bool:
        """Whether any concept has a parent."""
        return next(iter(self._rows("SELECT 1 FROM relation WHERE kind = 0 LIMIT 1")), None) is not None

    def codes(self, after: int = 0) -> Iterator[str]:
        """Every code, the most common first; without the first so many."""
        rows = self._rows("SELECT code FROM concept WHERE id > ? ORDER BY id", (after,))
        yield from (code for (code,) in rows)

    def inactive(self) -> list[str]:
        """The codes whose status is another than active."""
        return [code for (code,) in self._rows("SELECT code FROM concept WHERE status <> 'active' ORDER BY id")]

    def concepts(self) -> Iterator[Concept]:
        """Every concept, the most common first; read piece by piece."""
        last = 0
        while rows := list(self._rows(f"{CONCEPT} WHERE id > ? ORDER BY id LIMIT ?", (last, IN_A_STATEMENT))):
            last = rows[-1][0]
            yield from map(self._concept, rows)

    def parents(self, code: str) -> list[str]:
        return self.related(code, PARENT)

    def children(self, code: str) -> list[str]:
        return self.relating(code, PARENT)

    def ancestors(self, code: str) -> list[str]:
        """Everything above a code, however far, without itself."""
        return [found for (found,) in self._rows(ABOVE, (self._id(code),))]

    def descendants(self, code: str) -> list[str]:
        """Everything below a code, however far, without itself."""
        return [found for (found,) in self._rows(BELOW, (self._id(code),))]

    def is_below(self, code: str, above: str) -> bool:
        """Whether a code is a descendant of another."""
        return above in self.ancestors(code)

    def related(self, code: str, kind: str) -> list[str]:
        """Codes that this one has the relation to: `related(drug, "has_ingredient")`."""
        rows = "(SELECT target AS far FROM relation WHERE source = ? AND kind = ?)"
        return self._codes(CODES_OF.format(rows=rows), (self._id(code, beyond=True), self._names.get(kind)))

    def relating(self, code: str, kind: str) -> list[str]:
        """Codes that have the relation to this one."""
        rows = "(SELECT source AS far FROM relation WHERE target = ? AND kind = ?)"
        return self._codes(CODES_OF.format(rows=rows), (self._id(code, beyond=True), self._names.get(kind)))

    def with_property(self, name: str, value: str) -> list[str]:
        """Codes whose property has the value. Values over 200 characters are not looked for."""
        sql = "SELECT code FROM property JOIN concept ON id = concept WHERE name = ? AND value = ? ORDER BY id"
        return self._codes(sql, (self._names.get(name), value))

    def by_alias(self, kind: str, value: str) -> list[str]:
        """Codes that are known under another key: `by_alias("ndc11", "00093226401")`."""
        rows = "(SELECT concept AS far FROM alias WHERE kind = ? AND value = ?)"
        return self._codes(CODES_OF.format(rows=rows), (self._names.get(kind), value))

    def aliases_from(self, kind: str, beginning: str) -> list[str]:
        """The keys of a kind that begin so."""
        sql = "SELECT DISTINCT value FROM alias WHERE kind = ? AND value >= ? AND value < ? ORDER BY value"
        return self._codes(sql, (self._names.get(kind), beginning, beginning + "\U0010ffff"))

    def aliases(self, code: str, kind: str) -> list[str]:
        """The other keys of a kind that a code is known under."""
        sql = "SELECT value FROM alias WHERE concept = ? AND kind = ?"
        return self._codes(sql, (self._id(code, beyond=True), self._names.get(kind)))

    def match(
        self,
        text: str,
        limit: int = 10,
        *,
        within: Collection[str] | None = None,
        having: tuple[str, Iterable[str]] | None = None,
        where: Callable[[str], bool] | None = None,
    ) -> list[Hit]:
        """What someone who types `text` may mean, best first.

        Words may come in any order, unfinished, abbreviated or misspelled; every one counts. `within` narrows to
        codes (a frozenset that the caller keeps costs nothing the second time), `having` to concepts with one of the
        values of a property, `where` to codes that pass a test.
        """
        kept = None if having is None else (having[0], frozenset(having[1]))
        return self._matcher.match(text, limit, within=within, having=kept, where=where)

    def close(self) -> None:
        """Close the file. Only when no other thread reads any more."""
        while self._connections:
            self._connections.pop().close()
        self._local = threading.local()

    def _head_rows(self) -> dict[str, str]:
        try:
            facts: dict[str, str] = dict(self._rows("SELECT name, value FROM head"))
        except sqlite3.Error as error:
            raise Invalid(f"{self.path.name} is not a release file.") from error
        if facts.get("format") != str(FORMAT):
            raise Invalid(f"{self.path.name} was written in a format that this version of Osler does not read.")
        return facts

    def _rows(self, sql: str, values: Any = ()) -> Iterable[Any]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            # `immutable`: no locks and no journal are looked for; release files never change.
            address = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False, cached_statements=64)
            connection.execute(f"PRAGMA mmap_size = {MAPPED}")
            connection.execute("PRAGMA query_only = 1")
            self._local.connection = connection
            self._connections.append(connection)
        return connection.execute(sql, values)

    def _codes(self, sql: str, values: tuple[Any, ...]) -> list[str]:
        return [] if None in values else [code for (code,) in self._rows(sql, values)]

    def _id(self, code: str, *, beyond: bool = False) -> int | None:
        found = next(iter(self._rows("SELECT id FROM concept WHERE code = ?", (code,))), None)
        if found is None and beyond:
            found = next(iter(self._rows("SELECT id FROM beyond WHERE code = ?", (code,))), None)
        return found and found[0]

    def _read(self, code: str) -> Concept | None:
        row = next(iter(self._rows(f"{CONCEPT} WHERE code = ?", (code,))), None)
        return row and self._concept(row)

    def _concept(self, row: tuple[Any, ...]) -> Concept:
        number, code, display, status, names, facts = row
        parents = "SELECT target AS far FROM relation WHERE source = ? AND kind = 0"
        return Concept(
            code=code,
            display=display,
            status=status,
            parents=tuple(self._codes(CODES_OF.format(rows=f"({parents})"), (number,))),
            designations=tuple(Designation(*each) for each in _decode_names(names)) if names else (),
            properties=_decode_facts(facts) if facts else (),
        )

    def _with_values(self, name: str, values: frozenset[str]) -> frozenset[int]:
        return self._with_values_remembered(name, values)

    def _read_with_values(self, name: str, values: frozenset[str]) -> frozenset[int]:
        found: set[int] = set()
        for value in values:
            rows = self._rows(
                "SELECT concept FROM property WHERE name = ? AND value = ?", (self._names.get(name), value)
            )
            found.update(number for (number,) in rows)
        return frozenset(found)
