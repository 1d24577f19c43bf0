"""Where the operations on the record's own resources are, and what the CapabilityStatement says of them."""

from __future__ import annotations

from collections.abc import Iterator

from osler.access.audit.entry import Action
from osler.interfaces.api.operations.observation_lastn import observation_lastn
from osler.interfaces.api.operations.resource_diff import diff_of_resources, diff_of_versions
from osler.interfaces.api.operations.resource_meta import meta, meta_add, meta_delete
from osler.interfaces.api.operations.resource_validate import resource_validate
from osler.interfaces.api.routes import Route

_DEFINITION = "http://hl7.org/fhir/OperationDefinition/"
RECORD = (
    ("Observation", "lastn", f"{_DEFINITION}Observation-lastn"),
    *(("", name, f"{_DEFINITION}Resource-{name}") for name in ("meta", "meta-add", "meta-delete", "validate")),
    ("", "diff", "urn:osler:operation:diff"),
)


def routes() -> Iterator[Route]:
    for method in ("GET", "POST"):
        yield Route("lastn", method, "Observation/$lastn", observation_lastn, Action.SEARCH)
        yield Route("diff", method, "{type}/{id}/$diff", diff_of_versions, Action.HISTORY)
        yield Route("diff", method, "$diff", diff_of_resources, Action.HISTORY)
    yield Route("validate", "POST", "{type}/$validate", resource_validate, Action.READ)
    for method in ("GET", "POST"):
        yield Route("validate", method, "{type}/{id}/$validate", resource_validate, Action.READ)
    yield Route("meta", "GET", "{type}/{id}/$meta", meta, Action.READ)
    yield Route("meta-add", "POST", "{type}/{id}/$meta-add", meta_add, Action.UPDATE)
    yield Route("meta-delete", "POST", "{type}/{id}/$meta-delete", meta_delete, Action.UPDATE)
