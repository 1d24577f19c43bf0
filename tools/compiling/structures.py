"""StructureDefinition snapshots to rows: one list per type or nested structure, choices expanded, prose left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Row = list[Any]
"""name, types, min, max, choice, targets, children, summary, modifier."""

FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
DEFINITION = "http://hl7.org/fhir/StructureDefinition/"
NESTED = ("BackboneElement", "Element")
ANY = "*"

JSON_KINDS = {
    "boolean": "boolean",
    "decimal": "decimal",
    "integer": "integer",
    "positiveInt": "integer",
    "unsignedInt": "integer",
}


def is_base_type(definition: dict[str, Any]) -> bool:
    """A type of R4 itself: no profile, and not one that a publisher added out of a later version."""
    return (
        definition["resourceType"] == "StructureDefinition"
        and definition.get("derivation") != "constraint"
        and definition["fhirVersion"] == "4.0.1"
    )


def primitive_kinds(definitions: Iterable[dict[str, Any]]) -> dict[str, str]:
    names = sorted(each["type"] for each in definitions if each["kind"] == "primitive-type")
    return {name: JSON_KINDS.get(name, "string") for name in names}


def compile_structures(definitions: Iterable[dict[str, Any]], primitives: dict[str, str]) -> dict[str, list[Row]]:
    structures: dict[str, list[Row]] = {}
    for definition in definitions:
        if definition["kind"] in ("resource", "complex-type"):
            _compile_type(definition, primitives, structures)
    return structures


def _compile_type(definition: dict[str, Any], primitives: dict[str, str], into: dict[str, list[Row]]) -> None:
    elements = definition["snapshot"]["element"]
    into[definition["type"]] = []
    is_resource = definition["kind"] == "resource"
    for element in elements[1:]:
        owner, _, name = element["path"].rpartition(".")
        into.setdefault(owner, []).extend(_rows(element, name, primitives))
    if is_resource:
        _as_resource_id(into[definition["type"]])


def _as_resource_id(rows: list[Row]) -> None:
    """R4 gives Resource.id the fhir-type `string`; its grammar is that of the type `id`."""
    for row in rows:
        if row[0] == "id":
            row[1] = ["id"]


def _rows(element: dict[str, Any], name: str, primitives: dict[str, str]) -> Iterable[Row]:
    if reference := element.get("contentReference"):
        yield _row(element, name, "BackboneElement", "", [], reference.removeprefix("#"))
        return
    is_choice = name.endswith("[x]")
    stem = name.removesuffix("[x]")
    for type_ in element["type"]:
        code = _type_code(type_)
        json_name = stem + code[0].upper() + code[1:] if is_choice else name
        children = "" if code in primitives else element["path"] if code in NESTED else code
        yield _row(element, json_name, code, stem if is_choice else "", _targets(type_), children)


def _row(element: dict[str, Any], name: str, code: str, choice: str, targets: list[str], children: str) -> Row:
    high = None if element["max"] == "*" else int(element["max"])
    summary, modifier = int(element.get("isSummary", False)), int(element.get("isModifier", False))
    return [name, [code], element["min"], high, choice, targets, children, summary, modifier]


def _type_code(type_: dict[str, Any]) -> str:
    for extension in type_.get("extension", ()):
        if extension["url"] == FHIR_TYPE:
            return extension["valueUrl"]
    return type_["code"]


def _targets(type_: dict[str, Any]) -> list[str]:
    if type_["code"] not in ("Reference", "canonical"):
        return []
    profiles = type_.get("targetProfile", [DEFINITION + "Resource"])
    names = sorted(profile.removeprefix(DEFINITION) for profile in profiles)
    return [ANY] if "Resource" in names else names
