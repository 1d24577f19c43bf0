"""Order by keys that are only in the bodies: codes, references and uris. Reads every candidate, so for at most MAX_SORTED."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from osler.fhir import json
from osler.fhir.search.parse.pieces import split, unescaped
from osler.fhir.search.query import Query, Sort
from osler.fhir.search.values import IndexValues
from osler.store.many import in_turns
from osler.store.search.order import Cursor, descending
from osler.store.values import values_of
from osler.store.write import beside, unpack

if TYPE_CHECKING:
    from osler.store.store import Store


_Keyed = tuple[tuple[Any, ...], int, Any]
"""Sort values, rid and the row itself."""


async def sorted_page(
    store: Store, query: Query, rows: list[Any], cursor: Cursor | None, size: int
) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """The first `size` rows after the cursor, with their sort values; before one that goes back, the nearest first."""
    keyed: list[_Keyed] = [(await _values(store, query, row), row["rid"], row) async for row in in_turns(rows)]

    def compare(a: _Keyed, b: _Keyed) -> int:
        return _compare(query, (a[0], a[1]), (b[0], b[1]))

    keyed.sort(key=cmp_to_key(compare))
    if cursor is not None:
        if cursor.back:
            keyed.reverse()
        side, place = -1 if cursor.back else 1, (cursor.values, cursor.rid)
        keyed = [item for item in keyed if _compare(query, (item[0], item[1]), place) * side > 0]
    keyed = keyed[:size]
    return [item[2] for item in keyed], [item[0] for item in keyed]


async def _values(store: Store, query: Query, row: Any) -> tuple[Any, ...]:
    if all(sort.kind == "score" for sort in query.sort):
        return tuple(row["score"] for _ in query.sort)
    body = await unpack(store, row["body"])
    values = await beside(body, lambda: values_of(store, json.decode(body), whole=True))
    return tuple(_value(values, sort, row) for sort in query.sort)


def _value(values: IndexValues, sort: Sort, row: Any) -> Any:
    pick = max if sort.descending else min
    match sort.kind:
        case "id":
            return row["id"]
        case "lastUpdated":
            return row["upd"]
        case "score":
            return row["score"]
        case "date":
            found: list[Any] = [d.lo for d in values.dates if d.param == sort.param and not d.comp and d.lo is not None]
        case "string":
            found = [s.text for s in values.strings if s.param == sort.param and not s.comp]
        case "number" | "quantity":
            sides = [n.hi if sort.descending else n.lo for n in values.numbers if n.param == sort.param and not n.comp]
            found = [side for side in sides if side is not None]
        case "token":
            found = _codes(values.tokens, sort.param)
        case _:
            start = f"{sort.param}="
            found = [key[len(start) :] for key in values.tokens if key.startswith(start)]
    return pick(found) if found else None


def _codes(tokens: set[str], param: str) -> list[str]:
    """The bare codes among a token parameter's keys `system|code` and `|code`."""
    start = f"{param}="
    parts = [split(key[len(start) :], "|") for key in tokens if key.startswith(start)]
    return [unescaped(part[1], param) for part in parts if len(part) == 2 and part[1]]


def _compare(query: Query, a: tuple[tuple[Any, ...], int], b: tuple[tuple[Any, ...], int]) -> int:
    for sort, left, right in zip(query.sort, a[0], b[0], strict=True):
        if left == right:
            continue
        if left is None or right is None:
            return 1 if left is None else -1
        return (1 if left > right else -1) * (-1 if sort.descending else 1)
    return (a[1] - b[1]) * (-1 if descending(query) else 1)
