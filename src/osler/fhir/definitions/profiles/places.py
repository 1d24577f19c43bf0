"""Where an element id leads: to the elements of the base types, through datatypes and nested structures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from osler.fhir.definitions.loader import definitions
from osler.fhir.definitions.model import Element
from osler.fhir.definitions.profiles.ids import segments
from osler.fhir.definitions.profiles.model import TypeRule


class Place(NamedTuple):
    """An element, or the variants of a choice, and who says what holds there by itself."""

    elements: tuple[Element, ...]
    """Empty for the root of a type."""
    owner: str
    """Type whose definition has the element: `Patient` for `Patient.contact.name`, `Coding` for `….coding.system`."""
    id: str
    """Id of the element in that definition."""


PRIMITIVE_VALUE = Place((), "Element", "value")
"""The value itself of a primitive, which definitions count among its children and JSON does not."""


def find_place(type: str, id: str, types: Mapping[str, tuple[TypeRule, ...]]) -> Place | None:
    """None where the type has no such element. `types` are those that rules allow so far, by element id: what lies
    inside of a choice can only be told where one type is left."""
    structure, place, walked = type, Place((), type, ""), ""
    for name, slice_name in segments(id):
        elements = elements_named(structure, name)
        if structure == "Element" and name == "value":
            return PRIMITIVE_VALUE
        walked = f"{walked}.{name}" if walked else name
        if not elements:
            return None
        owner, _, prefix = elements[0].path.rpartition(".")[0].partition(".")
        place = Place(elements, owner, f"{prefix}.{name}" if prefix else name)
        allowed = types.get(walked, ())
        if slice_name:
            elements = _variant(elements, slice_name)
            walked = f"{walked}:{slice_name}"
        structure = _inside(elements, types.get(walked, allowed))
    return place


def spelled_out(type: str, id: str) -> str:
    """An id with choices as `value[x]:valueQuantity` where it was written `valueQuantity`, for short."""
    steps, structure = list[str](), type
    for step in id.split(".") if id else ():
        name = step.partition(":")[0]
        elements = elements_named(structure, name)
        if len(elements) == 1 and elements[0].choice and not name.endswith("[x]"):
            step = f"{elements[0].choice}[x]:{name}"
        steps.append(step)
        slice_name = step.partition(":")[2]
        elements = _variant(elements, slice_name)
        structure = elements[0].children or "Element" if len(elements) == 1 else ""
    return ".".join(steps)


def elements_named(structure: str, name: str) -> tuple[Element, ...]:
    """The element of a name, or all variants of a choice (`value[x]`); none for an unknown one."""
    try:
        if name.endswith("[x]"):
            return definitions().choices(structure).get(name[:-3], ())
        element = definitions().elements(structure).get(name)
    except KeyError:
        return ()
    return (element,) if element else ()


def _variant(elements: tuple[Element, ...], slice_name: str) -> tuple[Element, ...]:
    chosen = tuple(element for element in elements if element.name == slice_name)
    return chosen or elements


def _inside(elements: tuple[Element, ...], types: tuple[TypeRule, ...]) -> str:
    """Structure key of what is inside; empty where nothing is, or where it cannot be told."""
    if len(elements) > 1:
        codes = {rule.code for rule in types}
        elements = tuple(element for element in elements if element.type in codes)
    if len(elements) != 1:
        return "Element" if elements else ""
    if elements[0].children == "Resource" and len(types) == 1:
        return types[0].code
    return elements[0].children or "Element"
