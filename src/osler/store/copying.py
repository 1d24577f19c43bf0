"""New rows in the bytes that PostgreSQL reads them in (binary COPY), so that who makes a row need not be who writes it.

The format is that of https://www.postgresql.org/docs/current/sql-copy.html, its numbers that of `numeric_send`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from struct import Struct, pack

from osler.store.rows import Row

COLUMNS = (
    "rid",
    "self",
    "pat",
    "upd",
    "d_lo",
    "d_hi",
    "ver",
    "type",
    "sv",
    "long",
    "id",
    "pats",
    "org",
    "lab",
    "tok",
    "body",
)
SIDES = (
    ("strings", ("rid", "comp", "param", "txt")),
    ("numbers", ("rid", "comp", "code", "sys", "unit", "param", "lo", "hi")),
    ("dates", ("rid", "comp", "lo", "hi", "param")),
    ("refs", ("target", "src", "param")),
    ("change", ("at", "rid", "ver", "type", "op")),
    ("panel", ("actor", "pat", "src", "until")),
)
"""What is written beside `resource`, in the order of `encoded`."""

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"

_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)
_EVER = (1 << 63) - 1
_INT4, _INT8 = 23, 20
_GROUP = 4
"""Decimal digits in one digit of a numeric."""

# Each field is its length and its bytes: `i4 h2` is a smallint.
_BEGINNING = Struct(">hiqiq").pack
_BIGINT = Struct(">iq").pack
_MIDDLE = Struct(">iqiqiqiiihihi?").pack
_STRING = Struct(">hiqiqiii").pack
_NUMBER = Struct(">hiqiqiqiqiqii").pack
_DATE = Struct(">hiqiqiqiqii").pack
_REF = Struct(">hiqiqii").pack
_CHANGE = Struct(">hiqiqiiihic").pack
_PANEL = Struct(">hiqiqiqiq").pack


def encoded(row: Row) -> tuple[bytes, ...]:
    """The tuples of a new row for `resource` and for each of `SIDES`."""
    rid, _, patient, _, _, _, version, type_, *_ = row.main
    strings = [
        _STRING(4, 8, rid, 8, comp, 4, param, len(data := text.encode())) + data for param, text, comp in row.strings
    ]
    numbers = [
        _NUMBER(8, 8, rid, 8, comp, 8, code, 8, system, 8, unit, 4, param) + _number(lo) + _number(hi)
        for param, comp, system, code, unit, lo, hi in row.numbers
    ]
    dates = [_DATE(5, 8, rid, 8, comp, 8, _moment(lo), 8, _moment(hi), 4, param) for param, comp, lo, hi in row.dates]
    refs = [_REF(3, 8, target, 8, rid, 4, param) for target, param in row.refs]
    change = _CHANGE(5, 8, _moment(row.updated), 8, rid, 4, version, 2, type_, 1, b"c")
    panel = (
        ()
        if patient is None
        else [_PANEL(4, 8, actor, 8, patient, 8, rid, 8, _moment(row.panel_until)) for actor in row.panel]
    )
    return _resource(row), *map(b"".join, (strings, numbers, dates, refs)), change, b"".join(panel)


def _resource(row: Row) -> bytes:
    rid, self_, patient, updated, lo, hi, version, type_, search, long, id_, patients, orgs, labels, tokens, body = (
        row.main
    )
    name = id_.encode()
    return b"".join(
        (
            _BEGINNING(16, 8, rid, 8, self_),
            _NULL if patient is None else _BIGINT(8, patient),
            _MIDDLE(8, _moment(updated), 8, _moment(lo), 8, _moment(hi), 4, version, 2, type_, 2, search, 1, long),
            len(name).to_bytes(4, "big"),
            name,
            _array(patients, _INT8),
            _array(orgs, _INT4),
            _array(labels, _INT4),
            _array(tokens, _INT8),
            len(body).to_bytes(4, "big"),
            body,
        )
    )


def _array(values: list[int] | None, kind: int) -> bytes:
    if values is None:
        return _NULL
    if not values:
        return pack(">iiii", 12, 0, 0, kind)
    count, size = len(values), 8 if kind == _INT8 else 4
    fields: list[int] = [size] * (2 * count)
    fields[1::2] = values
    return _array_layout(count, kind)(20 + count * (4 + size), 1, 0, kind, count, 1, *fields)


@lru_cache(maxsize=1024)
def _array_layout(count: int, kind: int) -> Callable[..., bytes]:
    """Length, one dimension, no NULL, type of the elements, how many, number of the first; then each with its length."""
    return Struct(">iiiiii" + ("iq" if kind == _INT8 else "ii") * count).pack


def _moment(at: datetime | None) -> int:
    """Microseconds since 2000. Only the two ends of time have no zone (`rows.NEVER`, `rows.ALWAYS`)."""
    assert at is not None
    if at.tzinfo is None:
        return _EVER if at.year > 1 else -_EVER - 1
    return (at - _EPOCH) // _MOMENT


def _number(value: Decimal | None) -> bytes:
    return _NULL if value is None else _numeric(str(value))


@lru_cache(maxsize=1 << 14)
def _numeric(text: str) -> bytes:
    """Groups of four digits, the place of the first group, the sign, and how many digits stand behind the point."""
    negative, digits, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    behind = max(0, -exponent)
    whole = "".join(map(str, digits)) + "0" * (exponent % _GROUP)
    whole = "0" * (-len(whole) % _GROUP) + whole
    groups = [int(whole[at : at + _GROUP]) for at in range(0, len(whole), _GROUP)]
    weight = len(groups) - 1 + exponent // _GROUP
    while groups and groups[-1] == 0:
        groups.pop()
    while groups and groups[0] == 0:
        del groups[0]
        weight -= 1
    sign = 0x4000 if negative and groups else 0
    return pack(
        f">ihhHH{len(groups)}h", 8 + 2 * len(groups), len(groups), weight if groups else 0, sign, behind, *groups
    )


def joined(tuples: Iterable[bytes]) -> bytes:
    """All that one COPY is sent; empty when there is nothing."""
    data = b"".join(tuples)
    return HEAD + data + TAIL if data else b""
