"""What the definitions tell: elements and search parameters as small frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One property of a resource, datatype or backbone element, as it is named in JSON."""

    name: str
    """JSON name; a choice is listed once per type (`valueQuantity`, `valueString` …)."""
    path: str
    """`Observation.component.valueQuantity`: the structure that owns it, a dot and the name."""
    types: tuple[str, ...]
    """FHIR type codes; always one, except that nothing forbids more."""
    min: int
    max: int | None
    """None is `*`: then, and only then (or when above 1), the JSON is an array."""
    choice: str = ""
    """`value` for a variant of `value[x]`, else empty."""
    targets: tuple[str, ...] = ()
    """Resource types a Reference (or canonical) may point at: every type where R4 says any, none for other types."""
    children: str = ""
    """Key for `Definitions.elements` of what is inside; empty for primitives. `Resource` for an inline resource."""
    summary: bool = False
    modifier: bool = False

    @property
    def type(self) -> str:
        return self.types[0]

    @property
    def repeats(self) -> bool:
        """Written as a JSON array."""
        return self.max is None or self.max > 1


@dataclass(frozen=True, slots=True)
class SearchParam:
    """One search parameter as it applies to one resource type."""

    code: str
    type: str
    """token, reference, string, date, number, quantity, uri, composite or special."""
    base: str
    """The type it is defined on: the resource type itself, `DomainResource` or `Resource`."""
    expression: str
    """FHIRPath: only the alternatives for `base`, ` | ` between them, casts always `.as(Type)`. Empty for `_text`."""
    targets: tuple[str, ...] = ()
    """Types that a reference parameter can lead to, narrowed to what the element allows (every type, if any is)."""
    components: tuple[tuple[str, str], ...] = ()
    """Composite: (code of a parameter of the same type, expression relative to what `expression` selects)."""
    url: str = ""
