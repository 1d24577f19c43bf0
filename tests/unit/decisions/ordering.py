"""Orders for the tests of decisions."""

from __future__ import annotations

from decimal import Decimal

from osler.decisions.facts import Allergy, Dose, Order
from tests.drug_release import drugs


def order(text: str, dose: Dose | None = None, route: str = "") -> Order:
    return Order(text, drugs().resolve(text), dose, route)


def tablets(text: str, once: int, per_day: int) -> Order:
    return order(text, Dose(Decimal(once), "1", Decimal(per_day)))


def allergic_to(*ingredients: str, groups: tuple[str, ...] = (), severe: bool = False) -> Allergy:
    return Allergy(", ".join(ingredients + groups), ingredients, groups, severe)
