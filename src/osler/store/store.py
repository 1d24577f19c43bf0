"""One database, opened: its connections, hash key, interned names, dictionaries and time zone.

Everything else in this package is functions over a `Store` and a `Connection`.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from osler.core.clock import to_milliseconds
from osler.core.errors import Unavailable
from osler.fhir.definitions import definitions
from osler.fhir.search.values import IndexValues
from osler.store import terms
from osler.store.bodies import MOST_SAMPLES, RIPE, SAMPLES, Bodies
from osler.store.custom.state import Custom
from osler.store.derived import unstored_tokens
from osler.store.hashing import Hasher, TokenHashes
from osler.store.pool import Connection, Pool
from osler.store.rows import SEARCH_VERSION, missing_names
from osler.store.terms import Terms

_MERGE = "SELECT gin_clean_pending_list('resource_tokens')"
_LEARN = (
    "INSERT INTO phrase (hash, param, txt)"
    " SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[]) ON CONFLICT DO NOTHING"
)
_MOST_PHRASES = 1 << 18
_LOADED = ("resource", "refs", "numbers", "strings", "dates", "change")
_BLOCK = 512
"""Increment of the sequence `resource_rid`."""


@dataclass(slots=True)
class Store:
    """Handle on one database; share it between all tasks of a process."""

    pool: Pool
    aside: Pool
    """A few connections for what a transaction needs committed by itself (row ids, names, dictionaries). From `pool` it
    would wait for a connection while it holds one, and with enough of them waiting, all wait for ever."""
    hasher: Hasher
    zone: tzinfo
    base_url: str = ""
    """References under this address are local ones."""
    terms: Terms = field(default_factory=Terms)
    bodies: Bodies = field(default_factory=Bodies)
    types: dict[str, int] = field(default_factory=dict[str, int])
    """Number of every resource type."""
    _names: dict[int, str] = field(default_factory=dict[int, str])
    _tokens: dict[str, TokenHashes] = field(default_factory=dict[str, TokenHashes])
    _next_rid: int = 0
    _last_rid: int = 0
    _rids: asyncio.Lock = field(default_factory=asyncio.Lock)
    frequencies: dict[int, float] = field(default_factory=dict[int, float])
    """Share of all rows that hold a token hash, of the commonest ones, from the planner's statistics."""
    panel_sizes: dict[int, tuple[int, float]] = field(default_factory=dict[int, tuple[int, float]])
    """How many patients a practitioner has in care, and when that was counted, for `search.confined`."""
    phrases: set[int] = field(default_factory=set[int])
    """Hashes of tokens whose texts are known to be in the vocabulary."""
    tried: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    """For which types and generations a dictionary was looked for already."""
    indexed_to: int = SEARCH_VERSION
    """The version of the rules that all rows have at least (`store.reindex`)."""
    indexed_types: dict[str, int] = field(default_factory=dict[str, int])
    """The same for all rows of a type, where those are further."""
    indexed_after: dict[str, int] = field(default_factory=dict[str, int])
    """By type the row up to which this process has indexed anew."""
    size: float = 0.0
    """Rows in `resource`, roughly."""
    custom: Custom = field(default_factory=Custom)
    """The search parameters that the site has defined."""
    follows: dict[str, str | None] = field(default_factory=dict[str, str | None])
    """Types whose rows take policy columns from what they point at (`store.following`)."""

    @property
    def indexing(self) -> bool:
        """Whether rows may be left that an older version has indexed."""
        return self.indexed_to < SEARCH_VERSION

    def indexed(self, type_: str) -> int:
        """The version of the rules that all rows of a type have at least."""
        return max(self.indexed_to, self.indexed_types.get(type_, 0))

    def know_type(self, type_: str, id_: int) -> None:
        self.types[type_], self._names[id_] = id_, type_

    def type_id(self, type_: str) -> int:
        return self.types[type_]

    def type_name(self, id_: int) -> str:
        return self._names[id_]

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """A connection inside BEGIN … COMMIT. Leaving the block normally means committed; any error rolls back."""
        async with self.pool.connection() as conn:
            await conn.execute("BEGIN")
            try:
                yield conn
            except Exception:
                if not conn.pg.is_closed():
                    with contextlib.suppress(Exception):
                        await conn.execute("ROLLBACK")
                raise
            await conn.execute("COMMIT")

    async def take_rids(self, count: int) -> list[int]:
        """Fresh row ids. Gaps are normal; order is only roughly the order of writing."""
        async with self._rids:
            taken: list[int] = []
            while len(taken) < count:
                if self._next_rid >= self._last_rid:
                    async with self.aside.connection() as conn:
                        blocks = max(1, (count - len(taken)) // _BLOCK)
                        rows = await conn.fetch(
                            "SELECT nextval('resource_rid') AS n FROM generate_series(1, $1)", blocks
                        )
                    for row in rows[:-1]:
                        taken.extend(range(row["n"], row["n"] + _BLOCK))
                    self._next_rid, self._last_rid = rows[-1]["n"], rows[-1]["n"] + _BLOCK
                end = min(self._last_rid, self._next_rid + count - len(taken))
                taken.extend(range(self._next_rid, max(end, self._next_rid)))
                self._next_rid = max(end, self._next_rid)
            return taken[:count]

    async def intern_names(self, resource: dict[str, Any], values: IndexValues) -> None:
        """Makes sure every name that the row of this resource needs has an id."""
        for kind, texts in missing_names(self.terms, resource, values, self.base_url):
            await self.terms.intern(self.aside, kind, texts)

    async def keep_up(self) -> None:
        """Takes over the search parameters that the site has defined since."""
        from osler.store.custom import refresh  # which reads, by way of modules that build on this one

        await refresh(self)

    async def learn_phrases(self, phrases: Iterable[tuple[int, int, str]]) -> None:
        """Puts (hash, parameter id, text) into the vocabulary. Commits at once, before the rows that hold the tokens."""
        fresh = sorted({each for each in phrases if each[0] not in self.phrases}, key=lambda each: (each[1], each[2]))
        if not fresh:
            return
        async with self.aside.connection() as conn:
            await conn.execute(_LEARN, *(list(column) for column in zip(*fresh, strict=True)))
        if len(self.phrases) > _MOST_PHRASES:
            self.phrases.clear()
        self.phrases.update(each[0] for each in fresh)

    def token_hashes(self, type_: str) -> TokenHashes:
        """Hashes of the tokens of a type, as they are stored."""
        found = self._tokens.get(type_)
        if found is None:
            found = self._tokens[type_] = TokenHashes(self.hasher, type_, unstored_tokens(type_))
        return found

    async def load_dictionaries(self, conn: Connection | None = None) -> None:
        """Loads the dictionaries that other processes have made since."""
        if conn is None:
            async with self.aside.connection() as own:
                return await self.load_dictionaries(own)
        for row in await conn.fetch("SELECT id, type, data FROM dictionary ORDER BY id"):
            self.bodies.load(row["id"], self.type_name(row["type"]), row["data"])
        return None

    async def learn_dictionary(self, type_: str, samples: list[bytes]) -> None:
        """Trains and keeps the first dictionary of a type, or a better second one, when there are samples enough."""
        generation = self.bodies.generation(type_)
        if generation >= len(RIPE) or len(samples) < (SAMPLES, MOST_SAMPLES // 2)[generation]:
            return
        some = samples[:: len(samples) // MOST_SAMPLES + 1]
        data = await asyncio.to_thread(self.bodies.learn, type_, some)
        if data is None:
            return
        async with self.transaction() as conn:
            await conn.execute("LOCK TABLE dictionary IN SHARE ROW EXCLUSIVE MODE")
            kept = await conn.fetchval("SELECT count(*) FROM dictionary WHERE type = $1", self.type_id(type_))
            if kept == generation:
                await conn.execute(
                    "INSERT INTO dictionary (id, type, data) SELECT coalesce(max(id), 0) + 1, $1, $2 FROM dictionary",
                    self.type_id(type_), data,
                )  # fmt: skip
        await self.load_dictionaries()

    async def is_empty(self) -> bool:
        """Whether nothing was ever written."""
        async with self.pool.connection() as conn:
            return not await conn.fetchval("SELECT EXISTS (SELECT 1 FROM resource)")

    async def merge_waiting_tokens(self) -> None:
        """Takes what recent writes left in the token index's pending list into the index, so that searches need not read it."""
        async with self.pool.connection() as conn:
            await conn.execute(_MERGE)

    async def analyze(self) -> None:
        """Merges what waits in the token index and lets PostgreSQL count anew, after a bulk load: until then every search
        reads the waiting tokens one by one."""
        async with self.pool.connection() as conn:
            await conn.execute(_MERGE)
            await conn.execute("ANALYZE")
        await self.refresh_statistics()

    async def pack_indexes(self) -> None:
        """Builds the indexes of the record anew, as small as they get; nothing can be written meanwhile, so only for the
        one process that has just filled an empty database. Rows that come in no order leave pages a third empty."""
        async with self.pool.connection() as conn:
            for table in _LOADED:
                await conn.execute(f"REINDEX TABLE {table}")

    async def refresh_statistics(self) -> None:
        """Reads how common the commonest tokens are: what the search planner goes by."""
        async with self.pool.connection() as conn:
            self.size = await conn.fetchval(
                "SELECT greatest(reltuples, 0)::float8 FROM pg_class WHERE oid = 'resource'::regclass"
            )
            row = await conn.fetchrow(
                "SELECT most_common_elems::text::bigint[] AS elems, most_common_elem_freqs AS freqs FROM pg_stats"
                " WHERE schemaname = current_schema() AND tablename = 'resource' AND attname = 'tok'"
            )
        if row and row["elems"]:
            self.frequencies = dict(zip(row["elems"], row["freqs"], strict=False))

    async def close(self) -> None:
        await self.pool.close()
        await self.aside.close()


async def open_store(
    connect: dict[str, Any] | str,
    *,
    size: int = 8,
    zone: str | None = None,
    base_url: str = "",
    seconds: float = 30,
) -> Store:
    """Opens a migrated database. `zone` is fixed when the database is made (default UTC); what it was made with stays.
    `seconds` is how long one statement may take before it is TooCostly.

    Raises Unavailable when the database is away or has not been migrated.
    """
    from osler.store import reindex  # which writes, by way of this module
    from osler.store.following import load_follows

    pool = Pool(connect, size=size, settings={"statement_timeout": str(round(seconds * 1000))})
    async with pool.connection() as conn:
        if not await conn.fetchval("SELECT to_regclass('property')"):
            await pool.close()
            raise Unavailable("The database has no Osler tables yet; run `osler serve` or `osler upgrade` once.")
        await conn.execute(
            "INSERT INTO property VALUES ('hash_key', $1), ('zone', $2) ON CONFLICT DO NOTHING",
            secrets.token_hex(32),
            zone or "UTC",
        )
        kept = {row["name"]: row["value"] for row in await conn.fetch("SELECT name, value FROM property")}
        store = Store(
            pool, Pool(connect, size=2), Hasher(bytes.fromhex(kept["hash_key"])), ZoneInfo(kept["zone"]), base_url
        )
        await store.terms.load(conn)
        store.follows = await load_follows(conn)
    types = sorted(definitions().resource_types)
    await store.terms.intern(pool, terms.TYPE, set(types))
    for type_ in types:
        id_ = store.terms.find(terms.TYPE, type_)
        assert id_ is not None
        store.know_type(type_, id_)
    await store.terms.intern(pool, terms.PARAM, _indexed_params(types))
    await store.load_dictionaries()
    await store.refresh_statistics()
    async with pool.connection() as conn:
        await reindex.look(store, conn)
    await store.keep_up()
    return store


def _indexed_params(types: list[str]) -> set[str]:
    """Every parameter that side tables and the vocabulary can hold. All are named at the start, in one statement when the database is new: a
    process that learned a name only by writing it would not find what another has written."""
    params = ((type_, param) for type_ in types for param in definitions().search_params(type_).values())
    return {f"{type_}.{param.code}" for type_, param in params if param.expression}


def now_ms() -> datetime:
    """The present to the millisecond: what lastUpdated holds."""
    return to_milliseconds(datetime.now(UTC))
