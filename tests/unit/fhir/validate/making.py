"""Values to put where an example has none, so that what is inside can be taken away again."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from osler.fhir.definitions import definitions as base
from osler.fhir.definitions.profiles import builtin_profiles
from tests.unit.fhir.validate.locating import Definition

PLAIN: dict[str, Any] = {
    "string": "text", "markdown": "text", "code": "en", "uri": "http://example.org/x", "url": "http://example.org/x",
    "canonical": "http://example.org/x", "boolean": True, "integer": 1, "positiveInt": 1, "unsignedInt": 1,
    "decimal": Decimal("1.5"), "date": "2024-01-01", "dateTime": "2024-01-01", "instant": "2024-01-01T10:00:00Z",
    "time": "10:00:00", "id": "a1", "base64Binary": "YQ==", "oid": "urn:oid:1.2.3",
    "uuid": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
    "CodeableConcept": {"text": "text"}, "Coding": {"system": "http://example.org/x", "code": "a"},
    "Quantity": {"value": Decimal("1"), "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"},
    "Period": {"start": "2024-01-01"}, "Identifier": {"system": "http://example.org/x", "value": "1"},
    "HumanName": {"family": "Doe"}, "ContactPoint": {"system": "phone", "value": "555-0100"},
    "Address": {"city": "Boston"}, "Annotation": {"text": "text"}, "Attachment": {"url": "http://example.org/x", "contentType": "text/plain"},
    "Range": {"low": {"value": Decimal("1")}}, "Ratio": {"numerator": {"value": 1}, "denominator": {"value": 2}},
    "Timing": {"code": {"text": "daily"}}, "Dosage": {"text": "one a day"}, "Age": {"value": 1, "system": "http://unitsofmeasure.org", "code": "a"},
    "Duration": {"value": 1, "system": "http://unitsofmeasure.org", "code": "d"}, "Narrative": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
    "SampledData": {"origin": {"value": 1}, "period": 1, "dimensions": 1, "data": "1 2"}, "Meta": {"versionId": "1"},
    "Signature": {"type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}], "when": "2024-01-01T10:00:00Z",
                  "who": {"display": "x"}},
    "Money": {"value": 1, "currency": "USD"}, "Extension": {"url": "http://example.org/extension", "valueString": "x"},
}  # fmt: skip


SATISFYING: dict[str, dict[str, Any]] = {
    "component": {"dataAbsentReason": {"text": "not done"}}, "referenceRange": {"text": "normal"},
    "stage": {"summary": {"text": "II"}}, "evidence": {"code": [{"text": "pain"}]}, "contact": {"name": {"family": "Doe"}},
    "education": {"documentType": "leaflet"}, "activity": {"detail": {"status": "scheduled"}},
    "onBehalfOf": {"reference": "Organization/1"},
}  # fmt: skip
"""What keeps the invariants of R4 content with an element that has nothing but what is required."""


def put(definition: Definition, root: dict[str, Any], id: str) -> bool:
    """Adds the element, and what it is inside of, to the first place where it can be; False where it cannot."""
    parent, _, step = id.rpartition(".")
    if parent and not definition.spots(root, "", parent) and not put(definition, root, parent):
        return False
    owners = [spot.value for spot in definition.spots(root, "", parent)] if parent else [root]
    owner = next((each for each in owners if isinstance(each, dict)), None)
    if owner is None:
        return False
    name = step.partition(":")[0]
    element = definition.elements[id]
    if "type" not in element:
        return False
    key, value = _key(name, step, element), make(definition, id)
    if isinstance(value, dict) and name in SATISFYING and not any(each in value for each in ("value", "valueQuantity")):
        value = value | SATISFYING[name] if "reference" in value else SATISFYING[name] | value
    if id == "activity.reference":
        owner.pop("detail", None)  # cpl-3: only one of the two
    if _repeats(definition, id):
        owner.setdefault(key, []).append(value)
    elif key in owner and isinstance(owner[key], dict) and isinstance(value, dict):
        owner[key] |= value
    else:
        owner[key] = value
    return True


def make(definition: Definition, id: str) -> Any:
    element = definition.elements[id]
    for key, value in element.items():
        if key.startswith(("fixed", "pattern")):
            return deepcopy(value)
    code = element["type"][0]["code"].rpartition(".")[2]
    code = {"String": "string"}.get(code, code)
    value = _coded(element, code) if code not in ("BackboneElement", "Element") else {}
    if code == "Reference":
        value = _reference(element["type"][0])
    if code == "Extension" and "profile" in element["type"][0]:
        url = element["type"][0]["profile"][0]
        value = {"url": url, **_extension_value(url)}
    if value is None:
        value = deepcopy(PLAIN[code])
    if isinstance(value, dict):
        _fill(definition, id, value)
    return value


def _fill(definition: Definition, id: str, value: dict[str, Any]) -> None:
    """What is required inside, slices too."""
    for child in definition.children(id):
        element = definition.elements[child]
        name = child.rpartition(".")[2]
        if element["min"] == 0 or "type" not in element:
            continue
        key = _key(name.partition(":")[0], name, element)
        if ":" not in name and key in value and not any(each.startswith(("fixed", "pattern")) for each in element):
            continue
        made = make(definition, child)
        if _repeats(definition, child):
            value.setdefault(key, []).append(made)
        else:
            value[key] = {**value[key], **made} if isinstance(value.get(key), dict) and isinstance(made, dict) else made


def _key(name: str, step: str, element: dict[str, Any]) -> str:
    if not name.endswith("[x]"):
        return name
    if ":" in step:
        return step.partition(":")[2]
    code = element["type"][0]["code"]
    return name[:-3] + code[0].upper() + code[1:]


def _repeats(definition: Definition, id: str) -> bool:
    return definition.elements[id]["base"]["max"] not in ("0", "1")


def _coded(element: dict[str, Any], code: str) -> Any:
    """Something out of the value set, where one is required and listed."""
    binding = element.get("binding", {})
    systems = builtin_profiles().codes(binding["valueSet"]) if binding.get("strength") == "required" else None
    if not systems:
        return None
    system, codes = next(iter(systems.items()))
    if codes[0] == "*":
        codes = ["text/plain"]
    coding = {"system": system, "code": codes[0]}
    return {"code": codes[0], "Coding": coding, "CodeableConcept": {"coding": [coding]}}.get(code)


def _extension_value(url: str) -> dict[str, Any]:
    """Of extensions that are not US Core's own; those are filled in by their definitions."""
    profile = builtin_profiles().find(url)
    rule = profile.rule("value[x]") if profile else None
    if profile and "/us/core/" in url:
        return {}
    code = rule.types[0].code if rule else "string"
    return {f"value{code[0].upper()}{code[1:]}": deepcopy(PLAIN[code])}


def _reference(type_: dict[str, Any]) -> dict[str, Any]:
    target = (type_.get("targetProfile") or ["http://hl7.org/fhir/StructureDefinition/Patient"])[0]
    profile = builtin_profiles().find(target)
    name = profile.type if profile else target.rpartition("/")[2]
    return {"reference": f"{name if name in base().resource_types else 'Patient'}/1"}
