"""Whose record a resource is in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from osler.fhir.definitions import definitions
from osler.fhir.search.extract.plan import patient_params, plan_of
from osler.fhir.search.extract.sink import Sink
from osler.fhir.search.extract.whom import is_about_a_stranger, is_file_of_anybody
from osler.fhir.search.held import HOLDERS, UNKNOWN_PATIENT, Resource, held_in
from osler.fhir.search.integrity import local_references
from osler.fhir.search.keys import literal


def patients_of(sink: Sink, referred: Iterable[tuple[str, str]]) -> list[str]:
    """Ids of the patients, the subject first. `referred` is type and id of everything that the resource points at.

    R4 puts some types into no compartment (Device, Binary, MessageHeader …): what those point at and hold decides, or they
    would be everybody's.
    """
    found = _told(sink, referred)
    return found or [UNKNOWN_PATIENT] * is_file_of_anybody(sink.resource, sink.base_url)


def _told(sink: Sink, referred: Iterable[tuple[str, str]]) -> list[str]:
    found = _named(sink, referred)
    return found or [UNKNOWN_PATIENT] * is_about_a_stranger(sink.resource, sink.base_url)


def _named(sink: Sink, referred: Iterable[tuple[str, str]]) -> list[str]:
    resource = sink.resource
    type_ = resource["resourceType"]
    params = patient_params(type_)
    if not params and type_ != "Patient":
        found = {id_: None for kind, id_ in referred if kind == "Patient"}
        if type_ in HOLDERS:
            found |= _held(sink)
        return list(found)
    found = {resource["id"]: None} if type_ == "Patient" and "id" in resource else dict[str, None]()
    for param in params:
        for read_by, kind, id_ in sink.references:
            if read_by == param and kind == "Patient":
                found[id_] = None
    return list(found)


def _held(sink: Sink) -> dict[str, None]:
    found: dict[str, None] = {}
    for held, full_url in held_in(sink.resource):
        if held["resourceType"] in HOLDERS or held["resourceType"] not in definitions().resource_types:
            continue
        patients = _patients_held(held, full_url, sink)
        found |= dict.fromkeys(patients or ([UNKNOWN_PATIENT] if _tells_of_patients(held) else []))
    return found


def _patients_held(held: Resource, full_url: str, outer: Sink) -> list[str]:
    """Those of this record: what came from elsewhere may name others by the same ids."""
    if not _is_ours(held, full_url, outer.base_url):
        return []
    sink = Sink(held, outer.zone, outer.base_url)
    plan_of(held["resourceType"], _all_but_patients(held["resourceType"])).read(held, sink)
    return _told(sink, local_references(held, outer.base_url))


def _is_ours(held: Resource, full_url: str, base_url: str) -> bool:
    if held["resourceType"] == "Patient":
        named = literal(full_url, base_url)
        return not full_url or (named.type, named.id) == ("Patient", held.get("id"))
    return not full_url or full_url.startswith("urn:") or bool(literal(full_url, base_url).id)


def _tells_of_patients(held: Resource) -> bool:
    return held["resourceType"] == "Patient" or bool(patient_params(held["resourceType"]))


@cache
def _all_but_patients(type_: str) -> frozenset[str]:
    return frozenset(definitions().search_params(type_)) - frozenset(patient_params(type_))
