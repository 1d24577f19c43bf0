"""Search parameters that a site defines: what is taken, what is refused and where, and how much work they may make."""

from __future__ import annotations

import pickle
import time
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir.search.custom import CustomParams, failed, faults_of, params_of
from osler.fhir.search.custom.params import MOST_OF_A_TYPE
from osler.fhir.search.extract import index_values
from osler.fhir.search.parse.reading import facts_of
from osler.fhir.search.values import IndexValues


def parameter(expression: str, kind: str = "token", *bases: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter", "id": "own", "status": "active", "code": "own", "type": kind,
        "base": list(bases or ("Patient",)), "expression": expression,
    } | more  # fmt: skip


def refused(definition: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.path.removeprefix("SearchParameter."), fault.message) for fault in faults_of(definition)]


def read(definition: dict[str, Any], resource: dict[str, Any]) -> IndexValues:
    values = IndexValues()
    CustomParams.of(params_of(definition)).add(resource, values, zone=UTC, base_url="http://here/fhir")
    return values


ADA = {
    "resourceType": "Patient",
    "id": "a",
    "name": [{"use": "usual", "given": ["Ada"]}, {"use": "nickname", "given": ["Addie"]}],
    "telecom": [{"system": "phone", "value": "Ext 5"}],
    "link": [{"other": {"reference": "http://here/fhir/Patient/b"}}, {"other": {"reference": "RelatedPerson/c"}}],
}


@pytest.mark.parametrize(
    ("definition", "place", "words"),
    [
        (parameter("Patient.gender", code="gender"), "code", "may not change"),
        (parameter("Patient.gender", code="_own"), "code", "begins with a letter"),
        (parameter("Patient.gender", code="a:b"), "code", "begins with a letter"),
        (parameter("Patient.gender", "special"), "type", "Only these types"),
        (parameter("Patient.gender", "token", "Resource"), "base[0]", "no type of this name"),
        (parameter("Patient.gender", "token", "Patient", "Patient"), "base[1]", "named twice"),
        (parameter("Patient.gender", "token", "Patient", "Observation"), "base[1]", "no part for this type"),
        (parameter("Patient.name["), "expression", "character 14"),
        (parameter("Patient.nothing"), "expression", "no such element"),
        (parameter("Patient.name", "date"), "expression", "reads nothing of HumanName"),
        (parameter("Patient.link.other.resolve().gender"), "expression", "resolve() is Type"),
        (parameter("Patient.maritalStatus.where(memberOf('http://v'))"), "expression", "terminology"),
        (parameter("Patient.birthDate < today()"), "expression", "grow old"),
        (parameter("%nothing.id"), "expression", "not known"),
        (parameter("Patient.id" + " | Patient.id" * 300), "expression", "at most"),
        (parameter(""), "expression", "needs an expression"),
        (parameter("Patient.name", "string", xpathUsage="phonetic"), "xpathUsage", "normal"),
    ],
)
def test_what_cannot_be_searched_by_is_refused_with_its_place(definition: dict[str, Any], place: str, words: str):
    found = refused(definition)
    assert [each[0] for each in found] == [place]
    assert words in found[0][1]
    assert params_of(definition) == ()
    assert refused(definition | {"status": "draft"}) == []
    assert refused(definition | {"status": "retired"}) == []


R4 = "http://hl7.org/fhir/SearchParameter"
CODE, DATE, QUANTITY = f"{R4}/clinical-code", f"{R4}/Observation-value-date", f"{R4}/Observation-value-quantity"


def composite(*components: tuple[str, str], expression: str = "Observation") -> dict[str, Any]:
    parts = [{"definition": definition, "expression": below} for definition, below in components]
    return parameter(expression, "composite", "Observation", component=parts)


@pytest.mark.parametrize(
    ("definition", "place", "words"),
    [
        (composite(), "component", "two components"),
        (composite((CODE, "code")), "component", "two components"),
        (composite((CODE, "code"), (DATE, "value"), (DATE, "value")), "component", "two components"),
        (composite((f"{R4}/nothing", "code"), (DATE, "value")), "component[0].definition", "no search parameter"),
        (composite((CODE, "code"), (f"{R4}/individual-gender", "value")), "component[1].definition", "no search parameter"),
        (composite((QUANTITY, "value"), (CODE, "code")), "component[0].definition", "cannot be this part"),
        (composite((CODE, "code"), (f"{R4}/Observation-code-value-date", "value")), "component[1].definition", "composite"),
        (composite((CODE, "code.nothing"), (DATE, "value")), "component[0].expression", "plain paths"),
        (composite((CODE, "code"), (DATE, "subject")), "component[1].expression", "reads nothing"),
        (composite((CODE, "code"), (DATE, "value"), expression="Observation.nothing"), "expression", "plain paths"),
        (composite((CODE, "code"), (DATE, "value"), expression="Observation.note.text.where(x = 'y')"), "expression", "plain paths"),
        (composite((CODE, "[0]"), (DATE, "value")), "component[0].expression", "plain paths"),
    ],
)  # fmt: skip
def test_a_composite_that_cannot_be_searched_by_is_refused_with_its_place(
    definition: dict[str, Any], place: str, words: str
):
    found = refused(definition)
    assert [each[0] for each in found] == [place]
    assert words in found[0][1]
    assert params_of(definition) == ()


def test_a_composite_is_read_as_those_of_the_standard_are():
    part = {"code": {"coding": [{"system": "s", "code": "a"}]}}
    seen = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"coding": [{"code": "x"}]}}
    seen |= {"effectiveDateTime": "2020", "component": [part | {"valueQuantity": {"value": Decimal(5), "code": "kg"}}]}
    seen["component"] += [
        part | {"valueString": "Big"},
        {"code": {"text": "b"}, "valueQuantity": {"value": Decimal(7)}},
    ]
    sized = read(composite((CODE, "code"), (QUANTITY, "(value as Quantity)"), expression="Observation.component"), seen)
    assert {(each.comp, each.lo) for each in sized.numbers} == {("s|a", Decimal(5)), ("a", Decimal(5))}
    dated = read(composite((f"{CODE}|4.0.1", "code"), (f"{R4}/clinical-date", "effective")), seen)
    assert {each.comp for each in dated.dates} == {"|x", "x"}
    told = read(
        composite(
            (CODE, "code"),
            (f"{R4}/Observation-value-string", "value.ofType(string)"),
            expression="Observation.component",
        ),
        seen,
    )
    assert {(each.comp, each.text) for each in told.strings} == {("s|a", "big"), ("a", "big")}
    coded = read(composite((CODE, "code"), (f"{R4}/Observation-status", "status")), seen)
    assert coded.tokens == {"own:present", *(f"own={a}${b}" for a in ("|x", "x") for b in ("|final", "final"))}
    assert read(composite((CODE, "code"), (DATE, "value")), seen).tokens == set()


def test_each_base_has_its_part_of_the_expression():
    definition = parameter("Patient.name.given | Practitioner.name.family", "string", "Patient", "Practitioner")
    assert [each.param.expression for each in params_of(definition)] == [
        "Patient.name.given",
        "Practitioner.name.family",
    ]


def test_what_is_read_is_as_the_standards_parameters_have_it():
    assert read(parameter("Patient.name.where(use = 'nickname').given", "string"), ADA).strings[0].text == "addie"
    assert read(parameter("Patient.telecom"), ADA).tokens == {"own:present", "own=ext 5", "own=|ext 5"}
    linked = read(parameter("Patient.link.other.where(resolve() is Patient)", "reference"), ADA)
    assert [(each.type, each.id) for each in linked.references] == [("Patient", "b")]
    assert read(parameter("Patient.name.exists()"), ADA).tokens >= {"own=true", "own:present"}
    assert read(parameter("Patient.photo.size.sum()", "number"), ADA).numbers == []


def test_the_values_of_the_standard_stay_as_they_are():
    values = index_values(ADA, zone=UTC)
    before = set(values.tokens)
    CustomParams.of(params_of(parameter("Patient.telecom"))).add(ADA, values, zone=UTC, base_url="")
    assert {token for token in values.tokens - before if not token.startswith("own")} == set()
    assert before <= values.tokens


def test_an_expression_that_fails_leaves_its_mark_and_no_value():
    values = read(parameter("Patient.name.given.substring(0, 1)", "string"), ADA)
    assert values.tokens == {failed("own")}
    assert values.strings == []


@pytest.mark.parametrize(
    "expression",
    [
        "Patient.descendants().descendants().descendants().id",
        "Patient.name.repeat(given | $this).given",
        "Patient.contact.where(%resource.contact.where(%resource.contact.name.family = 'x').exists()).gender",
        "Patient.contact.name.family.where(matches('(a+)+$'))",
    ],
)
def test_hostile_expressions_end(expression: str):
    crowd = ADA | {"contact": [{"name": {"family": "a" * 40 + "!"}} for _ in range(500)]}
    definition = parameter(expression, "string" if "family" in expression else "token")
    began = time.process_time()
    if not refused(definition):
        read(definition, crowd)
    assert time.process_time() - began < 10


def test_there_may_only_be_so_many():
    many = [parameter("Patient.gender", code=f"own{n}", id=f"s{n}") for n in range(MOST_OF_A_TYPE + 1)]
    known = CustomParams.of(each for one in many for each in params_of(one))
    assert len(known.all()) == MOST_OF_A_TYPE
    assert "retire one first" in faults_of(many[-1], known)[0].message
    assert faults_of(many[0], known) == []


def test_of_two_with_one_code_the_first_counts():
    first, second = parameter("Patient.gender"), parameter("Patient.language", id="other")
    known = CustomParams.of((*params_of(first), *params_of(second)))
    assert [each.source for each in known.all()] == ["own"]
    assert "Another active" in faults_of(second, known)[0].message


def test_it_goes_to_other_processes_as_a_value():
    known = CustomParams.of(params_of(parameter("Patient.telecom")))
    known.add(ADA, IndexValues(), zone=UTC, base_url="")
    assert pickle.loads(pickle.dumps(known)) == known


def test_searches_know_its_datatypes_and_no_other_types():
    known = CustomParams.of(params_of(parameter("Patient.telecom")))
    assert facts_of("Patient", "own", "own", known).datatypes == {"ContactPoint"}
    with pytest.raises(Invalid):
        facts_of("Observation", "own", "own", known)
