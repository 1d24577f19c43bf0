"""Whom a resource says that it is about, where that is no patient of this record.

A subject may be named by a business identifier, in words, as a contained resource or on another server. Whose the resource
is then nobody can tell; but it is somebody's, and must not be read by all as if it were about no patient.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from osler.fhir.datatypes.references import parse_reference
from osler.fhir.definitions import definitions
from osler.fhir.search.keys import literal

_ABOUT = ("subject", "patient", "beneficiary", "candidate", "individual", "for")

Resource = dict[str, Any]


def is_about_a_stranger(resource: Resource, base_url: str) -> bool:
    """Whether it names as its subject what may be a patient, and leads to nothing that is here."""
    return any(
        _is_a_stranger(each, resource, base_url)
        for name in elements_about(resource["resourceType"])
        for each in _listed(resource.get(name))
    )


def is_file_of_anybody(resource: Resource, base_url: str) -> bool:
    """Whether it is a Binary that does not say whose it is: a letter or a scan, most likely, to which a document has an address."""
    if resource["resourceType"] != "Binary":
        return False
    text = (resource.get("securityContext") or {}).get("reference") or ""
    return not (text and literal(text, base_url).id)


@cache
def elements_about(type_: str) -> tuple[str, ...]:
    """The elements of a type that say whom it is about, if that may be a patient."""
    elements = definitions().elements(type_)
    return tuple(name for name in _ABOUT if name in elements and "Patient" in elements[name].targets)


def _is_a_stranger(reference: Resource, resource: Resource, base_url: str) -> bool:
    text = reference.get("reference") or ""
    if text and literal(text, base_url).id:
        return False
    return (_type_said(text, resource) or reference.get("type") or "Patient") == "Patient"


def _type_said(text: str, resource: Resource) -> str:
    """The type that the text of a reference names, or has what it names inside the resource; empty when it says none."""
    read = parse_reference(text)
    if read.kind != "fragment":
        return read.type
    inside = (each for each in _listed(resource.get("contained")) if each.get("id") == read.id)
    return next((each.get("resourceType") or "" for each in inside), "")


def _listed(value: Any) -> list[Resource]:
    return cast("list[Resource]", value if isinstance(value, list) else [value] if value else [])
