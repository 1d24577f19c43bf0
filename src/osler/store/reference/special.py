"""Parameters that are rules of their own, asked of one resource of the reference store."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from osler.core.errors import Invalid
from osler.fhir.datatypes.units import convert
from osler.store.reference.above import whole_of
from osler.store.reference.asked import alternatives, split, unescape
from osler.store.reference.links import Key, local_key
from osler.store.reference.matching import Resource
from osler.store.reference.numbers import read_number

if TYPE_CHECKING:
    from osler.store.reference.store import ReferenceStore

_EARTH = 6_371_008.8


def near(resource: Resource, value: str) -> bool:
    return any(_near(resource.get("position", {}), item) for item in alternatives(value))


def _near(position: dict[str, Any], item: str) -> bool:
    parts = [unescape(part) for part in split(item, "|")]
    if not 2 <= len(parts) <= 4:
        raise Invalid("near takes latitude|longitude|distance|units.")
    latitude, longitude = (float(read_number(part)) for part in parts[:2])
    units = {"": "km", "mi": "[mi_i]"}.get(parts[3], parts[3]) if len(parts) > 3 else "km"
    meters = convert(read_number(parts[2]), units, "m") if len(parts) > 2 and parts[2] else 50_000
    if meters is None or meters < 0 or abs(latitude) > 90 or abs(longitude) > 180:
        raise Invalid("near takes a place on earth and a length.")
    if "latitude" not in position or "longitude" not in position:
        return False
    here = float(position["latitude"]), float(position["longitude"])
    return _distance(here, (latitude, longitude)) <= float(meters)


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def in_list(store: ReferenceStore, resource: Resource, value: str) -> bool:
    names = [unescape(item).removeprefix("List/") for item in alternatives(value)]
    if any(is_current(resource, name) for name in names if name.startswith("$")):
        return True
    lists = [store.resources.get(("List", name)) for name in names]
    me = (resource["resourceType"], resource["id"])
    return any(held is not None and me in store.reader.targets(held, "item") for held in lists)


def is_current(resource: Resource, name: str) -> bool:
    """On one of the lists that no List resource holds."""
    kind, status = resource["resourceType"], resource.get("status")
    if name == "$current-medications" and kind in ("MedicationRequest", "MedicationStatement"):
        return status in (("active", "on-hold") if kind == "MedicationRequest" else ("active", "intended"))
    wanted = "Condition" if name == "$current-problems" else "AllergyIntolerance"
    if kind != wanted or name not in ("$current-problems", "$current-allergies", "$current-drug-allergies"):
        raise Invalid("No such resource is on this list.")
    said = {code for element in ("clinicalStatus", "verificationStatus") for code in _codes(resource.get(element))}
    over = {"inactive", "resolved", "refuted", "entered-in-error", *(["remission"] if kind == "Condition" else [])}
    if said & over:
        return False
    if kind == "Condition":
        return not any("encounter-diagnosis" in _codes(each) for each in resource.get("category", []))
    return name == "$current-allergies" or "medication" in resource.get("category", [])


def _codes(concept: dict[str, Any] | None) -> set[str]:
    return {coding["code"] for coding in (concept or {}).get("coding", []) if "code" in coding}


def in_hierarchy(store: ReferenceStore, resource: Resource, code: str, value: str, *, above: bool) -> bool:
    """Points at one of the roots, or at what is above or below one."""
    kinds = definitions_targets(resource, code)
    pointed = store.reader.targets(resource, code)
    for item in alternatives(value):
        written = unescape(item)
        key = local_key(written, store.reader.base_url)
        roots = [key] if key else [(kind, written) for kind in kinds]
        roots = [root for root in roots if whole_of(root[0])]
        if not roots:
            raise Invalid("Nothing there has a hierarchy.")
        if any(end in _family(store, root, above) for root in roots for end in pointed):
            return True
    return False


def definitions_targets(resource: Resource, code: str) -> tuple[str, ...]:
    from osler.fhir.definitions import definitions

    return definitions().search_params(resource["resourceType"])[code].targets


def _family(store: ReferenceStore, root: Key, above: bool) -> set[Key]:
    link = whole_of(root[0])
    assert link is not None
    found, waiting = {root}, [root]
    while waiting:
        at = waiting.pop()
        if above:
            held = store.resources.get(at)
            ends = store.reader.targets(held, link) if held else []
            more = [end for end in ends if end[0] == root[0] and end in store.resources]
        else:
            more = [
                key for key, held in store.resources.items()
                if key[0] == root[0] and at in store.reader.targets(held, link)
            ]  # fmt: skip
        waiting += [key for key in more if key not in found]
        found.update(more)
    return found
