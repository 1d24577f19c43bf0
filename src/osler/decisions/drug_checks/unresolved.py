"""What no check could look at, said aloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from osler.decisions.facts import Allergy, Order
from osler.decisions.findings import Finding, Kind, Level


def unresolved_findings(order: Order, active: Sequence[Order], allergies: Sequence[Allergy]) -> Iterator[Finding]:
    """A finding for the new order, each active drug and each allergen of which something is not known."""
    yield from _of_drug(order, "not-checked-order", "This drug is not known here: nothing about it was checked.")
    for each in active:
        yield from _of_drug(
            each, "not-checked-active", "This drug is not known here: the order was not checked against it."
        )
    for allergy in allergies:
        if allergy.unknown:
            text = "This allergen is not known here: the order was not checked against it."
            yield Finding(Kind.UNRESOLVED, Level.NOT_CHECKED, (), (allergy.text,), text, "not-checked-allergy")


def _of_drug(order: Order, row: str, text: str) -> Iterator[Finding]:
    if order.drug is None or not order.drug.ingredients:
        yield Finding(Kind.UNRESOLVED, Level.NOT_CHECKED, (), (order.text,), text, row)
    elif order.drug.unknown:
        parts = ", ".join(order.drug.unknown)
        text = f"Part of this drug is not known here and was not checked: {parts}."
        yield Finding(
            Kind.UNRESOLVED, Level.NOT_CHECKED, tuple(sorted(order.drug.names)), (order.text,), text, f"{row}-part"
        )
