"""Every row of the high-priority list interrupts, in every form a drug is ordered in; no row of the non-interruptive one does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from osler.decisions.drug_checks import check
from osler.decisions.facts import Order
from osler.decisions.findings import Kind, Level
from osler.decisions.interactions import own_rows
from osler.decisions.tables import members
from osler.terminology.drugs import Drug
from tests.drug_release import drugs

HIGH = [row for row in own_rows() if row.row.startswith("onc-high-")]
LOW = [row for row in own_rows() if row.row.startswith("onc-low-")]
MOST_PRODUCTS = 3


def pairs(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Ingredient pairs of a row, each once."""
    seen = set()
    for first, second in product(sorted(members(one)), sorted(members(other))):
        if first != second and frozenset((first, second)) not in seen:
            seen.add(frozenset((first, second)))
            yield first, second


def named(name: str) -> Order:
    return Order(name, drugs().by_text(name))


@cache
def products() -> dict[str, dict[str, list[Drug]]]:
    """For each ingredient: salts, brands and combinations that the release sells, systemic ones."""
    found: dict[str, dict[str, list[Drug]]] = defaultdict(lambda: defaultdict(list))
    wanted = {name for row in HIGH for side in (row.one, row.other) for name in members(side)}
    for kind in ("PIN", "BN", "MIN", "SCD"):
        for code, _ in drugs()._source.named(kind):
            drug = drugs().by_code(code)
            if drug is None or drug.local:
                continue
            for name in drug.names & wanted:
                form = {"PIN": "salt", "BN": "brand", "MIN": "combination"}.get(kind, "product")
                if form != "product" or len(drug.names) > 1:
                    found[name]["combination" if form == "product" else form].append(drug)
    _add_branded_drugs(found, {name for name in wanted if not found[name]["brand"]})
    return found


def _add_branded_drugs(found: dict[str, dict[str, list[Drug]]], without: set[str]) -> None:
    """Branded clinical drugs for ingredients whose brands have no products in the release."""
    for code, name in drugs()._source.named("SBD"):
        if any(word in name.lower() for word in without):
            drug = drugs().by_code(code)
            if drug and not drug.local:
                for each in drug.names & without:
                    found[each]["brand"].append(drug)


def interrupts(new: Order, taken: Order, row: str) -> bool:
    findings = check(new, [taken])
    return any(
        each.kind is Kind.INTERACTION and each.level is Level.INTERRUPTIVE and row in (each.row, *each.also)
        for each in findings
    )


@pytest.mark.parametrize("row", HIGH, ids=lambda row: row.row)
def test_every_pair_of_a_high_priority_row_interrupts_by_ingredient(row):
    silent = [
        pair
        for pair in pairs(row.one, row.other)
        if not interrupts(named(pair[0]), named(pair[1]), row.row)
        or not interrupts(named(pair[1]), named(pair[0]), row.row)
    ]
    assert silent == []


@pytest.mark.parametrize("row", HIGH, ids=lambda row: row.row)
def test_every_drug_of_a_high_priority_row_interrupts_as_brand_salt_and_combination(row):
    silent = []
    for side, far in ((row.one, row.other), (row.other, row.one)):
        for name in sorted(members(side)):
            partner = next((each for each in sorted(members(far)) if each != name), None)
            for drug in _forms(name) if partner else ():
                if partner not in drug.names and not interrupts(Order(drug.name, drug), named(str(partner)), row.row):
                    silent.append((drug.name, partner))
    assert silent == []


def _forms(name: str) -> list[Drug]:
    return [drug for kind in sorted(products()[name]) for drug in products()[name][kind][:MOST_PRODUCTS]]


def test_the_forms_that_were_tried_are_counted(capsys):
    tried: Counter[str] = Counter()
    without: dict[str, list[str]] = defaultdict(list)
    for name in sorted({name for row in HIGH for side in (row.one, row.other) for name in members(side)}):
        for form in ("salt", "brand", "combination"):
            tried[form] += min(MOST_PRODUCTS, len(products()[name][form]))
            if not products()[name][form]:
                without[form].append(name)
    with capsys.disabled():
        print(f"\nhigh-priority rows were tried as {dict(tried)}")
        for form, names in without.items():
            print(f"  no systemic {form} in the release for {len(names)}: {', '.join(names)}")
    assert tried["brand"] > 100


def test_no_row_of_the_non_interruptive_list_interrupts():
    """But where a pair is on the high-priority list for another reason, which is told here."""
    interrupting = {
        (row.row, *sorted(pair)): {
            each.row for each in check(named(pair[0]), [named(pair[1])]) if each.level is Level.INTERRUPTIVE
        }
        for row in LOW
        for pair in pairs(row.one, row.other)
    }
    told = {key: rows for key, rows in interrupting.items() if rows}
    assert told == {
        ("onc-low-03", "citalopram", "sotalol"): {"onc-high-21-b"},
    }


def test_every_non_interruptive_pair_is_still_told():
    for row in LOW:
        for one, other in pairs(row.one, row.other):
            findings = check(named(one), [named(other)])
            assert any(row.row in (each.row, *each.also) for each in findings), (row.row, one, other)


def test_how_many_are_not_checked(capsys):
    """Every drug of both lists is known by name; what is not, is printed."""
    names = {name for row in (*HIGH, *LOW) for side in (row.one, row.other) for name in members(side)}
    unknown = sorted(
        name
        for name in names
        if any(each.level is Level.NOT_CHECKED and each.kind is Kind.UNRESOLVED for each in check(named(name)))
    )
    absent = sorted(name for name in names if not any(each.code for each in drugs().ingredients(name)))
    with capsys.disabled():
        print(
            f"\n{len(names)} ingredients of the lists: {len(unknown)} not checked; {len(absent)} by name only (not in the release): {', '.join(absent)}"
        )
    assert unknown == []
