"""What is to be read of one resource type, compiled once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.clinical import clinical_params
from osler.fhir.search.expressions import COMPUTED_DECEASED, Path, paths_of
from osler.fhir.search.extract import composites, dates, places, quantities, references, strings, tokens
from osler.fhir.search.extract.partial import emit_partial
from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.extract.walk import Node, compiled
from osler.fhir.search.keys import present

FROM_COLUMNS = ("_id", "_lastUpdated")
"""Parameters that the store answers from its own columns."""


@dataclass(frozen=True, slots=True)
class Plan:
    read: Emit
    patient_params: tuple[str, ...]
    """Reference parameters that put it into a patient's compartment, the subject's first."""
    clinical: tuple[str, ...]


@cache
def plan_of(type: str, skip: frozenset[str] = frozenset()) -> Plan:
    """The plan of a resource type, without the parameters of `skip`; KeyError for an unknown type."""
    root = Node()
    for param in definitions().search_params(type).values():
        if not param.expression or param.code in FROM_COLUMNS or param.code in skip:
            continue
        if param.expression == COMPUTED_DECEASED:
            root.add((), _deceased(param.code))
            continue
        for path in paths_of(param.expression, type):
            root.add(path.steps, _emitter(type, param, path))
    if type == "Patient":
        root.add((), emit_partial)
    return Plan(compiled(root), patient_params(type), clinical_params(type))


@cache
def patient_params(type: str) -> tuple[str, ...]:
    """Parameters of the Patient compartment, those that name whom the resource is about first."""
    params = definitions().compartment("Patient").get(type, ())
    about = ("subject", "patient", "beneficiary", "individual")
    return tuple(sorted(params, key=lambda code: about.index(code) if code in about else len(about)))


def _emitter(type: str, param: SearchParam, path: Path) -> Emit:
    if param.type == "composite":
        return composites.emitter(type, param, path)
    code, datatype = param.code, path.datatype
    emit: Emit | None
    match param.type:
        case "token":
            emit = tokens.emitter(code, datatype)
        case "reference":
            emit = references.emitter(code, datatype)
        case "uri":
            emit = references.uri_emitter(code, datatype)
        case "string":
            emit = strings.emitter(code, datatype, ".".join(getattr(step, "name", "") for step in path.steps))
        case "date":
            emit = dates.emitter(code, datatype)
        case "special":
            emit = places.emitter(code, path.steps[-1])
        case _:
            emit = quantities.emitter(code, datatype, units=param.type == "quantity")
    return emit or _only_present(code)


def _only_present(param: str) -> Emit:
    """An element that counts for `:missing` and has nothing else to be found by."""
    here = present(param)
    return lambda element, sink: sink.tokens.add(here)


def _deceased(param: str) -> Emit:
    emit = tokens.keys_emitter(param, tokens.READERS["boolean"])

    def emit_deceased(patient: dict[str, Any], sink: Sink) -> None:
        emit(patient.get("deceasedBoolean", "deceasedDateTime" in patient) is True, sink)

    return emit_deceased
