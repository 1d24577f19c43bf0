"""From a resource to everything that searches, compartments and integrity need to know of it.

docs/reference/search-semantics.md says what each datatype gives.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from osler.fhir.search.clinical import clinical_param
from osler.fhir.search.extract.patients import patients_of
from osler.fhir.search.extract.plan import Plan, plan_of
from osler.fhir.search.extract.sink import Sink
from osler.fhir.search.integrity import local_references
from osler.fhir.search.values import DateValue, IndexValues, ReferenceValue, StringValue

__all__ = ["clinical_param", "index_values"]


def index_values(
    resource: dict[str, Any],
    *,
    zone: tzinfo,
    base_url: str = "",
    text: bytes = b"",
    skip: frozenset[str] = frozenset(),
) -> IndexValues:
    """The index values of one structurally sound resource.

    `zone` is where dates without a zone are read; references under `base_url`, if given, count as local; `text` is the
    resource as `json.encode` writes it, if it is at hand, and makes this faster; parameters of `skip` are not read.
    KeyError for an unknown resource type.
    """
    plan = plan_of(resource["resourceType"], skip)
    sink = Sink(resource, zone, base_url)
    plan.read(resource, sink)
    references = _references(sink, text)
    return IndexValues(
        tokens=sink.tokens,
        phrases=sink.phrases,
        strings=[StringValue(*value) for value in sink.strings if value[1]],
        numbers=sink.numbers,
        dates=sink.dates,
        references=references,
        patients=patients_of(sink, ((each.type, each.id) for each in references)),
        clinical=_clinical(plan, sink.dates),
    )


def _references(sink: Sink, text: bytes) -> list[ReferenceValue]:
    found = [ReferenceValue(*key) for key in sink.references]
    read = {(type_, id_) for _, type_, id_ in sink.references}
    found += [
        ReferenceValue("", *target)
        for target in local_references(sink.resource, sink.base_url, text)
        if target not in read
    ]
    return found


def _clinical(plan: Plan, dates: list[DateValue]) -> DateValue | None:
    for param in plan.clinical:
        for value in dates:
            if value.param == param and not value.comp:
                return value
    return None
