"""Prefix comparisons of numbers and dates as SQL (docs/reference/search-semantics.md, "number", "date").

Number values are closed [lo, hi] with NULL for an open side; date values half-open [lo, hi) with ∓infinity.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from osler.fhir.search.query import Range
from osler.store.rows import ALWAYS, NEVER
from osler.store.sql import Sql


def number_condition(sql: Sql, r: Range, *, row: str) -> str:
    """SQL over `row`.lo and `row`.hi; the unit and the component are the caller's."""
    lo, hi = f"{row}.lo", f"{row}.hi"

    def num(value: object) -> str:
        return sql.arg(value, "numeric")

    match r.prefix:
        case "eq":
            return f"({lo} >= {num(r.lo)} AND {hi} < {num(r.hi)})"
        case "ne":
            return f"NOT coalesce({lo} >= {num(r.lo)} AND {hi} < {num(r.hi)}, false)"
        case "gt":
            return f"coalesce({hi} > {num(r.exact)}, true)"
        case "lt":
            return f"coalesce({lo} < {num(r.exact)}, true)"
        case "ge":
            return f"coalesce({hi} >= {num(r.exact)}, true)"
        case "le":
            return f"coalesce({lo} <= {num(r.exact)}, true)"
        case "sa":
            return f"{lo} > {num(r.exact)}"
        case "eb":
            return f"{hi} < {num(r.exact)}"
        case "ap":
            tenth = abs(r.exact or Decimal(0)) / 10
            low, high = num(_minus(r.lo, tenth)), num(_plus(r.hi, tenth))
            return f"(coalesce({hi} >= {low}, true) AND coalesce({lo} < {high}, true))"


def _minus(value: object, tenth: Decimal) -> Decimal:
    assert isinstance(value, Decimal)
    return value - tenth


def _plus(value: object, tenth: Decimal) -> Decimal:
    assert isinstance(value, Decimal)
    return value + tenth


def date_condition(sql: Sql, r: Range, *, lo: str, hi: str) -> str:
    """SQL over the expressions `lo` and `hi` of a half-open span. For `ap` the parser has widened the range already."""

    def low() -> str:
        return sql.arg(r.lo or NEVER, "timestamptz")

    def high() -> str:
        return sql.arg(r.hi or ALWAYS, "timestamptz")

    match r.prefix:
        case "eq":
            return f"({lo} >= {low()} AND {hi} <= {high()})"
        case "ne":
            return f"NOT ({lo} >= {low()} AND {hi} <= {high()})"
        case "gt":
            return f"{hi} > {high()}"
        case "lt":
            return f"{lo} < {low()}"
        case "ge":
            return f"{hi} > {low()}"
        case "le":
            return f"{lo} < {high()}"
        case "sa":
            return f"{lo} >= {high()}"
        case "eb":
            return f"{hi} <= {low()}"
        case "ap":
            return f"({hi} > {low()} AND {lo} < {high()})"


MILLISECOND = timedelta(milliseconds=1)


def instant_condition(sql: Sql, r: Range, *, at: str) -> str:
    """The same for a column that holds the start of a millisecond (lastUpdated), so that its index can serve: what the span
    is compared with moves, not the column."""

    def value(bound: object, shift: timedelta) -> str:
        return sql.arg(bound - shift if isinstance(bound, datetime) else bound, "timestamptz")

    def low(shift: timedelta = timedelta()) -> str:
        return value(r.lo or NEVER, shift)

    def high(shift: timedelta = timedelta()) -> str:
        return value(r.hi or ALWAYS, shift)

    match r.prefix:
        case "eq":
            return f"({at} >= {low()} AND {at} <= {high(MILLISECOND)})"
        case "ne":
            return f"NOT ({at} >= {low()} AND {at} <= {high(MILLISECOND)})"
        case "gt":
            return f"{at} > {high(MILLISECOND)}"
        case "lt":
            return f"{at} < {low()}"
        case "ge":
            return f"{at} > {low(MILLISECOND)}"
        case "le":
            return f"{at} < {high()}"
        case "sa":
            return f"{at} >= {high()}"
        case "eb":
            return f"{at} <= {low(MILLISECOND)}"
        case "ap":
            return f"({at} > {low(MILLISECOND)} AND {at} < {high()})"
