"""What a StructureDefinition demands beyond the shape of its type, as small frozen values that pack into JSON."""

from __future__ import annotations

from typing import Any

import msgspec

Systems = dict[str, list[str]]
"""Codes of a value set by code system; `*` where they are codes of that system which cannot be listed."""


class Binding(msgspec.Struct, frozen=True, array_like=True):
    strength: str
    """required, extensible or preferred; examples are left out."""
    value_set: str
    """Canonical without version."""
    maximum: str = ""
    """Value set that codes must be from even where the binding is only extensible or preferred; empty for none."""


class Invariant(msgspec.Struct, frozen=True, array_like=True):
    key: str
    expression: str
    is_warning: bool = False


class TypeRule(msgspec.Struct, frozen=True, array_like=True):
    """A type the element may have here."""

    code: str
    profiles: tuple[str, ...] = ()
    """One of these the value has to fulfill; none: any of the type."""
    targets: tuple[str, ...] = ()
    """Reference: profiles (or types, as canonical URLs) one of which the target has to fulfill; none: any."""


class Slicing(msgspec.Struct, frozen=True, array_like=True):
    discriminators: tuple[tuple[str, str], ...]
    """Type (value, pattern, exists, type, profile) and path."""
    rules: str
    """open, closed or openAtEnd."""
    ordered: bool = False


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one element has to fulfill. Whatever is at its default demands nothing."""

    id: str
    """Below the type: empty for the root, `name.family`, `component:systolic.value[x]`."""
    min: int = 0
    max: int | None = None
    types: tuple[TypeRule, ...] = ()
    fixed: dict[str, Any] = {}
    """`{"=": value}`; the value is inside, so that false and 0 are not taken for nothing."""
    pattern: dict[str, Any] = {}
    binding: Binding | None = None
    invariants: tuple[Invariant, ...] = ()
    slicing: Slicing | None = None
    must_support: bool = False
    max_length: int = 0
    least: dict[str, Any] = {}
    most: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        return self == Rule(self.id)


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One StructureDefinition: a base type (what its shape does not say yet), a profile or an extension."""

    url: str
    version: str
    type: str
    parent: str = ""
    """baseDefinition; empty for Element and Resource."""
    rules: tuple[Rule, ...] = ()
    """Slices of an element in their order; elements that demand nothing are left out."""
    is_profile: bool = True
    """False for a type itself."""
    is_modifier: bool = False
    """Of an extension: it may change what the rest means, and only goes into modifierExtension."""
    contexts: tuple[str, ...] = ()
    """Of an extension: the elements it may be put on."""
    is_abstract: bool = False
    package: str = ""
    """Name and version of the package it came with: `hl7.fhir.us.core#6.1.0`."""

    def rule(self, id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == id), None)


class Package(msgspec.Struct, frozen=True):
    """The definitions of one implementation guide, or of R4 itself."""

    name: str
    version: str
    profiles: dict[str, msgspec.Raw]
    """By canonical without version; a Profile each, unpacked when asked for."""
    value_sets: dict[str, Systems]
    """Those that can be enumerated."""
    unlisted: dict[str, str]
    """Those that cannot, with the reason."""


class Packed(msgspec.Struct, frozen=True):
    """The whole packed file."""

    sources: list[dict[str, str]]
    packages: list[Package]


def bare(canonical: str) -> str:
    """A canonical without its version."""
    return canonical.partition("|")[0]
