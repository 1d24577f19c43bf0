"""Writes a release as one SQLite file, complete or not at all.

Concepts are numbered by rank, the most common first. The numbers in `word.places` therefore come in the order in which
concepts are worth showing, and a search can stop early.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from osler.core.errors import Invalid
from osler.terminology import spelling
from osler.terminology.model import Alias, Concept, Contents, Designation, Head, Relation
from osler.terminology.packing import unpack_release
from osler.terminology.ranking import Ranking, ranking
from osler.terminology.words import STOP_WORDS, all_words

FORMAT = 1
"""Goes up when the tables change; files of another format are built again."""
PARENT = "parent"
EVERYDAY = "everyday"
SHORT_PREFIXES = (1, 2)
FIRST_OF_PREFIX = 1000
"""Concepts that are kept ready for a beginning of one or two letters."""
LONGEST_SOUGHT_VALUE = 200
"""Property values longer than this can be read but not looked for."""

SCHEMA = """
PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE head (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE concept (id INTEGER PRIMARY KEY, code TEXT NOT NULL, display TEXT NOT NULL, status TEXT NOT NULL,
    weight INTEGER NOT NULL, names TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE beyond (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE relation (source INTEGER, kind INTEGER, target INTEGER, PRIMARY KEY (source, kind, target)) WITHOUT ROWID;
CREATE TABLE property (name INTEGER, value TEXT, concept INTEGER, PRIMARY KEY (name, value, concept)) WITHOUT ROWID;
CREATE TABLE alias (kind INTEGER, value TEXT, concept INTEGER, PRIMARY KEY (kind, value, concept)) WITHOUT ROWID;
CREATE TABLE word (word TEXT NOT NULL, number INTEGER NOT NULL, places BLOB NOT NULL);
CREATE TABLE beginning (letters TEXT PRIMARY KEY, places BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE spelling (key TEXT, word TEXT, PRIMARY KEY (key, word)) WITHOUT ROWID;
"""
INDEXES = """
CREATE UNIQUE INDEX concept_code ON concept (code);
CREATE INDEX relation_back ON relation (target, kind, source);
CREATE INDEX alias_back ON alias (concept, kind, value);
CREATE UNIQUE INDEX word_word ON word (word);
"""

_json = msgspec.json.Encoder().encode


def write_release(
    path: Path,
    head: Head,
    concepts: Iterable[Concept],
    relations: Iterable[Relation] = (),
    aliases: Iterable[Alias] = (),
) -> None:
    """Write a release; a file that is there is replaced in one step. Raises Invalid for a code given twice."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as database:
            database.executescript(SCHEMA)
            database.execute("BEGIN")
            _Writer(database, ranking(head.name)).write(Contents(head, concepts, relations, aliases))
            database.execute("COMMIT")
        unfinished.replace(path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def write_packed(path: Path, data: bytes) -> None:
    """Write a release from its packed form."""
    contents = unpack_release(data)
    write_release(path, contents.head, contents.concepts, contents.relations, contents.aliases)


class _Writer:
    def __init__(self, database: sqlite3.Connection, ranks: Ranking) -> None:
        self._database, self._ranks = database, ranks
        self._ids: dict[str, int] = {}
        self._names: dict[str, int] = {PARENT: 0}
        self._beyond: dict[str, int] = {}

    def write(self, contents: Contents) -> None:
        rows, parents, properties = self._rank(contents.concepts)
        self._number(rows)
        self._many("concept", 7, self._concept_rows(rows))
        self._write_words(rows)
        count = len(rows)
        rows.clear()
        self._many("property", 3, sorted((name, value, self._ids[code]) for name, value, code in properties))
        properties.clear()
        self._many("relation", 3, self._relation_rows(chain(parents, contents.relations)))
        self._many("alias", 3, sorted(self._alias_rows(contents.aliases)))
        self._many("name", 2, ((number, text) for text, number in self._names.items()))
        self._many("beyond", 2, ((number, code) for code, number in self._beyond.items()))
        self._many("head", 2, _head_rows(contents.head, count))
        for statement in INDEXES.split(";"):
            self._database.execute(statement)

    def _rank(self, concepts: Iterable[Concept]) -> tuple[list[Any], list[Relation], list[tuple[int, str, str]]]:
        """Concepts in the order of their ranks: (-weight, length, code, display, status, names, facts)."""
        rows: list[Any] = []
        parents: list[Relation] = []
        properties: list[tuple[int, str, str]] = []
        for each in concepts:
            if not each.code:
                raise Invalid("A concept has no code.")
            names = tuple(Designation(name, use=EVERYDAY) for name in self._ranks.everyday.get(each.code, ()))
            known = [[d.value, d.language, d.use] for d in (*each.designations, *names)]
            weight = self._ranks.weight(each)
            facts = _json(each.properties) if each.properties else b""
            rows.append((-weight, len(each.display), each.code, each.display, each.status, known, facts.decode()))
            parents.extend((each.code, PARENT, parent) for parent in each.parents)
            properties.extend(
                (self._name(name), value, each.code)
                for name, value in dict.fromkeys(each.properties)
                if len(value) <= LONGEST_SOUGHT_VALUE
            )
        rows.sort()
        return rows, parents, properties

    def _number(self, rows: list[Any]) -> None:
        for number, row in enumerate(rows, 1):
            if self._ids.setdefault(row[2], number) != number:
                raise Invalid(f"The code {row[2]} is given twice.")

    @staticmethod
    def _concept_rows(rows: list[Any]) -> Iterator[tuple[Any, ...]]:
        for number, (weight, _, code, display, status, names, facts) in enumerate(rows, 1):
            yield number, code, display, status, -weight, _json(names).decode() if names else "", facts

    def _write_words(self, rows: list[Any]) -> None:
        places = places_of_words(
            " ".join((row[3], *(name for name, _, _ in row[5]))) if row[5] else row[3] for row in rows
        )
        ordered = sorted(places.items())
        self._many("word", 3, ((word, len(found), _bytes(found)) for word, found in ordered))
        self._many("beginning", 2, _beginnings(ordered))
        self._many(
            "spelling",
            2,
            sorted((key, word) for word in places if spelling.is_spelled(word) for key in spelling.keys(word)),
        )

    def _relation_rows(self, relations: Iterable[Relation]) -> Iterator[tuple[int, int, int]]:
        for source, kind, target in relations:
            yield self._place(source), self._name(kind), self._place(target)

    def _alias_rows(self, aliases: Iterable[Alias]) -> Iterator[tuple[int, str, int]]:
        for kind, value, code in aliases:
            yield self._name(kind), value, self._place(code)

    def _name(self, text: str) -> int:
        return self._names.setdefault(text, len(self._names))

    def _place(self, code: str) -> int:
        """The number of a concept; codes that the release speaks of but does not hold have negative ones."""
        known = self._ids.get(code)
        return self._beyond.setdefault(code, -1 - len(self._beyond)) if known is None else known

    def _many(self, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
        marks = ",".join("?" * columns)
        self._database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608


def places_of_words(texts: Iterable[str]) -> dict[str, array[int]]:
    """For each word, the numbers (from 1) of the texts that it is in."""
    places: dict[str, array[int]] = {}
    for number, text in enumerate(texts, 1):
        for word in {*all_words(text)} - STOP_WORDS:
            found = places.get(word)
            if found is None:
                found = places[word] = array("I")
            found.append(number)
    return places


def _beginnings(ordered: list[tuple[str, array[int]]]) -> Iterator[tuple[str, bytes]]:
    for length in SHORT_PREFIXES:
        merged: dict[str, set[int]] = {}
        for word, found in ordered:
            merged.setdefault(word[:length], set()).update(found[:FIRST_OF_PREFIX])
        for letters, numbers in merged.items():
            if len(letters) == length:
                yield letters, _bytes(array("I", sorted(numbers)[:FIRST_OF_PREFIX]))


def _bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = array("I", numbers)
        numbers.byteswap()
    return numbers.tobytes()


def _head_rows(head: Head, count: int) -> Iterator[tuple[str, str]]:
    for name, value in asdict(head).items():
        yield name, str(value)
    yield "count", str(count)
    yield "format", str(FORMAT)
