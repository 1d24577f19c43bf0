"""OR lists in SQL. A long one goes in as arrays, so that neither the text nor the number of arguments grows with it.

Spelled out, a thousand values are a thousand conditions to plan, and with enough of them more arguments than PostgreSQL
takes. A short list stays spelled out: then each of its values has a bitmap of its own from the index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from osler.store.sql import Sql

if TYPE_CHECKING:
    from osler.store.search.build import Build

LONG = 64
"""A list of more values than this goes in as arrays."""

_Value = TypeVar("_Value")
Option = Callable[["Build", _Value], str]
"""SQL of one value of a list; its arguments are taken from the build that it is given."""


def is_long(values: Sequence[object]) -> bool:
    return len(values) > LONG


def any_of(options: list[str]) -> str:
    """SQL true where one of the conditions is."""
    return options[0] if len(options) == 1 else "(" + " OR ".join(options) + ")"


def any_value(build: Build, values: Sequence[_Value], option: Option[_Value]) -> str:
    """SQL true where the option of one of the values is."""
    if not is_long(values):
        return any_of([option(build, value) for value in values])
    rows = _rows(build, values, option)
    return any_of([f"EXISTS (SELECT 1 FROM {listed} WHERE {condition})" for listed, condition in rows])


def select_by_value(build: Build, select: str, values: Sequence[_Value], option: Option[_Value]) -> str:
    """`select`, which gives `rid`s and ends within its conditions, for every value by itself: each has its own index scan."""
    if not is_long(values):
        return f"{select} AND {any_of([option(build, value) for value in values])}"
    rows = _rows(build, values, option)
    return " UNION ALL ".join(
        f"SELECT x.rid FROM {listed}, LATERAL ({select} AND {condition} OFFSET 0) x" for listed, condition in rows
    )


def _rows(build: Build, values: Sequence[_Value], option: Option[_Value]) -> list[tuple[str, str]]:
    """The values as a table in FROM, with the condition over its columns; once for each shape that options have."""
    found: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}
    outside, name = build.sql, build.alias()
    shared: dict[tuple[Any, str], str] = {}
    try:
        for value in values:
            build.sql = each = _Columns(outside, name, shared)
            found.setdefault((option(build, value), tuple(each.casts)), []).append(each.args)
    finally:
        build.sql = outside
    return [(_table(outside, name, casts, rows), condition) for (condition, casts), rows in found.items()]


def _table(sql: Sql, name: str, casts: tuple[str, ...], rows: list[list[Any]]) -> str:
    columns = zip(*rows, strict=True)
    arrays = ", ".join(sql.arg(list(column), f"{cast}[]") for column, cast in zip(columns, casts, strict=True))
    return f"unnest({arrays}) AS {name} ({', '.join(f'c{n}' for n in range(len(casts)))})"


class _Columns(Sql):
    """The arguments of one option as columns of a row. Arrays, which are no columns, are arguments of the statement, each once."""

    __slots__ = ("_name", "_outside", "_shared", "casts")

    def __init__(self, outside: Sql, name: str, shared: dict[tuple[Any, str], str]) -> None:
        super().__init__()
        self._outside, self._name, self._shared = outside, name, shared
        self.casts: list[str] = []

    def arg(self, value: Any, cast: str = "") -> str:
        if cast.endswith("[]"):
            key = (tuple(value), cast)
            if key not in self._shared:
                self._shared[key] = self._outside.arg(value, cast)
            return self._shared[key]
        self.args.append(value)
        self.casts.append(cast)
        return f"{self._name}.c{len(self.args) - 1}"
