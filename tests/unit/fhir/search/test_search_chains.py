"""Chains, reverse chains and compartments (docs/reference/search-semantics.md)."""

from typing import Any

import pytest

from osler.core.errors import Invalid, TooCostly, Unsupported
from osler.fhir.search.query import Chain, InCompartment
from tests.unit.fhir.search.index_matching import World, parsed


def refer(to: str) -> dict[str, Any]:
    return {"reference": to}


WORLD = World(
    [
        {"resourceType": "Organization", "id": "mercy", "name": "Mercy"},
        {"resourceType": "Patient", "id": "ada", "name": [{"family": "King"}], "managingOrganization": refer("Organization/mercy")},
        {"resourceType": "Patient", "id": "bob", "name": [{"family": "Stone"}], "generalPractitioner": [refer("Practitioner/doc")]},
        {"resourceType": "Patient", "id": "new", "link": [{"other": refer("Patient/bob"), "type": "replaces"}]},
        {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "King"}]},
        {"resourceType": "Group", "id": "ward", "type": "person", "member": [{"entity": refer("Patient/ada")}]},
        {"resourceType": "Device", "id": "cuff", "patient": refer("Patient/ada")},
        {"resourceType": "Observation", "id": "of-ada", "subject": refer("Patient/ada"), "code": {"coding": [{"code": "bp"}]},
         "performer": [refer("Practitioner/doc")], "status": "final"},
        {"resourceType": "Observation", "id": "of-bob", "subject": refer("Patient/bob"), "code": {"coding": [{"code": "hr"}]},
         "performer": [refer("Patient/ada")]},
        {"resourceType": "Observation", "id": "of-cuff", "subject": refer("Device/cuff")},
        {"resourceType": "Observation", "id": "lost", "subject": refer("Patient/nobody")},
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "name", "value", "ids"),
    [
        ("Observation", "subject:Patient.name", "king", ["of-ada"]),
        ("Observation", "patient.name", "stone", ["of-bob"]),
        ("Observation", "subject.name", "king,stone", ["of-ada", "of-bob"]),
        ("Observation", "performer.name", "king", ["of-ada", "of-bob"]),
        ("Observation", "performer:Practitioner.name", "king", ["of-ada"]),
        ("Observation", "patient.organization.name", "mercy", ["of-ada"]),
        ("Observation", "subject:Device.patient:Patient.name", "king", ["of-cuff"]),
        ("Observation", "patient.name:exact", "King", ["of-ada"]),
        ("Observation", "patient.name:exact", "king", []),
        ("Observation", "patient.organization:missing", "true", ["of-bob"]),
        ("Observation", "patient.organization:missing", "false", ["of-ada"]),
        ("Observation", "patient._id", "ada", ["of-ada"]),
        ("Observation", "patient.general-practitioner", "doc", ["of-bob"]),
        ("Patient", "_has:Observation:patient:code", "bp", ["ada"]),
        ("Patient", "_has:Observation:patient:code", "bp,hr", ["ada", "bob"]),
        ("Patient", "_has:Observation:subject:status:missing", "true", ["bob"]),
        ("Patient", "_has:Group:member:_id", "ward", ["ada"]),
        ("Patient", "_has:Observation:patient:performer:Practitioner.name", "king", ["ada"]),
        ("Patient", "_has:Observation:performer:patient.name", "stone", ["ada"]),
        ("Practitioner", "_has:Patient:general-practitioner:_has:Observation:patient:code", "hr", ["doc"]),
        ("Organization", "_has:Patient:organization:_has:Observation:patient:code", "bp", ["mercy"]),
        ("Observation", "patient._has:Group:member:_id", "ward", ["of-ada"]),
    ],
)
def test_a_chain_finds_what_the_page_says(type_: str, name: str, value: str, ids: list[str]):
    assert WORLD.search(type_, (name, value)) == ids


def test_each_chain_is_satisfied_for_itself():
    both = ("_has:Observation:patient:code", "bp"), ("_has:Observation:patient:status", "final")
    assert WORLD.search("Patient", *both) == ["ada"]


def test_an_untyped_chain_goes_to_every_target_that_has_the_parameter():
    (chain,) = parsed("Observation", ("subject.name", "x")).where
    assert isinstance(chain, Chain)
    assert {query.type for query in chain.targets} == {"Location", "Patient"}


def test_used_names_every_parameter_that_is_looked_at():
    query = parsed(
        "Observation",
        ("subject:Patient.organization.name", "x"),
        ("_has:Provenance:target:agent", "1"),
        ("_sort", "date"),
    )
    assert query.used == {
        "Observation.subject",
        "Patient.organization",
        "Organization.name",
        "Provenance.target",
        "Provenance.agent",
        "Observation.date",
    }


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("Observation", "code.name"),
        ("Observation", "subject:Practitioner.name"),
        ("Observation", "subject:Patient."),
        ("Observation", "subject:nonsense.name"),
        ("Observation", "subject.nonsense"),
        ("Observation", "nonsense.name"),
        ("Patient", "_has:Observation:patient"),
        ("Patient", "_has:Nobody:patient:code"),
        ("Patient", "_has:Observation:code:status"),
        ("Patient", "_has:Observation:nonsense:status"),
        ("Patient", "_has:Observation:encounter:status"),
        ("Patient", "link.link.link.link.link.link.link.name"),
    ],
)
def test_what_no_chain_can_be_is_invalid(type_: str, name: str):
    with pytest.raises(Invalid) as raised:
        parsed(type_, (name, "x"))
    assert raised.value.faults[0].path == name


def test_a_lenient_search_leaves_out_a_chain_that_leads_nowhere():
    query = parsed("Observation", ("subject.nonsense", "x"), ("code", "bp"), strict=False)
    assert query.params == (("code", "bp"),)
    assert len(query.where) == 1


def test_a_fault_in_the_value_says_more_than_a_type_without_the_parameter():
    with pytest.raises(Invalid, match="true or false"):
        parsed("Observation", ("subject.active", "maybe"), strict=False)


def test_canonicals_are_not_followed_yet():
    with pytest.raises(Unsupported):
        parsed("QuestionnaireResponse", ("questionnaire.title", "x"))
    with pytest.raises(Unsupported):
        parsed("Questionnaire", ("_has:QuestionnaireResponse:questionnaire:status", "x"))


def test_a_chain_that_branches_without_end_is_too_costly():
    with pytest.raises(TooCostly):
        parsed("Provenance", ("target.subject.subject.subject.identifier", "x"))


@pytest.mark.parametrize(
    ("type_", "name", "value"),
    [
        *(
            ("Observation", name, "2024")
            for name in ("date", "value-quantity", "value-string", "subject:Patient.birthdate")
        ),
        ("Observation", "code:text", "x"),
        ("Observation", "code-value-quantity", "x$1"),
        ("Location", "partof:below", "a"),
        ("Location", "near", "1|1"),
        ("ValueSet", "url:below", "http://a.test"),
    ],
)
def test_very_many_values_are_too_costly(type_: str, name: str, value: str):
    parsed(type_, (name, ",".join([value] * 1_000)))
    with pytest.raises(TooCostly):
        parsed(type_, (name, ",".join([value] * 600)), (name, ",".join([value] * 600)))


@pytest.mark.parametrize(("name", "value"), [("_id", "a"), ("code", "a|b"), ("code:not", "a"), ("patient", "a")])
def test_very_many_codes_and_ids_are_looked_up_together(name: str, value: str):
    parsed("Observation", (name, ",".join([value] * 20_000)))


@pytest.mark.parametrize(
    ("type_", "kind", "id_", "ids"),
    [
        ("Observation", "Patient", "ada", ["of-ada", "of-bob"]),
        ("Observation", "Patient", "bob", ["of-bob"]),
        ("Observation", "Practitioner", "doc", ["of-ada"]),
        ("Patient", "Patient", "bob", ["bob", "new"]),
        ("Patient", "Practitioner", "doc", ["bob"]),
    ],
)
def test_a_compartment_holds_what_points_at_its_focus(type_: str, kind: str, id_: str, ids: list[str]):
    assert WORLD.search(type_, compartment=(kind, id_)) == ids


def test_the_focus_of_a_compartment_is_in_it():
    (criterion,) = parsed("Encounter", compartment=("Encounter", "1")).where
    assert criterion == InCompartment("Encounter", "1", ("{def}",))


@pytest.mark.parametrize(
    ("type_", "kind"), [("Medication", "Patient"), ("Observation", "Nobody"), ("Practitioner", "Patient")]
)
def test_what_is_in_no_compartment_is_invalid(type_: str, kind: str):
    with pytest.raises(Invalid):
        parsed(type_, compartment=(kind, "1"))
