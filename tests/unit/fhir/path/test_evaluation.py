"""What expressions give, beyond what the official suite asks."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from osler.core.errors import Invalid
from osler.fhir.path import Environment, Quantity, compile_path, kind_of, node_of
from osler.fhir.path.nodes import system

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "contained": [{"resourceType": "Organization", "id": "org", "name": "Clinic"}],
    "managingOrganization": {"reference": "#org"},
    "name": [
        {"family": "Moss", "given": ["Ada", None], "_given": [None, {"extension": [{"url": "u", "valueCode": "x"}]}]}
    ],
    "birthDate": "1980-02",
    "_birthDate": {"id": "b", "extension": [{"url": "http://example.org/time", "valueTime": "10:00:00"}]},
    "generalPractitioner": [{"reference": "Practitioner/7"}],
    "multipleBirthInteger": 2,
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2", "display": "Height"}]},
    "valueQuantity": {"value": Decimal("1.80"), "unit": "m", "system": "http://unitsofmeasure.org", "code": "m"},
    "effectiveDateTime": "2024-05-06T10:00:00-04:00",
    "component": [{"valueQuantity": {"value": 3}}, {"valueString": "x"}],
}


def given(expression: str, focus: Any = None, env: Environment | None = None, *, strict: bool = True) -> list[Any]:
    return [system(item) for item in compile_path(expression).evaluate(focus, env, strict=strict)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("name.given", ["Ada", None]),
        ("name.given.where(hasValue())", ["Ada"]),
        ("name.given[1].extension('u').value", ["x"]),
        ("name.given[1].extension.value.type().name", ["code"]),
        ("birthDate.id", ["b"]),
        ("birthDate.extension('http://example.org/time').value = @T10:00:00", [True]),
        ("birthDate.hasValue() and birthDate.getValue() = @1980-02", [True]),
        ("birthDate < @1980-03-01", [True]),
        ("birthDate < @1980-02-03", []),
        ("multipleBirth + 1", [3]),
        ("multipleBirth.ofType(integer)", [2]),
        ("multipleBirth.ofType(boolean)", []),
        ("managingOrganization.resolve().name", ["Clinic"]),
        ("managingOrganization.resolve() is Organization", [True]),
        ("generalPractitioner.resolve()", []),
        ("Patient.id | contained.id", ["p1", "org"]),
        ("contained.ofType(Organization).name", ["Clinic"]),
        ("Resource.id", ["p1"]),
        ("Observation.code", []),
        ("deceased.exists()", [False]),
        ("children().count()", [7]),
        ("%resource.id & %rootResource.id & %context.id", ["p1p1p1"]),
    ],
)
def test_a_patient_gives(expression: str, value: list[Any]):
    assert given(expression, PATIENT) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("value > 179 'cm'", [True]),
        ("value = 180 'cm'", [True]),
        ("value.value", [Decimal("1.80")]),
        ("value.value.toString()", ["1.80"]),
        ("value > 2 'kg'", []),
        ("value * 2", [Quantity(Decimal("3.60"), "m", either=True)]),
        ("effective + 1 day > effective", [True]),
        ("effective.timezoneOffsetOf()", [Decimal(-4)]),
        ("effective.dateOf() = @2024-05-06", [True]),
        ("code.coding.exists(system = %loinc and code = '8302-2')", [True]),
        ("component.value.ofType(Quantity).value", [3]),
    ],
)
def test_an_observation_gives(expression: str, value: list[Any]):
    assert given(expression, OBSERVATION) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 year = 12 months", [True]),
        ("1 year = 1 'a'", []),
        ("1 year ~ 1 'a'", [True]),
        ("1 day = 24 hours", [True]),
        ("1 'kg' + 1 'g' = 1001 'g'", [True]),
        ("6 'm' / 2 's' = 3 'm/s'", [True]),
        ("@2024-01-31 + 1 month = @2024-02-29", [True]),
        ("@2024 + 13 months = @2025", [True]),
        ("@T23:30:00 + 1 hour = @T00:30:00", [True]),
        ("@2024-03-01T00:00:00Z - 1 second = @2024-02-29T23:59:59Z", [True]),
        ("(1 | 2 | 3).aggregate($total + $this, 0)", [6]),
        ("'abc'.toChars().select($this & $index.toString())", ["a0", "b1", "c2"]),
        ("(3 | 1 | 2).sort(-$this)", [3, 2, 1]),
        ("7 div 2 | 7 mod 2", [3, 1]),
        ("(-7) mod 2", [-1]),
        ("1 / 3 * 3 < 1.0000001", [True]),
        ("0.ln()", []),
        ("'a,b'.split(',').defineVariable('x').select(%x.count())", [2, 2]),
        ("'5 \\'mg\\''.toQuantity('g').value", [Decimal("0.005")]),
        ("@2024-05-06T10:11:12.345Z.millisecondOf()", [345]),
        ("'x' in {}", [False]),
        ("{} in 'x'", []),
        ("true.toInteger().toDecimal().toString()", ["1"]),
        ("2147483647 + 1", []),
        ("1.convertsToBoolean() and '1.0'.toBoolean()", [True]),
        ("('a' | 'b').repeatAll(iif($this = 'a', 'b', {}))", ["b"]),
    ],
)
def test_values_give(expression: str, value: list[Any]):
    assert given(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "1 +",
        "a b",
        "(1",
        "'\\q'",
        "@2024-13",
        "99999999999",
        "nothing()",
        "first(1)",
        "a.is(1)",
        "1.as(Nothing)",
        "$that",
        "%",
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(expression: str):
    with pytest.raises(Invalid, match=r"cannot be used.*\(character \d+\)"):
        compile_path(expression).evaluate(None)


@pytest.mark.parametrize(
    "expression",
    [
        "name.single() and (1|2)",
        "1 + 'a'",
        "'a' > 1",
        "(1|2) > 1",
        "-'a'",
        "%missing",
        "iif(1, 2)",
        "code.startsWith(1)",
    ],
)
def test_what_cannot_be_evaluated_is_refused(expression: str):
    with pytest.raises(Invalid, match="cannot be evaluated"):
        given(expression, {**OBSERVATION, "code": {"text": "x"}} if expression.startswith("code") else PATIENT)


def test_the_moment_and_the_zone_come_from_the_environment():
    zone = ZoneInfo("America/New_York")
    env = Environment(now=datetime(2024, 3, 10, 3, 30, tzinfo=UTC), zone=zone)
    assert given("today() = @2024-03-10 and now() = @2024-03-10T03:30:00.000Z", None, env) == [True]
    assert given("@2024-05-06T10:00:00 = @2024-05-06T14:00:00Z", None, env) == [True]
    assert given("@2024-05-06T10:00:00 = @2024-05-06T14:00:00Z") == []
    assert given("@2024-05-06T10:00:00 < @2024-05-09T14:00:00Z") == [True]


def test_variables_and_references_come_from_the_environment():
    practitioner = {"resourceType": "Practitioner", "id": "7"}
    env = Environment(
        variables={"n": 3, "who": practitioner, "many": [1, 2]}, resolve={"Practitioner/7": practitioner}.get
    )
    assert given("%n + %many.count()", PATIENT, env) == [5]
    assert given("generalPractitioner.resolve() = %who", PATIENT, env) == [True]


def test_the_context_is_the_focus_unless_another_is_given():
    assert given("name.select(%context.id)", PATIENT) == ["p1"]
    assert given("name.select(%context.id)", PATIENT, Environment(context=node_of({**PATIENT, "id": "p2"}))) == ["p2"]


def test_references_resolve_inside_the_bundle():
    entry = {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "a", "active": True}}
    relative = {"fullUrl": "http://example.org/fhir/Patient/b", "resource": {"resourceType": "Patient", "id": "b"}}
    visit = {"resourceType": "Encounter", "subject": {"reference": "urn:uuid:1"}, "participant": []}
    bundle = {"resourceType": "Bundle", "entry": [entry, relative, {"resource": visit}]}
    env = Environment(visit, bundle)
    assert given("subject.resolve().active", visit, env) == [True]
    assert given("'Patient/b'.resolve().id", visit, env) == ["b"]


class Answers:
    def member(self, value_set_url: str, system: str | None, code: str, display: str | None = None) -> bool | None:
        return None if "unknown" in value_set_url else code == "8302-2"

    def subsumes(self, system: str, code: str, other: str) -> bool | None:
        return other.startswith(code)


def test_the_terminology_is_asked():
    env = Environment(terminology=Answers())
    assert given("code.memberOf('http://example.org/vs')", OBSERVATION, env) == [True]
    assert given("status.memberOf('http://example.org/vs')", OBSERVATION, env) == [False]
    assert given("code.memberOf('http://example.org/unknown')", OBSERVATION, env) == []
    assert given("code.memberOf('http://example.org/vs')", OBSERVATION) == []
    assert given("code.subsumes(code) and code.coding.subsumedBy(code)", OBSERVATION, env) == [True]


def test_profiles_are_asked_of_the_environment():
    env = Environment(conforms=lambda resource, url: resource["resourceType"] == "Patient" if "known" in url else None)
    assert given("conformsTo('http://example.org/known')", PATIENT, env) == [True]
    assert given("conformsTo('http://hl7.org/fhir/StructureDefinition/DomainResource')", PATIENT, env) == [True]
    with pytest.raises(Invalid):
        given("conformsTo('http://example.org/other')", PATIENT, env)


def test_narrative_is_checked():
    div = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
    patient = {"resourceType": "Patient", "text": {"div": div.format("a &nbsp; b")}}
    assert given("text.`div`.htmlChecks()", patient) == [True]
    patient["text"]["div"] = div.format("<script>1</script>")
    assert given("text.`div`.htmlChecks()", patient) == [False]


def test_published_expressions_are_read_as_they_are_meant():
    assert given("(component.value as Quantity).value", OBSERVATION, strict=False) == [3]
    with pytest.raises(Invalid):
        given("(component.value as Quantity).value", OBSERVATION)
    assert compile_path("telecom or name").test({**PATIENT, "name": [{"text": "a"}, {"text": "b"}]})
    assert compile_path("$this is Citation implies false").test(PATIENT)


@pytest.mark.parametrize(
    ("expression", "holds"),
    [("birthDate < @1980-02-03", True), ("name.exists()", True), ("name.empty()", False), ("link", True)],
)
def test_an_invariant_fails_only_where_it_is_false(expression: str, holds: bool):
    assert compile_path(expression).test(PATIENT) is holds


def test_an_element_is_tested_with_its_type_and_its_extensions():
    path = compile_path("hasValue() or extension.exists()")
    assert path.test("1980", kind=kind_of("date"))
    assert path.test(None, None, kind_of("date"), {"extension": [{"url": "u"}]})
    assert not path.test(None, None, kind_of("date"), {"id": "x"})


@pytest.mark.parametrize(
    "resource",
    [
        {
            "resourceType": "Patient",
            "name": {"family": "x"},
            "birthDate": {"a": 1},
            "_birthDate": "x",
            "contact": [1, None],
        },
        {"resourceType": "Patient", "name": [None, 3], "_name": [1], "birthDate": 7, "contained": {"resourceType": 3}},
        {"resourceType": 7, "name": []},
        {"resourceType": "Nothing"},
        {},
    ],
)
def test_json_of_the_wrong_form_counts_as_absent(resource: dict[str, Any]):
    for expression in (
        "name.family",
        "descendants().count()",
        "contact.name.given",
        "birthDate.extension",
        "contained.id",
    ):
        compile_path(expression).evaluate(resource)
    assert compile_path("name.family.empty()").test(resource)


@pytest.mark.parametrize(
    ("type_name", "expression"),
    [
        ("Patient", "name.given1"),
        ("Patient", "Encounter.status"),
        ("Observation", "valueQuantity"),
        ("Observation", "value.as(Period).unit"),
        ("Observation", "component.where(codes.exists())"),
        ("Patient", "name.select(given).first().upper().select(family)"),
        ("Patient", "identifier.startsWith('x')"),
    ],
)
def test_an_element_that_cannot_be_is_found_without_a_resource(type_name: str, expression: str):
    with pytest.raises(Invalid):
        compile_path(expression).check(type_name)


@pytest.mark.parametrize(
    ("type_name", "expression"),
    [
        ("Bundle", "entry.resource.subject"),
        ("Patient", "name.given.select($this.length() > $index)"),
        ("Observation", "(value as Quantity).unit | value.as(Range).low.unit"),
        ("Patient", "descendants().anything"),
        ("Questionnaire", "repeat(item).linkId"),
    ],
)
def test_what_may_be_is_left(type_name: str, expression: str):
    compile_path(expression).check(type_name)


def test_the_trace_is_told():
    seen: list[tuple[str, int]] = []
    given(
        "name.trace('names').given.trace('first', $this.length())",
        PATIENT,
        Environment(trace=lambda n, i: seen.append((n, len(i)))),
    )
    assert seen == [("names", 1), ("first", 1)]
