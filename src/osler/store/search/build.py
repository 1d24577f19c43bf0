"""What every part of a statement needs while it is being built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from osler.store import terms, visible
from osler.store.derived import sources, stored_keys
from osler.store.sql import Sql
from osler.store.visibility import Visibility

if TYPE_CHECKING:
    from osler.fhir.search.query import Query
    from osler.store.search.ways import Driver
    from osler.store.store import Store


@dataclass(slots=True)
class Build:
    """One statement: its store, arguments and the reader it is for."""

    store: Store
    visibility: Visibility
    query: Query | None = None
    """The query itself, not one that it chains to."""
    confined: Driver | None = None
    """The way in that the reader's own confinement gives."""
    sql: Sql = field(default_factory=Sql)
    _aliases: int = 0
    _tokens: dict[tuple[str, tuple[str, ...]], list[int]] = field(
        default_factory=dict[tuple[str, tuple[str, ...]], list[int]]
    )

    @property
    def used(self) -> frozenset[str]:
        """Every `Type.param` that the statement looks at."""
        return self.query.used if self.query is not None else frozenset()

    def alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def type(self, type_: str) -> str:
        return self.sql.arg(self.store.type_id(type_), "smallint")

    def param(self, type_: str, *codes: str) -> str:
        """Ids of the stored parameters that answer these, as an SQL array; -1, which no row has, while nothing uses them."""
        stored = [each for code in codes for each in sources(type_, code)]
        ids = [self.store.terms.find(terms.PARAM, f"{type_}.{each}") or -1 for each in stored]
        return self.sql.arg(ids, "integer[]")

    def tokens(self, type_: str, keys: tuple[str, ...]) -> list[int]:
        """Hashes of token keys as they are stored. Kept: a way in is weighed before it is taken."""
        found = self._tokens.get((type_, keys))
        if found is None:
            stored = dict.fromkeys(each for key in keys for each in stored_keys(type_, key))
            found = self._tokens[type_, keys] = [self.store.hasher.token(type_, each) for each in stored]
        return found

    def comp(self, key: str) -> str:
        return self.sql.arg(self.store.hasher.text(key) if key else 0, "bigint")

    def may_see(self, type_: str, row: str) -> str:
        return visible.predicate(self.store, self.sql, self.visibility, "search", type_, row=row, used=self.used)

    def matches(self, query: Query, row: str) -> str:
        """SQL true for the rows of alias `row` that match a chained query: its type, alive, visible, every criterion as a fence."""
        from osler.store.search.fences import fence

        parts = [f"{row}.type = {self.type(query.type)}", f"NOT {row}.deleted", self.may_see(query.type, row)]
        parts += [fence(self, query.type, criterion, row) for criterion in query.where]
        return " AND ".join(parts)
