"""Items are of the slice that their discriminators say, as many and in the order that the definition wants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fhir.validate.guide import OURS, element, errors, extension, profile, slicing, validator_of

LOINC = "http://loinc.org"


def _component(code: str, **values: Any) -> dict[str, Any]:
    return {"code": {"coding": [{"system": LOINC, "code": code}]}, **values}


def _observation(*components: dict[str, Any], **others: Any) -> dict[str, Any]:
    own = {"component": list(components)} if components else {}
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **own, **others}


def _by_code(rules: str = "open", *, ordered: bool = False) -> dict[str, Any]:
    return profile(
        "by-code", "Observation",
        element("Observation.component", slicing=slicing(("pattern", "code"), rules=rules, ordered=ordered)),
        element("Observation.component:a", min=1, max="1"),
        element("Observation.component:a.code", patternCodeableConcept={"coding": [{"system": LOINC, "code": "a"}]}),
        element("Observation.component:a.valueString", min=1),
        element("Observation.component:b", min=0, max="2"),
        element("Observation.component:b.code", patternCodeableConcept={"coding": [{"system": LOINC, "code": "b"}]}),
    )  # fmt: skip


A, B, OTHER = _component("a", valueString="x"), _component("b"), _component("c")


@pytest.mark.parametrize(
    ("components", "told"),
    [
        ((A,), []),
        ((OTHER, A, B, B), []),
        ((B,), [("Observation.component", "required")]),
        ((A, A), [("Observation.component", "structure")]),
        ((A, B, B, B), [("Observation.component", "structure")]),
        ((_component("a"),), [("Observation.component[0].value[x]", "required")]),
        ((OTHER, _component("a", valueInteger=1)), [("Observation.component[1].value[x]", "required")]),
    ],
)
def test_each_slice_has_its_own_demands(components: tuple[Any, ...], told: list[Any]) -> None:
    found = errors(validator_of(_by_code()), _observation(*components), "by-code")
    assert [each for each in found if each[0] != "Observation.component[1].valueInteger"] == told


def test_closed_slicing_refuses_what_no_slice_describes() -> None:
    validator = validator_of(_by_code("closed"))
    assert errors(validator, _observation(A, B), "by-code") == []
    assert errors(validator, _observation(A, OTHER), "by-code") == [("Observation.component[1]", "structure")]


def test_open_at_the_end_wants_the_described_ones_first() -> None:
    validator = validator_of(_by_code("openAtEnd"))
    assert errors(validator, _observation(A, B, OTHER), "by-code") == []
    assert errors(validator, _observation(A, OTHER, B), "by-code") == [("Observation.component[2]", "structure")]


def test_ordered_slices_come_in_the_order_of_the_definition() -> None:
    validator = validator_of(_by_code(ordered=True))
    assert errors(validator, _observation(A, OTHER, B), "by-code") == []
    assert errors(validator, _observation(B, A), "by-code") == [("Observation.component[1]", "structure")]


def test_a_slice_can_be_sliced_again() -> None:
    guide = profile(
        "again", "Patient",
        element("Patient.identifier", slicing=slicing(("value", "system"))),
        element("Patient.identifier:site", min=0, slicing=slicing(("value", "use"), rules="closed")),
        element("Patient.identifier:site.system", min=1, fixedUri="http://a"),
        element("Patient.identifier:site/official", min=1, max="1"),
        element("Patient.identifier:site/official.use", min=1, fixedCode="official"),
        element("Patient.identifier:site/old", max="1"),
        element("Patient.identifier:site/old.use", min=1, fixedCode="old"),
    )  # fmt: skip
    validator = validator_of(guide)

    def told(*identifiers: dict[str, str]) -> list[tuple[str, str]]:
        return errors(validator, {"resourceType": "Patient", "identifier": list(identifiers)}, "again")

    official, old = {"system": "http://a", "use": "official"}, {"system": "http://a", "use": "old"}
    assert told(official, old, {"system": "http://b", "use": "temp"}) == []
    assert told(old) == [("Patient.identifier", "required")]
    assert told(official, old, old) == [("Patient.identifier", "structure")]
    assert told(official, {"system": "http://a", "use": "temp"}) == [("Patient.identifier[1]", "structure")]


def test_slices_by_what_exists() -> None:
    guide = profile(
        "there", "Patient",
        element("Patient.name", slicing=slicing(("exists", "period"))),
        element("Patient.name:current", max="1"),
        element("Patient.name:current.period", max="0"),
        element("Patient.name:past", max="2"),
        element("Patient.name:past.period", min=1),
        element("Patient.name:past.family", min=1),
    )  # fmt: skip
    validator = validator_of(guide)
    now, past = {"family": "Now"}, {"family": "Then", "period": {"end": "2001"}}
    assert errors(validator, {"resourceType": "Patient", "name": [now, past, past]}, "there") == []
    assert errors(validator, {"resourceType": "Patient", "name": [now, now]}, "there") == [
        ("Patient.name", "structure")
    ]
    nameless = {"resourceType": "Patient", "name": [{"period": {"end": "2001"}}]}
    assert errors(validator, nameless, "there") == [("Patient.name[0].family", "required")]


def test_slices_of_a_choice_by_type() -> None:
    guide = profile(
        "typed", "Observation",
        element("Observation.value[x]", slicing=slicing(("type", "$this"), rules="closed")),
        element("Observation.value[x]:valueQuantity", type=[{"code": "Quantity"}]),
        element("Observation.value[x]:valueQuantity.code", min=1),
    )  # fmt: skip
    validator = validator_of(guide)
    assert (
        errors(validator, _observation(valueQuantity={"code": "mg", "system": "http://unitsofmeasure.org"}), "typed")
        == []
    )
    assert errors(validator, _observation(valueQuantity={"value": 1}), "typed") == [
        ("Observation.valueQuantity.code", "required")
    ]
    assert errors(validator, _observation(valueString="x"), "typed") == [("Observation.valueString", "structure")]


def test_slices_of_references_by_the_type_of_the_target() -> None:
    guide = profile(
        "led", "Observation",
        element("Observation.performer", slicing=slicing(("type", "resolve()"))),
        element("Observation.performer:person", min=1, max="1", type=[{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Practitioner"]}]),
        element("Observation.performer:place", max="1", type=[{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"]}]),
    )  # fmt: skip
    validator = validator_of(guide)
    assert errors(validator, _observation(performer=[{"display": "x"}]), "led") == [
        ("Observation.performer", "required")
    ]
    person, place = {"reference": "Practitioner/1"}, {"reference": "http://a.example.org/fhir/Organization/1"}
    assert errors(validator, _observation(performer=[place, person]), "led") == []
    assert errors(validator, _observation(performer=[place]), "led") == [("Observation.performer", "required")]
    contained = {"contained": [{"resourceType": "Practitioner", "id": "p"}], "performer": [{"reference": "#p"}, person]}
    assert errors(validator, _observation(**contained), "led") == [("Observation.performer", "structure")]


def test_slices_of_bundle_entries_by_profile() -> None:
    special = profile("special", "Patient", element("Patient.birthDate", min=1))
    guide = profile(
        "batch", "Bundle",
        element("Bundle.entry", slicing=slicing(("profile", "resource"))),
        element("Bundle.entry:special", min=1, max="1"),
        element("Bundle.entry:special.resource", min=1, type=[{"code": "Patient", "profile": [f"{OURS}special"]}]),
    )  # fmt: skip
    validator = validator_of(special, guide)

    def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}

    whole, bare = {"resourceType": "Patient", "birthDate": "2001"}, {"resourceType": "Patient", "gender": "male"}
    assert errors(validator, bundle(bare, whole), "batch") == []
    assert errors(validator, bundle(bare), "batch") == [("Bundle.entry", "required")]
    assert errors(validator, bundle(whole, whole), "batch") == [("Bundle.entry", "structure")]


def test_slices_by_a_value_inside_an_extension() -> None:
    kind = extension("kind", element("Extension.value[x]", min=1, type=[{"code": "code"}]), on="Patient.contact")
    guide = profile(
        "kinds", "Patient",
        element("Patient.contact", slicing=slicing(("value", f"extension('{OURS}kind').value"))),
        element("Patient.contact:kin", max="1"),
        element("Patient.contact:kin.extension", slicing=slicing(("value", "url"))),
        element("Patient.contact:kin.extension:other", type=[{"code": "Extension", "profile": ["x:y"]}]),
        element("Patient.contact:kin.extension:kind", min=1, type=[{"code": "Extension", "profile": [f"{OURS}kind"]}]),
        element("Patient.contact:kin.extension:kind.value[x]", min=1, fixedCode="kin"),
    )  # fmt: skip
    validator = validator_of(kind, guide)

    def contact(code: str) -> dict[str, Any]:
        return {"name": {"text": "x"}, "extension": [{"url": f"{OURS}kind", "valueCode": code}]}

    two_kins = {"resourceType": "Patient", "contact": [contact("kin"), contact("friend"), contact("kin")]}
    assert errors(validator, two_kins, "kinds") == [("Patient.contact", "structure")]
    assert errors(validator, two_kins | {"contact": [contact("kin"), contact("friend")]}, "kinds") == []


def test_slices_of_bundle_entries_by_type_and_by_what_they_refer_to() -> None:
    leads = profile(
        "leads", "Bundle",
        element("Bundle.entry", slicing=slicing(("type", "resource"))),
        element("Bundle.entry:patient", min=1, max="1"),
        element("Bundle.entry:patient.resource", min=1, type=[{"code": "Patient"}]),
        element("Bundle.entry:patient.resource.birthDate", min=1),
    )  # fmt: skip
    validator = validator_of(leads)

    def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}

    observation = _observation()
    assert errors(validator, bundle(observation, {"resourceType": "Patient", "birthDate": "2001"}), "leads") == []
    assert errors(validator, bundle(observation), "leads") == [("Bundle.entry", "required")]
    assert errors(validator, bundle({"resourceType": "Patient", "active": True}), "leads") == [
        ("Bundle.entry[0].resource.birthDate", "required")
    ]


def test_slices_by_a_value_in_the_resource_referred_to() -> None:
    target = profile("nurse", "PractitionerRole", element("PractitionerRole.active", min=1, fixedBoolean=True))
    guide = profile(
        "resolved", "Observation",
        element("Observation.performer", slicing=slicing(("profile", "resolve()"))),
        element("Observation.performer:nurse", max="1", type=[{"code": "Reference", "targetProfile": [f"{OURS}nurse"]}]),
    )  # fmt: skip
    validator = validator_of(target, guide)
    performer = [{"reference": "PractitionerRole/1"}, {"reference": "PractitionerRole/2"}]

    def all_active(reference: str) -> dict[str, Any]:
        return {"resourceType": "PractitionerRole", "active": True}

    def one_active(reference: str) -> dict[str, Any]:
        return {"resourceType": "PractitionerRole", "active": reference.endswith("1")}

    found = errors(validator, _observation(performer=performer), "resolved", resolve=all_active)
    assert found == [("Observation.performer", "structure")]
    assert errors(validator, _observation(performer=performer), "resolved", resolve=one_active) == []
    assert errors(validator, _observation(performer=performer), "resolved") == []  # not at hand, not told


def test_slices_by_a_part_of_a_pattern() -> None:
    """The pattern is on code, the discriminator looks inside."""
    guide = profile(
        "part", "Observation",
        element("Observation.component", slicing=slicing(("value", "code.coding.code"))),
        element("Observation.component:a", min=1),
        element("Observation.component:a.code", patternCodeableConcept={"coding": [{"code": "a"}]}),
        element("Observation.component:a.value[x]", min=1),
    )  # fmt: skip
    validator = validator_of(guide)
    assert errors(validator, _observation(OTHER, A), "part") == []
    assert errors(validator, _observation(OTHER), "part") == [("Observation.component", "required")]
    assert errors(validator, _observation(_component("a")), "part") == [
        ("Observation.component[0].value[x]", "required")
    ]


def test_slices_of_bundle_entries_by_what_they_refer_to() -> None:
    patient = [
        {"code": "Reference", "targetProfile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]}
    ]
    guide = profile(
        "about", "Bundle",
        element("Bundle.entry", slicing=slicing(("type", "resource.ofType(Observation).subject.resolve()"))),
        element("Bundle.entry:about", min=1, max="1"),
        element("Bundle.entry:about.resource", min=1, type=[{"code": "Observation"}]),
        element("Bundle.entry:about.resource.subject", min=1, type=patient),
    )  # fmt: skip
    validator = validator_of(guide)
    entries = [
        {"fullUrl": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "resource": {"resourceType": "Patient", "active": True}},
        {"fullUrl": "http://example.org/fhir/Observation/1",
         "resource": _observation(subject={"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"})},
        {"fullUrl": "http://example.org/fhir/Observation/2", "resource": _observation(subject={"reference": "Group/1"})},
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert errors(validator, bundle, "about") == []
    answers = [each | {"response": {"status": "200"}} for each in [{"fullUrl": "http://example.org/1"}, *entries]]
    assert errors(validator, bundle | {"type": "batch-response", "entry": answers}, "about") == []
    assert errors(validator, bundle | {"entry": [entries[0], entries[2]]}, "about") == [("Bundle.entry", "required")]


def test_slices_without_a_discriminator_are_told_by_all_they_demand() -> None:
    guide = profile(
        "content", "Patient",
        element("Patient.telecom", slicing={"rules": "open"}),
        element("Patient.telecom:mail", min=1, max="1"),
        element("Patient.telecom:mail.system", min=1, fixedCode="email"),
        element("Patient.telecom:mail.value", min=1),
    )  # fmt: skip
    validator = validator_of(guide)
    mail, phone = {"system": "email", "value": "a@example.org"}, {"system": "phone", "value": "1"}
    assert errors(validator, {"resourceType": "Patient", "telecom": [phone, mail]}, "content") == []
    assert errors(validator, {"resourceType": "Patient", "telecom": [phone]}, "content") == [
        ("Patient.telecom", "required")
    ]


def test_slices_of_primitives_by_themselves_and_by_their_ids() -> None:
    guide = profile(
        "given", "Patient",
        element("Patient.name.given", slicing=slicing(("value", "$this"))),
        element("Patient.name.given:ann", max="1", fixedString="Ann"),
        element("Patient.name.prefix", slicing=slicing(("exists", "extension('x:y')"))),
        element("Patient.name.prefix:noted", max="1"),
        element("Patient.name.prefix:noted.extension", slicing=slicing(("value", "url"))),
        element("Patient.name.prefix:noted.extension:y", min=1, type=[{"code": "Extension", "profile": ["x:y"]}]),
    )  # fmt: skip
    validator = validator_of(guide)
    twice = {"resourceType": "Patient", "name": [{"given": ["Ann", "Eve", "Ann"]}]}
    assert errors(validator, twice, "given") == [("Patient.name[0].given", "structure")]
    noted = {"extension": [{"url": "x:y", "valueString": "x"}]}
    prefixes = {"prefix": ["Dr", "Prof", "Sir"], "_prefix": [noted, None, noted]}
    found = errors(validator, {"resourceType": "Patient", "name": [prefixes]}, "given")
    assert found == [("Patient.name[0].prefix", "structure")]


def test_slices_by_one_of_the_values_of_an_array() -> None:
    guide = profile(
        "anns", "Patient",
        element("Patient.name", slicing=slicing(("value", "given"))),
        element("Patient.name:ann", max="1"),
        element("Patient.name:ann.given", fixedString="Ann"),
    )  # fmt: skip
    validator = validator_of(guide)
    ann, eve = {"given": ["Ann", "Ann"]}, {"given": ["Eve", "Eva"]}
    assert errors(validator, {"resourceType": "Patient", "name": [ann, eve, eve]}, "anns") == []
    found = errors(validator, {"resourceType": "Patient", "name": [ann, eve, ann]}, "anns")
    assert found == [("Patient.name", "structure")]


@pytest.mark.parametrize(
    "discriminator", [("profile", "period"), ("type", "period.resolve()"), ("value", "period.start")]
)
def test_a_slice_that_says_nothing_where_it_should_differ_is_told_of_nothing(discriminator: tuple[str, str]) -> None:
    guide = profile(
        "same", "Patient",
        element("Patient.name", slicing=slicing(discriminator)),
        element("Patient.name:a", max="0"),
        element("Patient.name:a.family", fixedString="x"),
    )  # fmt: skip
    name = {"family": "x", "period": {"start": "2001"}}
    assert errors(validator_of(guide), {"resourceType": "Patient", "name": [name]}, "same") == []


def test_canonical_addresses_lead_to_nothing_that_slices_know() -> None:
    guide = profile(
        "planned", "ServiceRequest",
        element("ServiceRequest.instantiatesCanonical", slicing=slicing(("type", "resolve()"))),
        element("ServiceRequest.instantiatesCanonical:plan", max="1", type=[{"code": "canonical", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/PlanDefinition"]}]),
    )  # fmt: skip
    request = {
        "resourceType": "ServiceRequest", "status": "active", "intent": "plan", "subject": {"reference": "Patient/1"},
        "instantiatesCanonical": ["http://example.org/a", "http://example.org/b"],
    }  # fmt: skip
    assert errors(validator_of(guide), request, "planned") == []


def test_a_discriminator_that_is_no_path_tells_nothing() -> None:
    guide = profile(
        "bad", "Patient",
        element("Patient.name", slicing=slicing(("value", "where(use = 'old').family"))),
        element("Patient.name:a", max="0"),
        element("Patient.name:a.use", fixedCode="old"),
    )  # fmt: skip
    assert errors(validator_of(guide), {"resourceType": "Patient", "name": [{"use": "old"}]}, "bad") == []


def test_what_cannot_be_told_apart_is_not_missed() -> None:
    """The slice's codes are of a value set that nobody here has."""
    guide = profile(
        "unknown", "Observation",
        element("Observation.category", slicing=slicing(("value", "$this"))),
        element("Observation.category:ours", min=1, binding={"strength": "required", "valueSet": "http://example.org/none"}),
    )  # fmt: skip
    validator = validator_of(guide)
    category = [{"coding": [{"system": "http://example.org/x", "code": "a"}]}]
    assert errors(validator, _observation(category=category), "unknown") == []
    assert errors(validator, _observation(), "unknown") == [("Observation.category", "required")]
