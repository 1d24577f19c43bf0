"""Whatever US Core 6.1.0 demands is refused when it is not met, and at the right place.

For every element that is required, every cardinality, required binding, fixed value or pattern, target and invariant
of every profile and extension in the package as published, a valid example is changed so that this one demand is not
met. `pytest -s` prints the matrix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from osler.fhir.definitions.profiles import Profiles, builtin_profiles
from osler.fhir.validate import Issue, Validator
from tests.unit.fhir.validate.breaking import NEVER_FAILS
from tests.unit.fhir.validate.locating import Definition
from tests.unit.fhir.validate.making import make
from tests.unit.fhir.validate.mutations import KINDS, OPTIONAL_SLICE, Host, Mutation, mutations
from tests.unit.fhir.validate.us_core import definitions, examples_of, package

VALIDATOR = Validator()
NOT_CHECKED = VALIDATOR.unchecked_value_sets()


UNBROKEN = {
    *(f"{key}: {why}" for key, why in NEVER_FAILS.items()),
    "binding: http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113762.1.4.1240.3 is not checked",
    OPTIONAL_SLICE,
    "no valid resource has it: us-core-questionnaireresponse extension:completionMode",
    "no valid resource has it: us-core-questionnaireresponse item.answer.extension:ordinalValue",
}


def test_each_demand_of_us_core_is_refused_at_the_right_place() -> None:
    told, missed, unbroken = Counter[tuple[str, str]](), list[str](), Counter[str]()
    for mutation in _all_mutations():
        row = mutation.definition.name
        if mutation.resource is None or _is_not_checked(mutation):
            unbroken[mutation.why or f"binding: {_value_set(mutation)} is not checked"] += 1
            told[row, "not"] += 1
        elif _is_told(mutation):
            told[row, mutation.kind] += 1
        else:
            missed.append(f"{row} {mutation.kind} {mutation.id} {mutation.key} at {mutation.paths}: {_found(mutation)}")
    _print(told, unbroken)
    assert missed == []
    assert sum(count for (_, kind), count in told.items() if kind != "not") > 1400
    assert [why for why in unbroken if why not in UNBROKEN] == []


def test_profiles_made_from_differentials_refuse_the_same() -> None:
    """Parents from R4 and from the package itself, no snapshot used."""
    validator = Validator(Profiles([builtin_profiles().packages[0]]).with_package(_differentials(), "us", "6.1.0"))
    examples = [each for each in package()["examples"] if not _claims_sdc(each)]
    assert [each["id"] for each in examples if _has_error(validator.issues(each))] == []
    not_listed = validator.unchecked_value_sets()  # the package alone does not have what the VSAC publishes
    missed = [
        f"{mutation.definition.name} {mutation.kind} {mutation.id} {mutation.key}"
        for mutation in _all_mutations()
        if mutation.resource and not _builds_on_sdc(mutation.definition.url) and _value_set(mutation) not in not_listed
        if not _is_told(mutation, validator)
    ]
    assert missed == []


def _differentials() -> list[dict[str, Any]]:
    terms = [each for each in package()["definitions"] if each["resourceType"] != "StructureDefinition"]
    return terms + [
        {name: value for name, value in each.items() if name != "snapshot"}
        for url, each in definitions().items()
        if not _builds_on_sdc(url)
    ]


def _builds_on_sdc(url: str) -> bool:
    """A package that is not here."""
    return "/uv/sdc/" in definitions()[url]["baseDefinition"]


def _claims_sdc(example: dict[str, Any]) -> bool:
    return example["resourceType"] == "QuestionnaireResponse"


def _has_error(issues: list[Issue]) -> bool:
    return any(issue.severity == "error" for issue in issues)


@cache
def _all_mutations() -> tuple[Mutation, ...]:
    return tuple(
        mutation
        for url, published in definitions().items()
        for mutation in mutations(Definition(published), _hosts(url, published), _is_valid)
    )


def _hosts(url: str, published: dict[str, Any]) -> list[Host]:
    if published["type"] == "Extension":
        return list(_hosts_of_extension(url)) or [_host_with(url, published)]
    found = examples_of(url) or [each for child in _children(url) for each in examples_of(child)[:3]]
    return [Host(each, (), each["resourceType"]) for each in found or [_minimal(published)]]


def _children(url: str) -> list[str]:
    return [each["url"] for each in definitions().values() if each["baseDefinition"] == url]


def _minimal(published: dict[str, Any]) -> dict[str, Any]:
    """No example claims us-core-practitionerrole."""
    assert published["type"] == "PractitionerRole"
    role = {"practitioner": {"reference": "Practitioner/1"}, "telecom": [{"system": "phone", "value": "555-0100"}]}
    return {"resourceType": "PractitionerRole", **role}


def _hosts_of_extension(url: str) -> Iterator[Host]:
    for example in package()["examples"]:
        for index, extension in enumerate(example.get("extension", ())):
            if extension["url"] == url:
                yield Host(example, ("extension", index), f"{example['resourceType']}.extension[{index}]")


def _host_with(url: str, published: dict[str, Any]) -> Host:
    """For extensions that no example has."""
    definition = Definition(published)
    definition.elements[""] |= {"type": [{"code": "Extension", "profile": [url]}]}
    definition.elements = {
        f"extension.{id_}" if id_ else "extension": each for id_, each in definition.elements.items()
    }
    extension = make(definition, "extension")
    name = url.rpartition("/")[2]
    if name == "uscdi-requirement":
        return _in_element_definition(extension)
    if name == "us-core-direct":
        email = {"system": "email", "value": "a@example.org", "extension": [extension]}
        steps = ("telecom", 0, "extension", 0)
        return Host({"resourceType": "Patient", "telecom": [email]}, steps, "Patient.telecom[0].extension[0]")
    if name == "us-core-extension-questionnaire-uri":
        response = {"resourceType": "QuestionnaireResponse", "status": "completed"}
        steps = ("_questionnaire", "extension", 0)
        path = "QuestionnaireResponse.questionnaire.extension[0]"
        return Host(response | {"_questionnaire": {"extension": [extension]}}, steps, path)
    return Host({"resourceType": "Patient", "extension": [extension]}, ("extension", 0), "Patient.extension[0]")


def _in_element_definition(extension: dict[str, Any]) -> Host:
    resource = {
        "resourceType": "StructureDefinition", "url": "http://example.org/a", "name": "A", "status": "draft",
        "kind": "resource", "abstract": False, "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"id": "Patient", "path": "Patient", "extension": [extension]}]},
    }  # fmt: skip
    steps = ("differential", "element", 0, "extension", 0)
    return Host(resource, steps, "StructureDefinition.differential.element[0].extension[0]")


def _is_valid(resource: dict[str, Any]) -> bool:
    return not _has_error(VALIDATOR.issues(resource, with_warnings=False))


def _issues(mutation: Mutation, validator: Validator = VALIDATOR) -> list[Issue]:
    profiles = [mutation.definition.url] if mutation.definition.type != "Extension" else []
    return validator.issues(deepcopy(mutation.resource), profiles, resolve=_at_hand)


def _at_hand(reference: str) -> dict[str, Any]:
    type_, _, id_ = reference.partition("/")
    return {"resourceType": type_, "id": id_}


def _is_told(mutation: Mutation, validator: Validator = VALIDATOR) -> bool:
    found = _issues(mutation, validator)
    return any(issue.severity == mutation.severity and issue.path in mutation.paths for issue in found)


def _found(mutation: Mutation) -> list[str]:
    return [f"{issue.path} ({issue.rule})" for issue in _issues(mutation) if issue.severity == mutation.severity][:4]


def _value_set(mutation: Mutation) -> str:
    return mutation.definition.elements[mutation.id].get("binding", {}).get("valueSet", "").partition("|")[0]


def _is_not_checked(mutation: Mutation) -> bool:
    return mutation.kind == "binding" and "not at hand" in NOT_CHECKED.get(_value_set(mutation), "")


def _print(told: Counter[tuple[str, str]], unbroken: Counter[str]) -> None:
    kinds = (*KINDS, "not")
    print("\n" + f"{'':60}" + "".join(f"{kind:>10}" for kind in kinds))
    for row in sorted({name for name, _ in told}):
        print(f"{row:60}" + "".join(f"{told[row, kind] or '·':>10}" for kind in kinds))
    print(f"{'all':60}" + "".join(f"{sum(n for (_, k), n in told.items() if k == kind):>10}" for kind in kinds))
    for why, count in unbroken.most_common():
        print(f"not broken: {count:4} × {why}")
