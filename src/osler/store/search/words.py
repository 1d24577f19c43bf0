"""The words of a name beside the one that leads the walk (`store.search.beginnings`).

Each row that is met costs some microseconds to ask for a further word: most Smiths are no Annas, and among a million
patients there are ten thousand Smiths. So a word that is not very common is gathered first, by the index of texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from osler.fhir.search.partial import NAMED, some_word
from osler.fhir.search.query import Strings
from osler.store import terms
from osler.store.pool import Connection
from osler.store.search.fences import fence
from osler.store.search.texts import LAST_CHARACTER, rows_with_text

if TYPE_CHECKING:
    from osler.store.search.build import Build
    from osler.store.store import Store

MANY = 10_000
"""From so many texts on a word is asked of each row that is met: enough rows that have it come sooner than all are gathered."""
_COUNT = (
    "SELECT b.txt, (SELECT count(*) FROM (SELECT FROM unnest($2::integer[]) AS p (id), strings s"
    " WHERE s.param = p.id AND s.txt >= b.txt AND s.txt < b.txt || $3::text LIMIT $4::bigint) x) AS n"
    " FROM unnest($1::text[]) AS b (txt)"
)


async def commonness(store: Store, conn: Connection, type_: str, words: Iterable[str]) -> dict[str, int]:
    """How many texts of names there are by which each is found, up to MANY, whoever may see whose: that chooses the way,
    never the answer."""
    params = [store.terms.find(terms.PARAM, f"{type_}.{each}") or -1 for each in NAMED]
    rows = await conn.fetch(_COUNT, list(words), params, LAST_CHARACTER, MANY)
    return {row["txt"]: row["n"] for row in rows}


def fence_word(build: Build, type_: str, word: str, row: str, texts: int) -> str:
    """SQL true for rows of alias `row` of whose names some word begins so; there are so many such texts."""
    criterion = some_word(word)
    if texts >= MANY:
        return fence(build, type_, criterion, row)
    options = [rows_with_text(build, type_, each) for each in criterion.options if isinstance(each, Strings)]
    # Within coalesce it is hashed once. By itself it would be planned as a join, without knowing how few there are.
    return f"coalesce({row}.rid IN ({' UNION ALL '.join(options)}), false)"
