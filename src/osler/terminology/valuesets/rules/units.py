"""UCUM: every unit that its grammar makes is a code (https://ucum.org)."""

from __future__ import annotations

from osler.fhir.datatypes.units import UCUM, find_unit
from osler.terminology.valuesets.concepts import Concept, Json, Property
from osler.terminology.valuesets.packed import packed
from osler.terminology.valuesets.rules.grammar import GrammarSystem
from osler.terminology.valuesets.system import About

COMMON_UNITS = "http://hl7.org/fhir/ValueSet/ucum-common"


def unit_system() -> GrammarSystem:
    usual = {code: name for include in _common() for code, name in _named(include)}

    def read(code: str) -> Concept | None:
        base = canonical_unit(code)
        if base is None:
            return None
        return Concept(code, usual.get(code, code), properties=(Property("canonical", "valueString", base),))

    properties = {"canonical": "string"}
    about = About(UCUM, "2.2", "UCUM", source="Regenstrief Institute", grammar=True, properties=properties)
    return GrammarSystem(about, read, usual)


def canonical_unit(code: str) -> str | None:
    """The product of base units that a unit measures in; None when it is no unit."""
    unit = find_unit(code)
    return None if unit is None else unit.text


def _common() -> list[Json]:
    return [include for each in packed().find("ValueSet", COMMON_UNITS) for include in each["compose"]["include"]]


def _named(include: Json) -> list[tuple[str, str]]:
    return [(each["code"], each.get("display", each["code"])) for each in include.get("concept", ())]
