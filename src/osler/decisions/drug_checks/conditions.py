"""The order against kidney function and pregnancy."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from osler.decisions.facts import Order, PatientFacts
from osler.decisions.findings import ORDER, Finding, Kind, Level
from osler.decisions.tables import Row, citations, members, sourced_rows

FERTILE = (Decimal(12), Decimal(56))
"""Ages, in years, at which an unknown pregnancy matters."""


def condition_findings(order: Order, patient: PatientFacts) -> Iterator[Finding]:
    """Renal and pregnancy rules of every ingredient. What a rule needs and nobody gave is not checked."""
    if order.drug is None or order.is_local:
        return
    for ingredient in sorted(order.drug.names):
        yield from _renal(order, ingredient, patient.egfr)
        yield from _pregnancy(order, ingredient, patient)


def _renal(order: Order, ingredient: str, egfr: Decimal | None) -> Iterator[Finding]:
    rows = _rows("renal", ingredient)
    if rows and egfr is None:
        text = "Not checked against kidney function: no eGFR is on record."
        yield Finding(Kind.RENAL, Level.NOT_CHECKED, (ingredient,), (order.text,), text, "renal-not-checked")
    elif egfr is not None:
        below = [row for row in rows if egfr < Decimal(row["below"])]
        if below:
            yield _finding(Kind.RENAL, order, ingredient, min(below, key=_of_least_function))


def _of_least_function(row: Row) -> tuple[Decimal, int]:
    """The row for the worst kidneys first, of two for the same the stricter."""
    return Decimal(row["below"]), ORDER[Level(row["level"])]


def _pregnancy(order: Order, ingredient: str, patient: PatientFacts) -> Iterator[Finding]:
    rows = _rows("pregnancy", ingredient)
    if not rows or patient.pregnant is False or patient.female is False:
        return
    if patient.pregnant:
        yield _finding(Kind.PREGNANCY, order, ingredient, min(rows, key=lambda row: ORDER[Level(row["level"])]))
    elif _may_be_pregnant(patient):
        text = "Not checked against pregnancy: nobody has recorded whether the patient is pregnant."
        yield Finding(Kind.PREGNANCY, Level.NOT_CHECKED, (ingredient,), (order.text,), text, "pregnancy-not-checked")


def _may_be_pregnant(patient: PatientFacts) -> bool:
    return patient.age_years is None or FERTILE[0] <= patient.age_years < FERTILE[1]


def _finding(kind: Kind, order: Order, ingredient: str, row: Row) -> Finding:
    source = citations()[row["source"]]
    where = f"{source.text}: {row['where']}"
    allowed = row.get("override", "yes") == "yes"
    level = Level(row["level"])
    drugs = (order.text,)
    return Finding(
        kind, level, (ingredient,), drugs, row["sentence"], row["row"], where, source.dated, overridable=allowed
    )


def _rows(name: str, ingredient: str) -> tuple[Row, ...]:
    return _by_ingredient(name).get(ingredient, ())


@cache
def _by_ingredient(name: str) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in sourced_rows(name):
        for each in row["ingredients"].split(", "):
            for ingredient in members(each):
                found.setdefault(ingredient, []).append(row)
    return {ingredient: tuple(rows) for ingredient, rows in found.items()}
