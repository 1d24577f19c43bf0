"""Searches by parameters that the site has defined equal the reference search, whose reading of expressions is its own."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from osler.fhir.definitions import Definitions, SearchParam, definitions
from osler.store.custom import index_custom
from osler.store.many import Draft, prepare_all, write_all
from osler.store.reference import ReferenceStore, filters, matching, order
from osler.store.reference import store as reference_store
from osler.store.store import Store, now_ms
from osler.store.visibility import EVERYTHING
from tests.differential import adapter

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)
_URL = "http://osler.test/x"
_VALUE = f"Patient.extension.where(url = '{_URL}').value"
DEFINED = (
    ("x-code", "token", f"{_VALUE}.as(Coding)"),
    ("x-home", "string", "Patient.address.where(use = 'home').city"),
    ("x-lived", "date", "Patient.address.period"),
    ("x-size", "quantity", f"{_VALUE}.as(Quantity)"),
    ("x-count", "number", f"{_VALUE}.as(decimal)"),
    ("x-from", "uri", "Patient.identifier.system"),
    ("x-friend", "reference", "Patient.link.other.where(resolve() is Patient)"),
)
PAIRED = (
    ("x-use-city", "Patient.address", (("address-use", "use"), ("address-city", "city"))),
    ("x-sex-born", "Patient", (("gender", "gender"), ("birthdate", "birthDate"))),
    ("x-sex-friend", "Patient", (("gender", "gender"), ("link", "link.other"))),
    ("x-sex-active", "Patient", (("gender", "gender"), ("active", "active"))),
)
"""Composites: code, expression, and of each component the parameter of R4 and the expression."""
QUERIES = [
    *(("x-use-city", value) for value in ("home$bern", "work$P", "home$bern,work$bern", "|home$Par", "home$rome")),
    *(("x-sex-born", value) for value in ("male$1970", "female$gt1980", "male$le1990-06", "female$ne1970", "male$sa1999")),
    *(("x-sex-friend", value) for value in ("male$Patient/p1", "female$p2,male$p2")),
    *(("x-sex-active", value) for value in ("male$true", "|female$false", "female$true,male$false")),
    ("_filter", "x-use-city eq home$bern"), ("x-friend.x-sex-active", "male$true"),
    *(("x-code", value) for value in ("a", "urn:s|a", "|b", "urn:s|", "a,b")), ("x-code:not", "a"), ("x-code:missing", "true"),
    *(("x-home", value) for value in ("ber", "Bérn", "x")), ("x-home:exact", "Bern"), ("x-home:contains", "er"),
    *(("x-lived", value) for value in ("2019", "gt2019-06", "le2020", "sa2019", "ne2021", "ap2020")),
    *(("x-size", value) for value in ("1", "gt1.5", "lt2|http://unitsofmeasure.org|kg", "1000|http://unitsofmeasure.org|g")),
    *(("x-count", value) for value in ("1", "1.5", "ge2", "ne1")),
    *(("x-from", value) for value in ("http://a.test/1", "http://a.test")), ("x-from:below", "http://a.test"),
    *(("x-friend", value) for value in ("Patient/p1", "p2", "Patient/none")), ("x-friend:missing", "false"),
    ("x-friend.x-code", "a"), ("_has:Patient:x-friend:x-home", "bern"), ("x-friend:Patient.gender", "male"),
    ("_filter", "x-code eq a and x-count gt 1"),
]  # fmt: skip


class _WithOwn:
    """The definitions, with the site's parameters among them: for the reference alone."""

    def __init__(self, known: Definitions) -> None:
        self._known = known
        every = tuple(known.resource_types)
        self._own = {
            code: SearchParam(code, kind, "Patient", expression, every if kind == "reference" else ())
            for code, kind, expression in DEFINED
        } | {
            code: SearchParam(code, "composite", "Patient", expression, (), components)
            for code, expression, components in PAIRED
        }

    def search_params(self, type_: str) -> dict[str, SearchParam]:
        return self._known.search_params(type_) | (self._own if type_ == "Patient" else {})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._known, name)


def _values(random: Random) -> list[dict[str, Any]]:
    coding = {"code": random.choice("abc")} | ({"system": "urn:s"} if random.random() < 0.6 else {})
    quantity = {
        "value": Decimal(random.choice(("1", "2.0", "1000"))),
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    }
    choices: list[dict[str, Any]] = [
        {"valueCoding": coding},
        {"valueQuantity": quantity | {"code": random.choice(("kg", "g"))}},
        {"valueDecimal": Decimal(random.choice(("1", "1.5", "2.25")))},
        {"valueString": "words"},
    ]
    return [{"url": random.choice((_URL, "urn:other"))} | each for each in random.sample(choices, 2)]


def _person(random: Random, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Patient", "id": f"p{number}", "gender": random.choice(("male", "female"))}
    made |= {"active": random.random() < 0.5, "birthDate": random.choice(("1970", "1970-05", "1985-02-01", "2001"))}
    if random.random() < 0.8:
        made["extension"] = _values(random)
    if random.random() < 0.7:
        period = {"start": random.choice(("2018", "2019-05-02"))} | (
            {"end": "2020-02"} if random.random() < 0.5 else {}
        )
        made["address"] = [
            {"use": random.choice(("home", "work")), "city": random.choice(("Bern", "Paris")), "period": period}
        ]
    if random.random() < 0.6:
        made["identifier"] = [{"system": random.choice(("http://a.test/1", "http://b.test")), "value": "1"}]
    if number and random.random() < 0.6:
        made["link"] = [{"other": {"reference": f"Patient/p{random.randrange(number)}"}, "type": "seealso"}]
    return made


def _definition(code: str, kind: str, expression: str) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter", "id": code, "url": f"urn:{code}", "name": code, "description": "A test.",
        "status": "active", "code": code, "type": kind, "base": ["Patient"], "expression": expression,
    }  # fmt: skip


def _pair(code: str, expression: str, components: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    urls = {
        own: f"http://hl7.org/fhir/SearchParameter/{'Patient' if own in ('link', 'active') else 'individual'}-{own}"
        for own, _ in components
    }
    parts = [{"definition": urls[own], "expression": below} for own, below in components]
    return _definition(code, "composite", expression) | {"component": parts}


async def _write(store: Store, resources: list[dict[str, Any]]) -> None:
    drafts = [Draft(each, each["id"]) for each in resources]
    rows = await prepare_all(store, drafts, now_ms())
    async with store.transaction() as conn:
        await write_all(store, conn, drafts, rows, EVERYTHING)
    await store.keep_up()


@pytest.mark.parametrize("before", [True, False], ids=["indexed later", "indexed when written"])
async def test_custom_parameters_equal_the_reference(store: Store, monkeypatch: pytest.MonkeyPatch, before: bool):
    people = [_person(random, n) for random in [Random(7)] for n in range(60)]
    known = _WithOwn(definitions())
    for module in (filters, matching, order, reference_store):
        monkeypatch.setattr(module, "definitions", lambda: known)
    async with store.transaction() as conn:
        await conn.execute(f"TRUNCATE {adapter.TABLES}, custom_param")
    defined = [*(_definition(*each) for each in DEFINED), *(_pair(*each) for each in PAIRED)]
    await _write(store, people if before else defined)
    if not before:
        await index_custom(store, seconds=30, grace=0)
    await _write(store, defined if before else people)
    await index_custom(store, seconds=30, grace=0)
    held = ReferenceStore(store.zone, NOW)
    for each in people:
        held.put(each)
    empty = 0
    for asked in (
        *([each] for each in QUERIES),
        *([("_sort", sign + code)] for code, _, _ in DEFINED for sign in ("", "-")),
    ):
        expected = held.search("Patient", asked)
        answer = await adapter.ask(store, "Patient", asked, NOW)
        assert set(answer.matches) == set(expected.matches), asked
        ranks = dict(zip(expected.matches, expected.ranks, strict=True))
        found = [ranks[key] for key in answer.matches]
        assert found == sorted(found), asked
        empty += not expected.matches
    assert empty < 8, "most queries find something"
