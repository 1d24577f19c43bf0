"""FHIRPath, N1 with the functions of R4, over the plain JSON of `osler.fhir.json` (https://hl7.org/fhirpath/N1/)."""

from osler.fhir.path.engine import Path, compile_path
from osler.fhir.path.environment import Environment, Terminology
from osler.fhir.path.kinds import kind_of, node_of
from osler.fhir.path.nodes import Kind, Node, TypeInfo
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.temporal import Temporal

__all__ = [
    "Environment",
    "Kind",
    "Node",
    "Path",
    "Quantity",
    "Temporal",
    "Terminology",
    "TypeInfo",
    "compile_path",
    "kind_of",
    "node_of",
]
