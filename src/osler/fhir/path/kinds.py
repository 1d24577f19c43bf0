"""The types of R4 as kinds: each made on first use from the definitions, and then kept."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from osler.fhir.datatypes.units import UCUM
from osler.fhir.definitions import definitions
from osler.fhir.path.members import Members
from osler.fhir.path.nodes import Kind, Node
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.temporal import parse_clock, parse_date, parse_date_time

_BASES = {
    "code": "string",
    "id": "string",
    "markdown": "string",
    "canonical": "uri",
    "oid": "uri",
    "url": "uri",
    "uuid": "uri",
    "positiveInt": "integer",
    "unsignedInt": "integer",
    "Age": "Quantity",
    "Count": "Quantity",
    "Distance": "Quantity",
    "Duration": "Quantity",
    "Dosage": "BackboneElement",
    "ElementDefinition": "BackboneElement",
    "MarketingStatus": "BackboneElement",
    "Population": "BackboneElement",
    "ProdCharacteristic": "BackboneElement",
    "ProductShelfLife": "BackboneElement",
    "SubstanceAmount": "BackboneElement",
    "Timing": "BackboneElement",
    "DomainResource": "Resource",
}
"""What each datatype specializes, where that is not Element (https://hl7.org/fhir/R4/datatypes.html)."""

SYSTEM_TYPES = frozenset({"Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any"})
_TEMPORAL = {"date": parse_date, "dateTime": parse_date_time, "instant": parse_date_time, "time": parse_clock}


@cache
def kind_of(name: str) -> Kind:
    """The kind of a type or of a path such as `Patient.contact`. KeyError when the definitions have none."""
    known = definitions()
    if name not in known.primitives:
        known.elements(name)
    kind = Kind(name, _bases(name), primitive=name in known.primitives, system=_system(name))
    kind.members = Members(kind, kind_of, resource_kind)
    return kind


def resource_kind(value: dict[str, Any]) -> Kind:
    """The kind of a resource by its own `resourceType`; `Resource` where that is none."""
    name = value.get("resourceType")
    return kind_of(name if type(name) is str and name in definitions().resource_types else "Resource")


def is_fhir_type(name: str) -> bool:
    """Whether FHIR has a type of this name, an abstract one included."""
    known = definitions()
    return (
        name in known.resource_types
        or name in known.data_types
        or name in known.primitives
        or name in ("Resource", "DomainResource")
    )


def node_of(value: Any, type_name: str = "", extra: Any = None) -> Node:
    """A node for a JSON value of a type; for a resource the type may be left out."""
    if type_name and type_name != "Resource":
        return Node(value, kind_of(type_name), extra)
    return Node(value, resource_kind(value), extra)


def _bases(name: str) -> tuple[str, ...]:
    known = definitions()
    if name in known.resource_types:
        domain = "modifierExtension" in known.elements(name)
        return ("DomainResource", "Resource") if domain else ("Resource",)
    if "." in name:
        # Structures inside datatypes are Elements; modifierExtension is what sets those of resources apart.
        return ("Element",)
    parent = _BASES.get(name) or ("" if name in ("Element", "Resource") else "Element")
    return (parent, *_bases(parent)) if parent else ()


def _system(name: str) -> Callable[[Node], Any]:
    if name in _TEMPORAL:
        return _temporal(_TEMPORAL[name])
    if name == "decimal":
        return _decimal
    if name in definitions().primitives:
        return _plain
    return _quantity if name == "Quantity" or _BASES.get(name) == "Quantity" else _itself


def _plain(node: Node) -> Any:
    return node.value


def _itself(node: Node) -> Any:
    return node


def _decimal(node: Node) -> Any:
    return Decimal(node.value) if type(node.value) is int else node.value


def _temporal(parse: Callable[[str], Any]) -> Callable[[Node], Any]:
    def system(node: Node) -> Any:
        value = node.value
        # Text that is no date stays text: whether it has the right form is for others to say.
        return (parse(value) or value) if type(value) is str else value

    return system


def _quantity(node: Node) -> Any:
    value, code, unit = node.value.get("value"), node.value.get("code"), node.value.get("unit")
    if type(value) is int:
        value = Decimal(value)
    if not isinstance(value, Decimal) or node.value.get("comparator") is not None:
        return node
    if type(code) is str and node.value.get("system") == UCUM:
        return Quantity(value, code, either=True)
    return Quantity(value, code if type(code) is str else unit if type(unit) is str else "1")
