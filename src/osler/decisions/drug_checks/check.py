"""One call for everything that is to be said of a new order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from osler.decisions.drug_checks.allergies import allergy_findings
from osler.decisions.drug_checks.conditions import condition_findings
from osler.decisions.drug_checks.doses import dose_findings
from osler.decisions.drug_checks.duplicates import duplicate_findings
from osler.decisions.drug_checks.pairs import pair_findings
from osler.decisions.drug_checks.unresolved import unresolved_findings
from osler.decisions.facts import Allergy, Order, PatientFacts, SiteRules
from osler.decisions.findings import ORDER, Finding, Kind

NOBODY = PatientFacts()
NO_SITE = SiteRules()


def check(
    order: Order,
    active: Sequence[Order] = (),
    allergies: Sequence[Allergy] = (),
    patient: PatientFacts = NOBODY,
    site: SiteRules = NO_SITE,
) -> list[Finding]:
    """Findings about a new order, what interrupts first, each said once.

    No finding is also an answer only when there is none with level `not_checked`: a drug or an allergen that is not
    known, or a fact that a rule needs and nobody gave, has a finding of its own.
    """
    found = [
        *unresolved_findings(order, active, allergies),
        *allergy_findings(order, allergies),
        *pair_findings(order, active, site),
        *duplicate_findings(order, active),
        *dose_findings(order, patient),
        *condition_findings(order, patient),
    ]
    return sorted(_each_once(found), key=lambda one: (ORDER[one.level], one.kind, one.ingredients, one.row))


def _each_once(findings: Iterable[Finding]) -> list[Finding]:
    """The same finding of several active drugs becomes one that names them all."""
    merged: dict[tuple[object, ...], Finding] = {}
    for each in findings:
        key = (*each.key, each.drugs[:1] if each.kind is Kind.UNRESOLVED else ())
        before = merged.get(key)
        merged[key] = each if before is None else _joined(before, each)
    return list(merged.values())


def _joined(one: Finding, other: Finding) -> Finding:
    """The stronger of the two, with the drugs of both."""
    strong = min(one, other, key=lambda each: ORDER[each.level])
    drugs = tuple(dict.fromkeys(one.drugs + other.drugs))
    return Finding(
        kind=strong.kind,
        level=strong.level,
        ingredients=strong.ingredients,
        drugs=drugs,
        text=strong.text,
        row=strong.row,
        source=strong.source,
        dated=strong.dated,
        label=strong.label,
        overridable=one.overridable and other.overridable,
        also=tuple(dict.fromkeys(one.also + other.also)),
    )
