"""Rows of a release as they come from its files, kept in a temporary SQLite file until all are there.

So memory stays small however large the release, rows come out in the same order whatever order they went in, and
nothing is believed before the whole was read: a code that stands twice, a parent that is nowhere and a code that is
its own ancestor are found here, for every system alike.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from osler.core.errors import Invalid
from osler.terminology.loading.loaded import Loaded
from osler.terminology.model import Concept, Designation, Head

T = TypeVar("T")

MAX_TEXT = 20_000
MAX_CODE = 200
_DEPTH = 100
_BATCH = 4000
_CACHE_KIB = 32 * 1024
_CODE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?")
_TABLES = {
    "concept": "code TEXT PRIMARY KEY, display TEXT, status TEXT",
    "parent": "code TEXT, parent TEXT",
    "designation": "code TEXT, value TEXT, language TEXT, use TEXT",
    "property": "code TEXT, name TEXT, value TEXT",
    "relation": "source TEXT, kind TEXT, target TEXT",
    "alias": "kind TEXT, value TEXT, code TEXT",
}
_ORDER = {
    "parent": "code, parent",
    "designation": "code, use, language, value",
    "property": "code, name, value",
}


class Gathering:
    """Takes rows in any order; `loaded` gives them back in theirs."""

    def __init__(self, what: str) -> None:
        self.what = what
        """The file's name, for messages."""
        self._db = sqlite3.connect("", check_same_thread=False)  # a temporary file that is gone when it is closed
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        for name, columns in _TABLES.items():
            self._db.execute(f"CREATE TABLE {name} ({columns}){' WITHOUT ROWID' if name == 'concept' else ''}")
        self._waiting: dict[str, list[tuple[str, ...]]] = {name: [] for name in _TABLES}

    def concept(self, code: str, display: str, status: str = "active") -> None:
        self._add("concept", self.code(code), self.text(display), status)

    def parent(self, code: str, parent: str) -> None:
        self._add("parent", code, parent)

    def designation(self, code: str, value: str, language: str = "en", use: str = "") -> None:
        if value := self.text(value):
            self._add("designation", code, value, language, use)

    def property(self, code: str, name: str, value: str) -> None:
        if value := self.text(value):
            self._add("property", code, name, value)

    def relation(self, source: str, kind: str, target: str) -> None:
        self._add("relation", source, kind, target)

    def alias(self, kind: str, value: str, code: str) -> None:
        self._add("alias", kind, value, code)

    def code(self, code: str) -> str:
        """Raises Invalid for what can be no code: empty, over long, with control characters."""
        if len(code) > MAX_CODE or not _CODE.fullmatch(code):
            raise Invalid(
                f"{self.what} has something in place of a code that cannot be one; it is damaged or another file."
            )
        return code

    def text(self, text: str) -> str:
        """One line of text, without double spaces."""
        if len(text) > MAX_TEXT:
            raise Invalid(f"{self.what} has a text of over {MAX_TEXT:,} characters; no release file has.")
        return " ".join(text.split())

    def _add(self, table: str, *row: str) -> None:
        rows = self._waiting[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows, self._waiting[table] = self._waiting[table], []
        marks = ", ".join("?" * (_TABLES[table].count(",") + 1))
        try:
            self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  our own tables
        except sqlite3.IntegrityError:
            raise Invalid(f"{self.what} has a code twice: it is damaged, or two editions were put together.") from None

    def loaded(self, head: Head, *, remarks: tuple[str, ...] = (), least: int = 1) -> Loaded:
        """The release. Raises Invalid when what was read cannot be the whole of one."""
        for table in _TABLES:
            self._flush(table)
        count = self.ask("SELECT count(*) FROM concept")
        if count < least:
            raise Invalid(f"{self.what} holds {count or 'no'} codes: it is cut off, or another file.")
        self._check_parents()
        return Loaded(
            head, _Again(self.concepts), _Again(self.relations), _Again(self.aliases), (), count, remarks, self.close
        )

    def ask(self, sql: str, *args: Any) -> Any:
        return self._db.execute(sql, args).fetchone()[0]

    def has(self, code: str) -> bool:
        """Whether the concept is there among those gathered so far."""
        if self._waiting["concept"]:
            self._flush("concept")
        return self._db.execute("SELECT 1 FROM concept WHERE code = ?", (code,)).fetchone() is not None

    def _check_parents(self) -> None:
        lost = self.ask("SELECT count(*) FROM parent WHERE parent NOT IN (SELECT code FROM concept)")
        if lost:
            raise Invalid(
                f"{self.what} names {lost:,} parents that are not in it: it is cut off, or a part is missing."
            )
        self._db.execute(
            "CREATE TEMP TABLE climbing AS SELECT DISTINCT code, parent FROM parent WHERE code IN (SELECT code FROM concept)"
        )
        self._db.execute("CREATE INDEX climbing_code ON climbing (code)")
        for _ in range(_DEPTH):
            gone = self._db.execute("DELETE FROM climbing WHERE parent NOT IN (SELECT code FROM climbing)").rowcount
            if not gone:
                break
        if self.ask("SELECT count(*) FROM climbing"):
            raise Invalid(f"{self.what} has codes that stand above themselves; that is no sound hierarchy.")
        self._db.execute("DROP TABLE climbing")

    def concepts(self) -> Iterator[Concept]:
        children = {name: _Beside(self._db, name) for name in _ORDER}
        for code, display, status in self._db.execute("SELECT code, display, status FROM concept ORDER BY code"):
            designations = tuple(Designation(*row) for row in children["designation"].of(code) if row[0] != display)
            parents = tuple(parent for (parent,) in children["parent"].of(code))
            yield Concept(
                code, display or (designations[0].value if designations else code), status=status, parents=parents,
                designations=designations, properties=tuple(children["property"].of(code)),
            )  # fmt: skip

    def relations(self) -> Iterator[tuple[str, str, str]]:
        """Only those with both ends in the release."""
        yield from self._db.execute(
            "SELECT DISTINCT source, kind, target FROM relation WHERE source IN (SELECT code FROM concept)"
            " AND target IN (SELECT code FROM concept) ORDER BY source, kind, target"
        )

    def aliases(self) -> Iterator[tuple[str, str, str]]:
        yield from self._db.execute(
            "SELECT DISTINCT kind, value, code FROM alias WHERE code IN (SELECT code FROM concept) ORDER BY kind, value, code"
        )

    def close(self) -> None:
        self._db.close()


class _Again(Generic[T]):
    """Something that can be walked several times."""

    def __init__(self, start: Callable[[], Iterator[T]]) -> None:
        self._start = start

    def __iter__(self) -> Iterator[T]:
        return self._start()


class _Beside:
    """A table walked in step with the concepts: rows of one code after the other, none twice."""

    def __init__(self, db: sqlite3.Connection, table: str) -> None:
        self._rows = iter(db.execute(f"SELECT DISTINCT * FROM {table} ORDER BY {_ORDER[table]}"))  # noqa: S608
        self._next: tuple[str, ...] | None = next(self._rows, None)

    def of(self, code: str) -> Iterator[tuple[Any, ...]]:
        while self._next is not None and self._next[0] <= code:
            if self._next[0] == code:
                yield self._next[1:]
            self._next = next(self._rows, None)
