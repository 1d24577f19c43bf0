"""Whole resources, and resources inside resources: contained, Bundle entries, Parameters."""

from __future__ import annotations

from typing import Any

from osler.fhir.definitions import Element, definitions
from osler.fhir.structure.found import Found, Rule, not_a
from osler.fhir.structure.objects import structure
from osler.fhir.structure.properties import array_of_objects, single_object


def check_resource(resource: Any) -> Found:
    if type(resource) is not dict:
        return not_a("object", resource)
    type_ = resource.get("resourceType")
    if type_ is None:
        return [(".resourceType", "A resource needs its resourceType.", "required")]
    if type(type_) is not str or type_ not in definitions().resource_types:
        return [(".resourceType", "R4 has no such resource type.", "structure")]
    return structure(type_).check(resource)


def inline_rule(element: Element) -> Rule:
    check = _check_contained if element.name == "contained" else check_resource
    return array_of_objects(check) if element.repeats else single_object(check)


def _check_contained(resource: dict[str, Any]) -> Found:
    """A contained resource is only reached by its id, and holds no further ones (dom-2)."""
    if "contained" in resource:
        return [(".contained", "A contained resource cannot contain others.", "structure")]
    found = check_resource(resource)
    if "id" not in resource:
        found = [*(found or ()), (".id", "A contained resource needs an id to be referred to by.", "required")]
    return found
