"""FHIR R4 4.0.1 and US Core 6.1.0 as data: elements, search parameters, compartments."""

from osler.fhir.definitions.loader import Definitions, definitions
from osler.fhir.definitions.model import Element, SearchParam

__all__ = ["Definitions", "Element", "SearchParam", "definitions"]
