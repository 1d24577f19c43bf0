"""What somebody is typing, looked up while they type: the first matches, in the order of the text."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from types import MappingProxyType

from osler.access.records import Records, Resource
from osler.access.show import shown
from osler.fhir.search.query import Query
from osler.fhir.search.text import normalize_text
from osler.store.pool import Connection
from osler.store.search import words as names
from osler.store.search.beginnings import beginning

MANY = names.MANY


async def list_beginning(
    records: Records,
    query: Query,
    param: str,
    beginnings: Sequence[str],
    *,
    limit: int,
    words: Mapping[str, int] = MappingProxyType({}),
) -> list[Resource]:
    """For each of the beginnings the first `limit` matches of `query` with such a text in the string parameter `param`, and
    of whose names some word begins with each of `words` (patients; as `commonness` gives them).

    Raises Forbidden when no rule of the actor's opens this type to such a search.
    """
    values = list(dict.fromkeys(text for each in beginnings if (text := normalize_text(each))))
    records.seen.type = records.store.type_id(query.type)
    async with _connection(records) as conn:
        found = await beginning(
            records.store, conn, query, records.visibility, param=param, values=values, limit=limit, words=words
        )
    records.seen.meet(*(hit.stored for hit in found))
    return [shown(hit.stored, hit.hidden) for hit in found]


async def commonness(records: Records, words: Iterable[str]) -> dict[str, int]:
    """How common beginnings (normalised) of words in patients' names are, up to `MANY`, so that the rarest can lead."""
    async with _connection(records) as conn:
        return await names.commonness(records.store, conn, "Patient", words)


@contextlib.asynccontextmanager
async def _connection(records: Records) -> AsyncGenerator[Connection]:
    """The transaction's own where there is one: never a second connection while one is held."""
    if records.writing:
        yield await records.connection()
        return
    async with records.store.pool.connection() as conn:
        yield conn
