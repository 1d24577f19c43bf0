"""The units and prefixes that UCUM defines, read from `data/ucum.tsv` on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Atom:
    """One unit symbol as UCUM defines it: `factor` times `unit`, or a function of that for special units."""

    code: str
    kind: str
    """`base`, `ratio`, or the name of a special unit's function."""
    factor: str
    unit: str
    metric: bool
    """Takes prefixes."""
    name: str
    symbol: str
    """As people print it: `µ`, `°C`."""
    property: str


@dataclass(frozen=True, slots=True)
class UnitTable:
    atoms: dict[str, Atom]
    prefixes: dict[str, str]
    """Prefix to its factor: `k` to `1e3`."""


@cache
def unit_table() -> UnitTable:
    text = files("osler.fhir.datatypes").joinpath("data/ucum.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    return UnitTable(
        {row[1]: _atom(row) for row in rows if row[0] != "prefix"},
        {row[1]: row[2] for row in rows if row[0] == "prefix"},
    )


def _atom(row: list[str]) -> Atom:
    kind, code, factor, unit, metric, name, symbol, kind_of_quantity = row
    return Atom(code, kind, factor, unit, metric == "metric", name, symbol, kind_of_quantity)
