"""StructureDefinition resources to profiles: the elements of one view of it, as published, prose left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.definitions.profiles.ids import with_ids
from osler.fhir.definitions.profiles.model import Binding, Invariant, Profile, Rule, Slicing, TypeRule, bare

MOST_ELEMENTS = 20_000

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_FHIR_TYPE = _CORE + "structuredefinition-fhir-type"
_SYSTEM = "http://hl7.org/fhirpath/System."
_MAXIMUM = _CORE + "elementdefinition-maxValueSet"
_EVERYWHERE = frozenset({"ele-1", "ext-1"})
"""Asked of every element and extension anyway."""


def read_profile(definition: dict[str, Any], view: str) -> Profile:
    """`view` is snapshot or differential. Raises Invalid for what is no StructureDefinition that can be used."""
    elements = definition.get(view, {}).get("element", [])
    url, type_ = definition.get("url"), definition.get("type")
    if not isinstance(url, str) or not isinstance(type_, str) or not isinstance(elements, list):
        raise Invalid("A StructureDefinition needs a url, a type and a list of elements.")
    if len(elements) > MOST_ELEMENTS:
        raise Invalid(f"{url} has more than {MOST_ELEMENTS} elements.")
    try:
        return _profile(definition, with_ids(elements))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Invalid(f"{url} is not a well-formed StructureDefinition.") from None


def _profile(definition: dict[str, Any], elements: Iterable[tuple[str, dict[str, Any]]]) -> Profile:
    elements = list(elements)
    return Profile(
        url=definition["url"],
        version=definition.get("version", ""),
        type=definition["type"].rpartition("/")[2],
        parent=bare(definition.get("baseDefinition", "")),
        rules=tuple(_rule(id_, element) for id_, element in elements),
        is_profile=definition.get("derivation") == "constraint",
        is_modifier=bool(elements and elements[0][1].get("isModifier")),
        contexts=tuple(sorted({each["expression"] for each in definition.get("context", ())})),
        is_abstract=bool(definition.get("abstract")),
    )


def _rule(id_: str, element: dict[str, Any]) -> Rule:
    return Rule(
        id=id_,
        min=int(element.get("min", 0)),
        max=None if element.get("max", "*") == "*" else int(element["max"]),
        # R4 says string for Resource.id, and means id.
        types=() if id_.rpartition(".")[2] == "id" else tuple(_types(element.get("type", ()))),
        fixed=_value(element, "fixed"),
        pattern=_value(element, "pattern"),
        binding=_binding(element.get("binding")),
        invariants=tuple(_invariants(element.get("constraint", ()))),
        slicing=_slicing(element.get("slicing")),
        must_support=element.get("mustSupport") is True,
        max_length=int(element.get("maxLength", 0)),
        least=_value(element, "minValue"),
        most=_value(element, "maxValue"),
    )


def _types(types: Iterable[dict[str, Any]]) -> Iterable[TypeRule]:
    """Some tools write a type once for each of its profiles, others once with all. Both become one rule."""
    merged: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for type_ in types:
        said = next((each["valueUrl"] for each in type_.get("extension", ()) if each["url"] == _FHIR_TYPE), "")
        code = said or type_["code"]
        if code.startswith(_SYSTEM):
            continue  # the value of a primitive, an id or a url of an extension: there is nothing else they could be
        profiles, targets = merged.setdefault(code.rpartition("/")[2], ({}, {}))
        profiles.update(dict.fromkeys(type_.get("profile", ())))
        targets.update(dict.fromkeys(type_.get("targetProfile", ())))
    for code, (profiles, targets) in merged.items():
        yield TypeRule(code, tuple(profiles), () if _CORE + "Resource" in targets else tuple(targets))


def _value(element: dict[str, Any], prefix: str) -> dict[str, Any]:
    for name, value in element.items():
        if name.startswith(prefix) and name[len(prefix) :][:1].isupper():
            return {"=": value}
    return {}


def _binding(binding: dict[str, Any] | None) -> Binding | None:
    if not binding or binding["strength"] == "example":
        return None
    maximum = next(
        (bare(each.get("valueCanonical") or each["valueUri"]) for each in binding.get("extension", ()) if each["url"] == _MAXIMUM),
        "",
    )  # fmt: skip
    value_set = bare(binding.get("valueSet", ""))
    return Binding(binding["strength"], value_set, maximum) if value_set or maximum else None


def _invariants(constraints: Iterable[dict[str, Any]]) -> Iterable[Invariant]:
    for each in constraints:
        if each["key"] not in _EVERYWHERE and each.get("expression"):
            yield Invariant(each["key"], each["expression"], each["severity"] == "warning")


def _slicing(slicing: dict[str, Any] | None) -> Slicing | None:
    if not slicing:
        return None
    discriminators = tuple((each["type"], each["path"]) for each in slicing.get("discriminator", ()))
    return Slicing(discriminators, slicing.get("rules", "open"), bool(slicing.get("ordered")))
