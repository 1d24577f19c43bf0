"""Where the terminology operations are, and what the CapabilityStatement says of them."""

from __future__ import annotations

from collections.abc import Iterator

from osler.access.audit.entry import Action
from osler.interfaces.api.operations.code_system_lookup import code_system_lookup
from osler.interfaces.api.operations.code_system_subsumes import code_system_subsumes
from osler.interfaces.api.operations.code_system_validate_code import code_system_validate_code
from osler.interfaces.api.operations.concept_map_closure import concept_map_closure
from osler.interfaces.api.operations.concept_map_translate import concept_map_translate
from osler.interfaces.api.operations.value_set_expand import value_set_expand
from osler.interfaces.api.operations.value_set_validate_code import value_set_validate_code
from osler.interfaces.api.routes import Endpoint, Route

_DEFINITION = "http://hl7.org/fhir/OperationDefinition/"
_READING: tuple[tuple[str, str, Endpoint, bool], ...] = (
    ("CodeSystem", "lookup", code_system_lookup, False),
    ("CodeSystem", "subsumes", code_system_subsumes, True),
    ("CodeSystem", "validate-code", code_system_validate_code, True),
    ("ConceptMap", "translate", concept_map_translate, True),
    ("ValueSet", "expand", value_set_expand, True),
    ("ValueSet", "validate-code", value_set_validate_code, True),
)
"""Type, name, handler, and whether it can be asked of one resource too."""

TERMINOLOGY = (
    *((type_, name, f"{_DEFINITION}{type_}-{name}") for type_, name, _, _ in _READING),
    ("", "closure", f"{_DEFINITION}ConceptMap-closure"),
)


def routes() -> Iterator[Route]:
    for type_, name, endpoint, of_one in _READING:
        for path in (f"{type_}/${name}", f"{type_}/{{id}}/${name}") if of_one else (f"{type_}/${name}",):
            for method in ("GET", "POST"):
                yield Route(name, method, path, endpoint, Action.READ)
    for path in ("$closure", "ConceptMap/$closure"):
        yield Route("closure", "POST", path, concept_map_closure, Action.UPDATE)
