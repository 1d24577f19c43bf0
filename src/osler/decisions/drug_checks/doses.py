"""The ordered dose against the highest one on the label, and drugs that are not for young children."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from osler.decisions.facts import Dose, Order, PatientFacts
from osler.decisions.findings import Finding, Kind, Level
from osler.decisions.tables import Row, citations, sourced_rows
from osler.terminology.drugs import Drug

ADULT = Decimal(18)


@dataclass(frozen=True, slots=True)
class DoseRule:
    """The highest doses of an ingredient for an age. Milligrams; None where no limit is keyed."""

    row: str
    route: str
    since: Decimal | None
    before: Decimal | None
    once: Decimal | None
    day: Decimal | None
    once_kg: Decimal | None
    day_kg: Decimal | None
    text: str
    source: str
    dated: str

    def fits_age(self, age: Decimal) -> bool:
        return (self.since is None or age >= self.since) and (self.before is None or age < self.before)


def dose_findings(order: Order, patient: PatientFacts) -> Iterator[Finding]:
    """Doses above a limit interrupt. A dose that a rule is about but that cannot be counted is not checked."""
    if order.drug is None:
        return
    for ingredient in sorted(order.drug.names):
        yield from _too_young(order, ingredient, patient)
        rules = [rule for rule in _rules().get(ingredient, ()) if _fits_route(rule, order)]
        if rules and order.dose:
            yield from _over(order, order.drug, order.dose, ingredient, rules, patient)
        elif rules and order.dose_in_words:
            yield _not_checked(order, ingredient, "The dose was not checked: it is not stated as one number.")


def _fits_route(rule: DoseRule, order: Order) -> bool:
    route = order.route or (order.drug.route if order.drug else "")
    return rule.route == "any" or not route or rule.route == route


def _over(
    order: Order, drug: Drug, dose: Dose, ingredient: str, rules: list[DoseRule], patient: PatientFacts
) -> Iterator[Finding]:
    if patient.age_years is None:
        yield _not_checked(order, ingredient, "The dose was not checked: the patient's age is not known.")
        return
    age = patient.age_years
    rules = [rule for rule in rules if rule.fits_age(age)]
    once = milligrams(dose, drug, ingredient)
    if not rules:
        if age < ADULT:
            yield _not_checked(order, ingredient, "The dose was not checked: no limit for this age is on file.")
        return
    if once is None:
        yield _not_checked(order, ingredient, "The dose was not checked: milligrams cannot be counted from it.")
        return
    for rule in rules:
        yield from _against(order, ingredient, rule, once, dose.per_day, patient.weight_kg)


def _against(
    order: Order, ingredient: str, rule: DoseRule, once: Decimal, per_day: Decimal | None, weight: Decimal | None
) -> Iterator[Finding]:
    day = once * per_day if per_day is not None else once
    if per_day is None and (rule.day or rule.day_kg):
        yield _not_checked(order, ingredient, "The day's dose was not checked: how often is not stated.")
    limits = ((once, rule.once), (day, rule.day))
    if rule.once_kg or rule.day_kg:
        if weight is None:
            yield _not_checked(order, ingredient, "The dose was not checked: the patient's weight is not known.")
        else:
            limits += ((once, _times(rule.once_kg, weight)), (day, _times(rule.day_kg, weight)))
    if any(limit is not None and amount > limit for amount, limit in limits):
        yield Finding(
            Kind.DOSE, Level.INTERRUPTIVE, (ingredient,), (order.text,), f"Above the label's highest dose. {rule.text}",
            rule.row, rule.source, rule.dated,
        )  # fmt: skip


def _times(each: Decimal | None, weight: Decimal) -> Decimal | None:
    return None if each is None else each * weight


def milligrams(dose: Dose, drug: Drug, ingredient: str) -> Decimal | None:
    """Milligrams of an ingredient in one dose; None when they cannot be counted."""
    if dose.unit == "MG":
        # Milligrams of a combination are of its first ingredient only by habit, so they are not counted.
        return dose.once if len(drug.ingredients) == 1 else None
    strength = drug.strength_of(ingredient)
    if strength is None or strength.unit != "MG":
        return None
    if dose.unit == "1":
        return dose.once * strength.amount if strength.per in ("", "ACTUAT") else None
    return dose.once * strength.amount if dose.unit == strength.per else None


def _too_young(order: Order, ingredient: str, patient: PatientFacts) -> Iterator[Finding]:
    if order.is_local:
        return
    for row in _age_rows():
        if (
            row["ingredient"] == ingredient
            and patient.age_years is not None
            and patient.age_years < Decimal(row["below"])
        ):
            source = f"{citations()[row['source']].text}: {row['where']}"
            dated = citations()[row["source"]].dated
            yield Finding(
                Kind.DOSE, Level(row["level"]), (ingredient,), (order.text,), row["sentence"], row["row"], source, dated
            )


def _not_checked(order: Order, ingredient: str, text: str) -> Finding:
    return Finding(Kind.DOSE, Level.NOT_CHECKED, (ingredient,), (order.text,), text, "dose-not-checked")


@cache
def _age_rows() -> tuple[Row, ...]:
    return tuple(sourced_rows("ages"))


@cache
def _rules() -> dict[str, tuple[DoseRule, ...]]:
    found: dict[str, list[DoseRule]] = {}
    for row in sourced_rows("doses"):
        found.setdefault(row["ingredient"], []).append(_rule(row))
    return {ingredient: tuple(rules) for ingredient, rules in found.items()}


def _rule(row: Row) -> DoseRule:
    source = citations()[row["source"]]
    return DoseRule(
        row=row["row"],
        route=row["route"],
        since=_number(row["from"]),
        before=_number(row["below"]),
        once=_number(row["once"]),
        day=_number(row["day"]),
        once_kg=_number(row["once_kg"]),
        day_kg=_number(row["day_kg"]),
        text=row["sentence"],
        source=f"{source.text}: {row['where']}",
        dated=source.dated,
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
