"""Laws of the checks, for drugs of the release picked at random."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from osler.decisions.drug_checks import check
from osler.decisions.facts import Order
from osler.decisions.findings import Finding, Kind, Level
from osler.decisions.interactions import interactions
from osler.decisions.tables import groups
from tests.drug_release import drugs
from tests.unit.decisions.ordering import allergic_to


@cache
def _orders() -> tuple[Order, ...]:
    """Ingredients that rules are about, products with several ingredients, and a text that nobody knows."""
    names = sorted({name for members in groups().values() for name in members})
    known = [Order(name, drugs().by_text(name)) for name in names]
    codes = [code for code, _ in drugs()._source.named("MIN")][::7]
    several = [Order(drug.name, drug) for code in codes if (drug := drugs().by_code(code))]
    return (*known, *several, Order("nobody knows this", None))


orders = st.deferred(lambda: st.sampled_from(_orders()))
lists = st.lists(orders, max_size=8)


def keys(findings: list[Finding]) -> set[tuple[Kind, str, tuple[str, ...]]]:
    return {each.key for each in findings}


def told(findings: list[Finding]) -> dict[tuple[str, ...], Level]:
    """The level of each pair of ingredients that interacts."""
    strongest: dict[tuple[str, ...], Level] = {}
    for each in findings:
        if each.kind is Kind.INTERACTION:
            strongest[each.ingredients] = min(strongest.get(each.ingredients, each.level), each.level)
    return strongest


@given(orders, orders)
def test_interactions_are_the_same_both_ways(one: Order, other: Order):
    assert told(check(one, [other])) == told(check(other, [one]))


@given(orders, lists, orders)
def test_another_active_drug_never_takes_a_finding_away(new: Order, active: list[Order], more: Order):
    assert keys(check(new, active)) <= keys(check(new, [*active, more]))


@given(orders, lists)
def test_the_order_of_the_list_does_not_matter(new: Order, active: list[Order]):
    assert keys(check(new, active)) == keys(check(new, active[::-1]))


@given(orders, lists)
def test_a_drug_given_twice_says_nothing_more(new: Order, active: list[Order]):
    assert keys(check(new, active)) == keys(check(new, active + active))


@given(orders, lists)
def test_nothing_is_said_twice(new: Order, active: list[Order]):
    findings = check(new, active)
    assert len({(each.key, each.drugs if each.kind is Kind.UNRESOLVED else ()) for each in findings}) == len(findings)


@given(orders, lists)
def test_a_list_is_no_more_than_its_drugs(new: Order, active: list[Order]):
    single = set().union(*(keys(check(new, [each])) for each in active)) if active else keys(check(new))
    assert keys(check(new, active)) == single


@given(orders)
def test_what_is_not_known_is_never_silent(new: Order):
    unknown = Order("nobody knows this", None)
    for findings in (check(unknown, [new]), check(new, [unknown])):
        assert any(each.level is Level.NOT_CHECKED and each.kind is Kind.UNRESOLVED for each in findings)


@given(orders)
def test_an_allergy_to_what_is_ordered_always_interrupts(new: Order):
    for name in new.drug.names if new.drug else ():
        findings = check(new, allergies=[allergic_to(name)])
        assert any(each.kind is Kind.ALLERGY and each.level is Level.INTERRUPTIVE for each in findings)


@settings(max_examples=50)
@given(st.text(max_size=20), st.text(max_size=20))
def test_rows_are_symmetric_for_any_names(one: str, other: str):
    assert {row.row for row in interactions().between(one, other)} == {
        row.row for row in interactions().between(other, one)
    }
