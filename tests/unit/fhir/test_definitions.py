"""The packed definitions say what R4 4.0.1 and US Core 6.1.0 say."""

import pytest

from osler.fhir.definitions import definitions

D = definitions()


def test_resource_types_are_those_of_r4():
    assert len(D.resource_types) == 146
    assert {"Patient", "Observation", "Bundle", "Parameters"} <= D.resource_types
    assert not {"Resource", "DomainResource", "SubscriptionStatus", "Element"} & D.resource_types


def test_choices_are_listed_once_per_type():
    elements = D.elements("Observation")
    assert "value" not in elements
    assert elements["valueQuantity"].choice == "value"
    assert elements["valueQuantity"].children == "Quantity"
    assert elements["valueDateTime"].children == ""
    assert {variant.name for variant in D.choices("Patient")["deceased"]} == {"deceasedBoolean", "deceasedDateTime"}


def test_cardinality_and_flags():
    elements = D.elements("Observation")
    assert (elements["status"].min, elements["status"].max) == (1, 1)
    assert elements["component"].max is None
    assert elements["component"].repeats
    assert not elements["code"].repeats
    assert elements["status"].summary
    assert elements["status"].modifier
    assert not elements["note"].summary


def test_nested_structures_have_their_own_key():
    assert D.elements("Patient")["contact"].children == "Patient.contact"
    assert D.elements("Patient.contact")["name"].types == ("HumanName",)
    assert D.elements("Timing")["repeat"].children == "Timing.repeat"
    assert "dayOfWeek" in D.elements("Timing.repeat")


def test_content_references_lead_to_what_they_refer_to():
    assert D.elements("Observation.component")["referenceRange"].children == "Observation.referenceRange"
    assert D.elements("Questionnaire.item")["item"].children == "Questionnaire.item"


@pytest.mark.parametrize("path", ["Sheep", "Patient.sheep", "string"])
def test_an_unknown_structure_is_a_key_error(path: str):
    with pytest.raises(KeyError):
        D.elements(path)


def test_every_child_structure_exists():
    paths = [*D.resource_types, *D.data_types]
    seen = set(paths)
    while paths:
        for element in D.elements(paths.pop()).values():
            assert bool(element.children) != (element.type in D.primitives)
            if element.children and element.children not in seen:
                seen.add(element.children)
                paths.append(element.children)
    assert "ValueSet.compose.include" in seen


def test_reference_targets():
    assert D.elements("Observation")["encounter"].targets == ("Encounter",)
    assert set(D.elements("Observation")["focus"].targets) == D.resource_types
    assert D.elements("Observation")["code"].targets == ()


def test_id_types():
    assert D.elements("Patient")["id"].types == ("id",)
    assert D.elements("HumanName")["id"].types == ("string",)
    assert D.elements("Extension")["url"].types == ("uri",)


def test_summary_elements_of_patient():
    summary = D.summary_elements("Patient")
    assert {"id", "meta", "name", "birthDate", "deceasedBoolean", "deceasedDateTime"} <= summary
    assert not {"photo", "contact", "text"} & summary


def test_search_params_hold_those_of_all_resources():
    params = D.search_params("Patient")
    assert params["_id"].expression == "Resource.id"
    assert params["_lastUpdated"].type == "date"
    assert params["_text"].base == "DomainResource"
    assert "_text" not in D.search_params("Bundle")


def test_shared_parameters_are_split_by_type():
    assert D.search_params("Condition")["code"].expression == "Condition.code"
    assert D.search_params("Patient")["email"].expression == "Patient.telecom.where(system='email')"
    assert D.search_params("MedicationRequest")["code"].expression == "MedicationRequest.medication.as(CodeableConcept)"


def test_every_alternative_begins_with_its_base():
    for type_ in D.resource_types:
        for param in D.search_params(type_).values():
            for part in filter(None, param.expression.split(" | ")):
                assert part.split(".")[0] == param.base, param


def test_only_parameters_without_an_element_have_no_expression():
    empty = {code for type_ in D.resource_types for code, p in D.search_params(type_).items() if not p.expression}
    assert empty == {"_text", "_content", "_query"}


def test_us_core_adds_parameters():
    patient = D.search_params("Patient")
    for code in ("race", "ethnicity", "gender-identity"):
        assert patient[code].type == "token"
        assert "us-core" in patient[code].expression
    assert D.search_params("Condition")["asserted-date"].type == "date"
    assert D.search_params("CareTeam")["role"].expression == "CareTeam.participant.role"
    assert D.search_params("Goal")["description"].expression == "Goal.description"
    discharge = D.search_params("Encounter")["discharge-disposition"]
    assert discharge.expression == "Encounter.hospitalization.dischargeDisposition"


def test_targets_are_narrowed_to_the_type():
    assert D.search_params("Observation")["patient"].targets == ("Patient",)
    assert D.search_params("Observation")["encounter"].targets == ("Encounter",)
    assert D.search_params("Observation")["subject"].targets == ("Device", "Group", "Location", "Patient")
    for type_ in D.resource_types:
        for param in D.search_params(type_).values():
            assert bool(param.targets) == (param.type == "reference"), (type_, param.code)


def test_components_of_composites_are_parameters_of_the_type():
    param = D.search_params("Observation")["code-value-quantity"]
    assert param.components == (("code", "code"), ("value-quantity", "value.as(Quantity)"))
    for type_ in D.resource_types:
        params = D.search_params(type_)
        for composite in (each for each in params.values() if each.type == "composite"):
            assert len(composite.components) >= 2
            assert all(code in params for code, _ in composite.components), (type_, composite.code)


def test_unknown_type_has_no_parameters():
    with pytest.raises(KeyError):
        D.search_params("Sheep")


def test_compartments():
    assert D.compartment("Patient")["Observation"] == ("subject", "performer")
    assert "Medication" not in D.compartment("Patient")
    assert D.compartment("Encounter")["Encounter"] == ("{def}",)
    assert D.compartment("Practitioner")["Immunization"] == ("performer",)
    for kind in ("Patient", "Encounter", "Practitioner", "RelatedPerson", "Device"):
        for type_, params in D.compartment(kind).items():
            assert set(params) - {"{def}"} <= set(D.search_params(type_))


def test_sources_are_named_with_version_and_date():
    assert {source["version"] for source in D.sources} == {"4.0.1", "6.1.0"}
    assert all(source["name"] and source["date"] and source["sha256"] for source in D.sources)
