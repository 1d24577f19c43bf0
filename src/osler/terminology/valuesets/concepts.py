"""A concept of a code system as the operations see it, whichever source it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Name:
    """A designation: what the concept is called in some language, for some use."""

    value: str
    language: str = ""
    use: Json | None = None
    """A Coding; None when the system does not say."""


@dataclass(frozen=True, slots=True)
class Property:
    """One value of a property. `kind` is the FHIR element: valueCode, valueString, valueBoolean, valueCoding …"""

    code: str
    kind: str
    value: Any

    @property
    def text(self) -> str:
        """The value as filters compare it."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, Mapping):
            return str(self.value.get("code", ""))
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Concept:
    """One code and what its system says of it."""

    code: str
    display: str
    inactive: bool = False
    abstract: bool = False
    """Only there to group others; not to be chosen (`notSelectable`)."""
    definition: str = ""
    parents: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    properties: tuple[Property, ...] = ()

    def texts(self, code: str) -> Iterator[str]:
        """The values of a property as filters compare them; case of its name does not matter."""
        folded = code.casefold()
        return (each.text for each in self.properties if each.code.casefold() == folded)


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that a text found. The higher the score the better."""

    code: str
    score: float
