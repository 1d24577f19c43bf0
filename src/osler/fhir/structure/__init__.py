"""Is this JSON shaped like the FHIR resource it claims to be?

The first and cheapest question asked of anything that comes in: known type, known elements, arrays where the standard
has arrays, the right kind of JSON value in the right grammar, `_name` beside `name` as R4 wants it, a choice made once.
What a profile or R4 itself *requires* (cardinality from below, invariants, bindings, slices) is another question, asked
afterwards by `fhir/validate`; the one exception is Extension.url, without which an extension means nothing.
"""

from __future__ import annotations

from typing import Any

from osler.core.errors import Fault
from osler.fhir.structure.objects import check_resource

MOST_FAULTS = 100

__all__ = ["faults"]


def faults(resource: Any) -> list[Fault]:
    """What is wrong with the structure of a resource, as decoded by `osler.fhir.json`; empty when nothing is.

    Paths begin with the resource type and use JSON names: `Patient.contact[1].foo`. At most 100 are told.
    """
    found = check_resource(resource)
    if not found:
        return []
    root = resource.get("resourceType") if isinstance(resource, dict) else None
    return [Fault(message, f"{root or ''}{path}".lstrip("."), code) for path, message, code in found[:MOST_FAULTS]]
