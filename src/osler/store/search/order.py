"""Order and paging by key: sort keys as SQL or as Python values, cursors, and what comes after one.

A page ends with the sort values and rid of its last row; the next begins strictly after them, and the one before a page
ends strictly before those of its first row: it is read backwards. A resource that does not change between two pages is
therefore on exactly one of them (architecture: the paging law). Absent values come last.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from osler.core.errors import Invalid
from osler.fhir.search.clinical import clinical_param
from osler.fhir.search.query import Query, Sort

if TYPE_CHECKING:
    from osler.store.search.build import Build

_DIGITS = 200
"""More than any indexed number has before or after its point."""
_READ_IN_PYTHON = {"token", "reference", "uri"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row beside the page: its sort values (None is absent) and rid."""

    values: tuple[Any, ...]
    rid: int
    back: bool = False
    """The page ends before this row; else it begins after it. Rows are then fetched the other way round, nearest first."""


def encode_cursor(values: tuple[Any, ...], rid: int, *, back: bool = False) -> str:
    """An opaque, URL-safe place to go on from, or back from."""
    plain = [
        value.isoformat() if isinstance(value, datetime) else None if value is None else str(value) for value in values
    ]
    return base64.urlsafe_b64encode(msgspec.json.encode([plain, rid, *[True] * back])).decode().rstrip("=")


def decode_cursor(text: str, query: Query) -> Cursor:
    """Raises Invalid for anything that `encode_cursor` did not make for a query sorted like this one."""
    try:
        read = _unpacked(text)
        kinds = [sort.kind for sort in query.sort]
        return Cursor(tuple(_value(*each) for each in zip(read.values, kinds, strict=True)), read.rid, read.back)
    except (ValueError, ArithmeticError):
        raise _not_ours() from None


def goes_back(text: str | None) -> bool:
    """Whether a cursor leads to the page before a row."""
    try:
        return text is not None and _unpacked(text).back
    except ValueError:
        raise _not_ours() from None


def sides(*, goes_on: bool, back: bool, is_first: bool) -> tuple[bool, bool]:
    """Whether there is a page after this one, and one before it. `goes_on`: there is more in the direction it was read in. The
    row that a cursor was made of is on the page it leads away from, so there is one on that side."""
    return goes_on or back, goes_on if back else not is_first


class _Packed(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    values: list[str | None]
    rid: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    back: bool = False


def _unpacked(text: str) -> _Packed:
    """Raises ValueError, of which binascii.Error and msgspec.DecodeError are kinds."""
    return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Packed)


def _not_ours() -> Invalid:
    return Invalid("This page link is not one Osler made for this search; start the search again.", path="_cursor")


def _value(text: str | None, kind: str) -> Any:
    """A sort value as PostgreSQL takes it. Raises ValueError or ArithmeticError for what is none of its kind."""
    if text is None:
        return None
    if kind in ("date", "lastUpdated"):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if kind in ("number", "quantity", "score"):
        number = Decimal(text)
        if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
            raise ValueError
        return number
    if "\0" in text:
        raise ValueError
    return text


def in_python(query: Query) -> bool:
    """True when a sort key is only in the body (token, reference, uri): those are sorted here, not by PostgreSQL."""
    return any(sort.kind in _READ_IN_PYTHON for sort in query.sort)


def simple_column(query: Query) -> str | None:
    """The one indexed column the order goes by: `rid`, `upd`, `d_lo`; None when keys must be computed."""
    if not query.sort:
        return "rid"
    if len(query.sort) == 1:
        sort = query.sort[0]
        if sort.kind == "lastUpdated":
            return "upd"
        if sort.kind == "date" and sort.param == clinical_param(query.type):
            return "d_lo"
    return None


def key(build: Build, type_: str, sort: Sort, row: str) -> str:
    """SQL of one sort key; NULL when absent."""
    pick, side = ("max", "hi") if sort.descending else ("min", "lo")
    match sort.kind:
        case "id":
            return f"{row}.id"
        case "lastUpdated":
            return f"{row}.upd"
        case "date" if sort.param == clinical_param(type_):
            return f"NULLIF({row}.d_lo, '-infinity')"
        case "date":
            chosen = f"SELECT {pick}(NULLIF(d.lo, '-infinity')) FROM dates d WHERE d.rid = {row}.rid AND d.comp = 0"
            return f"({chosen} AND d.param = ANY ({build.param(type_, sort.param)}))"
        case "string":
            chosen = f"SELECT {pick}(s.txt) FROM strings s WHERE s.rid = {row}.rid AND s.comp = 0"
            return f"({chosen} AND s.param = ANY ({build.param(type_, sort.param)}))"
        case "number" | "quantity":
            chosen = f"SELECT {pick}(n.{side}) FROM numbers n WHERE n.rid = {row}.rid AND n.comp = 0"
            return f"({chosen} AND n.param = ANY ({build.param(type_, sort.param)}))"
        case _:
            return "NULL::text"


def descending(query: Query) -> bool:
    """Direction of the tie-break by rid: that of the first sort."""
    return bool(query.sort and query.sort[0].descending)


def order_by(query: Query, keys: list[str], rid: str, *, back: bool = False) -> str:
    """`back`: all of it the other way round."""
    nulls = "FIRST" if back else "LAST"
    parts = [f"{k} {_way(s.descending, back)} NULLS {nulls}" for k, s in zip(keys, query.sort, strict=True)]
    return ", ".join([*parts, f"{rid} {_way(descending(query), back)}"])


def _way(descending: bool, back: bool) -> str:
    return "DESC" if descending != back else "ASC"


def after(build: Build, query: Query, cursor: Cursor, keys: list[str], rid: str) -> str:
    """SQL true for rows strictly after the cursor in `order_by`'s order, or strictly before one that goes back."""
    back = cursor.back
    casts = {datetime: "timestamptz", Decimal: "numeric", str: 'text COLLATE "C"'}
    equal: list[str] = []
    options: list[str] = []
    for k, sort, value in zip(keys, query.sort, cursor.values, strict=True):
        if value is None:
            options += [" AND ".join([*equal, f"{k} IS NOT NULL"])] if back else []
            equal.append(f"{k} IS NULL")
            continue
        arg = build.sql.arg(value, casts[type(value)])
        absent = "" if back else f" OR {k} IS NULL"
        options.append(" AND ".join([*equal, f"({k} {'<' if sort.descending != back else '>'} {arg}{absent})"]))
        equal.append(f"{k} = {arg}")
    rids = f"{rid} {'<' if descending(query) != back else '>'} {build.sql.arg(cursor.rid, 'bigint')}"
    options.append(" AND ".join([*equal, rids]))
    return "(" + " OR ".join(f"({option})" for option in options) + ")"


def plain(value: Any) -> Any:
    """A key as it came from PostgreSQL, with infinity as absent."""
    if isinstance(value, datetime):
        return None if value.tzinfo is None else value.astimezone(UTC)
    return value
