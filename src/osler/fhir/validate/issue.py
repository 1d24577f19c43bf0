"""What is wrong, where, and which rule says so; and the path to it, built only when there is something to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "information"]

Path = tuple[Any, str, int | None]
"""Path above (None at the root), name, and index in an array or None. Costs nothing until it is written."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. Messages name elements, codes of rules and value sets; never a value out of the resource."""

    severity: Severity
    code: str
    """A FHIR issue type: structure, required, value, invariant, code-invalid, extension, not-found …"""
    path: str
    """`Patient.name[0].family`"""
    message: str
    rule: str = ""
    """Which rule: key of an invariant (`us-core-6`), or the definition and element (`us-core-patient: name`)."""


def written(path: Path | None) -> str:
    """`Patient.name[0].family`"""
    steps: list[str] = []
    while path is not None:
        path, name, index = path
        steps.append(name if index is None else f"{name}[{index}]")
    return ".".join(reversed(steps))


def names_below(path: Path, start: Path) -> tuple[str, ...]:
    """Names from just below `start` down to `path`, without indexes."""
    names: list[str] = []
    step: Path | None = path
    while step is not None and step is not start:
        names.append(step[1])
        step = step[0]
    return tuple(reversed(names))
