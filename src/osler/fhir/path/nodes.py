"""What collections hold: values of FHIRPath as Python values, and elements of a resource as `Node`.

A string is `str`, a boolean `bool`, an integer `int`, a decimal `Decimal`; dates and times are `Temporal`, quantities
`Quantity`, types `TypeInfo`. Everything that was read out of a resource is a `Node`, also where it holds just a string:
only a node knows which type of FHIR it has, and its extensions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from osler.fhir.path.members import Members


class Kind:
    """A FHIR type as an expression meets it: a resource, a datatype, or a structure inside a resource."""

    __slots__ = ("bases", "members", "name", "named", "parent", "primitive", "system")

    def __init__(
        self,
        name: str,
        bases: tuple[str, ...],
        *,
        primitive: bool,
        system: Callable[[Node], Any],
    ) -> None:
        self.name = name
        """Key of the definitions: `Patient`, `HumanName`, `Patient.contact`, `string`."""
        self.named = "BackboneElement" if "." in name else name
        """What `type().name` says."""
        self.bases = frozenset((self.named, *bases))
        """Every type that `is` is true for."""
        self.parent = bases[0] if bases else ""
        self.primitive = primitive
        self.system = system
        """The value of FHIRPath that a node stands for; the node itself where there is none."""
        self.members: Members
        """Elements by their name in FHIRPath; None for a name there is not."""

    def __repr__(self) -> str:
        return f"Kind({self.name})"


class Node(msgspec.Struct, eq=False, gc=False):
    """An element of a resource."""

    value: Any
    """JSON: always an object for complex types; None for a primitive that has nothing but extensions."""
    kind: Kind
    extra: Any = None
    """Of a primitive: what its `_name` sibling holds."""


class TypeInfo(NamedTuple):
    """What `type()` gives."""

    namespace: str
    name: str
    base: str


Item = Any
"""A value or a Node."""
Items = list[Item]
"""A collection. Whoever is given one must not change it."""

EMPTY: Items = []
TRUE: Items = [True]
FALSE: Items = [False]


def system(item: Item) -> Any:
    """The value of FHIRPath an item is or stands for; the node itself for complex types; None where it has no value."""
    return item.kind.system(item) if type(item) is Node else item
