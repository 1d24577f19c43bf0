"""Regular expressions that always end: the part of PCRE that describes regular languages, in bounded work.

A pattern that Python's own engine surely decides fast is given to that; any other runs on an engine that visits each
pair of state and place once. There are no back references and no looking around. FHIRPath and the filters of value sets,
which anybody may write, have this in common.
"""

from osler.fhir.patterns.pattern import Pattern, pattern

__all__ = ["Pattern", "pattern"]
