"""CodeSystem/$subsumes: how two codes stand to each other (R4 codesystem-operation-subsumes.html)."""

from __future__ import annotations

from typing import Literal

from osler.core.errors import Invalid, Unsupported
from osler.terminology.valuesets.concepts import Concept
from osler.terminology.valuesets.system import System

Outcome = Literal["equivalent", "subsumes", "subsumed-by", "not-subsumed"]


def subsumption(system: System, code_a: str, code_b: str) -> Outcome:
    """Raises Invalid for codes that the system does not have, Unsupported where its hierarchy is not there."""
    a, b = _known(system, code_a, "codeA"), _known(system, code_b, "codeB")
    if a.code == b.code:
        return "equivalent"
    if not system.about.subsumes:
        raise Unsupported(f"The hierarchy of {system.about.url} does not say which code includes which.")
    if system.about.partial and not system.about.hierarchical:
        raise Unsupported(f"{system.about.url} is loaded without its hierarchy.")
    if a.code in system.ancestors(b.code):
        return "subsumes"
    return "subsumed-by" if b.code in system.ancestors(a.code) else "not-subsumed"


def _known(system: System, code: str, name: str) -> Concept:
    found = system.find(code)
    if found is None:
        raise Invalid(f"{system.about.url} has no such code here.", path=name)
    return found
