"""The functions of FHIRPath by family, entered in `FUNCTIONS` as their modules are read."""

from osler.fhir.path.functions import (
    boundaries,
    clock,
    collections,
    conversion,
    existence,
    extensions,
    filtering,
    flow,
    math,
    resources,
    strings,
    terminology,
    text_coding,
    type_functions,
)
from osler.fhir.path.functions.registry import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "boundaries",
    "clock",
    "collections",
    "conversion",
    "existence",
    "extensions",
    "filtering",
    "flow",
    "math",
    "resources",
    "strings",
    "terminology",
    "text_coding",
    "type_functions",
]
