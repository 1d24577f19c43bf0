"""Where references may lead: to which types of resource, and to what the profile says of them.

A target can only be asked about its type by what the reference itself says, and about its profile where it is at hand:
contained, or in the same Bundle. Others are not fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.datatypes.references import parse_reference
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.run import Run

Conforms = Callable[[dict[str, Any], Path, Run], bool]
"""Whether a resource at hand fulfills a profile."""


def target_check(types: frozenset[str], conforms: Conforms | None, told: str) -> Check:
    """`types`: those allowed; `conforms`: asked about targets that are at hand, None where any of the type will do."""
    named = ", ".join(sorted(types)[:8]) + (" …" if len(types) > 8 else "")

    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        text = value.get("reference")
        type_ = value.get("type") if text is None else text.partition("/")[0]
        if type_ in types and conforms is None:
            return
        target = _at_hand(text, run) if text else None
        type_ = target_type(value, target)
        if type_ and type_ not in types:
            run.add(path, "structure", f"This reference has to be to {named}.", told)
        elif target is not None and conforms is not None and not conforms(target, path, run):
            run.add(path, "structure", "The resource referred to does not fulfill the profile asked for.", told)

    return check


def _at_hand(text: str, run: Run) -> dict[str, Any] | None:
    """Only contained resources are judged by what is in them; others are judged where they are written."""
    return run.contained(text[1:]) if text.startswith("#") else None


def target_type(value: dict[str, Any], target: dict[str, Any] | None) -> str:
    """Type of the resource referred to; empty where the reference does not tell."""
    if target is not None:
        return target.get("resourceType", "")
    text = value.get("reference")
    if text:
        parsed = parse_reference(text)
        if parsed.type:
            return parsed.type
    stated = value.get("type", "")
    return stated if isinstance(stated, str) and "/" not in stated else ""
